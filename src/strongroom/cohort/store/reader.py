"""Read encrypted tables: decrypted in memory, by column and row group, never onto disk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet.encryption import create_decryption_properties

from strongroom.cohort.keys import unwrap
from strongroom.cohort.store.stored_table import StoredTable
from strongroom.cohort.store.writer import ROW_GROUP
from strongroom.errors import StoreError


class EncryptedTable:
    """One stored table. Opening authenticates the key, the file id and the footer, reading each page.

    Raises StoreError, on opening or reading, if the file is missing, is another file, or was changed.
    """

    def __init__(self, path: Path, *, key: bytes, file_id: str) -> None:
        self._path, self._key, self._file_id = path, key, file_id
        with self._file() as file:
            self.schema: pa.Schema = file.schema_arrow
            self.num_rows: int = file.metadata.num_rows

    @classmethod
    def open(cls, directory: Path, stored: StoredTable, *, key: bytes) -> "EncryptedTable":
        """Open a table of a cohort or view whose key is `key`; KeyUnavailableError for another key."""
        data_key = unwrap(key, stored.wrapped_key, context=stored.file_id)
        return cls(directory / stored.file, key=data_key, file_id=stored.file_id)

    @property
    def column_names(self) -> list[str]:
        """The columns, in the order they are stored."""
        return list(self.schema.names)

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return these columns in this order (all by default) with every row."""
        names = self._known(columns)
        with self._file() as file:
            return file.read(names).select(names)

    def batches(
        self, columns: Sequence[str] | None = None, size: int = ROW_GROUP
    ) -> Iterator[pa.RecordBatch]:
        """Yield these columns in this order, at most `size` rows at a time."""
        names = self._known(columns)
        with self._file() as file:
            for batch in file.iter_batches(batch_size=size, columns=names):
                yield batch.select(names)

    def reader(self, columns: Sequence[str] | None = None, size: int = ROW_GROUP) -> pa.RecordBatchReader:
        """Return the same as one Arrow stream, as DuckDB reads it."""
        names = self._known(columns)
        schema = pa.schema([self.schema.field(name) for name in names])
        return pa.RecordBatchReader.from_batches(schema, self.batches(names, size))

    def _known(self, columns: Sequence[str] | None) -> list[str]:
        if columns is None:
            return self.column_names
        unknown = [name for name in columns if name not in self.schema.names]
        if unknown:
            raise StoreError(
                f"{self._path.name} has no column {', '.join(unknown)}.", hint="See .column_names."
            )
        return list(columns)

    @contextmanager
    def _file(self) -> Iterator[pq.ParquetFile]:
        decryption = create_decryption_properties(
            self._key,
            aad_prefix=self._file_id.encode(),
            check_footer_integrity=True,
            allow_plaintext_files=False,
        )
        try:
            # Without pre-buffering, which would hold a row group of a wide table twice.
            with pq.ParquetFile(self._path, decryption_properties=decryption, pre_buffer=False) as file:
                yield file
        except (pa.ArrowException, OSError) as error:
            raise StoreError(
                f"{self._path} cannot be read: it is missing or was changed.",
                hint="Restore the vault from its backup.",
            ) from error
