"""Why a block of a delimited file cannot be parsed: the first rows and columns in error.

Only run on a block that the fast path refused. No value is quoted, because anyone may read an error message.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv as pa_csv

from strongroom.cohort.ingest.plan import PlannedColumn, TablePlan
from strongroom.cohort.ingest.type_conversion import describe_misfit, first_unconvertible
from strongroom.errors import IngestError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    listed: int = threshold(
        20, "faults", "judgement: a run shows enough to see a pattern, and the message still fits a screen"
    )


LIMITS = _Limits()

_ASCII = bytes(byte if byte < 128 else ord("?") for byte in range(256))  # noqa: PLR2004 - what ASCII is


@dataclass(frozen=True)
class Block:
    """Whole records of a file, beginning with data row `first_row`."""

    path: Path
    content: bytes = field(repr=False)
    delimiter: bytes = field(repr=False)
    first_row: int
    columns: int

    @property
    def names(self) -> list[str]:
        """Names for the parser: positions, since the file's own names were read from its header."""
        return [str(position) for position in range(self.columns)]

    def parse_options(self, on_invalid_row: Callable[..., str] | None = None) -> pa_csv.ParseOptions:
        """Return how the block is split into cells; newlines in values take time and need quotes."""
        return pa_csv.ParseOptions(
            delimiter=self.delimiter.decode(),
            newlines_in_values=b'"' in self.content,
            invalid_row_handler=on_invalid_row,
        )


def refuse_nul(block: Block, plan: TablePlan) -> None:
    """Raise IngestError if the block contains a NUL byte: parsers disagree on its meaning."""
    at = block.content.find(b"\0")
    if at < 0:
        return
    before = block.content[:at]
    line = before[before.rfind(b"\n") + 1 :]
    sources = {column.position: column.source for column in (plan.id, *plan.columns)}
    raise IngestError(
        "contains a NUL byte, so it is not text.",
        file=block.path,
        row=block.first_row + before.count(b"\n"),
        column=sources.get(line.count(block.delimiter)),
        hint="Save it as UTF-8 text.",
    )


def diagnose(block: Block, plan: TablePlan) -> IngestError:
    """Return the error that locates what is wrong in the block."""
    ragged: list[tuple[int, int]] = []

    def note(row: pa_csv.InvalidRow) -> str:
        ragged.append((row.number, row.actual_columns))
        return "skip"

    try:
        # Arrow passes each such row as text, which fails for non-ASCII bytes.
        _as_bytes(replace(block, content=block.content.translate(_ASCII)), note)
        table = None if ragged else _as_bytes(block)
    except pa.ArrowInvalid:
        return _unreadable(block)
    if table is None:
        return _error(block, [_ragged(block, *each) for each in ragged[: LIMITS.listed]])
    faults = [fault for column in (plan.id, *plan.columns) for fault in _unfit(table, column)]
    faults.sort(key=lambda fault: fault.row)
    return _error(block, faults[: LIMITS.listed]) if faults else _unreadable(block)


class _Fault(NamedTuple):
    """What is wrong in a row of a block, counted from 0, and what to do."""

    row: int
    column: str | None
    message: str
    hint: str


def _ragged(block: Block, number: int, cells: int) -> _Fault:
    hint = "Look for a missing or extra delimiter or quote."
    return _Fault(number - 1, None, f"has {cells} cells where the header has {block.columns}.", hint)


def _error(block: Block, faults: Sequence[_Fault]) -> IngestError:
    """Return the first fault as an error that lists the others of the block, so that a run shows many."""
    first, *others = faults
    more = "; ".join(
        f"row {block.first_row + each.row}{f', column {each.column}' if each.column else ''}: "
        f"{each.message.rstrip('.')}"
        for each in others
    )
    return IngestError(
        f"{first.message} Also {more}." if more else first.message,
        file=block.path,
        row=block.first_row + first.row,
        column=first.column,
        hint=first.hint,
    )


def _as_bytes(block: Block, note: Callable[..., str] | None = None) -> pa.Table:
    return pa_csv.read_csv(
        pa.BufferReader(block.content),
        # One thread: rows are numbered only then.
        read_options=pa_csv.ReadOptions(
            column_names=block.names, block_size=len(block.content) + 1, use_threads=False
        ),
        parse_options=block.parse_options(note),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(block.names, pa.binary()), null_values=[], strings_can_be_null=False
        ),
    )


def _unfit(table: pa.Table, column: PlannedColumn) -> Iterator[_Fault]:
    """Yield the first values of a column that do not fit."""
    array = pa.concat_arrays(table.column(column.position).chunks)
    index = first_unconvertible(array, lambda part: part.cast(pa.string()))
    if index is not None:
        yield _Fault(index, column.source, "is not UTF-8 text.", "Save it as UTF-8.")
        return
    text, start = array.cast(pa.string()), 0
    for _ in range(LIMITS.listed):
        index = first_unconvertible(text.slice(start), column.conform)
        if index is None:
            return
        start += index + 1
        message, hint = describe_misfit(text[start - 1].as_py(), column.type, column.field.format)
        yield _Fault(start - 1, column.source, message, hint)


def _unreadable(block: Block) -> IngestError:
    return IngestError(
        "cannot be parsed from here on.",
        file=block.path,
        row=block.first_row,
        hint="Look for unmatched quotes and cells of many megabytes.",
    )
