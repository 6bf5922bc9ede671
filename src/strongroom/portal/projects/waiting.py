"""The applications that wait for a person: to vote, to sign, to be opened, to be completed."""

from collections.abc import Iterator

from strongroom.portal.people.models import Person, Role
from strongroom.portal.people.waiting import Waiting
from strongroom.portal.projects.agreements import unsigned
from strongroom.portal.projects.application_models import Application
from strongroom.portal.projects.committee import may_vote


def waiting_for(person: Person) -> Iterator[Waiting]:
    """Yield what waits for this person."""
    for application in Application.objects.filter(state__in=("committee", "agreement", "ready")):
        if may_vote(application, person):
            detail = f"{len(application.columns)} columns of {application.cohort_name}; two votes decide"
            yield _line(application, "look", "Vote", detail)
        elif application.state == "agreement" and person in unsigned(application):
            yield _line(application, "look", "Sign", "the agreement waits for your signature")
        elif application.state == "ready" and person.has(Role.CUSTODIAN):
            yield _line(application, "look", "Open", "approved and signed; the data are not open yet")
    for application in Application.objects.filter(state="draft", made_by=person):
        tag = "Returned" if application.round else "Draft"
        yield _line(application, "quiet", tag, "not submitted yet")


def _line(application: Application, level: str, tag: str, detail: str) -> Waiting:
    return Waiting(
        level="look" if level == "look" else "quiet",
        tag=tag,
        text=application.title,
        url=f"/projects/{application.pk}/",
        since=application.changed_at,
        detail=detail,
    )
