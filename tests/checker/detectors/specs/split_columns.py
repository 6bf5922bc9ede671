"""Rows of participants in pieces."""

from tests.checker.detectors.spec import DetectorSpec, Example

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


def _each_shuffled(bench, folder):
    table = _rows(bench)
    for name in table.columns:
        table.select(table[name].gather(bench.draw.permutation(len(table)))).write_csv(folder / f"{name}.csv")
    return folder


SPEC = DetectorSpec(
    detector="split",
    rule="Tables of a request with equally many rows are put side by side, tables with the same columns below one "
    "another; the whole is judged as by row-match, and counts against every file that holds a piece.",
    fires=(
        Example("a column a file", _a_column_a_file),
        Example("two rows a file", _a_few_rows_a_file),
    ),
    silent=(Example("a column a file, each in an order of its own", _each_shuffled),),
    limits=("Pieces whose rows stand in different orders without anything to join them by.",),
)
