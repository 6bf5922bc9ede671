"""Outputs: putting files forward, reviewing them, downloading what was released."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from strongroom.errors import UsageError
from strongroom.portal.outputs import reviews, submissions
from strongroom.portal.outputs.airlock_settings import airlock_settings
from strongroom.portal.outputs.checking import RECORD, read_copy, read_preview
from strongroom.portal.outputs.downloads import download
from strongroom.portal.outputs.submission_models import SUBMISSION, Submission
from strongroom.portal.outputs.waiting import waiting_for
from strongroom.portal.people.access import page
from strongroom.portal.people.models import Role
from strongroom.portal.projects.membership import is_member, projects_for
from strongroom.portal.site.pages.review import shown
from strongroom.portal.site.serving_home import the_home

_READERS = (Role.RESEARCHER, Role.CHECKER, Role.CUSTODIAN, Role.AUDITOR)
_PAGE = 50  # fixed: rows of a page that fit three screens


class OpenForm(forms.Form):
    """What a submission is, and why it should leave."""

    project = forms.ChoiceField()
    title = forms.CharField(
        max_length=200, help_text="For example: Table 2 and figure 1 of the paper on blood pressure."
    )
    reason = forms.CharField(
        label="What and why",
        widget=forms.Textarea,
        help_text="What the files show, what they are for, and how small numbers were treated.",
    )


class FileForm(forms.Form):
    """A file with its context."""

    file = forms.FileField()
    context = forms.CharField(
        required=False, help_text="Which table or figure this is, and which other file feeds it."
    )


@page(*_READERS)
def outputs(request: HttpRequest) -> HttpResponse:
    """List submissions, filtered by state, project and what waits for me."""
    found = list(submissions.submissions_for(request.person))
    mine = {wait.url for wait in waiting_for(request.person)}
    state, project = request.GET.get("state", ""), request.GET.get("project", "")
    chosen = [
        each
        for each in found
        if (not state or each.state == state or (state == "mine" and f"/outputs/{each.pk}/" in mine))
        and (not project or each.project.slug == project)
    ]
    start = max(int(request.GET.get("from", "0") or 0), 0) if request.GET.get("from", "0").isdigit() else 0
    values = {
        "submissions": chosen[start : start + _PAGE],
        "total": len(chosen),
        "next": start + _PAGE if start + _PAGE < len(chosen) else None,
        "states": [("mine", "waits for me"), *SUBMISSION.names.items()],
        "projects": sorted({each.project.slug for each in found}),
        "state": state,
        "project": project,
        "may_open": request.person.has(Role.RESEARCHER),
    }
    return render(request, "outputs/list.html", values)


@page(Role.RESEARCHER)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a submission."""
    form = OpenForm(request.POST or None, initial={"project": request.GET.get("project", "")})
    form.fields["project"].choices = [(each.slug, each.slug) for each in projects_for(request.person)]
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        made = submissions.open_submission(
            the_home(), slug=asked["project"], title=asked["title"], reason=asked["reason"], by=request.person
        )
        return HttpResponseRedirect(reverse("outputs:submission", args=[made.pk]))
    return render(request, "outputs/new.html", {"form": form})


@page(*_READERS)
def submission(request: HttpRequest, number: int) -> HttpResponse:
    """Show a submission: to its members how far it is, to reviewers the page they decide on."""
    found = submissions.get_submission_for(request.person, number)
    member = is_member(request.person, found.project)
    values = {
        "submission": found,
        "files": list(found.files.all()),
        "member": member,
        "comments": reviews.visible_comments(found, request.person),
        "file_form": FileForm(),
        "settings": airlock_settings(the_home()),
        "record": RECORD,
        "allows": {
            verb: SUBMISSION.allows(found.state, verb) for verb in ("withdrawn", "reopened", "appealed")
        },
    }
    if found.state == "draft":
        return render(request, "outputs/draft.html", values)
    if member:
        return render(request, "outputs/own.html", {**values, "report": shown(found, {}, "", detailed=False)})
    return render(request, "outputs/review.html", {**values, **_review(request, found)})


def _review(request: HttpRequest, found: Submission) -> dict[str, Any]:
    """Return what the review page shows of the chosen file, and the votes that may be seen."""
    document = read_preview(the_home(), found)
    tab = request.GET.get("tab", "preview")
    report = shown(found, document, request.GET.get("file", ""), detailed=True)
    votes = reviews.own_votes(found, request.person)
    for entry in report.files:
        entry.vote = votes.get(entry.number, "")
    earlier = Submission.objects.filter(project=found.project, state="released").exclude(pk=found.pk)
    return {
        "report": report,
        "tab": tab,
        "may_review": reviews.may_review(found, request.person),
        "reviews": reviews.visible_reviews(found, request.person),
        "done": len(reviews.done_reviews(found)),
        "needed": reviews.needed(found),
        "conflicted": reviews.conflicted(found),
        "earlier": list(earlier.order_by("-released_at")[:10]),
        "choices": [
            ("approve", "Approve", "A"),
            ("changes", "Request changes", "C"),
            ("refuse", "Refuse", "R"),
            ("undecided", "Undecided", "U"),
        ],
        "tabs": [
            ("preview", "Preview"),
            ("copy", "What would leave"),
            ("earlier", "Released before"),
            ("code", "Code"),
            ("provenance", "Provenance"),
        ],
        "voted": sum(bool(entry.vote) and entry.vote != "undecided" for entry in report.files),
    }


