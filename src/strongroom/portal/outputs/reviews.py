"""Output checkers: two independent, blinded reviews of what is amber, one of what is green.

A reviewer is never a member of the project, nor of its institution's team for it; nobody sees another's votes
before two reviews are done. Where two differ on a file, a third reviewer decides. A block is never overruled
by votes: a blocked submission can be returned or refused (decision 0046).
"""

from collections import Counter
from collections.abc import Mapping

from strongroom.checker import Verdict
from strongroom.errors import AccessDeniedError, RefusedError, UsageError
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.home import Home
from strongroom.portal.outputs.submission_models import (
    SUBMISSION,
    Comment,
    FileVote,
    Review,
    Submission,
)
from strongroom.portal.people.access import require_role
from strongroom.portal.people.models import Person, Role
from strongroom.portal.people.notices import notify
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import require_active
from strongroom.portal.projects.membership import is_member

APPROVE, CHANGES, UNDECIDED, REFUSE = "approve", "changes", "undecided", "refuse"
CHOICES = (APPROVE, CHANGES, UNDECIDED, REFUSE)
_UNDER_REVIEW = ("green", "review", "blocked")


def needed(submission: Submission) -> int:
    """Return how many reviews decide a submission: one for green, two for others."""
    return 1 if submission.state == "green" else 2


def may_review(submission: Submission, person: Person) -> bool:
    """Return whether this person can review the submission now."""
    if submission.state not in _UNDER_REVIEW or not person.has(Role.CHECKER):
        return False
    try:
        _require_independent(submission, person)
    except AccessDeniedError:
        return False
    done = done_reviews(submission)
    return all(each.reviewer_id != person.pk for each in done) and not _decided(submission, done)


def done_reviews(submission: Submission) -> list[Review]:
    """Return the finished reviews of the present round."""
    found = submission.reviews.filter(round=submission.round, done_at__isnull=False)
    return list(found.select_related("reviewer").prefetch_related("votes"))


def visible_reviews(submission: Submission, person: Person) -> list[Review]:
    """Return the finished reviews a person may see: until enough are done, reviewers see their own alone."""
    done = done_reviews(submission)
    if len(done) >= needed(submission) or submission.state not in _UNDER_REVIEW:
        return done
    return [each for each in done if each.reviewer_id == person.pk]


def own_votes(submission: Submission, person: Person) -> dict[int, str]:
    """Return a reviewer's votes of the present round, by file number."""
    votes = FileVote.objects.filter(
        review__submission=submission, review__round=submission.round, review__reviewer=person
    )
    return {each.file_id: each.choice for each in votes}


def cast_vote(home: Home, *, submission: Submission, name: str, choice: str, by: Person) -> None:
    """Vote on one file; until the review is handed in, the vote can be changed."""
    require_role(by, Role.CHECKER)
    if choice not in CHOICES:
        raise UsageError(f"{choice!r} is no vote.")
    with act(home, by=by.handle) as record:
        submission = _under_review(submission, by)
        file = submission.files.filter(name=name).first()
        if file is None:
            raise UsageError(f"There is no file {name!r}.")
        if choice == APPROVE and _file_verdict(submission, name) == Verdict.BLOCK.value:
            raise RefusedError("A blocked file cannot be approved.", hint="Return it for changes.")
        review = submission.reviews.filter(round=submission.round, reviewer=by).first()
        if review is None:
            review = Review(submission=submission, reviewer=by, round=submission.round, begun_at=home.clock())
            review.save()
        if review.done_at is not None:
            raise RefusedError("Your review is handed in.")
        vote = FileVote.objects.filter(review=review, file=file).first() or FileVote(review=review, file=file)
        vote.choice = choice
        vote.save()
        # The choice itself is entered when the submission is decided: other reviewers may read the ledger.
        record("review.vote-cast", submission.project.slug, submission=submission.pk, file=name)


def hand_in(home: Home, *, submission: Submission, by: Person) -> Submission:
    """Hand in one's review; with enough reviews, the submission is decided."""
    require_role(by, Role.CHECKER)
    require_running()
    with act(home, by=by.handle) as record:
        submission = _under_review(submission, by)
        require_active(submission.project)
        review = submission.reviews.filter(round=submission.round, reviewer=by, done_at=None).first()
        votes = {} if review is None else {each.file_id: each.choice for each in review.votes.all()}
        open_files = [
            file.name for file in submission.files.all() if votes.get(file.pk, UNDECIDED) == UNDECIDED
        ]
        if review is None or open_files:
            raise RefusedError(f"Decide on every file first: {', '.join(open_files)}.")
        review.done_at = home.clock()
        review.save()
        record("review.handed-in", submission.project.slug, submission=submission.pk)
        _decide(home, submission, record)
    return submission


