"""The report on risk, as a committee reads it: on a screen, on paper, with the keyboard."""

import numpy as np
import pyarrow as pa
import pytest

from browser.readable import assert_readable, contrast
from strongroom.risk.assessed_columns import Subject
from strongroom.risk.assessment import assess
from strongroom.risk.columns import CodedColumn
from strongroom.risk.linkage import DatedEvents, Facts
from strongroom.risk.recoding import read_changes
from strongroom.risk.report import to_html
from strongroom.risk.roles import Part, Roles

NASTY = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def text():
    draw, people = np.random.default_rng(1), 800
    paper = {
        "birth year": CodedColumn.of("p34", pa.array(draw.integers(1936, 1970, people)), "Birth year"),
        "birth month": CodedColumn.of("p52", pa.array(draw.integers(1, 13, people)), NASTY),
        "sex": CodedColumn.of("p31", pa.array(draw.integers(0, 2, people)), "Sex"),
    }
    days = np.datetime64("2010-01-01") + draw.integers(0, 3_000, people)
    day = CodedColumn.of("hesin.day", pa.array(days))
    kind = CodedColumn.of("hesin.code", pa.array(draw.choice(["I21", "E11"], people)))
    events = DatedEvents("hesin", "one event in hesin", np.arange(people), day, kind)
    sensitive = CodedColumn.of("p20116", pa.array(draw.integers(0, 3, people)), "Smoking")
    subject = Subject(people, tuple(paper.values()), (sensitive,), Facts(people, paper, (events,)))
    roles = Roles(("p34", "p52", "p31"), ("p20116",), (), {}, dict.fromkeys(Part, 3))
    changes = read_changes("month:hesin.day|coarsen:p34:5")
    return to_html(assess("ukb", subject, roles, changes=changes))


@pytest.fixture
def report(page, tmp_path, text):
    (tmp_path / "risk.html").write_text(text, encoding="utf-8")
    page.goto((tmp_path / "risk.html").as_uri())
    return page


def test_it_opens_without_a_complaint_and_says_the_worst_first(report):
    assert report.title() == "How identifying is the cohort ukb?"
    assert report.locator("p.lead").get_by_text("finds exactly that person").is_visible()
    headings = report.get_by_role("heading", level=2).all_inner_texts()
    assert headings[:2] == ["What to do", "What someone with a few facts can find"]


def test_a_title_is_text_and_nothing_else(report):
    assert report.locator("img").count() == 0
    assert report.get_by_text("onerror").count() >= 1


def test_every_picture_has_a_name_that_says_its_numbers_and_a_table_beside_it(report):
    pictures = report.locator("svg[role=img]")
    assert pictures.count() >= 4
    for place in range(pictures.count()):
        assert "%" in pictures.nth(place).locator("desc").text_content()
        section = pictures.nth(place).locator("xpath=ancestor::section")
        assert section.get_by_role("table").count() >= 1
    scenarios = report.get_by_role("table", name="Each scenario")
    assert scenarios.get_by_role("columnheader", name="identified, after").is_visible()
    assert scenarios.get_by_role("rowheader", name="birth month and year, sex", exact=True).is_visible()


def test_everybody_can_read_it(report):
    assert_readable(report)


def test_the_keyboard_leads_to_each_section_and_through_wide_tables(report):
    for _ in range(2):
        report.keyboard.press("Tab")
    assert report.evaluate("document.activeElement.textContent") == "What to do"
    report.keyboard.press("Enter")
    report.wait_for_url("**#advice")
    report.keyboard.press("Tab")
    assert report.evaluate("document.activeElement.getAttribute('role')") == "region"


def test_bars_stand_out_in_light_and_dark(report):
    for scheme in ("light", "dark"):
        report.emulate_media(color_scheme=scheme)
        for kind, part in (("rect.first", "fill"), ("rect.second", "stroke")):
            assert _contrast(report, f"svg {kind}", part) >= 3.0, (scheme, kind)


def test_on_paper_the_pictures_stay_and_the_contents_go(report):
    report.emulate_media(media="print")
    assert report.get_by_role("img").first.is_visible()
    assert not report.get_by_role("navigation").is_visible()
    assert report.pdf()[:4] == b"%PDF"


def _contrast(page, selector, part):
    """Return the contrast of a picture's part with the page's background."""
    ink, paper = page.evaluate(
        """([selector, part]) => [
            getComputedStyle(document.querySelector(selector))[part],
            getComputedStyle(document.body).backgroundColor,
        ].map(text => text.match(/[0-9.]+/g).slice(0, 3).map(Number))""",
        [selector, part],
    )
    return contrast(ink, paper)
