"""A cohort's relations are kept with it, shown to the custodian, and theirs to accept or refuse."""

import pytest
from tests.portal.test_fingerprints import facts
from tests.program import document

from strongroom.errors import UsageError
from strongroom.portal.data.cohorts import find_cohort
from strongroom.portal.data.fingerprints import fingerprint_of
from strongroom.portal.data.models import CohortRelations
from strongroom.portal.data.relations import decide_relations, search_relations
from strongroom.portal.data.views import add_project

BMI = {"p21001_i0", "p21002_i0", "p50_i0"}


def roles(found, columns=None):
    return {each.role for each in found if columns is None or each.columns == columns}


def test_they_are_found_when_a_cohort_is_added_and_the_ledger_says_how_many(cohort_home):
    found = search_relations(cohort_home, cohort_name="synthetic", by="ada")
    assert "recomputed" in roles(found, BMI)
    (entry,) = facts(cohort_home, "relations.kept")
    assert entry["found"] == len(found)
    assert entry["recomputed"] == sum(each.role == "recomputed" for each in found) > 0
    stored = bytes(CohortRelations.objects.get(cohort=find_cohort("synthetic")).sealed)
    assert b"p21001" not in stored


def test_a_refused_relation_is_not_kept_by_marks_until_it_is_accepted_again(cohort_home):
    found = search_relations(cohort_home, cohort_name="synthetic", by="ada")
    numbers = [number for number, each in enumerate(found, 1) if each.columns == BMI]
    refused = decide_relations(cohort_home, cohort_name="synthetic", refuse=numbers, accept=(), by="ada")
    assert roles(refused, BMI) == {"refused"}
    assert facts(cohort_home, "relations.kept")[-1]["refused"] == len(numbers)
    view = add_project(
        cohort_home, slug="heart", institution="Uni", cohort_name="synthetic", columns=sorted(BMI), by="ada"
    )
    plan = fingerprint_of(cohort_home, view).plan
    assert "p21001_i0" not in plan.derived
    again = [number for number, each in enumerate(refused, 1) if each.role == "refused"]
    found = decide_relations(cohort_home, cohort_name="synthetic", refuse=(), accept=again, by="ada")
    assert "refused" not in roles(found)
    # A plan that is in use stays.
    assert fingerprint_of(cohort_home, view).plan == plan


def test_a_number_that_is_not_listed_is_an_error(cohort_home):
    with pytest.raises(UsageError, match="no relation 9999"):
        decide_relations(cohort_home, cohort_name="synthetic", refuse=[9999], accept=(), by="ada")


def test_a_cohort_from_before_there_was_a_search_is_searched_when_asked(cohort_home):
    CohortRelations.objects.all().delete()
    assert search_relations(cohort_home, cohort_name="synthetic", by="ada")
    assert len(facts(cohort_home, "relations.kept")) == 2


def test_the_command_lists_them(cohort_home):
    code, shown = document(cohort_home, "cohort", "relations", "synthetic")
    assert code == 0
    assert shown["relations"][0].keys() >= {"target", "formula", "share", "rows", "role"}
