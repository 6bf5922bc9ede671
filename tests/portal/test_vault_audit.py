"""The check of the vault: what a withdrawal removed is not missing."""

from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.views import add_project
from strongroom.portal.data.withdrawals import withdraw_participants
from strongroom.portal.oversight.vault_audit import verify_vault


def test_a_view_that_a_withdrawal_removed_is_not_missing(cohort_home, tmp_path):
    add_project(
        cohort_home,
        slug="heart",
        institution="I",
        cohort_name="synthetic",
        columns=["p31", "p21022"],
        by="ada",
    )
    before = verify_vault(cohort_home).files
    ids = tmp_path / "ids.txt"
    ids.write_text(f"eid\n{open_cohort(cohort_home, find_cohort('synthetic')).ids()[0]}\n")
    withdraw_participants(cohort_home, cohort_name="synthetic", ids_file=ids, by="ada")
    assert 0 < verify_vault(cohort_home).files < before
