"""Opening a home for the site: its tables, its key, and the link of its first custodian."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

from strongroom.errors import UsageError
from strongroom.portal.home import Home, create_home
from strongroom.portal.site.serving import Address, prepare

_NAMED = re.compile(r"\s*(?P<name>[^<>]+?)\s*<(?P<email>[^<>\s]+)>\s*")


@dataclass(frozen=True)
class OpenedSite:
    """The home, and what to tell whoever started the site."""

    home: Home
    lines: list[str] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)


def open_site(path: Path, address: Address, *, custodian: str, demo: bool, by: str) -> OpenedSite:
    """Open or create a home with the site's tables; the first start makes the first custodian's link."""
    django.setup(set_prefix=False)
    home = create_home(path)
    prepare(home)
    if demo:
        from strongroom.portal.site.demo import seed  # noqa: PLC0415 - the demo's alone

        return OpenedSite(home, *seed(home, address.url))
    secret = _first_link(home, custodian, by=by)
    if not secret:
        return OpenedSite(home)
    link = f"{address.url}join/{secret}/"
    return OpenedSite(home, [f"The first custodian joins here, once, within 7 days: {link}"], {"join": link})


def _first_link(home: Home, custodian: str, *, by: str) -> str:
    from strongroom.portal.people.models import Person  # noqa: PLC0415 - needs the settings
    from strongroom.portal.people.persons import first_custodian  # noqa: PLC0415

    if Person.objects.exists():
        return ""
    named = _NAMED.fullmatch(custodian)
    if named is None:
        raise UsageError(
            f"{custodian!r} is no name with an address.", hint="Write 'Ada Byron <ada@example.org>'."
        )
    return first_custodian(home, name=named["name"], email=named["email"], by=by)[1]
