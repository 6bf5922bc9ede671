"""The airlock on the site: nothing leaves unless it was checked, and looked at by those who may."""

import io
import json
import zipfile

import pyarrow.csv
import pytest

from people import cast, opened
from strongroom.errors import AccessDeniedError, RefusedError, UsageError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.outputs.checking import RECORD, read_copy, read_preview, work
from strongroom.portal.outputs.downloads import download
from strongroom.portal.outputs.reviews import (
    cast_vote,
    comment,
    conflicted,
    hand_in,
    may_review,
    visible_comments,
    visible_reviews,
)
from strongroom.portal.outputs.submission_models import ReleasedFile, Submission
from strongroom.portal.outputs.submissions import (
    add_file,
    appeal,
    open_submission,
    reopen,
    submit,
    withdraw,
)
from strongroom.portal.oversight.state_audit import verify_state
from strongroom.portal.oversight.vault_audit import verify_vault
from strongroom.portal.platform.actions import pause_platform, resume_platform
from strongroom.portal.projects.actions import revoke_project

GREEN = b"term,estimate,n\nage,0.51,1800\nsex,3.20,1800\n"
AMBER = b"area,n\nnorth,214\nsouth,3\nwest,188\n"


@pytest.fixture
def people(cohort_home):
    made = cast(cohort_home)
    opened(cohort_home, made)
    return made


def put_forward(home, people, content, name="table.csv"):
    draft = open_submission(home, slug="heart", title="Table 1", reason="for the paper", by=people.rosa)
    add_file(home, submission=draft, name=name, content=[content], context="Table 1", by=people.rosa)
    handed = submit(home, submission=draft, by=people.rosa)
    assert work(home)
    return Submission.objects.get(pk=handed.pk)


def review(home, submission, reviewer, choice="approve"):
    for file in submission.files.all():
        cast_vote(home, submission=submission, name=file.name, choice=choice, by=reviewer)
    return hand_in(home, submission=submission, by=reviewer)


@pytest.fixture
def amber(cohort_home, people):
    submission = put_forward(cohort_home, people, AMBER)
    assert (submission.verdict, submission.state) == ("review", "review")
    return submission


def test_what_is_green_is_released_without_a_person_and_can_be_downloaded(cohort_home, people):
    submission = put_forward(cohort_home, people, GREEN)
    assert submission.state == "approved"
    assert work(cohort_home)
    submission.refresh_from_db()
    assert submission.state == "released"
    copy = download(cohort_home, submission=submission, name="table.csv", by=people.rosa)
    assert copy.decode().splitlines()[1].startswith("age,0.51")
    assert not work(cohort_home)
    verify_state(cohort_home)
    assert verify_vault(cohort_home).files > 0


def test_the_record_of_a_release_names_policy_tools_hashes_and_roles(cohort_home, people):
    submission = put_forward(cohort_home, people, GREEN)
    work(cohort_home)
    submission.refresh_from_db()
    crate = zipfile.ZipFile(
        io.BytesIO(download(cohort_home, submission=submission, name=RECORD, by=people.paul))
    )
    graph = {each["@id"]: each for each in json.loads(crate.read("ro-crate-metadata.json"))["@graph"]}
    assert graph["./"]["conformsTo"]["@id"] == "https://w3id.org/5s-crate/0.4"
    assert graph["data/table.csv"]["sha256"] == ReleasedFile.objects.get().sha256
    assert {each["@id"] for each in graph["./"]["hasPart"]} <= set(graph)
    criteria = json.loads(crate.read("criteria.json"))
    assert criteria["policy"]["settings"]["small_count"] == 5
    assert criteria["policy"]["hash"] == submission.request.report["policy"]


