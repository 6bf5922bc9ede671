"""The page of `extremes`."""

import numpy as np
import polars as pl
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


def _percentiles(people):
    def make(bench, folder):
        weights = np.sort(bench.draw.normal(75, 14, people)).round(1)
        levels = np.arange(1, 100)
        values = weights[np.maximum(np.ceil(levels / 100 * people).astype(int) - 1, 0)]
        pl.DataFrame({"centile": levels, "weight": values}).write_csv(folder / "centiles.csv")
        return folder / "centiles.csv"

    return make


SPEC = DetectorSpec(
    detector="extremes",
    rule=(
        "A summary that shows a minimum and a maximum beside a mean, a median or a count goes to review: "
        "each is one person's value. Whole-number extremes of groups, as the heading says, do not, unless "
        "the smallest is a small count. Percentiles from the minimum to the maximum go to review too, and "
        "so do more than 4,096 rising percentiles with rising values, and 19 or more evenly spaced quantiles "
        "that are so uneven that fewer than five people can lie between two of them."
    ),
    fires=(
        Example(
            "The output of pandas' describe()",
            _csv(
                ",bmi,sbp", "count,2000,2000", "mean,27.2,141", "min,14.9,81", "50%,26.8,139", "max,61.3,240"
            ),
        ),
        Example("The same for whole numbers of people", _printed("Visits of each patient:")),
        Example("The percentiles of a hundred people", _percentiles(100)),
        Example(
            "As many percentiles as people",
            _csv("percentile,bmi", *(f"{n / 50},{15 + n * n / 1e6}" for n in range(5_001))),
        ),
    ),
    silent=(
        Example("The percentiles of 20,000 people", _percentiles(20_000)),
        Example(
            "The q values of 5,000 variants",
            _csv("q,beta", *(f"{n * 7919 % 5_000 / 5_000},{n * 104_729 % 997 / 1e4}" for n in range(5_000))),
        ),
        Example("Means and deviations", _csv("variable,mean,sd", "bmi,27.2,4.1", "sbp,141.0,18.2")),
        Example("The output of describe() for patients by practice", _printed("Patients by practice:")),
    ),
    limits=(
        (
            "Extremes under other names or in figures are not found; limits of a study design (ages 40 to "
            "69) are taken for extremes; a heading that says what is summarised is trusted."
        ),
    ),
)
