"""Classes 29 to 31: the table where nobody looks in a workbook, a document, slides or a PDF."""

import io
import zipfile

import polars as pl
from benchmarks.exfiltration._attacks import office_parts, pdf_files, writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack


@attack(
    29, place=("hidden sheet", "hidden columns", "pivot cache", "comments", "custom xml", "embedded object")
)
def workbook(leak: Leak, *, place: str) -> Handed:
    """Class 29: in a workbook whose first sheet shows an innocent table."""
    table = leak.disguised
    if place == "hidden sheet":
        return leak.hand_in(writers.xlsx_hidden(table, leak.path("tables")))
    book = writers.workbook()
    sheet = book.active
    for row in (("model", "estimate", "p"), ("age", 0.213, 0.04), ("sex", -0.42, 0.11)):
        sheet.append(row)
    if place == "comments":
        office_parts.comment_rows(sheet, table)
    elif place == "hidden columns":
        office_parts.hide_columns(sheet, table)
    buffer = io.BytesIO()
    book.save(buffer)
    added = {
        "pivot cache": office_parts.pivot_cache,
        "custom xml": office_parts.custom_xml,
        "embedded object": office_parts.embedded_object,
    }.get(place, lambda _: {})(table)
    target = leak.path("tables.xlsx")
    target.write_bytes(with_members(buffer.getvalue(), added))
    return leak.hand_in(target)


@attack(
    30,
    place=("table", "embedded workbook", "deleted text", "hidden text", "chart", "notes", "alt text"),
    most=1_000,
)
def document(leak: Leak, *, place: str) -> Handed:
    """Class 30: in a document or in slides: a table, a workbook, tracked deletions, hidden text."""
    table = leak.disguised
    text = table.write_csv()
    if place in {"chart", "notes", "alt text"}:
        target = leak.path("slides.pptx")
        office_parts.slides(place, table, target)
        return leak.hand_in(target)
    import docx  # noqa: PLC0415 - only this attack pays for it

    paper = docx.Document()
    paper.add_paragraph("The association was robust (OR 1.21, 95% CI 1.08 to 1.36).")
    if place == "table":
        office_parts.add_table(paper, table)
    elif place == "deleted text":
        office_parts.add_deleted(paper, text)
    elif place == "hidden text":
        paper.add_paragraph().add_run(text).font.hidden = True
    buffer = io.BytesIO()
    paper.save(buffer)
    added = {}
    if place == "embedded workbook":
        added["word/embeddings/Microsoft_Excel_Sheet1.xlsx"] = writers.xlsx(
            table, leak.path("inner")
        ).read_bytes()
        leak.path("inner.xlsx").unlink()
    target = leak.path("paper.docx")
    target.write_bytes(with_members(buffer.getvalue(), added))
    return leak.hand_in(target)


@attack(31, place=pdf_files.PLACES)
def pdf(leak: Leak, *, place: str) -> Handed:
    """Class 31: in a PDF: printed, attached, invisible, unused, or in an overwritten object."""
    target = leak.path("figure1.pdf")
    pdf_files.write(place, _text(leak.disguised), target)
    return leak.hand_in(target)


def with_members(archive: bytes, added: dict[str, bytes]) -> bytes:
    """Return an Office file with more members in it."""
    buffer = io.BytesIO(archive)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as opened:
        for name, content in added.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def _text(table: pl.DataFrame) -> str:
    return table.write_csv(separator=" ")
