"""What the egress index costs: to build, to keep, to open, and to look one record up; with peak memory.

python -m benchmarks speed/index
python benchmarks/speed/index.py --participants 500000 --columns 1000 --into /var/tmp

Takes about 30 s, 10 s with --quick.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from strongroom.cohort import Cohort, CohortManifest
from strongroom.cohort.keys import new_key, wrap
from strongroom.cohort.model import PARTICIPANT
from strongroom.cohort.store import EncryptedTableWriter, StoredTable, TableKind
from strongroom.matching import CohortColumns, Index, write_index
from strongroom.matching.records.record_search import RecordSearch
from strongroom.matching.values.cells import Cells, column_cells

_BLOCK = 65_536
_LOOKED_UP, _VALUES = 20, 12
_FILE_ID = "file_benchmark"


def main() -> None:
    wanted = _arguments()
    draw = np.random.default_rng(1)
    with tempfile.TemporaryDirectory(dir=wanted.into) as folder:
        cohort = _cohort(Path(folder), wanted.participants, wanted.columns, draw)
        before = _peak()
        path = Path(folder) / "index.bin"
        began = time.perf_counter()
        write_index(cohort, path, file_id="index")
        built, build_peak = time.perf_counter() - began, _peak()
        opening, index = _timed(lambda: Index.open(path, key=cohort.key, file_id="index"))
        columns = CohortColumns(cohort, index)
        records = _records(index, wanted.participants, draw)
        first, found = _timed(lambda: _look_up(records[0], columns, index))
        rest, more = _timed(lambda: sum(_look_up(record, columns, index) for record in records[1:]))
        size = path.stat().st_size
    cells = wanted.participants * wanted.columns / 1e6
    print(f"participants      {wanted.participants:,} x {wanted.columns:,} columns")
    per_million = f"{built / cells:.3f} s and {size / cells / 1e6:.2f} MB per million cells"
    print(f"building          {built:.1f} s; {per_million}")
    print(f"opening           {opening * 1_000:.0f} ms")
    print(f"first record      {first * 1_000:.0f} ms, found {found} of 1")
    print(f"each other        {rest / (_LOOKED_UP - 1) * 1_000:.0f} ms, found {more} of {_LOOKED_UP - 1}")
    print(
        f"peak memory       {before:,.0f} MiB before, {build_peak:,.0f} after building, {_peak():,.0f} in all"
    )


def _cohort(folder: Path, participants: int, columns: int, draw: np.random.Generator) -> Cohort:
    """Write an encrypted table of measurements, codes, counts and dates, a third of the columns sparse."""
    names = [f"p{number}_i0" for number in range(columns)]
    kinds = [(pa.float64(), pa.float64(), pa.int32(), pa.int32(), pa.date32())[k % 5] for k in range(columns)]
    schema = pa.schema([(PARTICIPANT, pa.uint32()), ("eid", pa.int64()), *zip(names, kinds, strict=True)])
    key, data_key = new_key(), new_key()
    with EncryptedTableWriter(folder / "people.parquet", schema, key=data_key, file_id=_FILE_ID) as writer:
        for start in range(0, participants, _BLOCK):
            rows = min(_BLOCK, participants - start)
            who = np.arange(start, start + rows)
            values = [_values(number, rows, draw) for number in range(columns)]
            arrays = [value.cast(kind) for value, kind in zip(values, kinds, strict=True)]
            writer.write(pa.table([who.astype(np.uint32), 1_000_000 + who, *arrays], schema=schema))
    wrapped = wrap(key, data_key, context=_FILE_ID)
    kind = TableKind.PARTICIPANTS
    listed = ("people.parquet", _FILE_ID, participants, tuple(schema.names), wrapped, "")
    stored = StoredTable(kind.value, kind, *listed)
    manifest = CohortManifest("benchmark", 1, "eid", 0, 0, participants, participants, (stored,), {})
    return Cohort(folder, manifest, key)


def _values(number: int, rows: int, draw: np.random.Generator) -> pa.Array:
    shape = number % 5
    if shape in (0, 1):
        values = np.round(draw.normal(50 + number % 90, 10, rows), 1 + number % 3)
    elif shape == 4:
        values = 13_000 + draw.integers(0, 1_500, rows)
    else:
        values = draw.integers(0, (6, 150)[shape - 2], rows)
    sparse = draw.random(rows) < (0.8 if number % 3 == 0 else 0.05)
    array = pa.array(values, mask=sparse)
    return array if shape in (0, 1) else array.cast(pa.int32())


def _records(index: Index, participants: int, draw: np.random.Generator) -> list[Cells]:
    """Return measurements of some people, each from columns drawn anew."""
    telling = [name for name, profile in index.columns.items() if profile.decimals and profile.missing < 0.5]
    records = []
    for _ in range(_LOOKED_UP):
        person = draw.integers(participants)
        held = [index.coded(str(name)).keys(6)[person] for name in draw.permutation(telling)[:_VALUES]]
        records.append(column_cells(pa.array([value for value in held if not np.isnan(value)])))
    return records


def _look_up(record: Cells, columns: CohortColumns, index: Index) -> int:
    sequence = np.zeros(len(record), np.int64)
    return len(RecordSearch(record, sequence, columns, index, rounded=False).records())


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--participants", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=300)
    parser.add_argument("--into", type=Path, help="a folder with room (a temporary one by default)")
    parser.add_argument("--quick", action="store_true", help="10,000 participants x 100 columns")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.participants, chosen.columns = 10_000, 100
    return chosen


if __name__ == "__main__":
    main()