def comment(home: Home, *, submission: Submission, text: str, private: bool, by: Person) -> Comment:
    """Write a remark: a private one is for output checkers and custodians alone."""
    if not text.strip():
        raise UsageError("An empty comment says nothing.")
    insider = bool(by.roles & {Role.CHECKER, Role.CUSTODIAN}) and not is_member(by, submission.project)
    if not insider and (private or not is_member(by, submission.project)):
        raise AccessDeniedError("You cannot comment here.")
    with act(home, by=by.handle) as record:
        written = Comment(
            submission=submission,
            author=by,
            round=submission.round,
            text=text.strip(),
            private=private,
            written_at=home.clock(),
        )
        written.save()
        record("submission.commented", submission.project.slug, submission=submission.pk, private=private)
    return written


def visible_comments(submission: Submission, person: Person) -> list[Comment]:
    """Return the comments that a person may read.

    Private ones are for reviewers, and until the review is decided for their author alone.
    """
    comments = list(submission.comments.select_related("author"))
    if is_member(person, submission.project):
        return [each for each in comments if not each.private]
    blind = submission.state in _UNDER_REVIEW and len(done_reviews(submission)) < needed(submission)
    return [
        each
        for each in comments
        if not (blind and each.private and each.round == submission.round and each.author_id != person.pk)
    ]


def _decide(home: Home, submission: Submission, record: Recorder) -> None:
    done = done_reviews(submission)
    verb = _decided(submission, done)
    if verb is None:
        return
    submission.state = SUBMISSION.after(submission.state, verb)
    submission.changed_at = home.clock()
    submission.save()
    reviews = [
        {
            "by": each.reviewer.handle,
            "votes": dict(sorted((vote.file.name, vote.choice) for vote in each.votes.all())),
        }
        for each in done
    ]
    record(
        "submission.decided", submission.project.slug, submission=submission.pk, decision=verb,
        reviews=reviews,
    )  # fmt: skip
    notify(
        home, submission.author, f"{submission.title}: {SUBMISSION.name(submission.state)}",
        url=f"/outputs/{submission.pk}/",
    )  # fmt: skip


def _decided(submission: Submission, done: list[Review]) -> str | None:
    """Return what the reviews decide: approved, returned, refused, or None while they do not yet.

    Every file needs as many equal votes as reviews are needed.
    """
    wanted = needed(submission)
    if len(done) < wanted:
        return None
    outcomes = []
    for file in submission.files.all():
        votes = Counter(vote.choice for each in done for vote in each.votes.all() if vote.file_id == file.pk)
        won = [choice for choice, many in votes.items() if many >= wanted]
        if not won:
            return None
        outcomes.append(won[0])
    if REFUSE in outcomes and submission.state != "green":
        return "refused"
    return "approved" if set(outcomes) == {APPROVE} else "returned"


def conflicted(submission: Submission) -> bool:
    """Return whether two reviews differ, so that a third person decides."""
    done = done_reviews(submission)
    return (
        submission.state in _UNDER_REVIEW
        and len(done) >= needed(submission)
        and not _decided(submission, done)
    )


def _under_review(submission: Submission, by: Person) -> Submission:
    fresh = Submission.objects.select_related("project__institution", "author", "request").get(
        pk=submission.pk
    )
    if fresh.state not in _UNDER_REVIEW:
        raise RefusedError(f"This submission is {fresh.state_name}.")
    _require_independent(fresh, by)
    return fresh


def _require_independent(submission: Submission, by: Person) -> None:
    if by.pk == submission.author_id or is_member(by, submission.project):
        raise AccessDeniedError("Nobody reviews outputs of their own project.")
    if by.institution_id is not None and by.institution_id == submission.project.institution_id:
        raise AccessDeniedError("Nobody reviews outputs of their own institution.")
    earlier = submission.reviews.filter(reviewer=by, done_at__isnull=False).exclude(round=submission.round)
    if submission.appeal and earlier.exists():
        raise AccessDeniedError("An appeal is decided by others than those who reviewed before.")


def _file_verdict(submission: Submission, name: str) -> str:
    files: list[Mapping[str, str]] = [] if submission.request is None else submission.request.report["files"]
    return next((file["verdict"] for file in files if file["path"] == name), Verdict.BLOCK.value)
