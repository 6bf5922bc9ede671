"""Today: what waits for this person, and the state of the record."""

from collections.abc import Iterator

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from strongroom.portal.people.access import Audience, page
from strongroom.portal.people.models import Person
from strongroom.portal.people.waiting import Waiting

_ORDER = {"stop": 0, "look": 1, "quiet": 2}


@page(Audience.PUBLIC)
def today(request: HttpRequest) -> HttpResponse:
    """Show what waits, worst first and oldest first; somebody who is not signed in sees what this is."""
    if request.person is None:
        return render(request, "site/welcome.html")
    waits = sorted(_waiting(request.person), key=lambda one: (_ORDER[one.level], one.since))
    return render(request, "site/today.html", {"waits": waits, "now": timezone.now()})


def _waiting(person: Person) -> Iterator[Waiting]:
    for room in apps.get_app_configs():
        ask = getattr(room, "waiting", None)
        if ask is not None:
            yield from ask(person)
