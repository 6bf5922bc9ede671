"""Released slides are slides: titles, lists, tables, pictures and charts in place, and nothing hidden."""

import io
import zipfile

import numpy as np
import pptx
import pytest
from PIL import Image
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from strongroom.checker.contents.found import Limits
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes


def picture() -> io.BytesIO:
    """Return a picture whose right half is red."""
    pixels = np.full((40, 80, 3), 255, np.uint8)
    pixels[:, 40:] = (255, 0, 0)
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "PNG")
    return sink


def deck() -> pptx.presentation.Presentation:
    made = pptx.Presentation()
    made.core_properties.author = "eid1000001"
    words = made.slides.add_slide(made.slide_layouts[1])
    words.shapes.title.text = "Methods & data"
    frame = words.placeholders[1].text_frame
    frame.text = "Linear model"
    below = frame.add_paragraph()
    below.text, below.level = "Robust", 1
    below.add_run().text = " errors"
    below.runs[1].font.bold = True
    words.notes_slide.notes_text_frame.text = "eid1000001"
    figures = made.slides.add_slide(made.slide_layouts[5])
    figures.shapes.title.text = "Results"
    table = figures.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for place, value in enumerate(("Term", "Estimate", "Age", "0.520", "Adjusted", "")):
        table.cell(place // 2, place % 2).text = value
    table.cell(2, 0).merge(table.cell(2, 1))
    cropped = figures.shapes.add_picture(picture(), Inches(5), Inches(1), width=Inches(3))
    cropped.crop_right = 0.5
    data = CategoryChartData()
    data.categories = ["A", "B"]
    data.add_series("Rate", (1.5, 1.75))
    kind = XL_CHART_TYPE.BAR_CLUSTERED
    figures.shapes.add_chart(kind, Inches(1), Inches(4), Inches(4), Inches(3), data)
    return made


def saved(made) -> bytes:
    sink = io.BytesIO()
    made.save(sink)
    return sink.getvalue()


@pytest.fixture(scope="module")
def rebuilt():
    return rebuild_bytes(saved(deck()), "talk.pptx", limits=Limits())


def shown(made) -> list[object]:
    """Return what is seen on each slide: texts with level and bold, cells, a chart's values, and where."""
    found: list[object] = []
    for slide in made.slides:
        for shape in slide.shapes:
            place = [round(each / 12_700) for each in (shape.left, shape.top, shape.width)]
            if shape.has_text_frame:
                words = [(each.text, each.level) for each in shape.text_frame.paragraphs]
                bold = [bool(run.font.bold) for each in shape.text_frame.paragraphs for run in each.runs]
                found.append((words, bold, place))
            elif shape.has_table:
                rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
                found.append((rows, shape.table.cell(2, 0).span_width, place))
            elif shape.has_chart:
                plot = shape.chart.plots[0]
                values = [(series.name, list(series.values)) for series in plot.series]
                found.append((shape.chart.chart_type, values, place))
            else:
                found.append(("picture", place))
    return found


def test_a_viewer_sees_the_same_in_the_same_places(rebuilt):
    [copy] = rebuilt.files
    assert copy.name == "talk.pptx"
    made = pptx.Presentation(io.BytesIO(copy.data))
    assert shown(made) == shown(deck())
    assert [slide.shapes.title.text for slide in made.slides] == ["Methods & data", "Results"]
    assert (made.slide_width, made.slide_height) == (deck().slide_width, deck().slide_height)


def test_what_is_cropped_hidden_or_noted_is_not_in_the_copy(rebuilt):
    with zipfile.ZipFile(io.BytesIO(rebuilt.files[0].data)) as copy:
        assert not [name for name in copy.namelist() if "docProps" in name or "embeddings" in name]
        content = b"".join(copy.read(name) for name in copy.namelist() if name.endswith((".xml", ".rels")))
        [name] = [name for name in copy.namelist() if name.endswith(".png")]
        assert np.asarray(Image.open(io.BytesIO(copy.read(name)))).min() == 255
    assert b"1000001" not in content
    assert "pages of speaker's notes (1)" in rebuilt.changes[0]
    assert "embedded files (1)" in rebuilt.changes[0]


@pytest.mark.parametrize("kind", ["LINE", "PIE", "AREA", "COLUMN_STACKED", "XY_SCATTER"])
def test_charts_of_common_kinds_keep_their_values(kind):
    data = XyChartData() if kind == "XY_SCATTER" else CategoryChartData()
    if isinstance(data, XyChartData):
        series = data.add_series("Rate")
        for x, y in ((1, 2.5), (2, 3.5)):
            series.add_data_point(x, y)
    else:
        data.categories = ["A", "B"]
        data.add_series("Rate", (2.5, 3.5))
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    slide.shapes.add_chart(XL_CHART_TYPE[kind], 0, 0, Inches(4), Inches(3), data)
    [copy] = rebuild_bytes(saved(made), "c.pptx", limits=Limits()).files
    [shape] = pptx.Presentation(io.BytesIO(copy.data)).slides[0].shapes
    assert shape.chart.chart_type == XL_CHART_TYPE[kind]
    assert [(each.name, list(each.values)) for each in shape.chart.plots[0].series] == [("Rate", [2.5, 3.5])]


def test_slides_of_which_nothing_is_left_are_not_released():
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[6])
    with pytest.raises(UnreadableError):
        rebuild_bytes(saved(made), "t.pptx", limits=Limits())
