"""What people look at before they decide: a file's tables and texts as its confined reader saw them.

Nothing here is the file itself: a preview is plain data, so that a page never shows a researcher's bytes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from strongroom.checker.confined.reader import read_file
from strongroom.checker.contents.found import (
    FoundGenotypes,
    FoundModel,
    FoundOpaque,
    FoundPicture,
    FoundProblem,
    FoundTable,
    FoundText,
    Limits,
    Origin,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    rows: int = threshold(300, "rows", "cost: a page that a browser lays out at once; the rest is counted")
    columns: int = threshold(60, "columns", "cost: as for rows")
    tables: int = threshold(40, "tables", "cost: as for rows; a workbook of a paper has fewer sheets")
    text: int = threshold(60_000, "characters", "cost: as for rows; 20 pages")
    texts: int = threshold(60, "texts", "cost: as for rows; cells of a notebook, paragraphs are one text")
    cell: int = threshold(200, "characters", "cost: as for rows; longer cells are cut")


LIMITS = _Limits()
_SHOWN = (Origin.TABLE, Origin.ARRAY, Origin.MODEL)


@dataclass(frozen=True)
class Preview:
    """A file's type and its parts: tables, texts, and sentences about what has no words."""

    type: str
    parts: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the preview as JSON."""
        return {"type": self.type, "parts": list(self.parts)}


def preview(path: Path, *, limits: Limits | None = None) -> Preview:
    """Return what a file holds, of long tables and texts the beginning; nothing in it raises."""
    content = read_file(path, limits=limits or Limits())
    tables = [each for each in content.artefacts if isinstance(each, FoundTable) and each.origin in _SHOWN]
    texts = [each for each in content.artefacts if isinstance(each, FoundText)]
    parts = [_table(each) for each in tables[: LIMITS.tables]]
    parts += [_text(each) for each in texts[: LIMITS.texts]]
    parts += [
        {"kind": "note", "text": sentence} for sentence in map(_sentence, content.artefacts) if sentence
    ]
    return Preview(content.type, tuple(parts))


def _table(found: FoundTable) -> dict[str, Any]:
    shown = found.table.slice(0, LIMITS.rows).select(range(min(LIMITS.columns, found.table.num_columns)))
    columns = [[_cell(value) for value in column.to_pylist()] for column in shown.columns]
    return {
        "kind": "table",
        "where": found.where,
        "header": list(shown.column_names),
        "rows": [list(row) for row in zip(*columns, strict=True)] if columns else [],
        "numeric": [_is_number(field.type) for field in shown.schema],
        "total_rows": found.total_rows,
        "total_columns": found.table.num_columns,
        "sampled": found.rows is not None,
    }


def _text(found: FoundText) -> dict[str, Any]:
    return {
        "kind": "text",
        "where": found.where,
        "text": found.text[: LIMITS.text],
        "cut": len(found.text) > LIMITS.text,
        "left_out": found.left_out,
    }


def _sentence(artefact: object) -> str:
    match artefact:
        case FoundPicture(where=where, width=width, height=height):
            return f"{where}: a picture of {width} by {height} pixels"
        case FoundProblem(where=where, kind=kind):
            return f"{where}: {kind.value}"
        case FoundOpaque(where=where, size=size):
            return f"{where}: {size:,} bytes that no reader understands"
        case FoundModel(where=where, format=kind, numbers=numbers):
            return f"{where}: a {kind} model of {numbers:,} numbers"
        case FoundGenotypes(where=where, samples=samples, variants=variants):
            return f"{where}: genotypes of {samples:,} people at {variants:,} places"
    return ""


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:.12g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LIMITS.cell else f"{text[: LIMITS.cell]}…"


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
