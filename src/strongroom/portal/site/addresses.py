"""Every address of the site with who may open it, for the reference and for the test that tries them all."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from strongroom.portal.people.access import Audience
from strongroom.portal.people.models import Role

SIGN_IN: frozenset[Role | Audience] = frozenset()
"""The pages of sign-in, which keep gates of their own."""


@dataclass(frozen=True)
class Address:
    """A page's path and its gate."""

    path: str
    access: frozenset[Role | Audience]

    @property
    def opens_signed_in(self) -> bool:
        """Whether everybody who is signed in may open it."""
        return bool(self.access & {Audience.PUBLIC, Audience.SIGNED_IN})

    def opens(self, role: Role | None) -> bool:
        """Whether somebody with this role alone may open it; None is somebody who is not signed in."""
        if role is None:
            return Audience.PUBLIC in self.access
        return self.opens_signed_in or role in self.access


def addresses() -> list[Address]:
    """Return every address, in the order in which they are tried."""
    return list(_under("", get_resolver().url_patterns))


def _under(prefix: str, patterns: list[URLPattern | URLResolver]) -> Iterator[Address]:
    for each in patterns:
        path = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _under(path, each.url_patterns)
        else:
            access = getattr(each.callback, "access", SIGN_IN)
            yield Address(path, access or SIGN_IN)
