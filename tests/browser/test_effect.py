"""The report on a view's marks, as a custodian reads it."""

import pytest

from browser.readable import assert_readable
from strongroom.tracer.fingerprint.effect import ColumnEffect, ViewEffect, Worst
from strongroom.tracer.fingerprint.effect_page import effect_page

NASTY = "<img src=x onerror=alert(1)>"
COLUMNS = (
    ColumnEffect(
        "p50_i0", "marked", "held at 0.50% of its SD", 0.1, 0.0, 0.285, 0.098, 0.004, -0.0046, -9e-5
    ),
    ColumnEffect("p30870_i0", "marked", "", 0.0, 0.0054, 0.99, 0.6, 0.009, 0.0612, 1e-5),
    ColumnEffect("p21001_i0", "recomputed", "= p21002_i0 / p50_i0 ** 2", 0, 0, 0, 0.5, 0.007, 0.004, 5e-5),
    ColumnEffect("p31_i0", "untouched", NASTY),
)
EFFECT = ViewEffect(COLUMNS, 5_000, *(Worst(0.01, "p50_i0 with p30870_i0") for _ in range(4)), models=100)


@pytest.fixture
def report(page, tmp_path):
    (tmp_path / "effect.html").write_text(effect_page(EFFECT, project=NASTY, number=1), encoding="utf-8")
    page.goto((tmp_path / "effect.html").as_uri())
    return page


def test_everybody_can_read_it(report):
    assert_readable(report)


def test_a_title_is_text_and_nothing_else(report):
    assert report.locator("img").count() == 0
    assert report.get_by_role("heading", name="onerror").is_visible()


def test_the_largest_shift_comes_first_and_the_limit_is_drawn(report):
    picture = report.get_by_role("img", name="Shift of each column's mean, in standard errors")
    said = picture.locator("desc").text_content()
    assert said.index("p30870_i0: +0.0612") < said.index("p50_i0: -0.0046")
    assert "limit +0.05" in said
    assert "p31_i0" not in said


def test_columns_that_changed_are_apart_from_those_that_did_not(report):
    assert report.get_by_role("table", name="Columns that changed").get_by_role("row").count() == 4
    assert report.get_by_role("table", name="Columns that did not change").get_by_role("row").count() == 2


def test_a_view_without_marks_has_a_page_too(page, tmp_path):
    bare = ViewEffect(COLUMNS[3:], 10, *(Worst(0.0, "") for _ in range(4)), models=0)
    (tmp_path / "effect.html").write_text(effect_page(bare, project="heart", number=2), encoding="utf-8")
    page.goto((tmp_path / "effect.html").as_uri())
    assert_readable(page)
    assert page.locator("svg").count() == 0
