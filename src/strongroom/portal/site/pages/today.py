"""Today: what waits for this person, and the state of the record."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from strongroom.portal.outputs.models import Submission
from strongroom.portal.people.access import Audience, page
from strongroom.portal.people.models import Person, Role
from strongroom.portal.people.waiting import Waiting
from strongroom.portal.site.pages.oversight import record_state

_DAYS = 7  # fixed: a week
_ORDER = {"stop": 0, "look": 1, "quiet": 2}


@page(Audience.PUBLIC)
def today(request: HttpRequest) -> HttpResponse:
    """Show what waits, worst first and oldest first; somebody who is not signed in sees what this is."""
    if request.person is None:
        return render(request, "site/welcome.html")
    waits = sorted(_waiting(request.person), key=lambda one: (_ORDER[one.level], one.since))
    values: dict[str, object] = {"waits": waits, "now": timezone.now()}
    if request.person.roles & {Role.CUSTODIAN, Role.AUDITOR}:
        values |= {"record": record_state(), "week": _week()}
    return render(request, "site/today.html", values)


def _waiting(person: Person) -> Iterator[Waiting]:
    for room in apps.get_app_configs():
        ask = getattr(room, "waiting", None)
        if ask is not None:
            yield from ask(person)


def _week() -> dict[str, object]:
    """Return the submissions of each of the last seven days, and how they ended."""
    today = timezone.now().date()
    found = Submission.objects.filter(made_at__date__gt=today - timedelta(days=_DAYS))
    days = [today - timedelta(days=back) for back in reversed(range(_DAYS))]
    made = Counter(each.made_at.date() for each in found)
    most = max(made.values(), default=0) or 1
    bars = [
        {
            "x": place * 34 + 4,
            "y": 60 - made[day] / most * 50,
            "height": made[day] / most * 50,
            "day": day,
            "many": made[day],
        }
        for place, day in enumerate(days)
    ]
    return {
        "total": len(found),
        "bars": bars,
        "states": Counter(each.state_name for each in found).most_common(),
    }
