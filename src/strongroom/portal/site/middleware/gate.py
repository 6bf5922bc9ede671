"""A page that does not say who may open it is closed to everybody."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from strongroom.errors import AccessDeniedError
from strongroom.portal.people.access import Audience

# Views of others: sign-in, which is public by nature, and keeps its own gates for those who are signed in.
_PUBLIC = ("allauth.account.", "allauth.mfa.", "django.views.static")


class DenyByDefault:
    """Refuses views without `access`, and sends people who must sign in to the sign-in page."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._answer(request)

    @staticmethod
    def process_view(
        request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Let the request through to its view, or not."""
        if view.__module__.startswith(_PUBLIC):
            return None
        access = getattr(view, "access", None)
        if not access:
            raise AccessDeniedError("This page is closed.", hint="It does not say who may open it.")
        if not access & {Audience.PUBLIC, Audience.TOKEN} and request.person is None:
            return redirect_to_login(request.get_full_path())
        return None
