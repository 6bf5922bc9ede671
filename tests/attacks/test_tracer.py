"""Attempts to make a trace name the wrong project: T-TRACE-*."""

import numpy as np
import polars as pl
import pytest

from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.portal.data.views import add_project, write_project_view
from strongroom.portal.oversight.tracing import trace_file
from strongroom.portal.projects.actions import revoke_project
from strongroom.portal.record.acts import ledger
from strongroom.tracer.attribution import TraceVerdict

COMMON = ["p31", "p21022", "p21001_i0", "p21002_i0", "p50_i0", "p30690_i0"]
OURS = [*COMMON, "p30780_i0", "p30760_i0", "p48_i0", "p49_i0"]
THEIRS = [*COMMON, "p30740_i0", "p30870_i0", "p4080_i0_a0", "p4079_i0_a0"]
SHARED = {name.removesuffix("_i0") for name in COMMON}


def view_of(home, slug, tmp_path, *, columns=OURS, where="") -> pl.DataFrame:
    add_project(
        home,
        slug=slug,
        institution=f"Institution of {slug}",
        cohort_name="synthetic",
        columns=columns,
        where=where,
        by="ada",
    )
    write_project_view(home, slug=slug, to=tmp_path / slug, by="ada")
    return pl.read_parquet(tmp_path / slug / "participants.parquet")


def disguised(frame: pl.DataFrame) -> pl.DataFrame:
    shuffled = frame.drop("eid", strict=False).sample(fraction=1, shuffle=True, seed=1)
    shuffled.columns = [f"c{place}" for place in range(shuffled.width)]
    return shuffled


def traced(home, frame: pl.DataFrame, tmp_path):
    frame.write_csv(tmp_path / "found.csv")
    return trace_file(home, tmp_path / "found.csv", by="ada", cohort="synthetic")


def test_a_disguised_copy_names_its_project_though_it_was_revoked(cohort_home, tmp_path):
    ours = view_of(cohort_home, "ours", tmp_path)
    view_of(cohort_home, "theirs", tmp_path, columns=THEIRS)
    revoke_project(cohort_home, slug="ours", reason="contract ended", by="ada")
    answer = traced(cohort_home, disguised(ours.sample(600, seed=2)), tmp_path)
    assert [suspect.project for suspect in answer.suspects] == ["ours"]
    assert answer.suspects[0].log10_false_accusation < -6


def test_of_two_projects_with_the_same_view_only_the_source_is_named(cohort_home, tmp_path):
    ours = view_of(cohort_home, "ours", tmp_path)
    view_of(cohort_home, "twin", tmp_path)
    answer = traced(cohort_home, disguised(ours), tmp_path)
    assert [suspect.project for suspect in answer.suspects] == ["ours"]
    assert set(answer.candidates) == {"ours", "twin"}


def test_what_both_projects_held_names_only_its_source(cohort_home, tmp_path):
    ours = view_of(cohort_home, "ours", tmp_path)
    view_of(cohort_home, "theirs", tmp_path, columns=THEIRS)
    names = [
        name for name in ours.columns if name.removesuffix("_i0") in {c.removesuffix("_i0") for c in COMMON}
    ]
    answer = traced(cohort_home, disguised(ours.select(names)), tmp_path)
    assert [suspect.project for suspect in answer.suspects] == ["ours"]


def test_a_file_of_other_people_is_not_ours(cohort_home, tmp_path):
    ours = view_of(cohort_home, "ours", tmp_path)
    files = write_synthetic_cohort(tmp_path / "others", participants=2_000, seed=99, columns=60)
    others = pl.read_parquet(files.participants)
    names = [name for name in ours.columns if name in others.columns and name != "eid"]
    answer = traced(cohort_home, disguised(others.select(names)), tmp_path)
    assert (answer.verdict, answer.suspects) == (TraceVerdict.NOT_OURS, ())


def test_two_copies_merged_accuse_no_third_project(cohort_home, tmp_path):
    ours = view_of(cohort_home, "ours", tmp_path)
    theirs = view_of(cohort_home, "theirs", tmp_path, columns=THEIRS)
    view_of(cohort_home, "third", tmp_path, columns=COMMON)
    key = [name for name in ours.columns if name in theirs.columns and name != "eid"]
    merged = ours.drop_nulls(key).join(theirs.drop_nulls(key).drop("eid"), on=key, how="inner")
    assert len(merged) > 500
    answer = traced(cohort_home, disguised(merged), tmp_path)
    assert "third" not in [suspect.project for suspect in answer.suspects]


def test_another_projects_pseudonyms_cannot_be_made_up(cohort_home, tmp_path):
    ours = view_of(cohort_home, "ours", tmp_path)
    view_of(cohort_home, "framed", tmp_path)
    draw = np.random.default_rng(3)
    invented = ours.with_columns(eid=pl.Series(draw.integers(1_000_000, 6_000_000, len(ours))))
    answer = traced(cohort_home, invented.rename({"eid": "id"}), tmp_path)
    assert "framed" not in [suspect.project for suspect in answer.suspects]


def test_a_trace_is_on_the_record_without_anybodys_values(cohort_home, tmp_path):
    ours = view_of(cohort_home, "ours", tmp_path)
    traced(cohort_home, disguised(ours), tmp_path)
    *_, (_, entry) = ledger(cohort_home).entries()
    assert (entry.kind, entry.actor) == ("file.traced", "ada")
    assert set(entry.facts) == {
        "sha256", "verdict", "suspects", "participants", "marks", "recipients",
    }  # fmt: skip


@pytest.mark.parametrize("rows", [1, 2])
def test_too_few_rows_accuse_nobody(cohort_home, tmp_path, rows):
    ours = view_of(cohort_home, "ours", tmp_path)
    view_of(cohort_home, "theirs", tmp_path, columns=THEIRS)
    answer = traced(cohort_home, disguised(ours).head(rows), tmp_path)
    assert answer.suspects == ()
