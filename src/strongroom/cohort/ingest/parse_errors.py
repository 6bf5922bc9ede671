"""Why a block of a delimited file cannot be parsed: the first row and column in error.

Only run on a block that the fast path refused. No value is quoted, because anyone may read an error message.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from strongroom.cohort.ingest.plan import PlannedColumn, TablePlan
from strongroom.cohort.ingest.type_conversion import conform, describe_type, first_unconvertible
from strongroom.errors import IngestError

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
        number, cells = ragged[0]
        return IngestError(
            f"has {cells} cells where the header has {block.columns}.",
            file=block.path,
            row=block.first_row + number - 1,
            hint="Look for a missing or extra delimiter or quote.",
        )
    unfit = [_unfit(table.column(column.position), column) for column in (plan.id, *plan.columns)]
    found = min((each for each in unfit if each is not None), key=lambda each: each[0], default=None)
    if found is None:
        return _unreadable(block)
    index, column, message = found
    return IngestError(message, file=block.path, row=block.first_row + index, column=column.source)


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


def _unfit(cells: pa.ChunkedArray, column: PlannedColumn) -> tuple[int, PlannedColumn, str] | None:
    array = pa.concat_arrays(cells.chunks)
    index = first_unconvertible(array, lambda part: part.cast(pa.string()))
    if index is not None:
        return index, column, "is not UTF-8 text."
    index = first_unconvertible(
        array.cast(pa.string()), lambda part: conform(part, column.type, column.missing)
    )
    return None if index is None else (index, column, f"is not {describe_type(column.type)}.")


def _unreadable(block: Block) -> IngestError:
    return IngestError(
        "cannot be parsed from here on.",
        file=block.path,
        row=block.first_row,
        hint="Look for unmatched quotes and cells of many megabytes.",
    )
