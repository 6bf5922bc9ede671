"""What a request may carry, and what a browser may keep."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from strongroom.errors import UsageError
from strongroom.portal.outputs.airlock_settings import airlock_settings
from strongroom.portal.site.serving_home import the_home
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    form_bytes: int = threshold(1 << 20, "bytes", "cost: a form around the files of a submission")


LIMITS = _Limits()


class Bounds:
    """Refuses bodies larger than a submission before they are read; keeps private pages out of caches."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, unless the body is too large."""
        size = request.headers.get("Content-Length", "")
        if request.method == "POST" and (not size.isdigit() or int(size) > _most()):
            error = UsageError("This is too large.", hint="See the limits of a submission.")
            return render(request, "site/error.html", {"error": error, "status": 413}, status=413)
        response = self._answer(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _most() -> int:
    return airlock_settings(the_home()).most_mb * 1_000_000 + LIMITS.form_bytes
