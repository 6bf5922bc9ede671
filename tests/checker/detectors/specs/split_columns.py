"""Participants' rows in pieces."""

import polars as pl
from tests.checker.detectors.spec import TERMS, DetectorSpec, Example

_COLUMNS = ["p48_i0", "p50_i0", "p34_i0", "p4080_i0", "p21002_i0", "p30750_i0", "p23099_i0"]


def _rows(bench, count=60):
    chosen = [name for name in _COLUMNS if name in bench.people.columns]
    return bench.people.select(chosen)[bench.draw.choice(len(bench.people), count, replace=False)]


def _a_column_a_file(bench, folder):
    table = _rows(bench)
    for name in table.columns:
        table.select(name).write_csv(folder / f"{name}.csv")
    return folder


def _a_few_rows_a_file(bench, folder):
    table = _rows(bench, 40)
    for part in range(20):
        table[2 * part : 2 * part + 2].write_csv(folder / f"part{part}.csv")
    return folder


def _results_of_several_models(bench, folder):
    for model in range(6):
        table = pl.DataFrame({"term": list(TERMS), "beta": bench.draw.normal(0, 0.3, 10).round(3)})
        table.write_csv(folder / f"model{model}.csv")
    return folder


SPEC = DetectorSpec(
    detector="split",
    rule=(
        "Tables of a request with equally many rows are put side by side, tables with the same columns "
        "below one another; the result is judged as by `row-match`, and counts towards every file with a "
        "piece of it. Pieces too small to judge by shape are judged together, as by `microdata-shaped`."
    ),
    fires=(
        Example("one column per file", _a_column_a_file),
        Example("two rows per file", _a_few_rows_a_file),
    ),
    silent=(Example("estimates of the same terms in six models", _results_of_several_models),),
    limits=(
        (
            "Pieces whose rows are in different orders, with nothing to join them by, match no "
            "participant; columns submitted one by one go to review by their shape from `microdata_rows` "
            "values on."
        ),
    ),
)
