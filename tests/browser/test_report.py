"""The airlock's report, as somebody reads it: in a browser, with the keyboard, on a small screen."""

import pytest

from browser.readable import assert_readable
from strongroom.checker import FileReport, Finding, Report, Verdict
from strongroom.checker.presentation import to_html

LONG = "results.zip > " + "a_very_long_name_without_any_space_" * 4 + ".csv"
AGAIN = Finding("read-again", Verdict.BLOCK, LONG, "The same rows were read again.", concern="people")
FINDING = Finding(
    "row-match",
    Verdict.BLOCK,
    LONG,
    "About 300 rows are participants'.",
    "v1 = height",
    300,
    300,
    0.01,
    93.0,
    rule="row-match/records",
    advice="Submit a summary instead.",
    help="https://docs.example/reference/detectors/row-match.html",
    concern="people",
    matched_columns=(True, False, True, True),
    matched_bands=(0.0, 0.2, 0.9, 1.0),
)
REPORT = Report(
    (
        FileReport("results.zip", "ab" * 32, 123_456, "application/zip", (FINDING, AGAIN), 0.99),
        FileReport("<img src=x onerror=alert(1)>.csv", "cd" * 32, 2_000, "text/csv", (), 0.9),
    ),
    2.3,
    "09" * 32,
)


@pytest.fixture
def report(page, tmp_path):
    (tmp_path / "report.html").write_text(to_html(REPORT), encoding="utf-8")
    page.goto((tmp_path / "report.html").as_uri())
    return page


def test_everybody_can_read_it(report):
    assert_readable(report)


def test_everybody_can_read_what_the_custodian_gets(page, tmp_path):
    (tmp_path / "report.html").write_text(to_html(REPORT, detailed=True), encoding="utf-8")
    page.goto((tmp_path / "report.html").as_uri())
    assert_readable(page)
    assert page.get_by_role("img", name="Matched part of the table: 3 of 4 columns").is_visible()


def test_it_opens_and_says_the_verdict(report):
    assert report.title() == "Airlock report: block"
    assert report.get_by_text("These files cannot be released.").is_visible()


def test_a_files_name_is_text_and_nothing_else(report):
    assert report.locator("img").count() == 0
    assert report.get_by_role("heading", name="onerror").is_visible()


def test_the_keyboard_leads_past_the_header_and_from_the_list_to_each_file(report):
    report.keyboard.press("Tab")
    assert report.get_by_role("link", name="Skip to the content").is_visible()
    report.keyboard.press("Enter")
    assert report.evaluate("document.activeElement.id") == "content"
    report.keyboard.press("Tab")
    assert report.evaluate("document.activeElement.getAttribute('role')") == "region"
    report.keyboard.press("Tab")
    assert report.evaluate("document.activeElement.textContent") == "results.zip"
    report.keyboard.press("Enter")
    assert report.url.endswith("#file-1")
    assert report.get_by_role("heading", name="results.zip").is_visible()


def test_a_screen_reader_is_given_tables_headings_and_the_probability(report):
    assert report.get_by_role("table", name="Files").is_visible()
    assert report.get_by_role("columnheader", name="verdict").is_visible()
    picture = report.get_by_role("img", name="Probability of a leak, if 1.0 % of files have one: ")
    assert picture.is_visible()


def test_further_evidence_is_folded_on_a_screen_and_shown_on_paper(report):
    again = report.get_by_text("The same rows were read again.")
    assert again.evaluate("each => each.checkVisibility({contentVisibilityAuto: true})") is False
    report.get_by_text("Further evidence").click()
    assert again.is_visible()
    report.get_by_text("Further evidence").click()
    report.emulate_media(media="print")
    assert again.evaluate("each => each.getBoundingClientRect().height") > 0


def test_it_prints(report):
    report.emulate_media(media="print")
    assert report.get_by_text("These files cannot be released.").is_visible()
    assert report.get_by_text("Skip to the content").is_hidden()
    assert report.pdf()[:4] == b"%PDF"
