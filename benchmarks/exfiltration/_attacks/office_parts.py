"""Places inside Office files where a table can lie."""

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
from benchmarks.exfiltration._attacks import writers

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pivot_cache(table: pl.DataFrame) -> dict[str, bytes]:
    """Return the records a pivot table keeps of its source, and their definition."""
    fields = "".join(f'<cacheField name="{name}"><sharedItems/></cacheField>' for name in table.columns)
    rows = "".join(
        f"<r>{''.join('<m/>' if cell is None else _item(cell) for cell in row)}</r>" for row in table.rows()
    )
    definition = (
        f'<pivotCacheDefinition xmlns="{_MAIN}" recordCount="{len(table)}">'
        f'<cacheFields count="{table.width}">{fields}</cacheFields></pivotCacheDefinition>'
    )
    records = f'<pivotCacheRecords xmlns="{_MAIN}" count="{len(table)}">{rows}</pivotCacheRecords>'
    return {
        "xl/pivotCache/pivotCacheDefinition1.xml": definition.encode(),
        "xl/pivotCache/pivotCacheRecords1.xml": records.encode(),
    }


def custom_xml(table: pl.DataFrame) -> dict[str, bytes]:
    """Return a part of an add-in's own XML."""
    return {"customXml/item1.xml": f"<state>{escape(table.write_csv())}</state>".encode()}


def embedded_object(table: pl.DataFrame) -> dict[str, bytes]:
    """Return an embedded object that is no part of the sheet."""
    return {"xl/embeddings/oleObject1.bin": writers.csv_bytes(table)}


def comment_rows(sheet: Any, table: pl.DataFrame) -> None:
    """Write every row as the comment of a cell."""
    from openpyxl.comments import Comment  # noqa: PLC0415 - only this attack pays for it

    for number, line in enumerate(table.write_csv().splitlines(), 1):
        sheet.cell(number, 9).comment = Comment(line, "reviewer")


def hide_columns(sheet: Any, table: pl.DataFrame) -> None:
    """Write the table far to the right, in hidden columns."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - only this attack pays for it

    for place in range(table.width):
        sheet.column_dimensions[get_column_letter(30 + place)].hidden = True
    for number, row in enumerate(table.iter_rows(), 1):
        for place, cell in enumerate(row):
            sheet.cell(number, 30 + place, cell)


def add_table(paper: Any, table: pl.DataFrame) -> None:
    """Add a table to a document; written as XML, for the library takes minutes for a thousand rows."""
    from docx.oxml import parse_xml  # noqa: PLC0415 - only this attack pays for it

    rows = "".join(
        f"<w:tr>{''.join(_word_cell(cell) for cell in row)}</w:tr>"
        for row in [tuple(table.columns), *table.rows()]
    )
    grid = "<w:gridCol/>" * table.width
    paper.element.body.insert(
        1, parse_xml(f'<w:tbl xmlns:w="{_WORD}"><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>')
    )


def add_deleted(paper: Any, text: str) -> None:
    """Add a paragraph whose deletion was tracked, so that it is there and not seen."""
    from docx.oxml import parse_xml  # noqa: PLC0415 - only this attack pays for it

    paper.element.body.insert(
        1,
        parse_xml(
            f'<w:p xmlns:w="{_WORD}"><w:del w:id="1" w:author="a" w:date="2024-01-01T00:00:00Z"><w:r>'
            f'<w:delText xml:space="preserve">{escape(text)}</w:delText></w:r></w:del></w:p>'
        ),
    )


def slides(place: str, table: pl.DataFrame, target: Path) -> None:
    """Write slides with the table behind a chart, in the notes, or as a picture's description."""
    from pptx import Presentation  # noqa: PLC0415 - only this attack pays for it
    from pptx.util import Inches  # noqa: PLC0415

    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "Results"
    if place == "notes":
        slide.notes_slide.notes_text_frame.text = table.write_csv()
    elif place == "alt text":
        box = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(3), Inches(1))
        box._element._nvXxPr.cNvPr.set("descr", table.write_csv())  # noqa: SLF001 - the library has no way
    else:
        _add_chart(slide, table)
    show.save(str(target))


def _add_chart(slide: Any, table: pl.DataFrame) -> None:
    from pptx.chart.data import CategoryChartData  # noqa: PLC0415 - only this attack pays for it
    from pptx.enum.chart import XL_CHART_TYPE  # noqa: PLC0415
    from pptx.util import Inches  # noqa: PLC0415

    data = CategoryChartData()
    data.categories = [str(place) for place in range(len(table))]
    for name in table.select(pl.selectors.numeric()).columns:
        data.add_series(name, table[name].cast(pl.Float64).to_list())
    slide.shapes.add_chart(XL_CHART_TYPE.LINE, Inches(1), Inches(2), Inches(6), Inches(4), data)


def _item(cell: Any) -> str:
    number = isinstance(cell, (int, float))
    return f'<{"n" if number else "s"} v="{escape(str(cell))}"/>'


def _word_cell(cell: Any) -> str:
    text = "" if cell is None else escape(str(cell))
    return f"<w:tc><w:tcPr/><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
