"""Event tables leaked alone: the right people are recognised, dates moved or not, and chance is no match."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from strongroom.cohort.member_mask import MemberMask
from strongroom.cohort.model import PARTICIPANT
from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.tracer import IssuedFingerprint, IssuedView, TraceVerdict, trace
from strongroom.tracer.fingerprint.planning.cohort_plan import plan_fingerprint
from strongroom.tracer.fingerprint.rules import DATE, MarkRule
from strongroom.tracer.fingerprint.settings import MarkSettings
from strongroom.tracer.histories import read_history

BOUND = -9.0
MOVED = {"hesin_diag.epistart": (MarkRule("(dates)", step=1.0, amplitude=7.0, density=1.0, form=DATE),)}


@pytest.fixture
def events(extracts):
    """Return a way to draw rows of the diagnoses, moved by some days, and whose they are."""
    table = extracts.cohort.table("hesin_diag").read()

    def drawn(rows, moved=0):
        chosen = np.random.default_rng(rows).permutation(table.num_rows)[:rows]
        some = pl.from_arrow(table.take(pa.array(chosen)))
        leaked = some.select(
            pl.col("epistart").dt.offset_by(f"{moved}d").alias("when"), pl.col("diag_icd10").alias("what")
        )
        return leaked.to_arrow(), some[PARTICIPANT].to_numpy()

    return drawn


@pytest.fixture
def recognised(extracts):
    """Return a way to recognise the people of a table."""

    def read(table, reaches):
        return read_history(table, extracts.cohort, extracts.index, reaches, seed=1)

    return read


@pytest.mark.parametrize("moved", [-7, 0, 7])
def test_whose_events_these_are_is_told_and_how_far_dates_moved(events, recognised, moved):
    table, whose = events(600, moved)
    history = recognised(table, MOVED)
    assert history.is_ours(BOUND)
    assert (history.code, history.date) == ("hesin_diag.diag_icd10", "hesin_diag.epistart")
    assert len(history.ordinals) == len(np.unique(history.ordinals)) > 100
    assert np.mean(np.isin(history.ordinals, whose)) > 0.95
    assert np.mean(history.shown - history.own == moved) > 0.95


def marked_dates(extracts, rows):
    """Return diagnoses whose dates moved a week, each person's one way, whose, and who moved forwards."""
    table = pl.from_arrow(extracts.cohort.table("hesin_diag").read()).sample(rows, seed=3)
    people = table[PARTICIPANT].unique()
    forwards = np.random.default_rng(8).random(int(people.max()) + 1) < 0.5
    days = pl.Series(np.where(forwards[table[PARTICIPANT].to_numpy()], 7, -7))
    when = table["epistart"].cast(pl.Int32) + days.cast(pl.Int32)
    leaked = pl.DataFrame(
        {"who": table[PARTICIPANT].rank("dense"), "when": when.cast(pl.Date), "what": table["diag_icd10"]}
    )
    return leaked, table[PARTICIPANT].to_numpy(), forwards


def ways_told(history, forwards):
    """Return, of the people of whom a date tells which way it moved, the share told right, and how many."""
    low, high = (history.calendar.shown(history.own + move) for move in (-7, 7))
    tells = (low != high) & (history.certainty >= 0.7)
    right = (history.shown == high) == forwards[history.ordinals]
    return np.mean(right[tells]), np.count_nonzero(tells)


@pytest.mark.parametrize("added", [123, -4_000])
def test_all_dates_moved_by_one_number_of_days_are_read_still(extracts, recognised, added):
    leaked, whose, forwards = marked_dates(extracts, 3_000)
    history = recognised(leaked.with_columns(pl.col("when").dt.offset_by(f"{added}d")).to_arrow(), MOVED)
    assert history.is_ours(BOUND)
    assert history.calendar.added == added
    assert np.mean(np.isin(history.ordinals, whose)) > 0.95
    share, people = ways_told(history, forwards)
    assert share > 0.95
    assert people > 300


@pytest.mark.parametrize("period", ["1mo", "1w"])
def test_dates_cut_to_weeks_or_months_are_read_where_a_move_shows(extracts, recognised, period):
    leaked, whose, forwards = marked_dates(extracts, 12_000)
    history = recognised(leaked.with_columns(pl.col("when").dt.truncate(period)).to_arrow(), MOVED)
    assert history.is_ours(BOUND)
    assert np.mean(np.isin(history.ordinals, whose)) > 0.95
    share, people = ways_told(history, forwards)
    assert share > 0.95
    assert people > 300


