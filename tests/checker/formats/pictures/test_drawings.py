"""SVG and HTML: every mark is a coordinate, every word is found, and nothing that runs or hides leaves."""

import base64
import io
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from strongroom.checker.contents.drawing_kind import Drawn, drawn_as
from strongroom.checker.contents.found import (
    FoundPicture,
    FoundProblem,
    FoundTable,
    FoundText,
    Limits,
    Origin,
    ProblemKind,
)
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.pictures.geometry import affine, subpaths
from strongroom.checker.formats.registry import rebuild_bytes

SPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SVG = f'<svg {SPACES} viewBox="0 0 500 400">'


def read(data, name):
    return list(read_bytes(data.encode() if isinstance(data, str) else data, name))


def problems(found):
    return {each.kind for each in found if isinstance(each, FoundProblem)}


def texts(found):
    return "\n".join(each.text for each in found if isinstance(each, FoundText))


def tables(found):
    return [each for each in found if isinstance(each, FoundTable)]


def anew(data, name):
    [copy] = rebuild_bytes(data.encode() if isinstance(data, str) else data, name, limits=Limits()).files
    return copy.data.decode()


def png(seed=0):
    sink = io.BytesIO()
    Image.fromarray(np.full((4, 5, 3), seed, np.uint8)).save(sink, "PNG")
    return base64.b64encode(sink.getvalue()).decode()


# Places


def test_marks_of_a_matplotlib_scatter_stand_where_the_data_do():
    x, y = np.random.default_rng(1).normal(size=(2, 60))
    figure = Figure()
    figure.subplots().scatter(x, y)
    sink = io.BytesIO()
    figure.savefig(sink, format="svg")
    [dots] = [each for each in tables(read(sink.getvalue(), "p.svg")) if each.table.num_rows == 60]
    assert dots.origin is Origin.COORDINATES
    assert drawn_as(dots) is Drawn.LONE_DOTS
    drawn = np.array([dots.table["x"].to_pylist(), dots.table["y"].to_pylist()])
    assert np.corrcoef(drawn[0], x)[0, 1] == pytest.approx(1, abs=1e-6)
    assert np.corrcoef(drawn[1], y)[0, 1] == pytest.approx(-1, abs=1e-6)  # a page grows downwards


@pytest.mark.parametrize(("second", "drawn"), [("b", Drawn.BARS), ("a", Drawn.LETTERS)])
def test_symbols_side_by_side_are_letters_of_a_word_and_upright_ones_stand_for_people(second, drawn):
    places = np.random.default_rng(2).uniform(0, 300, (60, 2))
    words = "".join(
        f'<g transform="translate({x},{y}) scale(0.1 -0.1)"><use xlink:href="#a"/>'
        f'<use x="63.6" xlink:href="#{second}"/></g>'
        for x, y in places
    )
    symbols = '<defs><path id="a" d="M0 0L9 9L0 9z"/><path id="b" d="M0 0L9 0L0 9z"/></defs>'
    found = [each for each in tables(read(f"{SVG}{symbols}{words}</svg>", "p.svg")) if each.total_rows >= 60]
    assert {drawn_as(each) for each in found} == {drawn}
    assert found[0].table["x"].to_pylist()[0] == pytest.approx(places[0, 0])


def test_circles_of_two_sizes_and_colours_say_so():
    circles = "".join(
        f'<circle cx="{n}" cy="{n * n}" r="{1 + n % 2}" fill="{["red", "blue"][n % 2]}"/>' for n in range(6)
    )
    [found] = tables(read(f"{SVG}<g transform='translate(10,20) scale(2)'>{circles}</g></svg>", "p.svg"))
    assert found.table["x"].to_pylist() == [10 + 2 * n for n in range(6)]
    assert found.table["y"].to_pylist() == [20 + 2 * n * n for n in range(6)]
    assert {"width", "height", "colour"} <= set(found.table.column_names)


def test_a_line_is_its_vertices_and_bars_have_an_extent():
    bars = "".join(f'<rect x="{10 * n}" y="0" width="8" height="{50 + 40 * n}"/>' for n in range(6))
    found = tables(
        read(f'{SVG}<path d="M0 0 L100 50 l100 -50 H300 V200 C1 2 3 4 500 0"/>{bars}</svg>', "p.svg")
    )
    assert [drawn_as(each) for each in found] == [Drawn.BARS, Drawn.CURVE, Drawn.CURVE, Drawn.ROWS]
    assert found[0].table["height"].to_pylist() == [50 + 40 * n for n in range(6)]
    assert found[1].table["x"].to_pylist() == [0, 100, 200, 300, 300, 500]
    assert found[2].table["x"].to_pylist() == [1, 3]  # what bends the curve
    assert found[3].table["value 1"].to_pylist() == [-50 - 40 * n for n in range(6)]  # from their line down


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(-180, 180), st.floats(0.1, 5))
def test_a_relative_path_goes_where_the_absolute_one_goes(x, y, turn, scale):
    place = affine(f"rotate({turn}) scale({scale}) translate({x},{y})")
    absolute = subpaths(f"M{x},{y} L{x + 3},{y + 4} H{x} V{y - 1}", place)[0].points
    relative = subpaths(f"m{x},{y} l3,4 h-3 v-5", place)[0].points
    assert np.allclose(absolute, relative, atol=1e-6)


