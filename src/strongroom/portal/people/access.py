"""Who may do what: roles asked of the acting person, and a gate for each page.

A page that does not name who may open it is closed (`strongroom.portal.site.middleware.gate`). Pages are
gated by `page`; actions ask `require_role` again, because a page is not the only way to them.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from strongroom.errors import AccessDeniedError
from strongroom.portal.people.models import Person, Role

View = Callable[..., Any]


class Audience(StrEnum):
    """Who may open a page whatever their roles."""

    PUBLIC = "anybody"
    SIGNED_IN = "anybody who is signed in"
    TOKEN = "a program with a token"  # noqa: S105 - no secret, a word


def require_role(by: Person, *roles: Role) -> None:
    """Raise AccessDeniedError unless the person has one of these roles."""
    if not by.roles & frozenset(roles):
        wanted = " or ".join(role.title for role in roles)
        raise AccessDeniedError(f"Only a {wanted} may do this.", hint="Ask a custodian.")


def page(*allowed: Role | Audience) -> Callable[[View], View]:
    """Let these people open a page; AccessDeniedError for others."""
    access = frozenset(allowed)

    def gated(view: View) -> View:
        @wraps(view)
        def gate(request: Any, *args: Any, **kwargs: Any) -> Any:
            _require(request.person, access)
            return view(request, *args, **kwargs)

        gate.access = access  # type: ignore[attr-defined]
        return gate

    return gated


def _require(person: Person | None, access: frozenset[Role | Audience]) -> None:
    if Audience.PUBLIC in access:
        return
    if person is not None and (Audience.SIGNED_IN in access or person.roles & access):
        return
    raise AccessDeniedError("You may not open this page.", hint="Ask a custodian for the role it needs.")
