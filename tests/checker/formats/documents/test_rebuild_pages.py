"""Released pages show what the original showed: plots of scripts are drawn, an empty page is refused."""

import json
import re

import pytest

from strongroom.checker.contents.found import FoundProblem, Limits
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.documents.draw_plot import drawn
from strongroom.checker.formats.documents.plots import plots_in
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes
from strongroom.checker.formats.text.xml_tree import parse_xml

PLOTLY = (
    '<html><body><div id="a" class="plotly-graph-div" style="height:500px"></div>'
    '<script>Plotly.newPlot("a", {traces}, {layout}, {{"responsive": true}})</script></body></html>'
)
VEGA = "<html><body><div id='v'></div><script>vegaEmbed('#v', {spec});</script></body></html>"
LAYOUT = {"title": {"text": "Events by <group>"}, "xaxis": {"title": {"text": "Group"}}}


def page(traces) -> bytes:
    return PLOTLY.format(traces=json.dumps(traces), layout=json.dumps(LAYOUT)).encode()


def copied(data: bytes) -> str:
    [copy] = rebuild_bytes(data, "p.html", limits=Limits()).files
    return copy.data.decode()


def test_a_plotly_page_is_drawn():
    traces = [
        {"type": "bar", "name": "Events", "x": ["A", "B"], "y": [120, 140]},
        {"type": "scatter", "mode": "lines", "name": "Rate", "x": ["A", "B"], "y": [100, 175]},
        {"type": "sankey", "x": [1]},
    ]
    data = page(traces)
    assert not [each for each in read_bytes(data, "p.html") if isinstance(each, FoundProblem)]
    copy = copied(data)
    assert "<script" not in copy
    assert all(word in copy for word in ("Events by &lt;group&gt;", ">Group<", ">A<", ">B<", ">Rate<"))
    heights = [float(each) for each in re.findall(r'height="([\d.]+)" fill="#1f77b4"', copy)[:2]]
    assert heights[1] / heights[0] == pytest.approx(140 / 120, rel=0.01)
    [change] = rebuild_bytes(data, "p.html", limits=Limits()).changes
    assert "plots of kind sankey (1)" in change


def test_a_vega_page_is_drawn():
    rows = [
        {"group": group, "n": n, "sex": sex}
        for group, n, sex in (("A", 3, "f"), ("B", 4, "f"), ("A", 5, "m"))
    ]
    encoding = {
        "x": {"field": "group", "type": "nominal", "title": "Group"},
        "y": {"field": "n", "type": "quantitative", "aggregate": "sum"},
        "color": {"field": "sex"},
    }
    spec = {
        "mark": "bar",
        "data": {"name": "d"},
        "datasets": {"d": rows},
        "encoding": encoding,
        "title": "Sums",
    }
    copy = copied(VEGA.format(spec=json.dumps(spec)).encode())
    assert all(word in copy for word in (">Sums<", ">Group<", ">A<", ">f<", ">m<"))
    assert copy.count("<rect") == 1 + 3 + 2  # the page, three bars, two keys


@pytest.mark.parametrize(
    "trace",
    [
        {"type": "scatter", "mode": "markers", "x": [1, 2.5, None], "y": [3, 4, 5]},
        {"type": "scatter", "fill": "tozeroy", "y": [3, 4, 5]},
        {"type": "bar", "orientation": "h", "x": [1, 2], "y": ["a", "b"]},
        {"type": "pie", "labels": ["a", "b"], "values": [1, 2]},
        {"type": "histogram", "x": [1, 2, 2, 3, 9]},
        {"type": "box", "name": "all", "y": [1, 2, 2, 3, 9]},
        {"type": "heatmap", "x": ["a", "b"], "y": ["c"], "z": [[1, 2]]},
        {"type": "bar", "x": ["a"], "y": [0]},
    ],
)
def test_the_common_kinds_of_traces_are_drawn(trace):
    [plot] = plots_in([[trace], LAYOUT])
    root = parse_xml(drawn(plot).encode())
    assert len(list(root.iter())) > 8
    assert not plot.unknown


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body><div id=a></div><script>draw([1, 2])</script></body></html>",
        page([{"type": "sankey", "x": [1, 2]}]),
    ],
)
def test_a_page_of_which_nothing_is_left_is_not_released(data):
    with pytest.raises(UnreadableError):
        rebuild_bytes(data, "p.html", limits=Limits())


def test_a_page_that_a_script_draws_is_a_problem_before_it_is_released():
    data = b"<html><body><div id=a></div><script>draw([1, 2])</script></body></html>"
    assert any(isinstance(each, FoundProblem) for each in read_bytes(data, "p.html"))
