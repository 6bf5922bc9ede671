"""The interface of a data file's reader: its header, and its rows in pieces that fit in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from strongroom.cohort.ingest.plan import TablePlan


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file.

    `arrays` are in the order of the file's header, one each, and may still have to be converted to the plan's
    types. `first_row` counts data rows from 1; `done` is how much of the source's `size` this chunk was.
    """

    arrays: tuple[pa.Array, ...] = field(repr=False)
    first_row: int
    done: int

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.arrays[0])


class Source(Protocol):
    """A file of rows; every method raises IngestError for what cannot be read."""

    path: Path
    size: int
    """The amount to read, in the source's own unit (bytes or rows)."""

    def header(self) -> tuple[str, ...]:
        """Return the names of the columns as the file spells them."""

    def chunks(self, plan: TablePlan) -> Iterator[Chunk]:
        """Yield all rows in the file's order."""
