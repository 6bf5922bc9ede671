"""Dosages move by a hundredth where they are uncertain: no call is flipped, made or lost."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.cohort import Cohort, ingest_cohort
from strongroom.cohort.dictionary import read_dictionary
from strongroom.matching import Index, build_index
from strongroom.tracer.fingerprint import MarkRule, marker_of
from strongroom.tracer.fingerprint.dosages import CALLED_WITHIN
from strongroom.tracer.fingerprint.planning.cohort_plan import plan_fingerprint
from strongroom.tracer.fingerprint.planning.dosage_columns import dosage_rule
from strongroom.tracer.fingerprint.settings import MarkSettings

DRAW = np.random.default_rng(11)


def dosages(frequency=0.3, people=5_000, sure=0.7):
    """Draw imputed dosages: most as good as certain, the others anywhere about the true call."""
    calls = DRAW.binomial(2, frequency, people)
    apart = np.where(DRAW.random(people) < sure, DRAW.exponential(0.002, people), DRAW.beta(1, 3, people))
    return np.clip(
        np.abs(np.where(calls == 2, 2 - apart, calls + np.sign(0.5 - DRAW.random(people)) * apart)), 0, 2
    )


def ruled(values, decimals, strength=0.01):
    return dosage_rule("d", *np.unique(values, return_counts=True), strength=strength, decimals=decimals)


def called(values):
    nearest = np.rint(values)
    return np.where(np.abs(values - nearest) <= CALLED_WITHIN + 1e-9, nearest, np.nan)


@given(st.lists(st.floats(0, 2), min_size=1), st.sampled_from([0.01, 0.005, 3 / 255]))
def test_no_call_is_flipped_made_or_lost(values, reach):
    values = np.array(values)
    rule = MarkRule("d", amplitude=reach, density=1.0, high=2.0, form="dosage")
    may = rule.markable(values)
    for bit in (False, True):
        moved = rule.nudged(values, np.full(len(values), bit))[may]
        assert ((moved > 0) & (moved < 2)).all()
        assert np.array_equal(np.rint(moved), np.rint(values[may]))
        assert np.array_equal(called(moved), called(values[may]), equal_nan=True)
        assert np.allclose(np.abs(moved - values[may]), reach)


@pytest.mark.parametrize("decimals", [2, 3, 4])
def test_on_a_decimal_grid_they_stay_on_it(decimals):
    values = np.round(dosages(), decimals)
    rule = ruled(values, decimals)
    assert rule.amplitude == pytest.approx(0.01)
    moved = rule.nudged(values, DRAW.random(len(values)) < 0.5)[rule.markable(values)]
    assert len(moved) > 500
    assert np.array_equal(moved, np.round(moved, decimals))


@pytest.mark.parametrize("decimals", [4, 6, 0])
def test_in_eight_bits_they_stay_multiples_of_a_255th(decimals):
    values = np.rint(dosages() * 255) / 255
    values = np.round(values, decimals) if decimals else values
    rule = ruled(values, decimals)
    assert rule.amplitude == pytest.approx(3 / 255)
    moved = rule.nudged(values, DRAW.random(len(values)) < 0.5)[rule.markable(values)]
    exact = np.rint(moved * 255) / 255
    assert np.array_equal(moved, np.round(exact, decimals) if decimals else exact)


@pytest.mark.parametrize("frequency", [0.01, 0.1, 0.5])
def test_they_move_no_more_than_the_strength_allows(frequency):
    values = np.round(dosages(frequency), 3)
    rule = ruled(values, 3)
    moved = np.where(DRAW.random(len(values)) < rule.densities(values), rule.amplitude, 0)
    assert np.sqrt(np.mean(moved**2)) <= 0.012 * values.std()


def test_hard_calls_and_what_is_no_dosage_are_left_alone():
    calls = DRAW.binomial(2, 0.3, 1_000).astype(float)
    assert "hard calls" in ruled(calls, 0 + 1).reason
    assert "outside" in ruled(calls + 1.5, 1).reason
    assert "too few uncertain" in ruled(np.round(dosages(sure=1.0), 3), 3).reason


def test_a_rule_reads_back():
    rule = ruled(np.round(dosages(), 3), 3)
    assert MarkRule.from_json(rule.to_json()) == rule


def test_a_cohorts_columns_of_dosages_are_planned_marked_and_read_as_such(tmp_path):
    imputed = {"rs1": np.round(dosages(0.2), 3), "rs2": np.rint(dosages(0.4) * 255) / 255}
    pq.write_table(pa.table({"eid": np.arange(5_000) + 1, **imputed}), tmp_path / "people.parquet")
    (tmp_path / "dictionary.csv").write_text("column,type,role\nrs1,real,sensitive\nrs2,real,sensitive\n")
    manifest, _ = ingest_cohort(
        "imputed",
        participants=tmp_path / "people.parquet",
        dictionary=read_dictionary(tmp_path / "dictionary.csv"),
        id_column="eid",
        into=tmp_path / "cohort",
        key=bytes(32),
    )
    cohort = Cohort(tmp_path / "cohort", manifest, bytes(32))
    plan = plan_fingerprint(
        cohort, Index.from_bytes(build_index(cohort)), MarkSettings(dosages=("rs1", "rs2"))
    )
    assert {rule.form for rule in plan.rules.values()} == {"dosage"}
    assert plan.rules["rs2"].step == pytest.approx(1 / 255)
    mark = marker_of(plan, plan_key=bytes(32), project_key=bytes(range(32)))
    table = pa.table(imputed)
    shown = mark("participants", np.arange(5_000, dtype=np.uint32), table)
    for name, values in imputed.items():
        after = shown.column(name).to_numpy()
        assert 100 < np.count_nonzero(after != values) < 2_500
        assert np.array_equal(called(after), called(values), equal_nan=True)
    assert np.isin(shown.column("rs2").to_numpy(), np.arange(511) / 255).all()
