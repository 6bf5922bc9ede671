"""Every view is marked by a plan made once; what was done is committed to, and what depends on it agrees."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from strongroom.canonical import digest
from strongroom.errors import InputError
from strongroom.matching.storage.index import ORDINALS
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index
from strongroom.portal.data.effects import effect_of_marks
from strongroom.portal.data.fingerprints import SETTINGS, committed_values, open_plan, plan_key
from strongroom.portal.data.models import FingerprintPlan
from strongroom.portal.data.views import (
    add_project,
    current_view,
    fingerprint_of,
    pseudonyms_of,
    write_project_view,
)
from strongroom.portal.data.withdrawals import withdraw_participants
from strongroom.portal.projects.actions import revoke_project
from strongroom.tracer.commitments.leaves import record_hashes
from strongroom.tracer.commitments.statements import bits_root, view_statement
from strongroom.tracer.commitments.tree import root_of
from strongroom.tracer.fingerprint import Code, MarkPlan
from strongroom.tracer.fingerprint import effect as effect_module
from strongroom.tracer.fingerprint.effect_page import effect_page
from strongroom.tracer.fingerprint.visible_values import Originals

COLUMNS = ["p31", "p21022", "p21002_i0", "p50_i0", "p21001_i0", "p30690_i0", "p4080_i0", "hesin_diag.*"]


NO_DECOYS = "decoys: {unique: 0, shared: 0, withheld: 0}\n"


def approve(home, slug="heart", **changes):
    asked = {
        "institution": "Northgate",
        "cohort_name": "synthetic",
        "columns": COLUMNS,
        "by": "ada",
        **changes,
    }
    return add_project(home, slug=slug, **asked)


def shown_and_stored(home, view, tmp_path):
    """Return the view's table, of the cohort's own people, and their stored rows in the same order."""
    _, files = write_project_view(home, slug=view.project.slug, to=tmp_path / view.project.slug, by="ada")
    table = pq.read_table(next(each for each in files if each.stem == "participants")).to_pandas()
    cohort = open_cohort(home, find_cohort("synthetic"))
    ordinals = pseudonyms_of(home, view.project, cohort).ordinals(table["eid"].to_numpy())
    table, ordinals = table[ordinals >= 0], ordinals[ordinals >= 0]
    stored = cohort.participants.read(list(table.columns[1:])).to_pandas()
    places = np.full(cohort.manifest.capacity, -1)
    places[cohort.ordinals()] = np.arange(len(stored))
    return table.reset_index(drop=True), stored.iloc[places[ordinals]].reset_index(drop=True)


def facts(home, kind):
    return [entry.facts for _, entry in ledger(home).entries() if entry.kind == kind]


@pytest.fixture
def view(cohort_home):
    return approve(cohort_home)


def test_quantities_are_nudged_and_everything_else_is_the_cohorts_own(cohort_home, view, tmp_path):
    shown, stored = shown_and_stored(cohort_home, view, tmp_path)
    assert shown[["p31_i0", "p21022_i0"]].equals(stored[["p31_i0", "p21022_i0"]])
    assert shown.isna().equals(stored.isna()[shown.columns[1:]].assign(eid=False)[shown.columns])
    for name in ("p21002_i0", "p30690_i0"):
        moved = (shown[name] - stored[name]).dropna()
        assert 0.3 < np.mean(moved != 0) <= 1
        # Others say most of either, so both are held at half of the strength.
        assert np.sqrt(np.mean(moved**2)) / stored[name].std() == pytest.approx(0.005, rel=0.25)


def test_a_body_mass_index_still_is_weight_over_height_squared(cohort_home, view, tmp_path):
    shown, stored = shown_and_stored(cohort_home, view, tmp_path)
    for table in (stored, shown):
        index = (table["p21002_i0"] / (table["p50_i0"] / 100) ** 2).round(4)
        both = index.notna() & table["p21001_i0"].notna()
        assert both.sum() > 1_000
        assert np.allclose(index[both], table["p21001_i0"][both], atol=1e-9)
    assert np.mean(shown["p21001_i0"] != stored["p21001_i0"]) > 0.5


def test_a_view_without_the_inputs_shows_the_same_index(cohort_home, view, tmp_path):
    alone = approve(cohort_home, "alone", columns=["p21001_i0"])
    mark = fingerprint_of(cohort_home, alone).marker()
    row = find_cohort("synthetic")
    cohort, index = open_cohort(cohort_home, row), open_index(cohort_home, row)
    read = Originals(cohort, index, fingerprint_of(cohort_home, alone)).read
    expected = dict(
        zip(index.stored.array(ORDINALS), mark.shown("p21001_i0", cohort.ordinals(), read), strict=True)
    )
    _, files = write_project_view(cohort_home, slug="alone", to=tmp_path / "alone", by="ada")
    table = pq.read_table(next(each for each in files if each.stem == "participants"))
    assert table.column_names == ["eid", "p21001_i0"]
    ordinals = pseudonyms_of(cohort_home, alone.project, cohort).ordinals(table["eid"].to_numpy())
    given = {
        who: value for who, value in zip(ordinals, table["p21001_i0"].to_pylist(), strict=True) if who >= 0
    }
    assert all(given[who] == expected[who] or np.isnan(expected[who]) for who in given)


def test_the_ledger_commits_to_the_files_the_plan_and_the_bits(cohort_home, view):
    fingerprint = fingerprint_of(cohort_home, view)
    (issued,), (planned,) = facts(cohort_home, "view.issued"), facts(cohort_home, "fingerprint.planned")
    plan = view.plan.committed.statement
    assert planned["commitment"] == digest(plan)
    assert (plan["plan"], plan["people"]) == (fingerprint.plan.digest, 2_000)
    positions = fingerprint.plan.positions(view.columns)
    statement = view_statement(plan, release=fingerprint.release, positions=positions, bits=view.bits)
    assert issued["commitment"] == fingerprint.commitment == digest(statement)
    assert bits_root(plan, fingerprint.project_key, positions) == view.bits
    assert bits_root(plan, bytes(32), positions) != view.bits
    assert issued["plan"] == fingerprint.plan.digest
    assert issued["release"] == fingerprint.release
    assert MarkPlan.from_json(fingerprint.plan.to_json()) == fingerprint.plan


def test_what_was_committed_to_can_be_opened_after_a_withdrawal(
    cohort_home, view, tmp_path, synthetic_source
):
    ids = pq.read_table(synthetic_source.participants, columns=["eid"]).column(0).to_pylist()[:5]
    (tmp_path / "ids.txt").write_text("\n".join(map(str, ids)))
    withdraw_participants(cohort_home, cohort_name="synthetic", ids_file=tmp_path / "ids.txt", by="ada")
    committed = view.plan.committed
    hashes = [bytes(committed.records)[at : at + 32] for at in range(0, len(committed.records), 32)]
    assert root_of(hashes).hex() == committed.statement["records"]
    row = find_cohort("synthetic")
    again = list(
        record_hashes(
            Code(plan_key(cohort_home, row)),
            committed_values(
                cohort_home,
                row,
                open_cohort(cohort_home, row),
                open_plan(cohort_home, view.plan),
                committed.statement["values"],
            ),
        )
    )
    assert sum(one != other for one, other in zip(hashes, again, strict=True)) == 5


def test_projects_share_a_plan_and_no_key_and_keep_both_through_a_withdrawal(
    cohort_home, view, tmp_path, synthetic_source
):
    other = approve(cohort_home, "lungs")
    ids = pq.read_table(synthetic_source.participants, columns=["eid"]).column(0).to_pylist()[:5]
    (tmp_path / "ids.txt").write_text("\n".join(map(str, ids)))
    withdraw_participants(cohort_home, cohort_name="synthetic", ids_file=tmp_path / "ids.txt", by="ada")
    (cohort_home.path / SETTINGS).write_text("strength: 0.02\n")
    again = current_view(cohort_home, slug="heart", by="ada")
    first, second, third = (fingerprint_of(cohort_home, each) for each in (view, other, again))
    assert again.number == 2
    assert first.plan.digest == second.plan.digest == third.plan.digest
    assert first.project_key == third.project_key != second.project_key
    assert first.commitment != third.commitment
    assert FingerprintPlan.objects.count() == 1
    approve(cohort_home, "stronger")
    assert FingerprintPlan.objects.count() == len(facts(cohort_home, "fingerprint.planned")) == 2


def test_the_fingerprint_outlives_a_revocation(cohort_home, view):
    before = fingerprint_of(cohort_home, view)
    revoke_project(cohort_home, slug="heart", reason="leak", by="ada")
    assert fingerprint_of(cohort_home, view) == before


def test_a_partner_of_high_risk_is_marked_at_full_strength_whatever_others_say(cohort_home, view):
    strong = fingerprint_of(cohort_home, approve(cohort_home, "risky", risk="high")).plan
    usual = fingerprint_of(cohort_home, view).plan
    spread = [
        plan.rules["p30690_i0"].amplitude * plan.rules["p30690_i0"].density ** 0.5 for plan in (usual, strong)
    ]
    assert spread[1] / spread[0] == pytest.approx(4, rel=0.1)
    assert "other columns" in usual.rules["p30690_i0"].reason
    assert not strong.rules["p30690_i0"].reason


def test_what_the_custodian_never_wants_touched_is_not_nor_what_gives_it(cohort_home):
    (cohort_home.path / SETTINGS).write_text("never: [p21001]\ncolumns: {p4080: 0.05}\n")
    plan = fingerprint_of(cohort_home, approve(cohort_home)).plan
    for name in ("p21001_i0", "p21002_i0", "p50_i0"):
        assert plan.rules[name].density == 0
        assert plan.rules[name].reason
    assert plan.rules["p4080_i0"].density > 0.5


def test_of_two_codes_that_mean_the_same_a_few_cells_are_marked(cohort_home, tmp_path):
    (cohort_home.path / SETTINGS).write_text(NO_DECOYS + "categories: {p1558: [3, 4, 0.2]}\n")
    view = approve(cohort_home, columns=["p1558_i0", "p30690_i0"])
    shown, stored = shown_and_stored(cohort_home, view, tmp_path)
    one, other = shown["p1558_i0"], stored["p1558_i0"]
    either = other.isin([3, 4])
    assert one[~either].equals(other[~either])
    assert one[either].isin([3, 4]).all()
    assert 0.05 < np.mean(one[either] != other[either]) < 0.16
    effect = effect_of_marks(cohort_home, view)
    pair = next(each for each in effect.columns if each.column == "p1558_i0")
    assert (pair.treatment, pair.reason) == ("marked", "one of two synonymous codes, 3 and 4")


def test_the_report_counts_what_stays_and_says_so_of_events_and_genotypes(cohort_home, monkeypatch):
    monkeypatch.setattr(effect_module, "LIMITS", type(effect_module.LIMITS)(most_listed=11))
    (cohort_home.path / SETTINGS).write_text(NO_DECOYS)
    view = approve(
        cohort_home, columns=["p31", "p21022", "p30690_i0", "hesin_diag.diag_icd10", "genotypes.*"]
    )
    effect = effect_of_marks(cohort_home, view)
    left = {each.column for each in effect.columns if each.treatment == "untouched"}
    assert "hesin_diag.diag_icd10" in left
    assert {name for name in left if name.startswith("genotypes")} == {"genotypes.* (12 columns)"}
    # One marked column moves the coefficients of models with age and sex.
    assert effect.models == 100
    assert "p30690_i0" in effect.coefficient.where
    assert 0 < effect.coefficient.size < 0.1
    assert 0 < effect.correlation.size < 0.005


def test_settings_that_cannot_be_read_stop_the_approval(cohort_home):
    (cohort_home.path / SETTINGS).write_text("strenght: 0.02\n")
    with pytest.raises(InputError, match="strenght"):
        approve(cohort_home)


def test_the_report_says_what_was_done_to_every_column(cohort_home, view):
    effect = effect_of_marks(cohort_home, view)
    treated = {column.column: column.treatment for column in effect.columns}
    assert treated == {
        "p31_i0": "untouched", "p21022_i0": "untouched", "p21002_i0": "marked", "p50_i0": "marked",
        "p21001_i0": "recomputed", "p30690_i0": "marked", "p4080_i0": "marked",
        "hesin_diag.diag_icd10": "untouched", "hesin_diag.epistart": "untouched",
        "hesin_diag.level": "untouched",
    }  # fmt: skip
    assert 0 < effect.mean.size < 0.1
    assert 0 < effect.correlation.size < 0.005
    assert 0 < effect.coefficient.size < 0.2
    page = effect_page(effect, project="<heart>", number=1)
    assert "&lt;heart&gt;" in page
    assert "p30690_i0" in page