def test_what_is_amber_takes_two_reviewers_who_do_not_see_each_other(cohort_home, people, amber):
    assert may_review(amber, people.carl)
    review(cohort_home, amber, people.carl)
    amber.refresh_from_db()
    assert amber.state == "review"
    assert visible_reviews(amber, people.cora) == []
    assert [each.reviewer for each in visible_reviews(amber, people.carl)] == [people.carl]
    entries = [entry for _, entry in ledger(cohort_home).entries() if entry.kind.startswith("review.")]
    assert entries
    assert "approve" not in json.dumps([dict(entry.facts) for entry in entries])
    review(cohort_home, amber, people.cora)
    amber.refresh_from_db()
    assert amber.state == "approved"
    assert work(cohort_home)
    amber.refresh_from_db()
    assert amber.state == "released"
    assert len(visible_reviews(amber, people.carl)) == 2


def test_where_two_reviewers_differ_a_third_decides(cohort_home, people, amber):
    review(cohort_home, amber, people.carl)
    review(cohort_home, amber, people.cora, "changes")
    amber.refresh_from_db()
    assert conflicted(amber)
    assert may_review(amber, people.curt)
    assert not may_review(amber, people.carl)
    review(cohort_home, amber, people.curt, "changes")
    amber.refresh_from_db()
    assert amber.state == "returned"
    assert not work(cohort_home)


def test_a_review_is_handed_in_once_and_whole(cohort_home, people, amber):
    with pytest.raises(RefusedError, match="every file"):
        hand_in(cohort_home, submission=amber, by=people.carl)
    cast_vote(cohort_home, submission=amber, name="table.csv", choice="undecided", by=people.carl)
    with pytest.raises(RefusedError, match=r"table\.csv"):
        hand_in(cohort_home, submission=amber, by=people.carl)
    review(cohort_home, amber, people.carl)
    with pytest.raises(RefusedError, match="handed in"):
        cast_vote(cohort_home, submission=amber, name="table.csv", choice="changes", by=people.carl)


def test_a_block_is_not_overruled_by_votes(cohort_home, people, tmp_path, extracts):
    table, _ = extracts.rows(extracts.telling, 300)
    pyarrow.csv.write_csv(table, tmp_path / "rows.csv")
    submission = put_forward(cohort_home, people, (tmp_path / "rows.csv").read_bytes())
    assert (submission.verdict, submission.state) == ("block", "blocked")
    with pytest.raises(RefusedError, match="blocked"):
        cast_vote(cohort_home, submission=submission, name="table.csv", choice="approve", by=people.carl)
    again = appeal(cohort_home, submission=submission, text="these are invented", by=people.rosa)
    assert work(cohort_home)
    again.refresh_from_db()
    assert again.state == "blocked"
    for checker in (people.carl, people.cora):
        review(cohort_home, again, checker, "refuse")
    again.refresh_from_db()
    assert again.state == "refused"
    assert not ReleasedFile.objects.exists()


def test_an_appeal_is_reviewed_by_others(cohort_home, people, amber):
    for checker in (people.carl, people.cora):
        review(cohort_home, amber, checker, "refuse")
    amber.refresh_from_db()
    appeal(cohort_home, submission=amber, text="the count is of areas", by=people.rosa)
    work(cohort_home)
    amber.refresh_from_db()
    assert amber.state == "review"
    assert not may_review(amber, people.carl)
    assert may_review(amber, people.curt)


def test_private_comments_stay_with_reviewers(cohort_home, people, amber):
    comment(cohort_home, submission=amber, text="looks fine", private=True, by=people.carl)
    comment(cohort_home, submission=amber, text="please merge", private=False, by=people.carl)
    assert [each.text for each in visible_comments(amber, people.rosa)] == ["please merge"]
    assert [each.text for each in visible_comments(amber, people.cora)] == ["please merge"]
    assert len(visible_comments(amber, people.carl)) == 2
    with pytest.raises(AccessDeniedError):
        comment(cohort_home, submission=amber, text="psst", private=True, by=people.rosa)


