"""Data: the cohorts and their dictionaries, the views issued, withdrawals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from strongroom.errors import NotFoundError
from strongroom.portal.data.cohorts import describe_cohort
from strongroom.portal.data.models import Cohort, View
from strongroom.portal.people.access import page
from strongroom.portal.people.models import Role
from strongroom.portal.projects.membership import projects_for

_MOST = 200  # fixed: rows of a page
# How far a column's values point to a person, in words for readers.
_TIERS = {
    "direct_identifier": "never issued",
    "id": "replaced by a pseudonym",
    "quasi_identifier": "identifies in combination",
    "sensitive": "sensitive",
    "free_text": "free text",
    "measurement": "measurement",
}
_STAFF = frozenset({Role.CUSTODIAN, Role.AUDITOR})


@page(*Role)
def cohorts(request: HttpRequest) -> HttpResponse:
    """List the cohorts, and the views that this person's projects have."""
    slugs = [each.slug for each in projects_for(request.person)]
    views = View.objects.filter(project__slug__in=slugs).select_related("project__institution", "cohort")
    found = [describe_cohort(each) for each in Cohort.objects.order_by("name")]
    values = {
        "cohorts": found,
        "views": views.order_by("-issued_at")[:_MOST],
        "staff": bool(request.person.roles & _STAFF),
    }
    return render(request, "data/cohorts.html", values)


@page(*Role)
def cohort(request: HttpRequest, name: str) -> HttpResponse:
    """Browse a cohort's dictionary: names and meanings of columns, never a value of anybody."""
    row = Cohort.objects.filter(name=name).first()
    if row is None:
        raise NotFoundError(f"There is no cohort {name!r}.", hint="See the list of cohorts.")
    text = request.GET.get("q", "").strip().lower()
    fields = [each for each in _fields(row) if text in each["text"]]
    values = {
        "cohort": describe_cohort(row),
        "fields": fields[:_MOST],
        "total": len(fields),
        "q": text,
        "withdrawals": row.withdrawals.order_by("-withdrawn_at") if request.person.roles & _STAFF else [],
        "staff": bool(request.person.roles & _STAFF),
    }
    return render(request, "data/cohort.html", values)


def _fields(row: Cohort) -> list[dict[str, Any]]:
    found = []
    for field in row.manifest["dictionary"]["fields"]:
        line = {name: field.get(name) or "" for name in ("name", "title", "units", "type", "role")}
        line["tier"] = _TIERS.get(line["role"], "")
        found.append({**line, "text": " ".join(line.values()).lower()})
    return found
