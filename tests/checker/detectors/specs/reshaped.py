"""Participants' rows in another shape."""

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example

_COLUMNS = ["p21001_i0", "p30690_i0", "p189_i0", "p30780_i0", "p50_i0", "p34_i0", "p48_i0", "p21002_i0"]


def _rows(bench, count=40):
    table = bench.people.select(_COLUMNS)[bench.draw.choice(len(bench.people), count, replace=False)]
    return table.rename({name: f"v{place}" for place, name in enumerate(table.columns)})


def _on_its_side(bench, folder):
    _rows(bench).cast(pl.String).transpose().write_csv(folder / "weights.csv")
    return folder / "weights.csv"


def _melted(bench, folder):
    _rows(bench).with_row_index("n").unpivot(index="n").drop_nulls().write_csv(folder / "long.csv")
    return folder / "long.csv"


def _packed(bench, folder):
    table = _rows(bench).cast(pl.String).fill_null("")
    table.select(pl.concat_str(pl.all(), separator="/").alias("code")).write_csv(folder / "codes.csv")
    return folder / "codes.csv"


def _other_order(bench, folder):
    table = _rows(bench).select(pl.selectors.numeric().cast(pl.Float64).fill_null(-1.0))
    np.save(folder / "weights.npy", np.asfortranarray(table.to_numpy()).ravel(order="K").reshape(table.shape))
    return folder / "weights.npy"


def _summary_on_its_side(bench, folder):
    summary = bench.people.select(_COLUMNS).describe().cast(pl.String)
    summary.transpose(include_header=True).write_csv(folder / "summary.csv")
    return folder / "summary.csv"


def _long_counts(bench, folder):
    table = bench.people.group_by("p54_i0", "p31_i0").len().filter(pl.col("len") >= 10)
    table.write_csv(folder / "counts.csv")
    return folder / "counts.csv"


SPEC = DetectorSpec(
    detector="reshaped",
    rule=(
        "A table is restored to every shape it may have had: transposed, spread from long format (id, "
        "variable, value), several people to a row put below one another, cells with separators split, an "
        "array read column by column. Each is then judged as by `row-match`."
    ),
    fires=(
        Example("one column per person", _on_its_side),
        Example("long format: id, variable, value", _melted),
        Example("a record in one cell", _packed),
        Example("an array in the other byte order", _other_order),
    ),
    silent=(
        Example("a transposed summary", _summary_on_its_side),
        Example("counts by centre and sex", _long_counts),
    ),
    limits=(
        (
            "Transposed tables of more than 2,000 variables, and packed cells without separators, are not "
            "restored."
        ),
    ),
)
