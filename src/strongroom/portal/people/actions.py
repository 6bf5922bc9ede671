"""Actions on institutions."""

from strongroom.errors import UsageError
from strongroom.portal.acts.transactions import Recorder
from strongroom.portal.home import Home
from strongroom.portal.people.models import Institution


def ensure_institution(home: Home, *, name: str, record: Recorder) -> Institution:
    """Return the institution of that name, registering it within the caller's act if it is new."""
    name = " ".join(name.split())
    if not name:
        raise UsageError("An institution needs a name.", hint="Use --institution.")
    found = Institution.objects.filter(name=name).first()
    if found:
        return found
    institution = Institution(name=name, registered_at=home.clock())
    institution.save()
    record("institution.registered", name)
    return institution