@page(Role.CHECKER, Role.CUSTODIAN, Role.AUDITOR)
def copy(request: HttpRequest, number: int, copy_number: int) -> HttpResponse:
    """Return a rebuilt picture for the review page: PNG that we encoded, and nothing else."""
    found = submissions.get_submission_for(request.person, number)
    content = read_copy(the_home(), found, copy_number)
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise UsageError("Only pictures are shown here.")
    return HttpResponse(content, content_type="image/png", headers={"Cache-Control": "private, no-store"})


class _IntoVault(TemporaryFileUploadHandler):
    """Streams an upload to the vault's own disk; it is encrypted when it is added to the submission."""


# The upload's handler must be chosen before the form is read, and the token is in the form.
@csrf_exempt
def add_file(request: HttpRequest, number: int) -> HttpResponse:
    """Add a file to a draft."""
    handlers: list[FileUploadHandler] = [_IntoVault(request)]
    request.upload_handlers = handlers
    return _add_file(request, number)


@csrf_protect
@page(Role.RESEARCHER)
@require_POST
def _add_file(request: HttpRequest, number: int) -> HttpResponse:
    found = submissions.get_submission_for(request.person, number)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise UsageError("Choose a file first.")
    file = form.cleaned_data["file"]
    submissions.add_file(
        the_home(), submission=found, name=file.name, content=file.chunks(),
        context=form.cleaned_data["context"], by=request.person,
    )  # fmt: skip
    return _back(found)


add_file.access = _add_file.access


@page(Role.RESEARCHER)
@require_POST
def change(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Do what a member does with their submission."""
    found = submissions.get_submission_for(request.person, number)
    home, by = the_home(), request.person
    verbs: dict[str, Callable[[], object]] = {
        "remove": lambda: submissions.remove_file(
            home, submission=found, name=request.POST.get("name", ""), by=by
        ),
        "submit": lambda: submissions.submit(home, submission=found, by=by),
        "withdraw": lambda: submissions.withdraw(home, submission=found, by=by),
        "reopen": lambda: submissions.reopen(home, submission=found, by=by),
        "appeal": lambda: submissions.appeal(
            home, submission=found, text=request.POST.get("text", ""), by=by
        ),
    }
    if verb not in verbs:
        raise UsageError(f"There is no such action: {verb}.")
    verbs[verb]()
    return _back(found)


@page(Role.CHECKER)
@require_POST
def vote(request: HttpRequest, number: int) -> HttpResponse:
    """Vote on a file, and go on to the next one."""
    found = submissions.get_submission_for(request.person, number)
    name = request.POST.get("file", "")
    reviews.cast_vote(
        the_home(), submission=found, name=name, choice=request.POST.get("choice", ""), by=request.person
    )
    names = [file.name for file in found.files.all()]
    following = names[(names.index(name) + 1) % len(names)] if name in names else ""
    return HttpResponseRedirect(f"{reverse('outputs:submission', args=[found.pk])}?file={following}")


@page(Role.CHECKER)
@require_POST
def hand_in(request: HttpRequest, number: int) -> HttpResponse:
    """Hand in a review."""
    found = submissions.get_submission_for(request.person, number)
    decided = reviews.hand_in(the_home(), submission=found, by=request.person)
    messages.success(request, f"Your review is handed in. The submission is {decided.state_name}.")
    return _back(found)


@page(*_READERS)
@require_POST
def remark(request: HttpRequest, number: int) -> HttpResponse:
    """Write a comment."""
    found = submissions.get_submission_for(request.person, number)
    private = request.POST.get("private") == "1"
    reviews.comment(
        the_home(), submission=found, text=request.POST.get("text", ""), private=private, by=request.person
    )
    return _back(found)


@page(Role.RESEARCHER)
@require_POST
def fetch(request: HttpRequest, number: int) -> HttpResponse:
    """Download a released copy, always as a file and never as a page."""
    found = submissions.get_submission_for(request.person, number)
    name = request.POST.get("name", "")
    content = download(the_home(), submission=found, name=name, by=request.person)
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{_quoted(name)}"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _quoted(name: str) -> str:
    return quote(name.rsplit("/", 1)[-1], safe="")


def _back(found: Submission) -> HttpResponse:
    return HttpResponseRedirect(reverse("outputs:submission", args=[found.pk]))
