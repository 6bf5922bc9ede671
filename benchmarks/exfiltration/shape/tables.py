"""Read the tables of the corpus: a manifest's row to a `TypedTable`, or None for a file that is no table."""

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import numpy as np
import pyreadstat

from strongroom.checker.contents.found import Origin
from strongroom.checker.table_types.typed_table import TypedTable, typed_from_texts

_MOST = 1_500  # fixed: rows read of a file; the features look at fewer
_STATISTICAL = {
    ".dta": pyreadstat.read_dta,
    ".sav": pyreadstat.read_sav,
    ".xpt": pyreadstat.read_xport,
    ".sas7bdat": pyreadstat.read_sas7bdat,
}


def read_table(path: Path) -> tuple[TypedTable, int] | None:
    """Return the table of a file and how many rows the file has."""
    reader = _STATISTICAL.get(path.suffix.lower())
    rows = _of_package(path, reader) if reader else _of_text(path)
    if rows is None or len(rows) < 5 or len(rows[0]) < 2:
        return None
    names, cells = rows[0], rows[1 : _MOST + 1]
    columns = [[row[place] for row in cells] for place in range(len(names))]
    typed = typed_from_texts(names, columns, Origin.TABLE)
    return TypedTable(typed.columns, len(rows) - 1, typed.total_columns, typed.origin), len(rows) - 1


def _of_package(path: Path, reader) -> list[list[str]] | None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    try:
        frame, _ = reader(str(path))
    except Exception:  # noqa: BLE001 - a file of the corpus that cannot be read is left out
        return None
    frame = frame.iloc[:, :200]
    values = frame.head(_MOST).astype(object).to_numpy()
    cells = [["" if cell is None or cell != cell else _text(cell) for cell in row] for row in values]  # noqa: PLR0124
    padding: list[list[str]] = [[]] * (len(frame) - len(cells))
    return [list(map(str, frame.columns)), *cells, *padding]


def _text(cell: object) -> str:
    number = isinstance(cell, float | np.floating)
    return f"{cell:.10g}" if number else str(cell)


def _of_text(path: Path) -> list[list[str]] | None:
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    lines = [line for line in data.decode("utf-8-sig", "replace").splitlines() if line.strip()]
    if path.suffix == ".arff":
        lines = _arff(lines)
    lines = [line for line in lines if not line.startswith(("#", "%"))]
    split = _delimiter(lines[:50])
    if split is None:
        return None
    head = lines[: _MOST + 1]
    rows = [line.split() for line in head] if split == " " else list(csv.reader(head, delimiter=split))
    width = Counter(map(len, rows)).most_common(1)[0][0]
    if split == " " and rows and len(rows[0]) == width - 1:
        rows[0].insert(0, "")
    kept = [(row + [""] * width)[:width] for row in rows if abs(len(row) - width) <= 1]
    if len(kept) < 0.8 * len(rows) or width > 20_000:
        return None
    if _is_data(kept[0]):
        kept.insert(0, [f"column_{place}" for place in range(width)])
    kept = [row[:200] for row in kept]
    return [*kept, *([[]] * (len(lines) - len(rows)))]


def _arff(lines: list[str]) -> list[str]:
    names = [line.split()[1].strip("'\"") for line in lines if line.lower().startswith("@attribute")]
    out = io.StringIO()
    csv.writer(out).writerow(names)
    start = next((place for place, line in enumerate(lines) if line.lower().startswith("@data")), 0)
    return [out.getvalue().strip(), *lines[start + 1 :]]


def _delimiter(lines: list[str]) -> str | None:
    for split in (",", "\t", ";", "|", " "):
        widths = [len(line.split() if split == " " else line.split(split)) for line in lines]
        usual = Counter(widths).most_common(1)
        if usual and usual[0][0] > 1 and usual[0][1] >= 0.5 * len(lines):
            return split
    return None


def _is_data(row: list[str]) -> bool:
    numbers = 0
    for cell in row:
        try:
            float(cell)
        except ValueError:
            continue
        numbers += 1
    return numbers >= 0.5 * len(row)
