"""The public register, and the search across rooms."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from strongroom.portal.acts.transactions import act
from strongroom.portal.outputs.models import Submission
from strongroom.portal.outputs.submissions import submissions_for
from strongroom.portal.people.access import Audience, page
from strongroom.portal.people.models import Person, Role
from strongroom.portal.people.persons import end_access
from strongroom.portal.platform.actions import current_pause
from strongroom.portal.projects.application_models import Application
from strongroom.portal.projects.applications import applications_for
from strongroom.portal.site.accounts.records import SIGN_IN, network_of
from strongroom.portal.site.serving_home import the_home

_PUBLIC = ("active", "closed", "revoked")
_MOST = 20  # fixed: hits of each kind
_STAFF = frozenset({Role.CUSTODIAN, Role.COMMITTEE, Role.CHECKER, Role.AUDITOR})


@page(Audience.PUBLIC)
def register(request: HttpRequest) -> HttpResponse:
    """Show the public which projects use the data, for what, and what they have released."""
    found = Application.objects.filter(state__in=_PUBLIC).select_related("institution")
    released = Submission.objects.filter(state="released").select_related("project")
    outputs: dict[str, list[Submission]] = {}
    for each in released.order_by("-released_at"):
        outputs.setdefault(each.project.slug, []).append(each)
    rows = [{"project": each, "outputs": outputs.get(each.slug, [])} for each in found.order_by("title")]
    return render(request, "site/register.html", {"rows": rows})


@page(Audience.SIGNED_IN)
def search(request: HttpRequest) -> HttpResponse:
    """Search what this person may see."""
    text = request.GET.get("q", "").strip().lower()
    values: dict[str, Any] = {"q": text, "projects": [], "outputs": [], "people": []}
    if text:
        values["projects"] = [
            each for each in applications_for(request.person) if text in f"{each.title} {each.slug}".lower()
        ][:_MOST]
        values["outputs"] = [
            each for each in submissions_for(request.person) if text in f"{each.title} {each.pk}".lower()
        ][:_MOST]
        if request.person.roles & _STAFF:
            values["people"] = list(Person.objects.filter(name__icontains=text)[:_MOST])
    return render(request, "site/search.html", values)


@page(Audience.PUBLIC)
def health(_request: HttpRequest) -> HttpResponse:
    """Tell a monitor that pages and database answer, and whether the platform is paused."""
    body = json.dumps({"ok": True, "paused": current_pause() is not None})
    return HttpResponse(body, content_type="application/json")


@page(Audience.PUBLIC)
def download_all_data(request: HttpRequest) -> HttpResponse:
    """Answer nobody: no program of ours asks here, and whoever does is suspended at once."""
    home, person = the_home(), request.person
    with act(home, by=SIGN_IN if person is None else person.handle) as record:
        record("decoy-endpoint.called", "platform", network=network_of(request))
        if person is not None:
            end_access(home, person, "called the decoy endpoint /api/v1/download_all_data", record)
    body = json.dumps({"error": "There is no such page."})
    return HttpResponse(body, status=404, content_type="application/json")
