"""A page is one file that runs nothing, fetches nothing, escapes what it shows, and can be read by all."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import strongroom.pages as made
from strongroom.pages import Bar, Chart, Limit, Strip, histogram, number_table, percent, render, ticks_over

STYLES = Path(made.__file__).parent / "styles"
STYLE = "".join((STYLES / f"{name}.css").read_text(encoding="utf-8") for name in ("house", "report"))
TEMPLATE = """{% extends "pages/base.html" %}
{% import "pages/tables.html" as tables %}
{% import "pages/pictures.html" as pictures %}
{% block content %}
{{ tables.table(table) }}{{ pictures.chart(chart) }}
{{ pictures.histogram(scores) }}{{ pictures.strip(strip) }}
{% endblock %}
"""
NASTY = '<script>alert(1)</script> & "quotes"'
CHART = Chart(NASTY, [Bar(NASTY, 0.4, "40 %", 0.3, 0.5, after=0.1)], limits=[Limit(0.5, NASTY)])
VALUES = {
    "title": NASTY,
    "table": number_table(NASTY, (NASTY, "number", "words"), [(NASTY, "1", NASTY)], 2),
    "chart": CHART,
    "scores": histogram(NASTY, [1.0, 2.0], "projects", [Limit(9.0, NASTY)]),
    "strip": Strip(NASTY, (True, False), (0.5, 1.0), NASTY),
}


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_values_are_text_and_nothing_else_wherever_they_appear(template):
    page = render(template, **VALUES)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 12


def test_the_same_values_give_the_same_bytes(template):
    assert render(template, **VALUES) == render(template, **VALUES)


def test_a_page_allows_its_own_style_and_nothing_else(template):
    page = render(template, **VALUES)
    assert "default-src 'none'; style-src 'sha256-" in page
    assert "unsafe-inline" not in page
    assert not re.search(r"\ssrc=|url\(|@import|style=", page)


def test_a_value_that_nobody_gave_is_an_error_and_not_a_gap(template):
    with pytest.raises(UndefinedError):
        render(template, **{name: value for name, value in VALUES.items() if name != "table"})


def test_numbers_are_to_the_right_and_words_to_the_left(template):
    page = render(template, **VALUES)
    assert '<th scope="col" class="number">number</th>' in page
    assert '<th scope="col">words</th>' in page
    assert '<td class="number">1</td>' in page


def test_rich_text_raises_powers_sets_code_and_escapes_the_rest(tmp_path):
    (tmp_path / "page.html").write_text(
        '{% extends "pages/base.html" %}{% block content %}{{ said | rich }}{% endblock %}'
    )
    said = "at most 10^-1,469.1, or 1 in 10^12. Run `python <file>` & read <b>it</b>."
    page = render(tmp_path / "page.html", title="t", said=said)
    assert "at most 10<sup>&minus;1,469.1</sup>, or 1 in 10<sup>12</sup>." in page
    assert "<code>python &lt;file&gt;</code> &amp; read &lt;b&gt;it&lt;/b&gt;." in page


def test_a_share_is_never_said_to_be_nothing_or_all_where_it_is_not():
    assert [percent(each) for each in (0, 0.00001, 0.5, 0.99999, 1)] == [
        "0.0 %", "under 0.1 %", "50.0 %", "over 99.9 %", "100.0 %",
    ]  # fmt: skip


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 28_390.8), (-3.2, 96), (0, 0), (5, 5), (-0.05, 0.04)])
def test_ticks_are_round_and_reach_from_end_to_end(low, high):
    ticks = ticks_over(low, high)
    values = [value for value, _ in ticks]
    assert values[0] <= low + 1e-9
    assert values[-1] >= high - 1e-9
    assert 2 <= len(values) <= 7
    assert all(float(text.replace(",", "")) == pytest.approx(value) for value, text in ticks)


def test_a_bar_begins_at_zero_and_one_that_is_not_nothing_is_visible():
    bars = [Bar("up", 5, "5"), Bar("down", -5, "-5"), Bar("tiny", 1e-9, "0+"), Bar("none", 0, "0")]
    chart = Chart("t", bars, ticks=ticks_over(-10, 10))
    up, down, tiny, none = (row.bars[0] for row in chart.rows())
    assert (up.left, up.width) == (50, 25)
    assert (down.left, down.width) == (25, 25)
    assert tiny.width > 0
    assert none.width == 0


def test_a_long_label_takes_several_lines_and_the_rows_do_not_overlap():
    chart = Chart("t", [Bar("a label of many words " * 6, 1, "1"), Bar("b", 1, "1")])
    first, second = chart.rows()
    assert len(first.lines) > 2
    assert (
        first.lines[-1][1] < first.bars[0].top < second.lines[0][1] < second.bars[0].top < chart.axis.bottom
    )


def test_a_long_chart_is_drawn_in_parts_that_fit_a_sheet_and_lose_no_bar():
    chart = Chart("t", [Bar(f"{number}", 0.5, "50 %") for number in range(20)])
    sheets = chart.sheets()
    assert [len(each.bars) for each in sheets] == [10, 10]
    assert [bar for each in sheets for bar in each.bars] == chart.bars
    assert sheets[0].title == "t (1 of 2)"
    assert Chart("t", []).sheets()[0].title == "t"


def test_a_limit_beyond_the_axis_is_drawn_at_its_end():
    assert Chart("t", [], limits=[Limit(7, "far")]).axis.limit_marks()[0].at == 100


def test_a_histogram_counts_every_value_once_and_says_the_limit():
    scores = histogram("t", [-1.0, 0.0, 0.5, 9.0], "projects", [Limit(13.3, "limit 13.3")])
    assert sum(scores.counts) == 4
    assert scores.description.endswith("; limit 13.3")
    assert max(column.height for column in scores.columns()) == 120
    assert histogram("t", [], "projects").columns() == []


def test_a_strip_draws_the_cells_concerned_alone():
    cells = Strip("t", (True, False, True), (0.0, 0.25), "said").cells()
    assert [(cell.left, cell.top, cell.share) for cell in cells] == [(0, 6, 0.25), (66.67, 6, 0.25)]


PALETTES = dict(zip(("light", "dark"), re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL), strict=True))


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize("ground", ["paper", "ground", "raised"])
@pytest.mark.parametrize("colour", ["ink", "soft", "accent", "first", "second", "release", "review", "block"])
def test_every_colour_of_text_or_picture_stands_out_from_its_ground(scheme, ground, colour):
    """WCAG 2.2, 1.4.3 (AA): 4.5 to 1 for text; all are used for text or beside it."""
    assert _contrast(scheme, ground, colour) >= 4.5


@pytest.mark.parametrize("scheme", PALETTES)
@pytest.mark.parametrize("verdict", ["release", "review", "block", "accent"])
def test_a_word_stands_out_from_the_ground_of_its_own_colour(scheme, verdict):
    assert _contrast(scheme, f"{verdict}-soft", verdict) >= 4.5


def _contrast(scheme, ground, colour):
    palette = dict(re.findall(r"--([\w-]+): (#\w{6})", PALETTES[scheme]))
    light, dark = sorted((_luminance(palette[ground]), _luminance(palette[colour])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
