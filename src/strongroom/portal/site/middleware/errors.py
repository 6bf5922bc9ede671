"""Expected errors become sentences: on the page that sent the form, or on a page of their own."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from strongroom.errors import AccessDeniedError, NotFoundError, StrongroomError


class ExplainedErrors:
    """Answers a StrongroomError with its sentence; others are Django's."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._answer(request)

    @staticmethod
    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Explain an expected error."""
        if isinstance(error, Http404):
            error = NotFoundError("There is no such page.", hint="Use the navigation, or search.")
        if not isinstance(error, StrongroomError):
            return None
        status = _status(error)
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"error": error.message, "hint": error.hint}, status=status)
        back = request.headers.get("Referer", "")
        if request.method == "POST" and status == 409 and _is_ours(request, back):  # noqa: PLR2004 - see _status
            messages.error(request, str(error))
            return HttpResponseRedirect(back)
        return render(request, "site/error.html", {"error": error, "status": status}, status=status)


def _status(error: StrongroomError) -> int:
    """Return the HTTP status: not found, denied, or a conflict with the present state."""
    if isinstance(error, NotFoundError):
        return 404
    return 403 if isinstance(error, AccessDeniedError) else 409


def _is_ours(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
