"""The report of a trace, as people read it who investigate and who go to court."""

from datetime import UTC, datetime

import pytest

from browser.readable import assert_readable
from strongroom.tracer.attribution import (
    Attribution,
    CaseFacts,
    DecoysFound,
    ExampleCell,
    IssuedCopy,
    MarksRead,
    Suspect,
    TraceVerdict,
)
from strongroom.tracer.report import report as make_report

SUSPECT = Suspect("ageing", "Harbour <Institute>", -1469.2, "at length", 300, 297, decoys=(7, 8, 9))
COLUMNS = {f"p{number}_i0": number for number in range(1, 41)}
SCORES = {"ageing": 1473.5} | {f"other{number}": number / 20 - 2 for number in range(60)}
FOUND = Attribution(
    verdict=TraceVerdict.ATTRIBUTED,
    rows=400,
    participants=390,
    columns=("p50_i0",),
    suspects=(SUSPECT,),
    candidates=("ageing",),
    reason="",
    seconds=1.0,
    marks=MarksRead(310, 300, COLUMNS, 61, 1473.5, 10.8),
    scores=SCORES,
    case=CaseFacts(
        "harbour",
        3,
        41,
        2,
        1,
        2.5e-10,
        (IssuedCopy("ageing", 4, "2026-01-02T03:04:05Z", 17, "c0ffee" * 10),),
        257,
        9_000,
        (ExampleCell(12, 3, "p50_i0", True, True, 0.002),),
    ),
    decoys=(DecoysFound("ageing", "Harbour <Institute>", (7, 8, 9), -9.5),),
    shared_decoys=2,
)


@pytest.fixture
def report(page, tmp_path):
    at = datetime(2026, 4, 23, tzinfo=UTC)
    said = make_report(FOUND, name="<img src=x onerror=alert(1)>.csv", sha256="ab" * 32, at=at)
    (tmp_path / "trace.html").write_text(said, encoding="utf-8")
    page.goto((tmp_path / "trace.html").as_uri())
    return page


def described(report, name):
    return report.get_by_role("img", name=name).first.locator("desc").text_content()


def test_everybody_can_read_it(report):
    assert_readable(report)


def test_the_conclusion_comes_first_and_a_files_name_is_text(report):
    assert report.locator("img").count() == 0
    assert report.get_by_role("heading", name="onerror").is_visible()
    assert report.locator(".conclusion strong").inner_text().startswith("The file was made from the copy")


def test_the_evidence_is_drawn_against_the_limit_and_names_no_innocent_project(report):
    said = described(report, "Strength of the evidence")
    assert "Harbour <Institute>, project ageing: more than" in said
    assert "highest of the other 60 projects: 1.0" in said
    assert "an accusation requires 10.8" in said
    assert "other1" not in report.content()


def test_scores_of_others_columns_and_decoys_have_pictures_with_tables(report):
    assert described(report, "Scores of the other projects").startswith("60 projects from -2")
    assert "p40_i0: 40" in described(report, "Marked cells read, by column")
    assert "a claim by decoys alone requires 3" in described(report, "Decoys found")
    for name in (
        "Strength of the evidence",
        "Scores of the other projects",
        "Marked cells read",
        "Decoys found",
    ):
        assert report.get_by_role("table", name=name).is_visible()
    assert report.get_by_role("table", name="Marked cells read").get_by_role("row").count() == 41


def test_it_prints(report):
    report.emulate_media(media="print")
    assert not report.get_by_role("navigation").is_visible()
    assert report.pdf()[:4] == b"%PDF"
