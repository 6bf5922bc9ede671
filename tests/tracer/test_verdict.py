"""Without fingerprints, somebody is accused only when nobody else can be meant."""

import math

import numpy as np
import pytest

from strongroom.cohort.member_mask import MemberMask
from strongroom.tracer.content_evidence import FoundContent, IssuedView, Reading
from strongroom.tracer.verdict import (
    EXCLUSION_BOUND,
    best_per_project,
    excluded_but_one,
    possible_sources,
)

FOUND = FoundContent(np.arange(100), {"bmi": frozenset({"bmi"})}, 0.001)


def reading(project, chance, number=1):
    view = IssuedView(
        project, f"Institution of {project}", number, frozenset(), MemberMask.of(np.ones(100, dtype=bool))
    )
    return Reading(view, 0, (), chance)


def judge(chances, coincidences=None):
    readings = [reading(name, chance) for name, chance in chances.items()]
    return excluded_but_one(FOUND, readings, coincidences or {}), possible_sources(readings)


def test_the_only_possible_source_is_accused_with_the_others_chances_added_up():
    suspects, possible = judge({"a": 0.0, "b": -20.0, "c": -20.0})
    assert [suspect.project for suspect in suspects] == ["a"]
    assert suspects[0].log10_false_accusation == pytest.approx(math.log10(2e-20))
    assert possible == ("a",)


def test_two_possible_sources_accuse_nobody():
    suspects, possible = judge({"a": 0.0, "b": -1.0, "c": -20.0})
    assert suspects == ()
    assert set(possible) == {"a", "b"}


def test_a_file_no_view_can_explain_accuses_nobody():
    assert judge({"a": -30.0, "b": -20.0}) == ((), ())


def test_a_single_project_is_not_accused_for_being_the_only_one():
    assert judge({"a": 0.0})[0] == ()


def test_a_single_projects_own_pseudonyms_accuse_it():
    suspects, _ = judge({"a": 0.0}, {"a": (40, -200.0)})
    assert [suspect.project for suspect in suspects] == ["a"]


def test_pseudonyms_decide_between_two_possible_sources():
    suspects, possible = judge({"a": 0.0, "b": 0.0}, {"b": (40, -200.0)})
    assert [suspect.project for suspect in suspects] == ["b"]
    assert set(possible) == {"a", "b"}


def test_a_view_that_is_not_ruled_out_but_does_not_explain_the_file_is_not_accused():
    assert judge({"a": -3.0, "b": -50.0}) == ((), ("a",))


def test_evidence_just_short_of_the_bound_accuses_nobody():
    just_short = math.log10(EXCLUSION_BOUND) + 0.01
    assert judge({"a": 0.0, "b": just_short})[0] == ()


def test_a_project_is_read_by_the_view_that_fits_best():
    best = best_per_project([reading("a", -9.0, 1), reading("a", -2.0, 2), reading("b", -1.0)])
    assert {name: each.view.number for name, each in best.items()} == {"a": 2, "b": 1}