@pytest.mark.parametrize("changed", ["moved", "months"])
def test_a_copy_of_marked_dates_alone_names_its_project_though_all_were_changed(extracts, changed):
    plan = plan_fingerprint(extracts.cohort, extracts.index, MarkSettings(dates=7))
    held = extracts.cohort.table("hesin_diag").read()
    keys = {slug: bytes([number]) * 32 for number, slug in enumerate(("heart", "lungs"), 1)}
    prints = {slug: IssuedFingerprint(plan, bytes(32), key, slug) for slug, key in keys.items()}
    everybody = np.ones(extracts.cohort.manifest.capacity, bool)
    views = [
        IssuedView(slug, slug, 1, frozenset(["hesin_diag.epistart"]), MemberMask.of(everybody), None, each)
        for slug, each in prints.items()
    ]
    ordinals = held.column(PARTICIPANT).to_numpy().astype(np.uint32)
    marker = prints["lungs"].marker(plan.movable(extracts.cohort))
    copy = pl.from_arrow(marker("hesin_diag", ordinals, held))
    date = (
        pl.col("epistart").dt.offset_by("-500d")
        if changed == "moved"
        else pl.col("epistart").dt.truncate("1mo")
    )
    leaked = copy.select(who=pl.col(PARTICIPANT).rank("dense"), when=date, what="diag_icd10")
    answer = trace([leaked.to_arrow()], cohort=extracts.cohort, index=extracts.index, views=views)
    assert [each.project for each in answer.suspects] == ["lungs"]


def test_rows_that_an_id_holds_together_tell_more_people(events, recognised):
    table, whose = events(3_000)
    alone = recognised(table, {})
    together = recognised(table.append_column("who", pa.array(np.unique(whose, return_inverse=True)[1])), {})
    assert len(together.ordinals) > len(alone.ordinals)
    assert np.mean(np.isin(together.ordinals, whose)) > 0.95


def test_shortened_codes_are_recognised_too(events, recognised):
    table, whose = events(3_000)
    short = pl.from_arrow(table).with_columns(pl.col("what").str.slice(0, 3)).to_arrow()
    history = recognised(short, {})
    assert history.is_ours(BOUND)
    assert np.mean(np.isin(history.ordinals, whose)) > 0.9


def test_dates_of_other_rows_and_another_cohort_are_nobodys(events, recognised, tmp_path):
    table, _ = events(2_000)
    turned = table.set_column(0, "when", table.column("when").take(pa.array(np.arange(2_000)[::-1])))
    history = recognised(turned, MOVED)
    assert history is None or not history.is_ours(BOUND)
    other = write_synthetic_cohort(tmp_path, participants=2_000, seed=5, columns=60, variants=12)
    theirs = pl.read_parquet(other.events["hesin_diag"]).select("epistart", "diag_icd10").to_arrow()
    history = recognised(theirs, MOVED)
    assert history is None or not history.is_ours(BOUND)


def test_a_table_without_codes_or_dates_is_no_history(recognised):
    assert recognised(pa.table({"a": ["x"] * 10, "b": [1.5] * 10}), {}) is None
    assert recognised(pa.table({"a": ["I10"] * 10}), {}) is None
    assert recognised(pa.table({"a": pa.array([], pa.string())}), {}) is None


def test_without_marks_a_trace_says_whose_views_hold_the_events_and_why_it_stops(extracts, events):
    everybody = np.ones(extracts.cohort.manifest.capacity, bool)
    half = np.arange(len(everybody)) % 2 == 0
    given = frozenset(["hesin_diag.diag_icd10", "hesin_diag.epistart"])
    views = [
        IssuedView(slug, slug, 1, given, MemberMask.of(members))
        for slug, members in (("heart", everybody), ("lungs", everybody), ("bones", half))
    ]
    table, whose = events(1_000)
    answer = trace([table], cohort=extracts.cohort, index=extracts.index, views=views)
    assert answer.verdict is TraceVerdict.INCONCLUSIVE
    assert set(answer.candidates) == {"heart", "lungs"}
    assert 100 < answer.participants <= len(np.unique(whose))
    assert "Codes carry no mark" in answer.reason
