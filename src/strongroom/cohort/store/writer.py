"""Write tables as encrypted Parquet: Parquet Modular Encryption, AES-GCM with footer, a key for each file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet.encryption import create_encryption_properties

from strongroom.cohort.store.atomic import atomic_path
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    row_group: int = threshold(65_536, "rows", "cost: what a reader decrypts and holds at a time")
    most_cells: int = threshold(
        32 * 1024 * 1024,
        "cells",
        "cost: 256 MB of float64; keeps the row groups of very wide tables in bounded memory",
    )
    least_rows: int = threshold(8_192, "rows", "cost: smaller row groups make very wide tables slow to read")


LIMITS = _Limits()
ROW_GROUP = LIMITS.row_group


class EncryptedTableWriter:
    """Writes batches to `path` in row groups; the file appears when the context ends without an error.

    Every page authenticates the file id, which is not stored: a file does not open under another id.
    """

    def __init__(self, path: Path, schema: pa.Schema, *, key: bytes, file_id: str) -> None:
        self.rows = 0
        self._path = path
        self._schema = schema
        self._key, self._file_id = key, file_id
        self._group = min(ROW_GROUP, max(LIMITS.least_rows, LIMITS.most_cells // max(1, len(schema))))
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._context = self._opened()

    def __enter__(self) -> Self:
        self._context.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.__exit__(kind, error, trace)

    def write(self, batch: pa.Table | pa.RecordBatch) -> None:
        """Add rows; their columns must be the schema's, in its order."""
        table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        self._waiting.append(table if table.schema.equals(self._schema) else table.cast(self._schema))
        self._waiting_rows += table.num_rows
        self.rows += table.num_rows
        while self._waiting_rows >= self._group:
            self._flush(self._group)

    @contextmanager
    def _opened(self) -> Iterator[None]:
        encryption = create_encryption_properties(
            self._key, aad_prefix=self._file_id.encode(), store_aad_prefix=False
        )
        with (
            atomic_path(self._path) as partial,
            pq.ParquetWriter(
                partial,
                self._schema,
                compression="snappy",
                use_dictionary=True,
                encryption_properties=encryption,
            ) as self._parquet,
        ):
            yield
            if self._waiting_rows:
                self._flush(self._waiting_rows)

    def _flush(self, rows: int) -> None:
        waiting = pa.concat_tables(self._waiting)
        self._parquet.write_table(waiting.slice(0, rows), row_group_size=rows)
        rest = waiting.slice(rows)
        self._waiting, self._waiting_rows = [rest] if rest.num_rows else [], rest.num_rows
