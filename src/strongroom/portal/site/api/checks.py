"""Checks for other environments: hand files in, ask for the verdict, fetch what was released.

A check is a submission of the token's person, with everything that belongs to one: what is green is released
as the custodian's policy says, what is amber goes to output checkers, and every step is on record.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from ninja import File, Form, NinjaAPI, Schema
from ninja.files import UploadedFile
from ninja.security import HttpBearer

from strongroom.errors import AccessDeniedError, NotFoundError, StrongroomError
from strongroom.portal.outputs.airlock_settings import airlock_settings
from strongroom.portal.outputs.downloads import download
from strongroom.portal.outputs.submission_models import Submission
from strongroom.portal.outputs.submissions import (
    add_file,
    get_submission_for,
    open_submission,
    submit,
)
from strongroom.portal.people.access import Audience
from strongroom.portal.people.models import Person
from strongroom.portal.people.tokens import Scope, person_of
from strongroom.portal.site.pages.review import shown
from strongroom.portal.site.serving_home import the_home


class Token(HttpBearer):
    """`Authorization: Bearer sr_…`, a token with the scope "check"."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        """Return whom the token acts for; None refuses."""
        try:
            person = person_of(the_home(), token, scope=Scope.CHECK)
        except AccessDeniedError:
            return None
        request.person = person
        return person


class Asked(Schema):
    """What is handed in, beside the files."""

    project: str
    title: str
    reason: str
    key: str = ""


class Finding(Schema):
    """One rule's evidence, without a value of anybody."""

    rule: str
    severity: str
    where: str
    message: str
    advice: str


class CheckedFile(Schema):
    """A file with its verdict: release, review, block, or "" before the check."""

    name: str
    sha256: str
    verdict: str
    findings: list[Finding]


class Check(Schema):
    """How far a check has come. `released` are the files to fetch, `policy` the hash of the rules applied.

    Of the outputs of a job, hashes and confidence are not told: the script chose them.
    """

    id: int
    state: str
    verdict: str
    confidence: float
    policy: str
    files: list[CheckedFile]
    released: list[str]


class Problem(Schema):
    """Why something was refused, and what to do next."""

    error: str
    hint: str


_API = NinjaAPI(
    title="strongroom",
    version="1",
    description="Check files for participant-level data.",
    docs_url=None,
    auth=Token(),
    urls_namespace="api",
)


@_API.exception_handler(StrongroomError)
def _explain(request: HttpRequest, error: StrongroomError) -> HttpResponse:
    status = 404 if isinstance(error, NotFoundError) else 409
    status = 403 if isinstance(error, AccessDeniedError) else status
    return _API.create_response(request, {"error": error.message, "hint": error.hint}, status=status)


@_API.post("/checks", response={202: Check, 404: Problem, 409: Problem}, summary="Hand files in")
def ask(request: HttpRequest, asked: Form[Asked], files: File[list[UploadedFile]]) -> tuple[int, Any]:
    """Hand files in to be checked. The same key again returns the same check."""
    home, by = the_home(), request.person
    found = open_submission(
        home, slug=asked.project, title=asked.title, reason=asked.reason, by=by, key=asked.key
    )
    if found.state == "draft":
        present = {file.name for file in found.files.all()}
        for file in files:
            if file.name not in present:
                add_file(home, submission=found, name=file.name, content=file.chunks(), context="", by=by)
        found = submit(home, submission=found, by=by)
    return 202, _told(found)


@_API.get("/checks/{int:number}", response={200: Check, 404: Problem}, summary="Ask how far a check is")
def tell(request: HttpRequest, number: int) -> Any:
    """Return the state of a check, its verdict and its findings."""
    return _told(get_submission_for(request.person, number))


@_API.get(
    "/checks/{int:number}/files/{path:name}", response={404: Problem, 409: Problem}, summary="Fetch a copy"
)
def fetch(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Return a released copy, or the disclosure record `ro-crate.zip`; the fetch is on record."""
    found = get_submission_for(request.person, number)
    content = download(the_home(), submission=found, name=name, by=request.person)
    return HttpResponse(
        content, content_type="application/octet-stream", headers={"Content-Disposition": "attachment"}
    )


@_API.get("/limits", summary="Ask what may be handed in")
def limits(request: HttpRequest) -> dict[str, int]:  # noqa: ARG001 - every operation takes it
    """Return how many files, and how much, one check may have."""
    settings = airlock_settings(the_home())
    return {"most_files": settings.most_files, "most_mb": settings.most_mb}


def patterns() -> list[URLPattern]:
    """Return the addresses: each asks for a token itself."""
    found: list[URLPattern] = list(_API.urls[0])
    for each in found:
        each.callback.access = frozenset({Audience.TOKEN})
    return found


def _told(found: Submission) -> dict[str, Any]:
    report = shown(found, {}, "", detailed=False)
    # A script chooses what it writes, and so the hash and the figures of it: of a job, neither is told.
    chosen = found.job_id is not None
    hashes = {file.name: "" if chosen else file.sha256 for file in found.files.all()}
    files = [
        {"name": file.name, "sha256": hashes[file.name], "verdict": file.verdict, "findings": file.findings}
        for file in report.files
    ]
    released = [copy.name for copy in found.copies.all()] if found.state == "released" else []
    return {
        "id": found.pk,
        "state": found.state,
        "verdict": found.verdict,
        "confidence": 0.0 if chosen else report.confidence,
        "policy": "" if found.request is None else found.request.report["policy"],
        "files": files,
        "released": released,
    }
