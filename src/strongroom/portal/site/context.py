"""What every page shows around its content: the person, the rooms they may enter, whether all is running."""

from typing import Any

from django.http import HttpRequest

from strongroom.portal.people.models import Person, Role
from strongroom.portal.platform.actions import current_pause

_STAFF = frozenset({Role.CUSTODIAN, Role.COMMITTEE, Role.CHECKER, Role.AUDITOR})
_ROOMS = (
    ("Today", "/", frozenset(Role)),
    ("Outputs", "/outputs/", frozenset({Role.CUSTODIAN, Role.CHECKER, Role.AUDITOR, Role.RESEARCHER})),
    ("Projects", "/projects/", frozenset(Role)),
    ("Data", "/data/", frozenset(Role)),
    ("Workspace", "/workspace/", frozenset({Role.RESEARCHER, Role.CUSTODIAN, Role.AUDITOR})),
    ("Oversight", "/oversight/", frozenset({Role.CUSTODIAN, Role.AUDITOR})),
    ("People", "/people/", _STAFF),
)


def house(request: HttpRequest) -> dict[str, Any]:
    """Return the person who is signed in, the navigation and the platform's state."""
    person: Person | None = getattr(request, "person", None)
    roles = frozenset() if person is None else person.roles
    rooms = [_room(request, name, url) for name, url, allowed in _ROOMS if allowed & roles]
    return {"person": person, "rooms": rooms, "pause": current_pause()}


def _room(request: HttpRequest, name: str, url: str) -> dict[str, Any]:
    here = request.path == url if url == "/" else request.path.startswith(url)
    return {"name": name, "url": url, "here": here}
