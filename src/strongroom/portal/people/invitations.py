"""One-time links: issued by a custodian, used once, and gone after a few days."""

from datetime import timedelta

from strongroom.errors import NotFoundError
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.home import Home
from strongroom.portal.people.models import Invitation, Person
from strongroom.portal.people.one_time import digest_of, new_secret
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    days: int = threshold(
        7, "days", "judgement: a week to answer an invitation; a link in an old mailbox opens nothing"
    )


LIMITS = _Limits()


def issue(home: Home, person: Person, purpose: str, *, by: str, record: Recorder) -> str:
    """Issue a link within the caller's act and return its secret; earlier links of the person end."""
    now = home.clock()
    for earlier in person.invitations.filter(used_at=None, expires_at__gt=now):
        earlier.expires_at = now
        earlier.save()
    secret = new_secret(home)
    Invitation(
        person=person,
        purpose=purpose,
        digest=digest_of(secret),
        issued_by=by,
        issued_at=now,
        expires_at=now + timedelta(days=LIMITS.days),
    ).save()
    record("invitation.issued", person.handle, purpose=str(purpose))
    return secret


def find_invitation(home: Home, *, token: str) -> Invitation:
    """Return the invitation of a link; NotFoundError where it is unknown, used or too old."""
    found: Invitation | None = (
        Invitation.objects.select_related("person")
        .filter(digest=digest_of(token), used_at=None, expires_at__gt=home.clock(), person__active=True)
        .first()
    )
    if found is None:
        raise NotFoundError("This link does not work any more.", hint="Ask a custodian for a new one.")
    return found


def redeem(home: Home, *, token: str) -> Person:
    """Use a link, once; the person's sessions and tokens end, because their secrets are replaced."""
    invitation = find_invitation(home, token=token)
    with act(home, by=invitation.person.handle) as record:
        invitation = find_invitation(home, token=token)
        person = invitation.person
        invitation.used_at = home.clock()
        invitation.save()
        person.joined_at = person.joined_at or home.clock()
        person.session_epoch += 1
        person.save()
        for credential in person.credentials.filter(ended_at=None):
            credential.ended_at = home.clock()
            credential.save()
        for token_row in person.tokens.filter(revoked_at=None):
            token_row.revoked_at = home.clock()
            token_row.save()
        record("invitation.used", person.handle, purpose=invitation.purpose)
    return person
