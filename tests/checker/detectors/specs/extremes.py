"""The page of `extremes`."""

from tests.checker.detectors.spec import DetectorSpec, Example


def _csv(*lines):
    def make(bench, folder):
        (folder / "summary.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "summary.csv"

    return make


def _printed(heading):
    """Return pandas' describe() of whole numbers under a line of text."""

    def make(bench, folder):
        numbers = {"count": 2542, "mean": 15.77, "std": 79.29, "min": 0, "25%": 3, "50%": 8, "75%": 15}
        lines = [heading, *(f"{name:8}{value:12.6f}" for name, value in {**numbers, "max": 2048}.items())]
        (folder / "summary.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "summary.txt"

    return make


SPEC = DetectorSpec(
    detector="extremes",
    rule="A summary that states a smallest and a largest value beside a mean, a median or a count goes to "
    "review: each extreme is one person's value. Those of whole numbers of groups, as the line above says, are not, "
    "unless the smallest is a small count. Percentiles from the lowest to the highest do too, and more than 4,096 of "
    "them that rise with their values whatever they begin with.",
    fires=(
        Example(
            "What pandas' describe() prints",
            _csv(
                ",bmi,sbp", "count,2000,2000", "mean,27.2,141", "min,14.9,81", "50%,26.8,139", "max,61.3,240"
            ),
        ),
        Example("The same of whole numbers of people", _printed("Visits of each patient:")),
        Example(
            "As many percentiles as people",
            _csv("percentile,bmi", *(f"{n / 50},{15 + n * n / 1e6}" for n in range(5_001))),
        ),
    ),
    silent=(
        Example(
            "The q values of 5,000 variants",
            _csv("q,beta", *(f"{n * 7919 % 5_000 / 5_000},{n * 104_729 % 997 / 1e4}" for n in range(5_000))),
        ),
        Example("Means and deviations", _csv("variable,mean,sd", "bmi,27.2,4.1", "sbp,141.0,18.2")),
        Example("What describe() prints of patients by practice", _printed("Patients by practice:")),
    ),
    limits=(
        "Extremes under other names, in figures, or limits of a design (ages 40 to 69) are not told apart; "
        "a line above that says what is summarised is believed.",
    ),
)
