"""Read Parquet and Arrow files in batches; each batch is validated, because damaged files may parse."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from strongroom.cohort.ingest.plan import TablePlan
from strongroom.cohort.ingest.source import Chunk
from strongroom.errors import IngestError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_cells: int = threshold(4 * 1024 * 1024, "cells", "cost: 32 MB of float64 at once")
    most_rows: int = threshold(65_536, "rows", "cost: the rows of a row group of the store")


LIMITS = _Limits()


class ParquetSource:
    """A Parquet file; `size` is in rows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _readable(path), pq.ParquetFile(path) as file:
            self.size: int = file.metadata.num_rows
            self._names = tuple(file.schema_arrow.names)

    def header(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return self._names

    def chunks(self, plan: TablePlan) -> Iterator[Chunk]:  # noqa: ARG002 - the Source protocol
        """Yield the rows in batches of a bounded number of cells."""
        rows = max(1, min(LIMITS.most_rows, LIMITS.most_cells // len(self._names)))
        # Without pre-buffering: a row group may be the whole file.
        with _readable(self.path), pq.ParquetFile(self.path, pre_buffer=False) as file:
            yield from _validated(file.iter_batches(batch_size=rows))


class ArrowSource:
    """An Arrow IPC file or stream, including Feather version 2; `size` is not known beforehand (0)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        with _readable(path), self._batches() as (schema, _):
            self._names = tuple(schema.names)

    def header(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return self._names

    def chunks(self, plan: TablePlan) -> Iterator[Chunk]:  # noqa: ARG002 - the Source protocol
        """Yield the rows in the file's own batches, cut to a bounded number of cells."""
        rows = max(1, min(LIMITS.most_rows, LIMITS.most_cells // len(self._names)))
        with _readable(self.path), self._batches() as (_, batches):
            yield from _validated(
                batch.slice(start, rows) for batch in batches for start in range(0, batch.num_rows, rows)
            )

    @contextmanager
    def _batches(self) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
        with pa.OSFile(str(self.path)) as file:
            if file.read(6) == b"ARROW1":
                reader = pyarrow.ipc.open_file(file)
                yield reader.schema, (reader.get_batch(each) for each in range(reader.num_record_batches))
            else:
                file.seek(0)
                stream = pyarrow.ipc.open_stream(file)
                yield stream.schema, iter(stream)


def _validated(batches: Iterable[pa.RecordBatch]) -> Iterator[Chunk]:
    row = 1
    for batch in batches:
        batch.validate(full=True)
        if batch.num_rows:
            yield Chunk(tuple(batch.columns), first_row=row, done=batch.num_rows)
        row += batch.num_rows


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError, ValueError) as error:
        raise IngestError(
            "is damaged, incomplete, or not of the type that its name says.",
            file=path,
            hint="Check that it was copied completely, or export it again.",
        ) from error
