"""Who asks: a person counts as signed in once a second factor was given, and a session that idles ends."""

from collections.abc import Callable
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from django.contrib.auth import logout
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from strongroom.clock import parse_timestamp, timestamp
from strongroom.portal.site.accounts.second_factor import ENROLLED
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest_hours: int = threshold(
        12, "hours", "standard: OWASP ASVS 5.0, 7.3.2: a session ends even in use; a long working day"
    )
    touch_seconds: int = threshold(
        60, "seconds", "cost: an idle session is recognised to the minute, without a write for each page"
    )


LIMITS = _Limits()
# Where somebody without a second factor may go: to set one up, or away.
_SETTING_UP = (
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/add/",
    "/account/logout/",
    "/account/reauthenticate/",
)
_SET_UP = "mfa_activate_totp"


class SignedInPerson:
    """Sets `request.person`, None where nobody is signed in with both factors."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer for the person who asks."""
        request.person = None
        if not request.user.is_authenticated:
            return self._answer(request)
        if not request.user.is_active or _too_long(request):
            logout(request)
            return self._answer(request)
        if not _second_factor(request):
            if request.path.startswith(_SETTING_UP):
                return self._answer(request)
            return HttpResponseRedirect(reverse(_SET_UP))
        request.person = request.user.person
        # Gates, navigation and actions all ask for the roles.
        prefetch_related_objects([request.person], "grants")
        _touch(request)
        return self._answer(request)


def _second_factor(request: HttpRequest) -> bool:
    """Return whether this session was opened, or has just been completed, with a second factor."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records) or bool(request.session.get(ENROLLED))


def _too_long(request: HttpRequest) -> bool:
    now = timezone.now()
    began = request.session.setdefault("began", timestamp(now))
    return now - parse_timestamp(began) > timedelta(hours=LIMITS.longest_hours)


def _touch(request: HttpRequest) -> None:
    """Put off the session's expiry, at most once a minute."""
    now = timezone.now()
    seen = request.session.get("seen")
    if seen is None or now - parse_timestamp(seen) > timedelta(seconds=LIMITS.touch_seconds):
        request.session["seen"] = timestamp(now)
