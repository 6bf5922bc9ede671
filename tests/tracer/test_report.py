"""The page to print says who, how surely, on how many cells, how to verify it, and nothing more."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from strongroom.tracer.attribution import Attribution, MarksRead, Suspect, TraceVerdict
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
    dossier={"accused": [{"institution": "Harbour", "project": "ageing", "commitment": "c0ffee"}]},
)


def page(answer):
    return report(answer, name="a<b>.csv", sha256="ab" * 32, at=datetime(2026, 4, 23, tzinfo=UTC))


def test_it_says_who_how_surely_and_on_how_many_cells():
    said = page(FOUND)
    assert "the copy that was given to Harbour &lt;Institute&gt; (project ageing)" in said
    assert "at most 10<sup>&minus;96.2</sup>; the limit" in said
    assert "is 10<sup>&minus;9</sup>" in said
    assert "297 (99.0%); a copy that has nothing to do with the file would show about 63%" in said
    assert "chance: 10<sup>&minus;4</sup>." in said
    assert "<b>" not in said


def test_it_says_how_to_verify_it_where_somebody_is_accused():
    said = page(FOUND)
    assert "offline_verifier.py evidence.json --ledger ledger.jsonl --file" in said
    assert "c0ffee" in said
    assert "offline_verifier" not in page(replace(FOUND, dossier=None))


def test_it_says_how_the_surest_cells_agree_where_others_are_doubtful():
    said = page(
        replace(FOUND, suspects=(replace(SUSPECT, marks_agree=210, marks_clean=120, clean_agree=119),))
    )
    assert "119 of 120 (99.2%)" in said
    assert "almost certainly right</th>" not in page(FOUND)


def test_several_copies_are_all_named_with_the_weakest_of_their_chances():
    other = replace(SUSPECT, project="lungs", institution="Lakeside", log10_false_accusation=-12.0)
    said = page(replace(FOUND, suspects=(SUSPECT, other)))
    assert "copies that were given to Harbour &lt;Institute&gt; (project ageing) and Lakeside" in said
    assert "at most 10<sup>&minus;12</sup>; the limit" in said


@pytest.mark.parametrize("verdict", [TraceVerdict.INCONCLUSIVE, TraceVerdict.NOT_OURS])
def test_nobody_is_named_where_nobody_is(verdict):
    said = page(replace(FOUND, verdict=verdict, suspects=(), dossier=None, reason="best reaches 10^3.1."))
    assert "Harbour" not in said
    assert "best reaches 10<sup>3.1</sup>." in said
    assert "made from" not in said


def test_a_file_without_a_marked_cell_is_said_to_have_none():
    assert "No marked cell could be read." in page(replace(FOUND, marks=MarksRead(0, 0, {}, 3, 0.0, 9.5)))
