"""The report says which copy, how certain, on how many cells and how to verify it, and nothing more."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from strongroom.tracer.attribution import (
    Attribution,
    CaseFacts,
    ExampleCell,
    IssuedCopy,
    MarksRead,
    Suspect,
    TraceVerdict,
)
from strongroom.tracer.report import report

SUSPECT = Suspect(
    "ageing", "Harbour <Institute>", -96.2, "said at length", 300, 297, further=("chance: 10^-4.0.",)
)
FOUND = Attribution(
    verdict=TraceVerdict.ATTRIBUTED,
    rows=400,
    participants=390,
    columns=("p50_i0",),
    suspects=(SUSPECT,),
    candidates=("ageing",),
    reason="",
    seconds=1.0,
    marks=MarksRead(310, 300, {"p50_i0": 310}, 20_000, 100.5, 13.30103),
    scores={"ageing": 100.5, "sleep": 1.2, "diet": 0.4},
    case=CaseFacts(
        "harbour-cohort",
        3,
        41,
        2,
        5,
        2.5e-10,
        (IssuedCopy("ageing", 4, "2026-01-02T03:04:05Z", 17, "c0ffee"),),
        257,
        9_000,
        (ExampleCell(12, 3, "p50_i0", True, True, 0.002), ExampleCell(12, 4, "p48_i0", False, True, 0.1)),
    ),
)


def page(answer):
    return report(answer, name="a<b>.csv", sha256="ab" * 32, at=datetime(2026, 4, 23, tzinfo=UTC))


def test_it_says_who_how_surely_and_on_how_many_cells():
    said = page(FOUND)
    assert "The file was made from the copy given to Harbour &lt;Institute&gt; (project ageing)." in said
    assert (
        "is less than 1 in 10<sup>12</sup>; the limit set in advance for the whole file is 1 in 1,000,000,000"
        in said
    )
    assert "297 (99.0%); an unrelated copy would match about 63%" in said
    assert "chance: 10<sup>&minus;4.0</sup>." in said
    assert "<b>" not in said


def test_an_appendix_gives_the_exact_figure_and_the_report_says_what_it_does_not_cover():
    said = page(FOUND)
    before, appendix = said.rsplit("Appendix: exact figures", 1)
    assert "96.2" not in before
    assert "10<sup>&minus;96.2</sup>" in appendix
    assert "sold, stolen or lost" in before
    assert "a mistake in which copy went to which project is not covered" in before
    assert "a stolen copy or a mistake in the register" in appendix
    assert "Appendix" not in page(replace(FOUND, suspects=(), verdict=TraceVerdict.INCONCLUSIVE))


def test_it_says_how_to_verify_it_where_somebody_is_accused():
    said = page(FOUND)
    assert "verify_evidence.py evidence.json --file" in said
    assert "c0ffee" in said
    assert "verify_evidence.py" not in page(replace(FOUND, case=None))
    remarked = page(replace(FOUND, case=replace(FOUND.case, opened=0, remark="no evidence could be opened")))
    assert "no evidence could be opened" in remarked
    assert "verify_evidence.py" not in remarked


def test_it_names_the_copy_its_entry_the_runner_up_and_the_right_of_reply():
    said = page(FOUND)
    for each in ("harbour-cohort, revision 3", "entry 41", "view 4, issued 2026-01-02T03:04:05Z", "entry 17",
                 "at most 1 in 4,000,000,000", "Right of reply"):  # fmt: skip
        assert each in said
    assert "Of the projects not accused, sleep has the highest: 10<sup>1.2</sup>." in said
    assert "Right of reply" not in page(replace(FOUND, suspects=(), verdict=TraceVerdict.INCONCLUSIVE))


def test_it_shows_how_cells_compare_without_any_value():
    said = page(FOUND)
    assert "Row 12, column 3 (p50_i0)" in said
    assert (
        "the file shows the higher value (wrong with a probability of about 0.2%), the copy has the higher"
        in said
    )
    assert (
        "the file shows the lower value (wrong with a probability of about 10.0%), the copy has the higher"
        in said
    )
    assert "about 9,000 of its marks" in said


def test_it_says_how_the_surest_cells_agree_where_others_are_doubtful():
    said = page(
        replace(FOUND, suspects=(replace(SUSPECT, marks_agree=210, marks_clean=120, clean_agree=119),))
    )
    assert "119 of 120 match (99.2%)" in said
    all_agree = replace(SUSPECT, marks_agree=210, marks_clean=120, clean_agree=120)
    assert "all 120 match" in page(replace(FOUND, suspects=(all_agree,)))
    assert "confidently read cells</dt>" not in page(FOUND)


def test_several_copies_are_all_named_with_the_weakest_of_their_chances():
    other = replace(SUSPECT, project="lungs", institution="Lakeside", log10_false_accusation=-8.0)
    said = page(replace(FOUND, suspects=(SUSPECT, other)))
    assert "copies given to Harbour &lt;Institute&gt; (project ageing) and Lakeside" in said
    assert "is at most 1 in 100,000,000; the limit" in said


@pytest.mark.parametrize("verdict", [TraceVerdict.INCONCLUSIVE, TraceVerdict.NOT_OURS])
def test_no_source_is_named_unless_there_is_one(verdict):
    said = page(replace(FOUND, verdict=verdict, suspects=(), case=None, reason="best reaches 10^3.1."))
    assert "Harbour" not in said
    assert "best reaches 10<sup>3.1</sup>." in said
    assert "made from" not in said
    if verdict is TraceVerdict.INCONCLUSIVE:
        assert "The source could not be determined." in said


def test_a_file_without_a_marked_cell_is_said_to_have_none():
    assert "No marked cell could be read." in page(replace(FOUND, marks=MarksRead(0, 0, {}, 3, 0.0, 9.5)))
