"""Files a table is handed in as, the plain ones first; each takes a table and the path without its ending."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl


def csv(table: pl.DataFrame, path: Path) -> Path:
    """Comma-separated."""
    target = path.with_suffix(".csv")
    table.write_csv(target)
    return target


def tsv(table: pl.DataFrame, path: Path) -> Path:
    """Tab-separated."""
    target = path.with_suffix(".tsv")
    table.write_csv(target, separator="\t")
    return target


def parquet(table: pl.DataFrame, path: Path) -> Path:
    """Parquet."""
    target = path.with_suffix(".parquet")
    table.write_parquet(target)
    return target


def feather(table: pl.DataFrame, path: Path) -> Path:
    """Arrow's file format."""
    target = path.with_suffix(".feather")
    table.write_ipc(target, compat_level=pl.CompatLevel.oldest())
    return target


def xlsx(table: pl.DataFrame, path: Path) -> Path:
    """Put it into an Excel workbook of one sheet."""
    target = path.with_suffix(".xlsx")
    book = workbook()
    fill(book.active, table)
    book.save(target)
    return target


def xlsx_hidden(table: pl.DataFrame, path: Path) -> Path:
    """Put it into an Excel workbook whose second sheet is hidden."""
    target = path.with_suffix(".xlsx")
    book = workbook()
    book.active.append(["model", "estimate", "p"])
    book.active.append(["age", 0.213, 0.04])
    sheet = book.create_sheet("cache")
    fill(sheet, table)
    sheet.sheet_state = "veryHidden"
    book.save(target)
    return target


def ndjson(table: pl.DataFrame, path: Path) -> Path:
    """One JSON object a line."""
    target = path.with_suffix(".ndjson")
    table.write_ndjson(target)
    return target


def json_records(table: pl.DataFrame, path: Path) -> Path:
    """Write a JSON list of objects."""
    target = path.with_suffix(".json")
    target.write_text(json.dumps(plain_rows(table), default=str), encoding="utf-8")
    return target


def gz(table: pl.DataFrame, path: Path) -> Path:
    """Gzip a CSV."""
    target = path.with_suffix(".csv.gz")
    target.write_bytes(gzip.compress(csv_bytes(table)))
    return target


def zipped(table: pl.DataFrame, path: Path) -> Path:
    """Zip a CSV."""
    target = path.with_suffix(".zip")
    target.write_bytes(zip_bytes({f"{path.name}.csv": csv_bytes(table)}))
    return target


def notebook(table: pl.DataFrame, path: Path) -> Path:
    """Show the table as the output of a notebook's cell."""
    target = path.with_suffix(".ipynb")
    outputs = [{"output_type": "execute_result", "execution_count": 1, "metadata": {}}]
    outputs[0]["data"] = {"text/html": html_table(table)}
    target.write_text(notebook_text(outputs), encoding="utf-8")
    return target


def csv_bytes(table: pl.DataFrame) -> bytes:
    """Return a table as the bytes of a CSV."""
    return table.write_csv().encode()


def zip_bytes(members: dict[str, bytes]) -> bytes:
    """Return a zip archive with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def html_table(table: pl.DataFrame) -> str:
    """Return a table as HTML."""
    lines = [table.columns, *table.cast(pl.String).fill_null("").rows()]
    return f"<table>{''.join(f'<tr>{_cells(line)}</tr>' for line in lines)}</table>"


def notebook_text(outputs: list[dict[str, Any]], source: str = "display(table)") -> str:
    """Return a notebook of one cell with these outputs."""
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": [source], "outputs": outputs}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]})


def plain_rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries, dates as text."""
    return table.with_columns(pl.selectors.temporal().cast(pl.String)).to_dicts()


def workbook() -> Any:
    """Return a new, empty workbook."""
    from openpyxl import Workbook  # noqa: PLC0415 - only attacks that need it pay for it

    return Workbook()


def fill(sheet: Any, table: pl.DataFrame) -> None:
    """Write a table into a sheet of a workbook."""
    sheet.append(table.columns)
    for row in table.iter_rows():
        sheet.append(row)


def _cells(line: Any) -> str:
    return "".join(f"<td>{cell}</td>" for cell in line)
