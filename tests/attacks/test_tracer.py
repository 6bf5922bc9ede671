"""Attempts to make a trace name the wrong project: T-TRACE-*."""

import numpy as np
import polars as pl
import pytest

from strongroom.cohort.member_mask import MemberMask
from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.views import add_project, write_project_view
from strongroom.portal.oversight.tracing import trace_file
from strongroom.portal.projects.actions import revoke_project
from strongroom.tracer import IssuedFingerprint, IssuedView, TraceVerdict, trace
from strongroom.tracer.fingerprint.planning.cohort_plan import plan_fingerprint
from strongroom.tracer.fingerprint.settings import MarkSettings

COMMON = ["p31", "p21022", "p21001_i0", "p21002_i0", "p50_i0", "p30690_i0"]
OURS = [*COMMON, "p30780_i0", "p30760_i0", "p48_i0", "p49_i0"]
THEIRS = [*COMMON, "p30740_i0", "p30870_i0", "p4080_i0_a0", "p4079_i0_a0"]
SLUGS = ("one", "two", "three")
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
    *_, (_, asked), (_, entry) = ledger(cohort_home).entries()
    assert (asked.kind, entry.kind, entry.actor) == ("file.read", "file.traced", "ada")
    assert set(asked.facts) == {
        "sha256", "cohort", "revision", "sheets", "recipients", "traces", "files", "bound",
    }  # fmt: skip
    assert all(len(each) == 64 for each in asked.facts["sheets"].values())
    assert set(entry.facts) == {
        "sha256", "verdict", "suspects", "participants", "marks", "recipients",
    }  # fmt: skip


@pytest.mark.parametrize("rows", [1, 2])
def test_too_few_rows_accuse_nobody(cohort_home, tmp_path, rows):
    ours = view_of(cohort_home, "ours", tmp_path)
    view_of(cohort_home, "theirs", tmp_path, columns=THEIRS)
    answer = traced(cohort_home, disguised(ours).head(rows), tmp_path)
    assert answer.suspects == ()


class Marked:
    """Copies of a few columns of one cohort, marked for three projects; `views` are the three."""

    def __init__(self, extracts):
        self.cohort, self.index = extracts.cohort, extracts.index
        plan = plan_fingerprint(self.cohort, self.index, MarkSettings(strength=0.02))
        self.names = sorted(plan.marked, key=lambda name: -self.index.columns[name].bits)[:8]
        held = self.cohort.participants.read([*self.names, "_participant"])
        self.ordinals = held.column("_participant").to_numpy().astype(np.uint32)
        everybody = MemberMask.of(np.ones(self.cohort.manifest.capacity, dtype=bool))
        self.prints = [
            IssuedFingerprint(plan, bytes(32), key, slug)
            for slug, key in zip(SLUGS, (bytes([n]) * 32 for n in (1, 2, 3)), strict=True)
        ]
        self.views = [
            IssuedView(slug, f"Institution of {slug}", 1, frozenset(self.names), everybody, None, each)
            for slug, each in zip(SLUGS, self.prints, strict=True)
        ]
        self.copies = [
            pl.from_arrow(each.marker()("participants", self.ordinals, held)).select(self.names)
            for each in self.prints
        ]

    def trace(self, frame: pl.DataFrame):
        shuffled = frame.sample(fraction=1, shuffle=True, seed=4)
        shuffled.columns = [f"c{place}" for place in range(shuffled.width)]
        return trace([shuffled.to_arrow()], cohort=self.cohort, index=self.index, views=self.views)


@pytest.fixture
def marked(extracts):
    return Marked(extracts)


def named(answer):
    return {suspect.project for suspect in answer.suspects}


def test_a_copy_rounded_blurred_and_rescaled_still_names_its_source(marked):
    draw = np.random.default_rng(5)
    changed = marked.copies[1].select(
        (
            (pl.col(name) / (0.1 * spread)).round() * 0.1 * spread * 2.54
            + pl.Series(draw.normal(0, 0.02 * spread, marked.copies[1].height))
        ).alias(name)
        for name in marked.names
        for spread in [float(marked.copies[1][name].std())]
    )
    assert named(marked.trace(changed)) == {"two"}


@pytest.mark.parametrize("mixed", ["average", "cell by cell"])
def test_colluders_who_mix_their_copies_are_both_named_and_nobody_else(marked, mixed):
    one, two = marked.copies[:2]
    coin = np.random.default_rng(6)
    both = pl.DataFrame(
        [
            (one[name] + two[name]) / 2
            if mixed == "average"
            else one[name].zip_with(pl.Series(coin.random(one.height) < 0.5), two[name])
            for name in marked.names
        ]
    )
    assert named(marked.trace(both)) == {"one", "two"}


def regressed(frame, weight):
    """Move every value part of the way to what linear regression on the other columns predicts."""
    values = frame.to_numpy().astype(float)
    mean, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    standard = np.nan_to_num((values - mean) / spread)
    guess = np.empty(standard.shape)
    for at in range(standard.shape[1]):
        others = np.delete(standard, at, axis=1)
        guess[:, at] = others @ np.linalg.lstsq(others, standard[:, at], rcond=None)[0]
    return ((1 - weight) * standard + weight * guess) * spread + mean, values


@pytest.mark.parametrize("weight", [0.5, 0.75])
def test_a_copy_smoothed_by_its_other_columns_still_names_its_source(marked, weight):
    moved, held = regressed(marked.copies[2], weight)
    shown = pl.DataFrame(np.where(np.isnan(held), np.nan, moved), schema=marked.names).fill_nan(None)
    leaked = shown.sample(fraction=1, shuffle=True, seed=4).to_arrow()
    answer = trace([leaked], cohort=marked.cohort, index=marked.index, views=marked.views)
    assert named(answer) == {"three"}


def test_repeated_rows_and_columns_add_nothing(marked):
    few = marked.copies[0].head(60)
    once = marked.trace(few)
    again = pl.concat([few] * 6)
    often = marked.trace(pl.concat([again, again.select(pl.all().name.prefix("again "))], how="horizontal"))
    assert often.marks.cells <= once.marks.cells + 2
    assert often.scores["one"] <= once.scores["one"] + 0.5


def test_an_innocents_published_output_accuses_nobody(marked):
    frame = marked.copies[0]
    summary = pl.DataFrame(
        {
            "column": marked.names,
            "mean": [frame[name].mean() for name in marked.names],
            "sd": [frame[name].std() for name in marked.names],
            "q1": [frame[name].quantile(0.25) for name in marked.names],
        }
    )
    assert named(marked.trace(summary)) == set()