# Words


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- 1000001 -->",
        "<desc>1000001</desc>",
        "<metadata><a>1000001</a></metadata>",
        "<script>var x = [1000001]</script>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>1000001</p></foreignObject>",
        "<g data-who='1000001'/>",
        "<a1000001/>",
        "<image xlink:href='http://x/1000001'/>",
    ],
)
def test_what_a_drawing_does_not_show_is_read_and_does_not_leave(hidden):
    drawing = f"{SVG}{hidden}<text x='1' y='2'>Age</text></svg>"
    found = read(drawing, "p.svg")
    assert "1000001" in texts(found)
    assert not problems(found)
    copy = anew(drawing, "p.svg")
    assert "1000001" not in copy
    assert "Age" in copy


def test_a_table_drawn_as_words_is_a_table():
    words = "".join(
        f'<text x="{100 * c}" y="{20 * r}">{1000000 + r if c else r}</text>' for r in range(6) for c in (0, 1)
    )
    found = tables(read(f"{SVG}{words}</svg>", "p.svg"))
    assert any(1000003 in column for each in found for column in each.table.to_pydict().values())


def test_names_and_long_numbers_are_not_kept():
    circle = '<g id="eid1000001"><circle cx="1.23456789" cy="3" r="1"/></g>'
    drawing = f'{SVG}{circle}<use xlink:href="#eid1000001"/></svg>'
    copy = anew(drawing, "p.svg")
    assert "1000001" not in copy
    assert "1.2346" in copy
    [name] = re.findall(r'id="(\w+)"', copy)
    assert f'"#{name}"' in copy


def test_styles_keep_looks_and_lose_addresses():
    sheet = "<style>.a { fill: red; background: url(http://x/1000001) } @import 'x';</style>"
    copy = anew(
        f"{SVG}{sheet}<rect class='a' style='fill:#123456;behavior:url(x)' onclick='x()'/></svg>", "p.svg"
    )
    assert "fill: red" in copy
    assert "#123456" in copy
    assert not any(word in copy for word in ("1000001", "import", "onclick", "behavior"))


def test_a_picture_in_a_drawing_is_found_and_encoded_anew():
    drawing = f"{SVG}<image xlink:href='data:image/png;base64,{png(3)}'/></svg>"
    assert any(isinstance(each, FoundPicture) for each in read(drawing, "p.svg"))
    assert "data:image/png;base64" in anew(drawing, "p.svg")
    assert png(3) not in anew(drawing, "p.svg")


# Hostile XML


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (
            "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>",
            ProblemKind.ACTIVE_CONTENT,
        ),
        ("<!DOCTYPE svg [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><svg>&b;</svg>", ProblemKind.ACTIVE_CONTENT),
        ("<svg>" + "<g>" * 5_000, ProblemKind.TOO_DEEP),
        ("<svg><g></svg>", ProblemKind.UNREADABLE),
    ],
)
def test_hostile_drawings_stay_inside(data, kind):
    assert problems(read(data, "p.svg")) == {kind}


# Pages


def test_tables_scripts_and_hidden_words_of_a_page_are_read():
    page = """<!DOCTYPE html><html><head><title>Report</title><meta name="x" content="1000001"></head><body>
    <!-- 1000002 --><p hidden>1000003</p><img alt="1000004"><div data-eid="1000005"></div>
    <a href="http://x/1000006">x</a><script>let a = "1000007";</script><iframe srcdoc="1000008"></iframe>
    <table><tr><th>age</th><th>n</th></tr><tr><td>40</td><td>12</td></tr></table></body></html>"""
    found = read(page, "r.html")
    assert not problems(found)
    assert all(str(1000000 + n) in texts(found) for n in range(1, 9))
    assert tables(found)[-1].table.to_pydict() == {"age": [40], "n": [12]}
    copy = anew(page, "r.html")
    assert "1000003" in copy
    assert not any(str(1000000 + n) in copy for n in (1, 2, 5, 6, 7, 8))
    assert "<td>40</td>" in copy


def test_an_interactive_plot_is_its_rows():
    trace = {
        "type": "scatter",
        "x": list(range(8)),
        "y": [n * 1.5 for n in range(8)],
        "text": list("abcdefgh"),
    }
    page = f"<html><script>Plotly.newPlot('a', {json.dumps([trace])}, {{}})</script></html>"
    [plot, *_] = [each for each in tables(read(page, "p.html")) if each.origin is Origin.COORDINATES]
    assert plot.table.to_pydict() == {name: trace[name] for name in ("x", "y", "text")}


