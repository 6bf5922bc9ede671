"""Files of Stata, SAS and SPSS: their table, and every label and note beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, ProblemKind
from strongroom.checker.formats.part import Context, Kind, Part, UnreadableError
from strongroom.checker.formats.science.arrays import cells
from strongroom.checker.formats.science.formats import POR, SAS, SAV, XPORT
from strongroom.checker.formats.text.plain_text import with_tables
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_labels: int = threshold(5, "labels", "judgement: shorter lists name codes such as sex")
    overhead_bytes: int = threshold(
        1 << 18, "bytes", "judgement: headers and pages of SAS take as much in a file of a few rows"
    )
    usual_excess: int = threshold(
        2,
        "times",
        "judgement: SAS keeps whole pages, Stata whole tables of names: twice the cells is usual",
    )


LIMITS = _Limits()


_BYTES_PER_CELL = 8  # fixed: a number of double precision
# SAS keeps whole pages and Stata whole tables of names, so twice the cells is nothing unusual.
_CHARACTERISTICS = (b"<characteristics>", b"</characteristics>")
_STATA_END = b"</stata_dta>"


@dataclass(frozen=True, repr=False)
class Statistical:
    """A parsed file: its table, value labels by their name, and all other words it carries."""

    table: pa.Table
    value_labels: dict[str, dict[Any, str]]
    words: str
    row_bytes: int


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the table, its labels and notes, and what is too large to be either."""
    parsed = parse(part, context)
    yield FoundTable(part.where, parsed.table)
    for name, labels in parsed.value_labels.items():
        if len(labels) >= LIMITS.least_labels:
            columns = [cells(list(labels)), cells(list(labels.values()))]
            yield FoundTable(
                part.inner(b"", f"labels {name}").where, pa.table(columns, names=["value", "label"])
            )
    words = "\n".join([parsed.words, *(str(labels) for labels in parsed.value_labels.values())]).strip()
    if words:
        yield from with_tables(f"{part.where} > labels and notes", words)
    explained = (
        LIMITS.usual_excess * parsed.table.num_rows * parsed.row_bytes + len(words) + LIMITS.overhead_bytes
    )
    if len(part.data) > explained:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "the file is far larger than its cells and labels")
    if part.data.startswith(b"<stata_dta>") and not part.data.endswith(_STATA_END):
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the file's end")


def parse(part: Part, context: Context) -> Statistical:
    """Return what the file holds; raise UnreadableError when it is damaged or encrypted."""
    columns, about = _parsed(part.data, context.formats.identify(part.data, ""))
    context.budget.take(len(columns) * about.number_rows * _BYTES_PER_CELL if about.number_rows else 0)
    tidy: dict[str, pa.Array] = {}
    for name, values in columns.items():
        tidy |= _column(name, list(values))
    return Statistical(
        pa.table(list(tidy.values()), names=list(tidy)),
        {str(name): labels for name, labels in (about.value_labels or {}).items()},
        _words(part.data, about),
        sum((about.variable_storage_width or {}).values()),
    )


def _parsed(data: bytes, kind: Kind) -> tuple[dict[str, Any], Any]:
    import pyreadstat  # noqa: PLC0415 - heavy, and few files need it

    reader, options = _reader(pyreadstat, kind)
    for dates in (True, False):
        try:
            read_as: tuple[dict[str, Any], Any] = reader(
                BytesIO(data), output_format="dict", disable_datetime_conversion=not dates, **options
            )
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - ReadStat's own error class, or any of Python's on odd dates
            failed = error
        else:
            return read_as
    raise UnreadableError(ProblemKind.UNREADABLE, "a damaged or encrypted statistical file") from failed


def _reader(library: Any, kind: Kind) -> tuple[Callable[..., Any], dict[str, bool]]:
    # Values that the user marked as missing are still values.
    if kind is SAV:
        return library.read_sav, {"user_missing": True}
    if kind is SAS:
        return library.read_sas7bdat, {"user_missing": True}
    if kind is POR:
        return library.read_por, {}
    return (library.read_xport, {}) if kind is XPORT else (library.read_dta, {"user_missing": True})


def _column(name: str, values: list[Any]) -> dict[str, pa.Array]:
    """Return a column; kinds of missing values (.a to .z) among numbers as a separate column."""
    marks = [value if isinstance(value, str) else None for value in values]
    if any(isinstance(value, (int, float)) for value in values) and any(marks):
        numbers = [None if isinstance(value, str) else value for value in values]
        return {name: cells(numbers), f"{name} (missing)": cells(marks)}
    return {name: cells(values)}


def _words(data: bytes, about: Any) -> str:
    """Return all text that is neither cell nor value label, one piece a line."""
    labels = [label for label in about.column_labels or [] if label]
    pieces = [about.file_label, about.table_name, *(about.notes or []), *labels, _characteristics(data)]
    return "\n".join(str(piece) for piece in pieces if piece)


def _characteristics(data: bytes) -> str:
    """Return what a Stata file notes about itself and its columns, which its table does not show."""
    start, end = (data.find(tag) for tag in _CHARACTERISTICS)
    if not data.startswith(b"<stata_dta>") or not 0 <= start < end:
        return ""
    section = data[start + len(_CHARACTERISTICS[0]) : end].decode("utf-8", errors="replace")
    return "".join(letter if letter.isprintable() else " " for letter in section).strip()
