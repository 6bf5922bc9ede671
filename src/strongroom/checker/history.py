"""The tables of earlier requests, for comparison with later ones.

Checks of single files miss what leaves little by little: a few rows each time, columns one by one, or tables
that differ by one person. So the tables of earlier requests are kept, large ones as a sample of rows whose
places depend on the number of rows only: columns that left separately still line up.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable
from strongroom.checker.contents.frames import (
    Body,
    FrameError,
    read_artefact,
    read_frames,
    write_artefact,
    write_frame,
)
from strongroom.cohort.keys import derive
from strongroom.errors import StoreError
from strongroom.matching import spread_sample
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    rows_kept: int = threshold(
        2_000,
        "rows of a table",
        "cost: bounds what the vault keeps of each earlier table; the same number for all, so that rows "
        "of separate columns line up",
    )
    columns_kept: int = threshold(
        256,
        "columns of a table",
        "cost: with rows_kept bounds a table to about half a million cells in the vault",
    )
    tables_kept: int = threshold(
        500, "tables of a request", "cost: bounds what later requests of the project have to read and compare"
    )
    longest_name: int = threshold(
        200,
        "characters of a column name",
        "cost: a column name may be as long as a file; its first 200 characters identify it",
    )


LIMITS = _Limits()


_REMEMBERING = "rows remembered of a request"


@dataclass(frozen=True)
class EarlierRequest:
    """One request before this one: what findings call it, whether it was the same project's, its tables.

    `noisy` says that its numbers have noise: it was an answer to a query, paid for by the gateway's budget.
    """

    name: str
    own: bool
    tables: tuple[FoundTable, ...] = field(repr=False)
    noisy: bool = False


@dataclass(frozen=True)
class History:
    """Earlier requests.

    `load` reads the requests whose content left or may yet leave, on first use; `blocked` is how many of the
    project's requests were blocked in the last 30 days, `kilobytes` the compressed size of the others.
    """

    load: Callable[[], Sequence[EarlierRequest]] = tuple
    blocked: int = 0
    kilobytes: float = 0.0

    @cached_property
    def requests(self) -> Sequence[EarlierRequest]:
        """The requests, oldest first; of other projects only what was released."""
        return self.load()


def kept_tables(artefacts: Iterable[Artefact], *, key: bytes) -> tuple[FoundTable, ...]:
    """Return what is kept of a request's artefacts: at most 500 tables of 2,000 rows and 256 columns.

    The cohort's `key` decides which rows represent a long table: the same in all requests, and secret.
    """
    tables = [found for found in artefacts if isinstance(found, FoundTable) and found.table.num_columns]
    return tuple(as_kept(found, key=key) for found in tables[: LIMITS.tables_kept])


def as_kept(found: FoundTable, *, key: bytes) -> FoundTable:
    """Return a table as it would be kept, so that its rows stand beside those of tables that were."""
    seed = int.from_bytes(derive(key, _REMEMBERING, 8))
    table = found.table.select(range(min(found.table.num_columns, LIMITS.columns_kept)))
    places = sampled_places(table.num_rows, LIMITS.rows_kept, seed=seed)
    if len(places) < table.num_rows:
        table = table.take(pa.array(places))
    names = [name[: LIMITS.longest_name] for name in table.column_names]
    return replace(found, table=table.rename_columns(names), rows=found.total_rows, possible_ids=None)


def sampled_places(total: int, most: int, *, seed: int) -> np.ndarray:
    """Return at most `most` row numbers of `total`, one drawn from each of as many equal stretches."""
    return spread_sample(total, most, np.random.default_rng([seed, total]))


def to_bytes(tables: Sequence[FoundTable]) -> bytes:
    """Return tables as the frames a reader answers in."""
    sink = BytesIO()
    for table in tables:
        write_artefact(sink, table)
    write_frame(sink, {"frame": "end"})
    return sink.getvalue()


def from_bytes(blob: bytes) -> tuple[FoundTable, ...]:
    """Read what `to_bytes` wrote; StoreError for anything else."""
    try:
        return tuple(_tables(read_frames(_Blob(blob), limit=len(blob))))
    except FrameError as error:
        hint = "Restore the home from a backup."
        raise StoreError("the history of a request cannot be read.", hint=hint) from error


class _Blob:
    """Bytes that frames are read from; too few are no frame."""

    def __init__(self, blob: bytes) -> None:
        self._rest = memoryview(blob)

    def readinto(self, buffer: memoryview) -> None:
        """Fill a buffer; raise FrameError where nothing is left to fill it with."""
        if len(self._rest) < len(buffer):
            raise FrameError("ended before its end")
        buffer[:] = self._rest[: len(buffer)]
        self._rest = self._rest[len(buffer) :]


def _tables(frames: Iterable[tuple[dict[str, Any], Body]]) -> Iterator[FoundTable]:
    for header, body in frames:
        found = read_artefact(header, body)
        if not isinstance(found, FoundTable):
            raise FrameError("not a table")
        yield found
