"""Building the egress index: participants' columns a few at a time, on all cores, in bounded memory."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from strongroom.cohort.index.coded import CodedColumn, code_values
from strongroom.cohort.index.profile import ORDINALS, PROFILES, ColumnProfile, Index, profile_of
from strongroom.cohort.index.sealed import SealedWriter, write_sealed
from strongroom.cohort.index.values import canonical_values
from strongroom.cohort.model import PARTICIPANT, Cohort
from strongroom.ids import RandomBytes, system_random
from strongroom.progress import Progress, silent

# Opening an encrypted Parquet file costs as much as decrypting some columns of it: several at a time.
_CELLS_AT_ONCE = 8_000_000

Column = tuple[str, CodedColumn]


def write_index(
    cohort: Cohort,
    path: Path,
    *,
    file_id: str,
    random: RandomBytes = system_random,
    progress: Progress = silent,
) -> None:
    """Write a cohort's egress index to `path`, sealed under the cohort's key and bound to `file_id`.

    Holds the participants' columns, one after another, and their profiles. Memory is bounded by two batches
    of columns a core.
    """
    with write_sealed(path, key=cohort.key, file_id=file_id, random=random) as sealed:
        sealed.add(ORDINALS, cohort.ordinals())
        profiles = _each_column(cohort, lambda column: _write(sealed, *column), progress)
        sealed.add(PROFILES, np.frombuffer(Index(profiles).to_bytes(), np.uint8))


def build_index(cohort: Cohort, *, progress: Progress = silent) -> bytes:
    """Return the profiles of every participants' column alone, as `Index.from_bytes` reads them."""
    return Index(_each_column(cohort, lambda _column: None, progress)).to_bytes()


def _write(sealed: SealedWriter, name: str, column: CodedColumn) -> None:
    sealed.add(f"distinct:{name}", column.distinct)
    sealed.add(f"counts:{name}", column.counts)
    sealed.add(f"codes:{name}", column.codes)


def _each_column(
    cohort: Cohort, keep: Callable[[Column], None], progress: Progress
) -> dict[str, ColumnProfile]:
    source = cohort.participants
    names = [name for name in source.column_names if name not in (PARTICIPANT, cohort.manifest.id_column)]
    step = max(1, _CELLS_AT_ONCE // max(source.num_rows, 1))
    batches = [names[start : start + step] for start in range(0, len(names), step)]
    profiles = {}
    with progress("Indexing columns", len(names)) as advance:
        for batch, coded in zip(batches, _in_order(cohort, batches), strict=True):
            for name, column in coded:
                profiles[name] = profile_of(name, column)
                keep((name, column))
            advance(len(batch))
    return profiles


def _in_order(cohort: Cohort, batches: Sequence[Sequence[str]]) -> Iterator[list[Column]]:
    """Yield each batch's columns, read and coded on all cores, never more than one batch ahead a core."""
    cores = os.cpu_count() or 1
    waiting: deque[Future[list[Column]]] = deque()
    with ThreadPoolExecutor(cores) as pool:
        for batch in batches:
            waiting.append(pool.submit(_coded, cohort, batch))
            if len(waiting) > cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _coded(cohort: Cohort, names: Sequence[str]) -> list[Column]:
    """Code the columns that hold single values, and any."""
    table = cohort.participants.read(names)
    found = []
    for name in names:
        values = canonical_values(table.column(name))
        if values is not None and not np.all(np.isnan(values.keys)):
            found.append((name, code_values(values)))
    return found
