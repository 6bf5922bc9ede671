"""Participants' rows, unchanged or with changed values."""

import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example

_TELLING = ["p21001_i0", "p30690_i0", "p189_i0", "p30780_i0", "p50_i0", "p34_i0", "p48_i0", "p21002_i0"]
_COARSE = ["p34_i0", "p52_i0", "p48_i0", "p49_i0"]


def _rows(bench, columns, count=100):
    chosen = [name for name in columns if name in bench.people.columns]
    return bench.people.select(chosen)[bench.draw.choice(len(bench.people), count, replace=False)]


def _written(table, folder):
    table.rename({name: f"v{place}" for place, name in enumerate(table.columns)}).write_csv(
        folder / "scores.csv"
    )
    return folder / "scores.csv"


def _permuted(table, bench):
    return pl.DataFrame(
        {name: table[name].gather(bench.draw.permutation(len(table))) for name in table.columns}
    )


def _renamed(bench, folder):
    return _written(_rows(bench, _TELLING, 30), folder)


def _coarse(bench, folder):
    return _written(_rows(bench, _COARSE, 300), folder)


def _standardised(bench, folder):
    table = _rows(bench, _TELLING, 200)
    return _written(
        table.select((pl.all() - pl.all().mean()) / pl.all().std()).with_columns(pl.all().round(5)), folder
    )


def _noisy(bench, folder):
    table = _rows(bench, _TELLING, 200)
    noise = {name: bench.draw.normal(0, 0.02 * table[name].std(), len(table)) for name in table.columns}
    return _written(
        table.with_columns(pl.col(name) + pl.Series(noise[name]) for name in table.columns), folder
    )


def _shuffled_columns(bench, folder):
    return _written(_permuted(_rows(bench, _TELLING, 200), bench), folder)


def _coarse_shuffled(bench, folder):
    return _written(_permuted(_rows(bench, _COARSE, 300), bench), folder)


def _means(bench, folder):
    grouped = bench.people.select([*_TELLING[:5], "p54_i0"]).group_by("p54_i0").mean()
    return _written(grouped.with_columns(pl.selectors.float().round(2)), folder)


SPEC = DetectorSpec(
    detector="row-match",
    rule=(
        "Rows of a table are compared with the participants by their values; names and order do not "
        "matter. A file is blocked when as many rows would match by chance in fewer than one of 10^9 "
        "files, and reviewed at one of 10^6. Chance is measured on the cohort itself: how well people "
        "match who may not be matched with themselves. The comparison undoes rounding, changes of unit, "
        "any scale, logarithms, ranks, noise, recoded categories, other date formats and shifted dates."
    ),
    fires=(
        Example("thirty people, columns renamed, without ids", _renamed),
        Example("four coarse columns of three hundred people", _coarse),
        Example("z-scores of two hundred people", _standardised),
        Example("noise of 2 % of each column's spread", _noisy),
    ),
    silent=(
        Example("the same values with each column permuted", _shuffled_columns),
        Example("coarse columns, each permuted", _coarse_shuffled),
        Example("means by assessment centre", _means),
    ),
    limits=(
        (
            "A table whose values were changed in an unknown way needs 24 rows and three columns that "
            "together hold more than log2 of the cohort's size; below that only unchanged values are "
            "recognised."
        ),
        (
            "Means of three or more people are not recognised as theirs; whether a table looks "
            "person-level is judged by `microdata-shaped`."
        ),
        "Fewer than about one true row in a hundred among others are found only in precise columns.",
    ),
)
