"""Each detector fires on what it protects against, stays silent on what is honest, and tells no values."""

import json

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.contents.found import (
    FoundPicture,
    FoundProblem,
    FoundTable,
    FoundText,
    ProblemKind,
)
from strongroom.checker.detectors import DETECTORS, Evidence, KnownIds
from strongroom.checker.detectors.limits.problems import Problems
from strongroom.checker.detectors.people.participant_ids import ParticipantIds
from strongroom.checker.detectors.people.row_match import RowMatchDetector, judged
from strongroom.checker.detectors.shape.pictures import Pictures
from strongroom.checker.finding import Verdict
from strongroom.checker.policy import Policy
from strongroom.checker.table_types.examined import examine
from strongroom.matching import Recognition
from strongroom.matching.recognised import Chance, Pairs


@pytest.fixture
def evidence(extracts):
    known = KnownIds("the cohort's own ids", extracts.cohort.ids())
    return Evidence(extracts.cohort, extracts.index, [known], Policy())


def findings(detector, artefact, evidence):
    return list(detector.run(examine(artefact), evidence))


def test_every_detector_says_what_it_protects_against():
    assert len({detector.name for detector in DETECTORS}) == len(DETECTORS)
    assert all(len(detector.protects_against) > 20 for detector in DETECTORS)


class TestRowMatch:
    @pytest.mark.parametrize(("by_chance", "severity"), [(20.0, Verdict.BLOCK), (355.0, Verdict.REVIEW)])
    def test_where_most_matches_are_chances_a_person_decides(self, evidence, by_chance, severity):
        """A long table of hazards was blocked so: its columns hang together, as those of people do."""
        people = np.arange(579)
        match = Recognition(
            rows=np.arange(2_000),
            matched=len(people),
            pairs=Pairs.one_each(people, people),
            chance=Chance(by_chance / 2_000, -30.0),
        )
        finding = judged(match, "hazards.csv", 2_000, evidence)
        assert finding is not None
        assert finding.severity is severity

    def test_an_extract_is_blocked_with_its_numbers_and_no_value(self, extracts, evidence):
        table, _ = extracts.rows(extracts.telling, 500)
        (finding,) = findings(RowMatchDetector(), FoundTable("a.csv", table), evidence)
        assert finding.severity is Verdict.BLOCK
        assert 400 <= finding.rows <= 500
        assert finding.participants <= finding.rows
        assert finding.bits > 30
        shown = json.dumps(finding.to_json())
        values = {str(value) for value in table.column(0).to_pylist()[:50] if value and len(str(value)) > 4}
        assert not [value for value in values if value in shown]
        assert not [name for name in extracts.telling if name in finding.message]

    def test_rows_of_a_large_file_are_counted_from_a_sample(self, extracts, evidence):
        table, _ = extracts.rows(extracts.telling, 1_000)
        thrice = pa.concat_tables([table] * 3)
        (finding,) = findings(RowMatchDetector(), FoundTable("a.csv", thrice), evidence)
        assert 2_400 <= finding.rows <= 3_000
        assert "rows tested" in finding.message

    def test_a_custodian_may_allow_a_few_rows(self, extracts, evidence):
        table, _ = extracts.rows(extracts.telling, 20)
        lenient = Evidence(evidence.cohort, evidence.index, (), Policy(rows_allowed=20))
        assert findings(RowMatchDetector(), FoundTable("a.csv", table), lenient) == []

    def test_text_and_summaries_are_silent(self, evidence):
        summary = pa.table({"term": ["age", "sex"], "beta": [0.51, 3.2], "n": [1800, 1800]})
        for artefact in (FoundText("t", "Age was 0.51"), FoundTable("s", summary)):
            assert findings(RowMatchDetector(), artefact, evidence) == []


class TestParticipantIds:
    @pytest.mark.parametrize("count", [3, 10, 500])
    def test_a_list_of_ids_is_blocked(self, evidence, count):
        ids = evidence.cohort.ids()[:count]
        (finding,) = findings(ParticipantIds(), FoundTable("ids.csv", pa.table({"x": ids})), evidence)
        assert finding.severity is Verdict.BLOCK
        assert finding.participants == count
        assert not any(str(each) in finding.message + finding.detail for each in ids)

    def test_ids_in_code_and_in_text_columns_are_blocked(self, evidence):
        ids = [str(each) for each in evidence.cohort.ids()[:5]]
        code = FoundText("run.py", f"exclude = [{', '.join(ids)}]")
        column = FoundTable("t", pa.table({"x": [f" {each}" for each in ids]}))
        assert findings(ParticipantIds(), code, evidence)
        assert findings(ParticipantIds(), column, evidence)

    @pytest.mark.parametrize("hide", ["names", "sideways", "packed", "inside words"])
    def test_a_list_hidden_in_a_tables_shape_is_found(self, evidence, hide):
        ids = [int(each) for each in evidence.cohort.ids()[:12]]
        shapes = {
            "names": pa.table({str(each): [1.0, 2.0] for each in ids}),
            "sideways": pa.table({f"c{place}": [each] for place, each in enumerate(ids)}),
            "packed": pa.table({"note": [";".join(map(str, ids)), "none"], "n": [1, 2]}),
            "inside words": pa.table({"who": [f"person_{each}" for each in ids]}),
        }
        assert findings(ParticipantIds(), FoundTable("t", shapes[hide]), evidence)

    def test_ids_that_are_words_are_found_too(self, evidence):
        words = KnownIds("the cohort's own ids", np.array([f"NWT{number:05}" for number in range(500)]))
        known = Evidence(evidence.cohort, evidence.index, [words], Policy())
        table = pa.table({"x": ["NWT00001", "NWT00007", "NWT00400", "NWT00499"] * 2})
        (finding,) = findings(ParticipantIds(), FoundTable("t", table), known)
        assert finding.participants == 4

    def test_genomic_positions_and_counts_do_not_fire(self, evidence):
        draw = np.random.default_rng(3)
        honest = pa.table(
            {
                "position": draw.integers(10_000, 240_000_000, 200_000),
                "seven_digits": draw.integers(1_000_000, 6_999_999, 200_000),
                "n": np.full(200_000, 2_000),
                "rank": np.arange(200_000),
            }
        )
        assert findings(ParticipantIds(), FoundTable("gwas.tsv", honest), evidence) == []

    def test_a_cohort_whose_ids_fill_their_range_gives_no_evidence(self, evidence):
        counting = KnownIds("the cohort's own ids", np.arange(1, 2_001))
        known = Evidence(evidence.cohort, evidence.index, [counting], Policy())
        assert findings(ParticipantIds(), FoundTable("t", pa.table({"n": np.arange(1, 900)})), known) == []


class TestPictures:
    def test_a_drawn_plot_passes_and_a_carrier_is_reviewed(self, evidence):
        plot = FoundPicture("km.png", 960, 720, colours=526, size=42_000)
        noisy = FoundPicture("km.png", 960, 720, colours=60_000, size=900_000)
        large = FoundPicture("km.png", 960, 720, colours=500, size=9_000_000)
        assert findings(Pictures(), plot, evidence) == []
        for carrier in (noisy, large):
            (finding,) = findings(Pictures(), carrier, evidence)
            assert finding.severity is Verdict.REVIEW


class TestProblems:
    @pytest.mark.parametrize("kind", ProblemKind)
    def test_every_problem_keeps_a_file_from_leaving_by_itself(self, evidence, kind):
        (finding,) = findings(Problems(), FoundProblem("x.bin", kind, "secret detail"), evidence)
        assert finding.severity is not Verdict.RELEASE
        assert "secret" not in finding.message
