"""What all views share can be made before the first approval, which then makes none of it."""

import pytest
from tests.portal.test_fingerprints import approve, facts

from strongroom.portal.data.cohorts import find_cohort
from strongroom.portal.data.decoys import kept_decoys
from strongroom.portal.data.models import FingerprintPlan
from strongroom.portal.data.preparation import prepare_cohort
from strongroom.tracer.decoys import decoy_tables

COLUMNS = ["p31", "p21022", "p50_i0", "p21001_i0", "p30690_i0"]


@pytest.fixture
def prepared(cohort_home):
    (cohort_home.path / "fingerprint.yaml").write_text("decoys: {unique: 2, shared: 5, withheld: 0.01}\n")
    return cohort_home, prepare_cohort(cohort_home, cohort_name="synthetic", columns=COLUMNS, by="ada")


def test_an_approval_takes_plan_and_decoys_from_a_prepared_cohort(prepared, monkeypatch):
    home, made = prepared
    assert (made.shared, made.free) == (5, 40)
    assert facts(home, "cohort.prepared") == [{"shared": 5, "free": 40}]

    def refuse(*_args, **_named):
        raise AssertionError("an approval generated decoys")

    monkeypatch.setattr(decoy_tables, "generate_people", refuse)
    view = approve(home, columns=COLUMNS)
    assert FingerprintPlan.objects.get() == view.plan
    assert len(facts(home, "fingerprint.planned")) == 1
    kept, _ = kept_decoys(home, find_cohort("synthetic"))
    assert len(kept.ordinals) == 5 + 40 - 2


def test_preparing_again_changes_nothing_where_decoys_are_left(prepared):
    home, made = prepared
    _, version = kept_decoys(home, find_cohort("synthetic"))
    assert prepare_cohort(home, cohort_name="synthetic", columns=COLUMNS, by="ada") == made
    assert kept_decoys(home, find_cohort("synthetic"))[1] == version
    assert len(facts(home, "fingerprint.planned")) == 1
