"""Oversight: the state of the record, activity, pausing the platform, and the ledger with its proofs."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from strongroom.clock import parse_timestamp
from strongroom.errors import NotFoundError
from strongroom.portal.acts.models import LedgerEntry
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.enclave.models import Job, Session
from strongroom.portal.outputs.models import ReleasedFile, Submission
from strongroom.portal.oversight.ledger_audit import prove_entry, verify_ledger
from strongroom.portal.oversight.pausing import pause, resume
from strongroom.portal.oversight.state_audit import verify_state
from strongroom.portal.people.access import page
from strongroom.portal.people.models import Institution, Role
from strongroom.portal.platform.actions import current_pause
from strongroom.portal.projects.models import Project
from strongroom.portal.site.serving_home import the_home

_PAGE = 100  # fixed: rows of a page
_WATCH = (Role.CUSTODIAN, Role.AUDITOR)


@page(*_WATCH)
def oversight(request: HttpRequest) -> HttpResponse:
    """Show what runs, what was refused, and who did how much in the last 30 days."""
    home = the_home()
    since = home.clock() - timedelta(days=30)
    values = {
        "pause": current_pause(),
        "projects": Project.objects.filter(status=Project.Status.ACTIVE).count(),
        "jobs": Job.objects.filter(state=Job.State.RUNNING).count(),
        "sessions": Session.objects.filter(state=Session.State.RUNNING).count(),
        "held": Session.objects.filter(state=Session.State.HELD).select_related("project"),
        "institutions": _activity(since),
        "refused": _refused(since),
        "record": record_state(),
        "custodian": request.person.has(Role.CUSTODIAN),
    }
    return render(request, "oversight/oversight.html", values)


@page(Role.CUSTODIAN)
@require_POST
def set_pause(request: HttpRequest) -> HttpResponse:
    """Pause the whole platform, or let it run again."""
    reason = request.POST.get("reason", "")
    if request.POST.get("resume") == "1":
        resume(the_home(), reason=reason, by=request.person)
        messages.success(request, "The platform runs again.")
    else:
        stopped = pause(the_home(), reason=reason, by=request.person)
        messages.warning(request, f"The platform is paused. Sessions told to end: {stopped}.")
    return HttpResponseRedirect(reverse("oversight:oversight"))


@page(*_WATCH)
def entries(request: HttpRequest) -> HttpResponse:
    """List the ledger's entries, newest first, by kind, subject or person."""
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    last = request.GET.get("before", "")
    found = LedgerEntry.objects.order_by("-index")
    if last.isdigit():
        found = found.filter(index__lt=int(last))
    shown: list[dict[str, Any]] = []
    for row in found.iterator(chunk_size=500):
        entry = _entry(row)
        if (kind and not entry["kind"].startswith(kind)) or (text and text not in entry["text"]):
            continue
        shown.append(entry)
        if len(shown) == _PAGE:
            break
    values = {
        "entries": shown,
        "kind": kind,
        "q": text,
        "total": LedgerEntry.objects.count(),
        "before": shown[-1]["index"] if len(shown) == _PAGE else None,
        "kinds": (
            "institution",
            "person",
            "role",
            "application",
            "project",
            "view",
            "job",
            "session",
            "submission",
            "review",
            "output",
            "platform",
        ),
    }
    return render(request, "oversight/entries.html", values)


@page(*_WATCH)
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """Show one entry with the proof that the ledger includes it."""
    row = LedgerEntry.objects.filter(index=index).first()
    if row is None:
        raise NotFoundError(f"There is no entry {index}.")
    proof = prove_entry(the_home(), index)
    shown = _entry(row)
    facts = {name: json.dumps(fact, ensure_ascii=False) for name, fact in shown["facts"].items()}
    values = {"entry": shown, "facts": facts, "proof": proof, "document": json.dumps(proof, indent=2)}
    return render(request, "oversight/entry.html", values)


@page(*_WATCH)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the whole ledger and every row of state against it."""
    report, state = verify_ledger(the_home()), verify_state(the_home())
    messages.success(
        request,
        f"The ledger verifies: {report.entries:,} entries, {report.checkpoints:,} checkpoints; "
        f"{state.rows:,} rows in {state.tables} tables agree with it.",
    )
    return HttpResponseRedirect(reverse("oversight:entries"))


def record_state() -> dict[str, Any]:
    """Return how many entries the ledger has, and when it was last sealed."""
    log = ledger(the_home())
    last = log.last_checkpoint()
    return {
        "entries": log.size(),
        "sealed_at": None if last is None else parse_timestamp(last.time),
        "sealed": 0 if last is None else last.head.size,
    }


def _entry(row: LedgerEntry) -> dict[str, Any]:
    body = json.loads(bytes(row.body))
    text = " ".join(str(body.get(name, "")) for name in ("kind", "actor", "subject"))
    return {**body, "index": row.index, "time": parse_timestamp(row.time), "text": text}


def _activity(since: Any) -> list[dict[str, Any]]:
    """Return what each institution's projects asked for and got."""
    asked = Counter(
        Submission.objects.filter(changed_at__gte=since).values_list("project__institution_id", flat=True)
    )
    jobs = Counter(
        Job.objects.filter(started_at__gte=since).values_list("project__institution_id", flat=True)
    )
    left: Counter[int] = Counter()
    for copy in ReleasedFile.objects.filter(submission__released_at__gte=since).select_related(
        "submission__project"
    ):
        left[copy.submission.project.institution_id] += copy.size
    return [
        {"institution": each, "asked": asked[each.pk], "jobs": jobs[each.pk], "left": left[each.pk]}
        for each in Institution.objects.order_by("name")
    ]


def _refused(since: Any) -> list[Submission]:
    found = Submission.objects.filter(changed_at__gte=since, state__in=("blocked", "refused"))
    return list(found.select_related("project__institution", "author")[:20])
