"""Projects have keys of their own, and revoking one destroys what opens its files."""

import pytest

from strongroom.cohort.keys import new_key
from strongroom.errors import AlreadyExistsError, KeyUnavailableError, NotFoundError, RefusedError, UsageError
from strongroom.portal.acts.transactions import act, ledger
from strongroom.portal.projects.actions import create_project, find_project, project_key, revoke_project
from strongroom.portal.projects.models import KeyPurpose

FILES, TRACING = KeyPurpose.FILES, KeyPurpose.TRACING


@pytest.fixture
def project(home):
    return _create(home, "heart")


def _create(home, slug):
    with act(home, by="ada") as record:
        return create_project(
            home,
            slug=slug,
            institution="Northgate University",
            cohort_name="ukb",
            columns=["p31"],
            where="",
            keys={purpose: new_key() for purpose in KeyPurpose},
            record=record,
        )


def test_two_projects_have_four_unrelated_keys(home, project):
    other = _create(home, "lungs")
    keys = {project_key(home, each, purpose) for each in (project, other) for purpose in (FILES, TRACING)}
    assert len(keys) == 4
    assert other.institution == project.institution


def test_a_slug_is_taken_once(home, project):
    with pytest.raises(AlreadyExistsError):
        _create(home, "heart")
    assert [entry.kind for _, entry in ledger(home).entries()] == ["institution.registered", "project.added"]


@pytest.mark.parametrize("slug", ["", "Heart", "../up", "a b", "-x", "x" * 64])
def test_a_slug_that_could_not_be_a_folder_is_refused(home, slug):
    with pytest.raises(UsageError):
        _create(home, slug)


def test_revoking_destroys_the_files_key_and_keeps_the_tracing_key(home, project):
    kept = project_key(home, project, TRACING)
    revoke_project(home, slug="heart", reason="leak", by="ada")
    with pytest.raises(KeyUnavailableError, match="destroyed"):
        project_key(home, project, FILES)
    assert project_key(home, project, TRACING) == kept


def test_revoking_twice_or_without_a_reason_is_refused(home, project):
    with pytest.raises(RefusedError, match="reason"):
        revoke_project(home, slug="heart", reason="  ", by="ada")
    revoke_project(home, slug="heart", reason="leak", by="ada")
    with pytest.raises(RefusedError, match="was revoked"):
        revoke_project(home, slug="heart", reason="again", by="ada")


def test_an_unknown_project_is_not_found(home):
    with pytest.raises(NotFoundError, match="no project 'ghost'"):
        find_project("ghost")
