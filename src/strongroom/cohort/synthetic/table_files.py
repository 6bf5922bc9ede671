"""Write tables block by block, as Parquet or as comma-separated text."""

from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from strongroom.errors import UsageError


class FileFormat(StrEnum):
    """The format of participants and events; the value is the file's suffix."""

    PARQUET = "parquet"
    CSV = "csv"


def chosen_format(name: str) -> FileFormat:
    """Return the format named `name`; UsageError lists the formats."""
    try:
        return FileFormat(name)
    except ValueError as error:
        raise UsageError(f"{name!r} is not a supported format.", hint="Use parquet or csv.") from error


class TableFile:
    """A file to which one table a block is added; a context manager, so that it is always closed."""

    def __init__(self, path: Path, schema: pa.Schema, form: FileFormat) -> None:
        self._schema = schema
        if form is FileFormat.CSV:
            self._writer = pa_csv.CSVWriter(
                path, schema, write_options=pa_csv.WriteOptions(quoting_style="needed")
            )
        else:
            self._writer = pa_parquet.ParquetWriter(path, schema, compression="snappy")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def write(self, table: pa.Table) -> None:
        """Add a block's rows."""
        self._writer.write_table(table.cast(self._schema))
