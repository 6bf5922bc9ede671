"""Pages for what Django refuses by itself, and for faults of ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from strongroom.errors import AccessDeniedError, NotFoundError, StrongroomError


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """Answer an address that does not exist."""
    return _page(request, NotFoundError("There is no such page.", hint="Use the navigation."), 404)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """Answer a form that did not come from our own page, and what Django refuses."""
    hint = "Open the page again and repeat what you did."
    return _page(request, AccessDeniedError("This request was refused.", hint=hint), 403)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer where our own code failed: without details, which are in the server's log."""
    hint = "Nothing was changed. The server's log has the details; please tell a custodian."
    return _page(request, StrongroomError("Something went wrong here.", hint=hint), 500)


def _page(request: HttpRequest, error: StrongroomError, status: int) -> HttpResponse:
    return render(request, "site/error.html", {"error": error, "status": status}, status=status)
