"""The airlock's report, as somebody reads it: in a browser, with the keyboard, on a small screen."""

import pytest

from strongroom.checker import FileReport, Finding, Report, Verdict
from strongroom.checker.presentation import to_html

LONG = "results.zip > " + "a_very_long_name_without_any_space_" * 4 + ".csv"
FINDING = Finding(
    "row-match", Verdict.BLOCK, LONG, "About 300 rows are participants'.", "", 300, 300, 0.01, 93.0
)
REPORT = Report(
    (
        FileReport("results.zip", "ab" * 32, 123_456, "application/zip", (FINDING,), 0.99),
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


def test_it_opens_without_a_complaint_and_without_fetching_anything(report):
    assert report.title() == "Airlock report: block"
    assert report.get_by_text("This does not leave.").is_visible()
    assert report.complaints == []


def test_a_files_name_is_text_and_nothing_else(report):
    assert report.locator("img").count() == 0
    assert report.get_by_role("heading", name="onerror").is_visible()


def test_the_keyboard_leads_from_the_list_to_each_file(report):
    report.keyboard.press("Tab")
    assert report.evaluate("document.activeElement.textContent") == "results.zip"
    report.keyboard.press("Enter")
    assert report.url.endswith("#file-1")
    assert report.get_by_role("heading", name="results.zip").is_visible()


def test_a_screen_reader_is_told_tables_headings_and_how_sure_it_is(report):
    assert report.get_by_role("table", name="The files").is_visible()
    assert report.get_by_role("columnheader", name="verdict").is_visible()
    assert report.get_by_role("img", name="How sure the verdict is: 99%").is_visible()


def test_nothing_runs_off_a_telephones_screen(report):
    report.set_viewport_size({"width": 390, "height": 800})
    assert report.evaluate("document.documentElement.scrollWidth") <= 390


def test_ink_and_paper_differ_enough_in_light_and_dark(report):
    for scheme in ("light", "dark"):
        report.emulate_media(color_scheme=scheme)
        for name in ("release", "review", "block"):
            assert _contrast(report, name) >= 4.5, (scheme, name)


def _contrast(page, name):
    """Return the contrast of a verdict's colour on the page's background, as WCAG 2.2 reckons it."""
    ink, paper = page.evaluate(
        """name => {
            const probe = document.body.appendChild(document.createElement('span'));
            probe.className = name;
            const found = [getComputedStyle(probe).color, getComputedStyle(document.body).backgroundColor];
            probe.remove();
            return found.map(text => text.match(/[0-9.]+/g).slice(0, 3).map(Number));
        }""",
        name,
    )
    light, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
