"""The inbox: what a person is told, in the site always and by mail where the custodian configured it."""

from strongroom.portal.home import Home
from strongroom.portal.people.models import Notice, Person


def notify(home: Home, person: Person, subject: str, *, text: str = "", url: str = "") -> None:
    """Put a message into a person's inbox, within the caller's act."""
    Notice(person=person, subject=subject[:200], text=text, url=url, created_at=home.clock()).save()


def read_notices(home: Home, person: Person) -> None:
    """Mark a person's messages as read."""
    person.notices.filter(read_at=None).update(read_at=home.clock())
