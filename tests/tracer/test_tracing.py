"""A leaked file is traced to the project whose view alone could have held it; innocents are left in peace."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from strongroom.cohort.member_mask import MemberMask
from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.tracer import IssuedView, TraceVerdict, trace

WHOLE = 2_000


@pytest.fixture
def registry(extracts):
    """Two projects: `a` sees everybody and the first six telling columns, `b` half and the last six."""
    everybody = np.ones(WHOLE, dtype=bool)
    half = np.arange(WHOLE) % 2 == 0

    def issue(project, members, columns, key):
        pseudonyms = Pseudonyms(bytes([key]) * 32, low=1_000_000, high=6_999_999, capacity=WHOLE)
        return IssuedView(
            project, f"Institution of {project}", 1, frozenset(columns), MemberMask.of(members), pseudonyms
        )

    return [
        issue("a", everybody, extracts.telling[:6], 1),
        issue("b", half, extracts.telling[2:], 2),
    ]


def traced(extracts, registry, *tables):
    return trace(tables, cohort=extracts.cohort, index=extracts.index, views=registry)


def test_people_the_other_project_never_saw_name_the_source(extracts, registry):
    table, ordinals = extracts.rows(extracts.telling[2:6], 600)
    answer = traced(extracts, registry, table)
    assert answer.verdict is TraceVerdict.ATTRIBUTED
    (suspect,) = answer.suspects
    assert suspect.project == "a"
    assert suspect.log10_false_accusation < -30
    assert "b was never given" in suspect.evidence
    assert answer.participants > 0.8 * len(ordinals)


def test_columns_the_other_project_never_saw_name_the_source(extracts, registry):
    table, ordinals = extracts.rows(extracts.telling[2:], 1_500)
    inside = table.filter(pa.array(ordinals % 2 == 0))
    answer = traced(extracts, registry, inside)
    assert [suspect.project for suspect in answer.suspects] == ["b"]


def test_what_both_were_given_accuses_nobody(extracts, registry):
    table, ordinals = extracts.rows(extracts.telling[2:6], 1_500)
    both = table.filter(pa.array(ordinals % 2 == 0))
    answer = traced(extracts, registry, both)
    assert answer.verdict is TraceVerdict.INCONCLUSIVE
    assert answer.suspects == ()
    assert set(answer.candidates) == {"a", "b"}


def test_pseudonyms_left_in_the_file_tell_even_then(extracts, registry):
    table, ordinals = extracts.rows(extracts.telling[2:6], 1_500)
    ids = registry[1].pseudonyms.of(ordinals)
    both = table.append_column("id", pa.array(ids)).filter(pa.array(ordinals % 2 == 0))
    answer = traced(extracts, registry, both)
    assert [suspect.project for suspect in answer.suspects] == ["b"]


def test_a_file_merged_from_two_projects_accuses_neither(extracts, registry):
    one, _ = extracts.rows(extracts.telling[:6], 700)
    two, ordinals = extracts.rows(extracts.telling[2:], 1_400)
    merged = pl.concat(
        [
            pl.from_arrow(one).rename({f"v{place}": f"c{place}" for place in range(6)}),
            pl.from_arrow(two)
            .rename({f"v{place}": f"c{place + 2}" for place in range(6)})
            .filter(pl.Series(ordinals % 2 == 0)),
        ],
        how="diagonal",
    ).sample(fraction=1.0, shuffle=True, seed=1)
    assert traced(extracts, registry, merged.to_arrow()).suspects == ()


def test_the_table_with_the_most_people_is_the_one_that_is_judged(extracts, registry):
    summary = pa.table({"term": ["age", "sex", "bmi"], "beta": [0.1, 0.2, 0.3]})
    table, _ = extracts.rows(extracts.telling[2:6], 600)
    assert traced(extracts, registry, summary, table).verdict is TraceVerdict.ATTRIBUTED


def test_a_synthetic_look_alike_is_not_ours(extracts, registry, tmp_path):
    other = write_synthetic_cohort(tmp_path, participants=2_000, seed=5, columns=60, variants=12)
    table = pl.read_parquet(other.participants).select(extracts.telling).to_arrow()
    answer = traced(extracts, registry, table)
    assert answer.verdict is TraceVerdict.NOT_OURS
    assert answer.to_json()["suspects"] == []


def test_a_file_without_tables_is_not_ours(extracts, registry):
    answer = traced(extracts, registry)
    assert answer.verdict is TraceVerdict.NOT_OURS
    assert "No table" in answer.reason


def test_without_any_view_the_answer_is_honest(extracts):
    table, _ = extracts.rows(extracts.telling[:6], 500)
    answer = traced(extracts, [], table)
    assert answer.verdict is TraceVerdict.INCONCLUSIVE
    assert "no view of it was ever issued" in answer.reason


def test_the_answer_is_the_documented_document(extracts, registry):
    table, _ = extracts.rows(extracts.telling[2:6], 600)
    document = traced(extracts, registry, table).to_json()
    assert {"verdict", "rows", "participants", "seconds", "suspects"} <= set(document)
    assert set(document["suspects"][0]) == {
        "project", "institution", "log10_false_accusation", "marks_read", "marks_agree", "marks_clean",
        "clean_agree", "decoys", "evidence", "further",
    }  # fmt: skip