def test_reviewers_look_at_tables_and_at_what_would_leave(cohort_home, people, amber):
    document = read_preview(cohort_home, amber)
    table = document["files"]["table.csv"]["parts"][0]
    assert table["header"] == ["area", "n"]
    assert table["rows"][1] == ["south", "3"]
    number = document["copies"]["table.csv"]["number"]
    assert read_copy(cohort_home, amber, number).startswith(b"area,n")


def test_a_returned_submission_is_changed_and_handed_in_again(cohort_home, people, amber):
    for checker in (people.carl, people.cora):
        review(cohort_home, amber, checker, "changes")
    draft = reopen(cohort_home, submission=amber, by=people.rosa)
    add_file(cohort_home, submission=draft, name="new.csv", content=[GREEN], context="", by=people.rosa)
    submit(cohort_home, submission=draft, by=people.rosa)
    work(cohort_home)
    amber.refresh_from_db()
    assert (amber.round, amber.state) == (2, "review")
    assert may_review(amber, people.carl)


def test_nothing_leaves_a_revoked_project_or_a_paused_platform(cohort_home, people):
    submission = put_forward(cohort_home, people, GREEN)
    pause_platform(cohort_home, reason="a leak", by="ada")
    assert not work(cohort_home)
    with pytest.raises(RefusedError, match="paused"):
        open_submission(cohort_home, slug="heart", title="More", reason="", by=people.rosa)
    resume_platform(cohort_home, reason="over", by="bea")
    revoke_project(cohort_home, slug="heart", reason="a leak", by="ada")
    assert not work(cohort_home)
    submission.refresh_from_db()
    assert submission.state == "approved"
    assert not ReleasedFile.objects.exists()


def test_limits_of_a_day_hold_a_release_back(cohort_home, people):
    (cohort_home.path / "airlock.yaml").write_text("files_a_day: 1\n")
    for _ in range(2):
        put_forward(cohort_home, people, GREEN)
        work(cohort_home)
    assert sorted(Submission.objects.values_list("state", flat=True)) == ["approved", "released"]
    entries = len(list(ledger(cohort_home).entries()))
    assert not work(cohort_home)
    assert len(list(ledger(cohort_home).entries())) == entries


def test_a_custodian_can_have_somebody_look_at_what_is_green(cohort_home, people):
    (cohort_home.path / "airlock.yaml").write_text("green: one checker\n")
    submission = put_forward(cohort_home, people, GREEN)
    assert submission.state == "green"
    review(cohort_home, submission, people.carl)
    submission.refresh_from_db()
    assert submission.state == "approved"


def test_downloads_expire_and_are_on_record(cohort_home, people):
    submission = put_forward(cohort_home, people, GREEN)
    work(cohort_home)
    submission.refresh_from_db()
    download(cohort_home, submission=submission, name="table.csv", by=people.rosa)
    *_, (_, last) = ledger(cohort_home).entries()
    assert (last.kind, last.actor) == ("output.downloaded", people.rosa.handle)
    submission.expires_at = submission.released_at
    with pytest.raises(RefusedError, match="expired"):
        download(cohort_home, submission=submission, name="table.csv", by=people.rosa)


@pytest.mark.parametrize("name", ["", ".hidden", "a" * 200, "a\nb.csv"])
def test_names_of_files_are_short_and_plain(cohort_home, people, name):
    draft = open_submission(cohort_home, slug="heart", title="T", reason="r", by=people.rosa)
    with pytest.raises(UsageError):
        add_file(cohort_home, submission=draft, name=name, content=[b"x"], context="", by=people.rosa)


def test_a_withdrawn_submission_is_not_checked(cohort_home, people):
    draft = open_submission(cohort_home, slug="heart", title="T", reason="r", by=people.rosa)
    add_file(cohort_home, submission=draft, name="a.csv", content=[GREEN], context="", by=people.rosa)
    handed = submit(cohort_home, submission=draft, by=people.rosa)
    withdraw(cohort_home, submission=handed, by=people.rosa)
    assert not work(cohort_home)
