"""Tokens with which programs and the command line act for a person: scoped, expiring, revocable."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from strongroom.errors import AccessDeniedError, NotFoundError, UsageError
from strongroom.portal.acts.transactions import act
from strongroom.portal.home import Home
from strongroom.portal.people.models import ApiToken, Person
from strongroom.portal.people.one_time import digest_of, new_secret
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_days: int = threshold(
        365, "days", "judgement: a forgotten token ends within a year, with the training it relies on"
    )


LIMITS = _Limits()


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"
    CHECK = "check"
    ACT = "act"


def make_token(
    home: Home, *, name: str, scopes: Collection[Scope], days: int, by: Person
) -> tuple[ApiToken, str]:
    """Make a token for oneself; its secret is returned once and not kept."""
    if not name.strip() or not scopes:
        raise UsageError("A token needs a name and at least one scope.")
    if not 0 < days <= LIMITS.most_days:
        raise UsageError(f"A token lives 1 to {LIMITS.most_days} days.")
    secret = f"sr_{new_secret(home)}"
    with act(home, by=by.handle) as record:
        token = ApiToken(
            person=by,
            name=name.strip()[:100],
            digest=digest_of(secret),
            scopes=sorted(scope.value for scope in scopes),
            made_at=home.clock(),
            expires_at=home.clock() + timedelta(days=days),
        )
        token.save()
        record("token.made", by.handle, token=token.pk, scopes=token.scopes, days=days)
    return token, secret


def revoke_token(home: Home, *, number: int, by: Person) -> None:
    """Revoke one of one's own tokens."""
    with act(home, by=by.handle) as record:
        token = ApiToken.objects.filter(pk=number, person=by, revoked_at=None).first()
        if token is None:
            raise NotFoundError("You have no such token.")
        token.revoked_at = home.clock()
        token.save()
        record("token.revoked", by.handle, token=token.pk)


def person_of(home: Home, secret: str, *, scope: Scope) -> Person:
    """Return whom a token acts for; AccessDeniedError where it is unknown, ended, or has another scope."""
    token = ApiToken.objects.select_related("person").filter(digest=digest_of(secret)).first()
    live = token is not None and token.revoked_at is None and token.expires_at > home.clock()
    if token is None or not live or not token.person.active or scope.value not in token.scopes:
        raise AccessDeniedError("This token is not valid for this.", hint="Make a new one on the site.")
    found: Person = token.person
    return found
