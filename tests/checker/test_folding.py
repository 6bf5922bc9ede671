"""Folding gathers the evidence of one leak under its strictest finding, and loses nothing."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.confidence import confidence
from strongroom.checker.finding import Finding, Verdict, worst
from strongroom.checker.folding import fold, unfold
from strongroom.checker.report import FileReport
from strongroom.checker.rules import PERSON_LEVEL

PLACES = ["a.zip", "a.zip > t.csv", "a.zip > t.csv > column 2 (x)", "a.zip > t.csv > read again 1", "b.csv"]
FINDINGS = st.lists(
    st.builds(
        Finding,
        detector=st.sampled_from(["row-match", "record", "small-cells"]),
        severity=st.sampled_from(Verdict),
        where=st.sampled_from(PLACES),
        message=st.just("A sentence."),
        rows=st.integers(0, 9),
        bits=st.floats(0, 90),
        rule=st.sampled_from(["x/a", "x/b"]),
        concern=st.sampled_from([PERSON_LEVEL, "x/a", ""]),
    ),
    max_size=8,
)


def finding(where, severity=Verdict.BLOCK, concern=PERSON_LEVEL, bits=0.0):
    return Finding("d", severity, where, "A sentence.", concern=concern, bits=bits)


@given(FINDINGS)
def test_folding_loses_and_adds_no_finding(findings):
    assert Counter(unfold(fold(findings))) == Counter(findings)


@given(FINDINGS)
def test_a_leak_is_as_severe_as_its_severest_evidence(findings):
    for main in fold(findings):
        assert main.severity is worst([each.severity for each in unfold([main])])
        assert {each.concern or each.detector for each in main.further} <= {main.concern or main.detector}


@given(FINDINGS)
def test_folding_changes_neither_verdict_nor_confidence(findings):
    report = FileReport("a.zip", "", 1, "text/csv", tuple(findings), confidence(findings))
    assert report.verdict is worst([each.severity for each in report.leaks])
    # Folding changes the order of the findings, and with it the last bit of a product.
    assert confidence(unfold(report.leaks)) == pytest.approx(report.confidence, rel=1e-12)


def test_other_readings_and_parts_of_a_table_are_the_same_leak():
    table, column, again = (finding(where) for where in PLACES[1:4])
    (main,) = fold([column, table, again])
    assert len(main.further) == 2
    assert len(fold([column, again])) == 1


def test_the_strongest_evidence_of_the_strictest_severity_leads():
    weak, strong = finding("t.csv", bits=40), finding("t.csv", bits=60)
    reviewed = finding("t.csv", Verdict.REVIEW, bits=90)
    (main,) = fold([reviewed, weak, strong])
    assert (main.bits, [each.bits for each in main.further]) == (60, [40, 90])


def test_two_tables_and_two_concerns_are_two_leaks():
    assert len(fold([finding("a.zip > t.csv"), finding("a.zip > u.csv")])) == 2
    assert len(fold([finding("t.csv"), finding("t.csv", concern="small-cells/shown")])) == 2


def test_problems_of_an_archive_and_of_its_members_are_apart():
    assert len(fold([finding(where, concern="not-understood/encrypted") for where in PLACES[:2]])) == 2
