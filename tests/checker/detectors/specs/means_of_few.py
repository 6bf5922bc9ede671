"""The page of `means-of-few`."""

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example


def _values(bench, people):
    draw = bench.draw
    return pl.DataFrame(
        {
            "a": draw.integers(20, 90, people),
            "b": draw.normal(120, 15, people).round(),
            "c": draw.normal(5, 1, people).round(1),
            "d": draw.integers(0, 30, people),
        }
    )


def _averaged(bench, folder, *, people, group):
    table = _values(bench, people).with_columns(pl.Series("group", np.arange(people) // group))
    means = table.group_by("group", maintain_order=True).mean().drop("group")
    means.with_columns(pl.all().round(3)).write_csv(folder / "means.csv")
    return folder / "means.csv"


def fours(bench, folder):
    return _averaged(bench, folder, people=120, group=4)


def pairs(bench, folder):
    return _averaged(bench, folder, people=60, group=2)


def many(bench, folder):
    return _averaged(bench, folder, people=1_110, group=37)


def medians(bench, folder):
    ages = bench.draw.integers(30, 80, (12, 3)) + 0.5 * (bench.draw.random((12, 3)) < 0.1)
    pl.DataFrame(ages, schema=["median", "lower", "upper"]).write_csv(folder / "medians.csv")
    return folder / "medians.csv"


def growing(bench, folder):
    totals = np.cumsum(bench.draw.normal(75, 14, 60).round(1)).round(1)
    pl.DataFrame({"age_up_to": range(40, 60), "n": range(40, 60), "total": totals[40:]}).write_csv(
        folder / "totals.csv"
    )
    return folder / "totals.csv"


def running(bench, folder):
    means = np.cumsum(bench.draw.normal(75, 14, 60).round(1)) / np.arange(1, 61)
    pl.DataFrame({"k": range(1, 61), "mean": means.round(8)}).write_csv(folder / "means.csv")
    return folder / "means.csv"


SPEC = DetectorSpec(
    detector="means-of-few",
    rule=(
        "A table goes to review when the last digits of three of its columns, or of two with many rows, "
        "are those of means of fewer than `small_count` values: all are multiples of a half, a third or a "
        "quarter of the step of the averaged values. A mean of four whole numbers ends in .00, .25, .50 "
        "or .75. Numbers on the step itself are no evidence, and column names are not used. So does a table "
        "beside means or totals of which the number of people changes by fewer than `small_count` from row "
        "to row: one group lies within the next, and their difference is a few people."
    ),
    fires=(
        Example("Means of four people", fours),
        Example("Means of two people", pairs),
        Example("Totals of groups that grow by one person", growing),
        Example("The mean of the first k people", running),
    ),
    silent=(Example("Means of thirty-seven people", many), Example("Medians of whole numbers", medians)),
    limits=(
        (
            "Means rounded to as many decimals as the data had, or of data with many decimals, are not "
            "recognised. Means of three groups or fewer of ten people have too few digits if the data had "
            "a decimal."
        ),
        (
            "Groups all of one size that is a few times 5 or 10 (15, 20, 30, 40) end in the same digits "
            "as means of two to four values with one decimal more, and are reviewed. So are groups of 6 "
            "and 12."
        ),
        "Medians of few people, or steps of a half in three columns at once, are taken for means of two.",
    ),
)
