"""The submissions that wait for a person: to be reviewed, or to be changed."""

from collections.abc import Iterator

from strongroom.portal.outputs.reviews import conflicted, done_reviews, may_review
from strongroom.portal.outputs.submission_models import Submission
from strongroom.portal.people.models import Person, Role
from strongroom.portal.people.waiting import Waiting

_TAGS = {"blocked": "Blocked", "returned": "Returned", "draft": "Draft"}


def waiting_for(person: Person) -> Iterator[Waiting]:
    """Yield what waits for this person."""
    if person.has(Role.CHECKER):
        under_review = Submission.objects.filter(state__in=("green", "review", "blocked"))
        for submission in under_review.select_related("project__institution", "author", "request"):
            # What is blocked waits for its author, unless they appealed.
            if may_review(submission, person) and (submission.state != "blocked" or submission.appeal):
                yield _to_review(submission)
    for submission in Submission.objects.filter(author=person, state__in=_TAGS).select_related("project"):
        yield Waiting(
            level="stop" if submission.state == "blocked" else "quiet",
            tag=_TAGS[submission.state],
            text=submission.title,
            url=f"/outputs/{submission.pk}/",
            since=submission.changed_at,
            detail=f"{submission.project.slug} · nothing has left",
        )


def _to_review(submission: Submission) -> Waiting:
    done = len(done_reviews(submission))
    tag = "Third review" if conflicted(submission) else ("Second review" if done else "Review")
    files, place = submission.files.count(), submission.project.institution.name
    return Waiting(
        level="look",
        tag=tag,
        text=submission.title,
        url=f"/outputs/{submission.pk}/",
        since=submission.changed_at,
        detail=f"{submission.project.slug}, {place} · {files} files · nothing has left",
    )
