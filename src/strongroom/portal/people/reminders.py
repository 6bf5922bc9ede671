"""What waits for custodians: roles that another one asked for, and standing that ends soon."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from strongroom.portal.people.models import Person, Role, RoleRequest
from strongroom.portal.people.standing import trained_until, vetted_until
from strongroom.portal.people.waiting import Waiting
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    notice_days: int = threshold(
        30, "days", "judgement: a course is booked and passed within a month; a longer list is not read"
    )


LIMITS = _Limits()


def waiting_for(person: Person) -> Iterator[Waiting]:
    """Yield what waits for this person, if they are a custodian."""
    if not person.has(Role.CUSTODIAN):
        return
    for request in RoleRequest.objects.filter(decided_at=None).exclude(asked_by=person.handle):
        yield Waiting(
            level="look",
            tag="Second custodian",
            text=f"{request.asked_by} asks to make {request.person.name} a custodian",
            url="/people/",
            since=request.asked_at,
        )
    yield from _ending()


def _ending() -> Iterator[Waiting]:
    """Yield the researchers whose vetting or training ends soon, or has ended while they have a project."""
    limit = timezone.now().date() + timedelta(days=LIMITS.notice_days)
    members = Person.objects.filter(active=True, memberships__ended_at=None, memberships__isnull=False)
    for member in members.distinct().prefetch_related("trainings", "vettings"):
        for what, until in (("Training", trained_until(member)), ("Vetting", vetted_until(member))):
            if until is not None and until <= limit:
                yield Waiting(
                    level="quiet",
                    tag="Expires",
                    text=f"{what} of {member.name} ends on {until:%Y-%m-%d}",
                    url=f"/people/{member.handle}/",
                    since=datetime.combine(until, time(), UTC),
                )
