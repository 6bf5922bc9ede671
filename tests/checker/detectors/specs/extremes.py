"""The page of `extremes`."""

from tests.checker.detectors.spec import DetectorSpec, Example


def _csv(*lines):
    def make(bench, folder):
        (folder / "summary.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder / "summary.csv"

    return make


SPEC = DetectorSpec(
    detector="extremes",
    rule="A summary that states a smallest and a largest value beside a mean, a median or a count goes to "
    "review: each extreme is one person's value.",
    fires=(
        Example(
            "What pandas' describe() prints",
            _csv(
                ",bmi,sbp", "count,2000,2000", "mean,27.2,141", "min,14.9,81", "50%,26.8,139", "max,61.3,240"
            ),
        ),
    ),
    silent=(Example("Means and deviations", _csv("variable,mean,sd", "bmi,27.2,4.1", "sbp,141.0,18.2")),),
    limits=(
        "Extremes under other names, in figures, or limits of a design (ages 40 to 69) are not told apart.",
    ),
)
