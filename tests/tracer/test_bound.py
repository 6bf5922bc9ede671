"""The conditions on which the bound on false accusations rests, one test class each.

That bits are 1 exactly as often as the decoder assumes is in `fingerprint/test_code.py`, that the expected
factor of an innocent is 1 in `fingerprint/decoding/test_collusion.py`, that each position counts once in
`test_reading.py`, `fingerprint/decoding/test_mark_reading.py` and `attacks/test_tracer.py`.
"""

import ast
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from strongroom import matching, tracer
from strongroom.cohort.member_mask import MemberMask
from strongroom.portal.data.cohorts import add_cohort
from strongroom.portal.oversight import tracing as oversight
from strongroom.portal.oversight.trace_register import earlier_reads
from strongroom.tracer import FALSE_ACCUSATION_BOUND, IssuedFingerprint, IssuedView, trace, tracing
from strongroom.tracer.fingerprint import MarkPlan
from strongroom.tracer.fingerprint.planning.cohort_plan import plan_fingerprint
from strongroom.tracer.fingerprint.rules import MarkRule
from strongroom.tracer.fingerprint.settings import MarkSettings
from strongroom.tracer.scoring import Sheet, score

TRACER = Path(tracer.__file__).parent
MATCHING = Path(matching.__file__).parent
CHOOSING = [
    *sorted((MATCHING / "alignment").glob("*.py")),
    *sorted((MATCHING / "noise_models").glob("*.py")),
    *sorted((TRACER / "histories").glob("*.py")),
    TRACER / "reading.py",
    *(TRACER / "fingerprint" / f"{name}.py" for name in ("decoding/mark_reading", "plan")),
]
EVERYBODY = MemberMask.of(np.ones(50, bool))
# Modules that compare a project's key with a file, or apply it to a copy.
KEYED = {"scoring", "verdict", "evidence_file", "content_evidence", "issued_ids", "e_values", "marking"}


def imported(path):
    """Return the last words of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").rpartition(".")[2]
        elif isinstance(node, ast.Import):
            yield from (each.name.rpartition(".")[2] for each in node.names)


def view(project, number, fingerprint, *, columns=("x",), members=EVERYBODY):
    return IssuedView(project, project.upper(), number, frozenset(columns), members, None, fingerprint)


class TestNothingIsChosenAfterALookAtBits:
    def test_the_modules_that_use_keys_have_these_names(self):
        assert {path.stem for path in TRACER.rglob("*.py")} >= KEYED

    @pytest.mark.parametrize("path", CHOOSING, ids=lambda path: f"{path.parent.name}/{path.stem}")
    def test_who_chooses_cannot_reach_a_projects_key(self, path):
        # A plan makes the marker of a copy; nothing that reads a file asks it to.
        keyed = KEYED - {"marking"} if path.stem == "plan" else KEYED
        assert not keyed & set(imported(path))
        if path.stem != "plan":
            assert "project_key" not in path.read_text()

    def test_what_is_read_is_the_same_whosever_keys_there_are(self, extracts, monkeypatch):
        plan = plan_fingerprint(extracts.cohort, extracts.index, MarkSettings(strength=0.02))
        names = sorted(plan.marked, key=lambda name: -extracts.index.columns[name].bits)[:6]
        everybody = MemberMask.of(np.ones(extracts.cohort.manifest.capacity, bool))
        held = extracts.cohort.participants.read([*names, "_participant"]).slice(0, 60)
        ordinals = held.column("_participant").to_numpy().astype(np.uint32)
        source = IssuedFingerprint(plan, bytes(32), bytes([1]) * 32, "one/1", "")
        table = pl.from_arrow(source.marker()("participants", ordinals, held)).select(names).to_arrow()
        handed = []

        def scored(sheets, views, **named):
            handed.append(sheets)
            return score(sheets, views, **named)

        monkeypatch.setattr(tracing, "score", scored)
        answers = []
        for key in (bytes([1]) * 32, bytes([9]) * 32):
            issued = view("one", 1, replace(source, project_key=key), columns=names, members=everybody)
            answers.append(trace([table], cohort=extracts.cohort, index=extracts.index, views=[issued]))
        assert [bool(each.suspects) for each in answers] == [True, False]
        for (one,), (other,) in [handed]:
            assert (one.plan, one.key) == (other.plan, other.key)
            for mine, theirs in zip(one.observed, other.observed, strict=True):
                assert (mine.positions.ordinals == theirs.positions.ordinals).all()
                assert (mine.shown == theirs.shown).all()
                assert (mine.reliability == theirs.reliability).all()


def test_everybody_scored_is_counted_once():
    plans = [MarkPlan({"x": MarkRule("x", 0.1, 0.1, share, 0.0, 9.0)}) for share in (0.5, 0.9)]
    prints = [IssuedFingerprint(plans[n % 2], bytes(32), bytes([n]) * 32, "", "") for n in range(7)]
    views = [view(f"p{n}", 1, each) for n, each in enumerate(prints)]
    again = [view("p3", 2, prints[3]), view("unmarked", 1, None)]
    sheets = [Sheet(plan.digest, bytes(32), ()) for plan in plans]
    scores = score(sheets, [*views, *again], bound=1e-9)
    assert scores.marks.recipients == len(scores.scored) == 7
    assert scores.marks.log10_needed == pytest.approx(math.log10(7) + 9)


def test_every_cohort_a_file_is_compared_with_counts_once_into_the_bound(
    cohort_home, synthetic_source, tmp_path
):
    add_cohort(cohort_home, name="second", source=synthetic_source, by="ada")
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3,4\n")
    oversight.trace_file(cohort_home, tmp_path / "a.csv", by="ada")
    oversight.trace_file(cohort_home, tmp_path / "a.csv", by="ada", cohort="second")
    bounds = [float(each.facts["bound"]) for each in earlier_reads()]
    # "second" comes first by its name; to ask again is no other trace.
    assert bounds == [FALSE_ACCUSATION_BOUND, FALSE_ACCUSATION_BOUND / 4, FALSE_ACCUSATION_BOUND]
    # The sum over all traces that will ever be made stays below twice the bound.
    assert sum(FALSE_ACCUSATION_BOUND / n**2 for n in range(1, 10_000)) < 2 * FALSE_ACCUSATION_BOUND
