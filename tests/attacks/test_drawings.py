"""Figures in which every shape is a person: T-CHECK-135 to T-CHECK-137."""

import io
import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from scipy.special import ndtri

from strongroom.checker.contents.drawing_kind import Drawn, drawn_as
from strongroom.checker.contents.found import FoundTable
from strongroom.checker.detectors.base import JudgedFile
from strongroom.checker.detectors.shape.drawings import Drawings
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.policy import default_policy
from strongroom.checker.table_types.heat_map_cells import unordered_cells

DRAW = np.random.default_rng(16)
EVIDENCE = SimpleNamespace(
    policy=default_policy(), cohort=SimpleNamespace(manifest=SimpleNamespace(participants=-1))
)
AXES = "".join(
    f'<line x1="{60 + 100 * n}" y1="460" x2="{60 + 100 * n}" y2="465" stroke="black"/>'
    f'<text x="{60 + 100 * n}" y="478">{10 * n}</text>'
    for n in range(7)
)


def read(shapes):
    page = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 500">{AXES}{"".join(shapes)}</svg>'
    return tuple(read_bytes(page.encode(), "figure.svg"))


def reviewed(found):
    findings = Drawings().run_request([JudgedFile("figure.svg", found)], EVIDENCE)
    return [finding.rule for _, finding in findings]


def line(*places):
    return "<path fill='none' stroke='grey' d='M" + " L".join(f"{x:.2f} {y:.2f}" for x, y in places) + "'/>"


def box(x, y, width, height):
    return f"<rect x='{x:.2f}' y='{y:.2f}' width='{width:.2f}' height='{height:.2f}' fill='#446'/>"


def dot(x, y):
    return f"<circle cx='{x:.2f}' cy='{y:.2f}' r='3'/>"


VALUES = DRAW.normal(300, 60, 80)
SORTED = np.sort(VALUES)
STARTS, STAYS = DRAW.uniform(60, 300, 40), DRAW.exponential(90, 40) + 5
VISITS = DRAW.normal(300, 40, (40, 1)) + DRAW.normal(0, 30, (40, 4))
PEOPLE = {
    "rug": [line((60 + x, 450), (60 + x, 458)) for x in VALUES],
    "strips": [dot(200 + 150 * (n % 3), y) for n, y in enumerate(VALUES)],
    "normal quantiles": [dot(360 + 90 * ndtri((n + 0.5) / 80), 500 - y) for n, y in enumerate(SORTED)],
    "sorted against ranks": [dot(60 + x, 450 - 5 * n) for n, x in enumerate(SORTED)],
    "waterfall": [
        box(60 + 8 * n, min(240, 540 - y), 7, abs(y - 300)) for n, y in enumerate(SORTED) if abs(y - 300) > 1
    ],
    "swimmer": [box(a, 50 + 10 * n, b, 8) for n, (a, b) in enumerate(zip(STARTS, STAYS, strict=True))],
    "trajectories": [line(*zip((100, 270, 440, 610), row, strict=True)) for row in VISITS],
    "two visits": [line((100, a), (610, b)) for a, b in VISITS[:, :2]],
    "bars": [box(60, 50 + 10 * n, y, 8) for n, y in enumerate(VALUES[:40])],
}


@pytest.mark.parametrize("kind", PEOPLE)
def test_a_shape_for_each_person_goes_to_a_person(kind):
    """No axis, bins, names or curve explain shapes that repeat; matched or not, somebody looks at them."""
    assert reviewed(read(PEOPLE[kind])) == ["drawing/one-shape-per-person"]


def test_values_behind_shapes_are_compared():
    """Both ends of a swimmer's bars, and every vertex of a short line, are columns of a table."""
    for kind, hidden in (("swimmer", np.column_stack([STARTS, STARTS + STAYS])), ("trajectories", -VISITS)):
        [table, *_] = [
            each.table
            for each in read(PEOPLE[kind])
            if isinstance(each, FoundTable) and drawn_as(each) is Drawn.ROWS
        ]
        shown = np.column_stack([column.to_numpy() for column in table.columns])
        assert shown.shape == hidden.shape
        for one, other in zip(shown.T, hidden.T, strict=True):
            assert np.corrcoef(one, other)[0, 1] > 0.9999


