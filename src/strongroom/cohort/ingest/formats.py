"""Choose the reader of a data file by its name."""

from pathlib import Path

from strongroom.cohort.ingest.columnar import ArrowSource, ParquetSource
from strongroom.cohort.ingest.delimited import DelimitedSource
from strongroom.cohort.ingest.source import Source
from strongroom.errors import IngestError

_DELIMITERS = {".csv": b",", ".tsv": b"\t", ".tab": b"\t", ".txt": b"\t"}
_ARROW = (".arrow", ".feather", ".ipc")


def open_source(path: Path) -> Source:
    """Return the reader of a data file; IngestError if it is missing, empty or of an unsupported type."""
    _require_content(path)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    gzipped = suffixes[-1:] == [".gz"]
    kind = (suffixes[:-1] if gzipped else suffixes)[-1:]
    suffix = kind[0] if kind else ""
    if suffix in _DELIMITERS:
        return DelimitedSource(path, delimiter=_DELIMITERS[suffix], gzipped=gzipped)
    if suffix == ".parquet" and not gzipped:
        return ParquetSource(path)
    if suffix in _ARROW and not gzipped:
        return ArrowSource(path)
    raise IngestError(
        f"is not a supported file type ({''.join(path.suffixes) or 'no suffix'}).",
        file=path,
        hint="Give CSV or TSV (also .gz), Parquet, or Arrow (.arrow, .feather).",
    )


def _require_content(path: Path) -> None:
    try:
        with path.open("rb") as file:
            first = file.read(1)
    except OSError as error:
        raise IngestError(
            "cannot be opened.", file=path, hint="Check that the path is right and the file can be read."
        ) from error
    if not first:
        raise IngestError("is empty.", file=path, hint="Check that it was copied completely.")