@pytest.mark.parametrize(
    "pack",
    [
        lambda body: {"dtype": "f8", "bdata": body},
        lambda body: {"__ndarray__": body, "dtype": "float64", "shape": [6], "order": "little"},
        lambda body: {
            "type": "ndarray",
            "array": {"type": "bytes", "data": body},
            "dtype": "float64",
            "shape": [6],
            "order": "little",
        },
    ],
)
def test_packed_numbers_of_plotly_and_bokeh_are_unpacked(pack):
    values = np.arange(6) * 1.25
    body = base64.b64encode(values.tobytes()).decode()
    plot = json.dumps({"data": [{"x": pack(body), "y": list(range(6))}]})
    page = f"<html><script>plot({plot})</script></html>"
    assert any(values.tolist() in each.table.to_pydict().values() for each in tables(read(page, "p.html")))


def test_arrays_of_a_script_stand_side_by_side():
    page = "<html><script>const a = [1,2,3,4,5]; const b = [6,7,8,9,10];</script></html>"
    assert {"f0": [1, 2, 3, 4, 5], "f1": [6, 7, 8, 9, 10]} in [
        each.table.to_pydict() for each in tables(read(page, "p.html"))
    ]


def test_drawings_and_pictures_in_a_page_are_found_and_made_anew():
    image = f"<img src='data:image/png;base64,{png()}'>"
    page = f"<html><p>Fig</p>{SVG}<circle cx='1' cy='2' r='3'/></svg>{image}</html>"
    found = read(page, "p.html")
    assert any(isinstance(each, FoundPicture) for each in found)
    copy = anew(page, "p.html")
    assert "viewBox" in copy
    assert "data:image/png;base64" in copy


def test_a_page_made_anew_runs_nothing():
    page = """<html><body onload="x()"><script>x()</script><a href="javascript:x()">a</a><form action="http://x">
    <input value="v"></form><object data="x"></object><style>p { background: url(http://x) }</style>
    <p style="color: red; background-image: url(x)">text</p></body></html>"""
    copy = anew(page, "p.html").lower()
    assert not any(word in copy for word in ("script", "onload", "http", "form", "object", "url"))
    assert "color: red" in copy


def test_a_page_made_anew_reads_the_same_and_is_then_unchanged():
    page = "<html><p>We found &lt;5 &amp; more</p><table><tr><td>1</td><td>2</td></tr></table></html>"
    once = anew(page, "p.html")
    assert texts(read(once, "p.html")) == texts(read(page, "p.html"))
    assert anew(once, "p.html").count("<p>") == once.count("<p>")


@pytest.mark.parametrize(
    "data", ["<html><table>" * 3_000, "<html>" + "<svg>" * 2_000, "<html><script>" + "[" * 50_000]
)
def test_hostile_pages_end(data):
    assert read(data, "p.html")


PIECES = (
    "zqx",
    "<p>",
    "</p>",
    "<!--",
    "-->",
    "<p title='zqx'>",
    "<img alt=zqx>",
    "<td class=zqx>",
    "<table>",
    "<tr>",
    "<",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "p{color:zqx}",
    "<a href='#zqx'>",
    "<zqx>",
    "<p style='c:zqx'>",
    "<svg>",
    "</svg>",
    "<text>",
    "</text>",
    "<g id='zqx'>",
    "<![CDATA[",
    "]]>",
    "<?zqx>",
    "&zqx;",
    "'",
    '"',
    ">",
    "zqx ",
    "<p zqx=1>",
    "<title>",
    "</title>",
    "<textarea>",
    "<!zqx>",
    "<div\n",
    "<b/>",
    "<svg/>",
    "\x00",
    "<iframe src=zqx>",
)


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_nothing_leaves_a_page_that_was_not_read_and_nothing_runs(pieces):
    page = "<html>" + "".join(pieces)
    copy = rebuild_or_nothing(page, "p.html")
    assert not any(word in copy for word in ("<script", "<iframe", " on"))
    assert "zqx" not in copy or "zqx" in texts(read(page, "p.html")).lower()


NODES = (
    "<g/>",
    "<text>zqx</text>",
    "<text x='zqx'>a</text>",
    "<rect class='zqx'/>",
    "<desc>zqx</desc>",
    "<!--zqx-->",
    "zqx",
    "<g id='zqx'/>",
    "<rect fill='zqx'/>",
    "<rect style='fill:zqx'/>",
    "<style>.zqx{fill:red}</style>",
    "<zqx/>",
    "<text><tspan>b</tspan>zqx</text>",
    "<text><zqx>c</zqx></text>",
    "<text><desc>zqx</desc>d</text>",
    "<g>zqx</g>",
    "<path d='M zqx'/>",
    "<use href='#zqx'/>",
    "<use href='zqx'/>",
    "<rect zqx='1'/>",
    "<rect transform='zqx'/>",
)


@given(st.lists(st.sampled_from(NODES), max_size=6))
def test_nothing_leaves_a_drawing_that_was_not_read(nodes):
    drawing = SVG + "".join(nodes) + "</svg>"
    assert "zqx" not in rebuild_or_nothing(drawing, "p.svg") or "zqx" in texts(read(drawing, "p.svg"))


def rebuild_or_nothing(data, name):
    try:
        return anew(data, name).lower()
    except UnreadableError:
        return ""