def test_a_heat_map_of_rectangles_has_a_row_for_each_person():
    """The shades are the numbers, row by row."""
    levels = DRAW.integers(0, 255, (30, 6))
    cells = [
        box(60 + 50 * place, 50 + 12 * row, 50, 12).replace("#446", "#" + 3 * f"{level:02x}")
        for row, line_ in enumerate(levels.tolist())
        for place, level in enumerate(line_)
    ]
    [table] = [
        each.table for each in read(cells) if isinstance(each, FoundTable) and drawn_as(each) is Drawn.CELLS
    ]
    shown = np.column_stack([column.to_numpy() for column in table.columns])
    assert np.corrcoef(shown.ravel(), levels.ravel())[0, 1] > 0.9999
    assert unordered_cells(shown)


def test_bins_steps_scales_names_and_few_groups_stay_unreviewed():
    """Histograms, survival steps, logarithmic axes, named bars, eigenvalues and series of groups pass."""
    counts = np.histogram(DRAW.normal(size=4_000), 40)[0] / 2
    steps = [(60 + 3 * (n + 1) // 2, 60 + 2 * (n // 2)) for n in range(300)]
    scale = np.log10(np.concatenate([np.arange(1, 10) * 10.0**decade for decade in range(4)]))
    honest = {
        "histogram": [box(60 + 16 * n, 450 - y, 16, y) for n, y in enumerate(counts)],
        "survival": [line(*steps)],
        "logarithmic axis": [line((60 + 150 * x, 460), (60 + 150 * x, 465)) for x in scale],
        "named bars": [
            box(200, 50 + 15 * n, y, 12)
            + f"<text x='60' y='{60 + 15 * n}'>{chr(97 + n)} {chr(98 + n)}</text>"
            for n, y in enumerate(np.sort(DRAW.gamma(2, 100, 25)))
        ],
        "eigenvalues": [box(60 + 15 * n, 450 - 380 / 1.4**n, 12, 380 / 1.4**n) for n in range(30)],
        "groups": [line(*zip((100, 270, 440, 610), row, strict=True)) for row in VISITS[:8]],
    }
    assert {name: reviewed(read(shapes)) for name, shapes in honest.items()} == {name: [] for name in honest}


def test_bars_of_a_picture_are_read_to_the_pixel():
    """Four bars beside one another for each of 60 people: their lengths are a row of a table."""
    lengths = DRAW.integers(20, 180, (60, 4))
    page = np.full((60 * 5, 800, 3), 255, np.uint8)
    for row, person in enumerate(lengths):
        for place, length in enumerate(person):
            page[5 * row : 5 * row + 4, 200 * place + 5 : 200 * place + 5 + length] = 118
    sink = io.BytesIO()
    Image.fromarray(page).save(sink, "PNG")
    found = tuple(read_bytes(sink.getvalue(), "bars.png"))
    [table] = [each.table for each in found if isinstance(each, FoundTable) and drawn_as(each) is Drawn.ROWS]
    assert np.array_equal(np.column_stack([column.to_numpy() for column in table.columns]), lengths)
    assert reviewed(found) == ["drawing/one-shape-per-person"]


def test_short_lines_of_an_interactive_plot_are_rows():
    """A trace of four readings for each of 30 people, and strips over named groups."""
    traces = [{"mode": "lines", "x": [1, 2, 3, 4], "y": row} for row in VISITS[:30].tolist()]
    strips = [{"mode": "markers", "x": ["a", "b"] * 40, "y": VALUES.tolist()}]
    for plot in (traces, strips):
        page = f"<html><script>Plotly.newPlot('a', {json.dumps(plot)})</script></html>"
        assert reviewed(tuple(read_bytes(page.encode(), "plot.html"))) == ["drawing/one-shape-per-person"]
