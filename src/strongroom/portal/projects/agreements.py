"""The data access agreement: versioned texts that each member signs."""

import hashlib
from pathlib import Path

from strongroom.errors import NotFoundError, RefusedError
from strongroom.portal.acts.transactions import act
from strongroom.portal.home import Home
from strongroom.portal.people.models import Person
from strongroom.portal.projects.application_models import APPLICATION, Application, Signature

CURRENT = "2026-11"
_TEXTS = Path(__file__).parent / "agreement_texts"


def agreement_text(version: str) -> str:
    """Return the text of a version; NotFoundError."""
    file = _TEXTS / f"{version}.txt"
    if not version or not file.is_file():
        raise NotFoundError(f"There is no agreement {version!r}.")
    return file.read_text(encoding="utf-8")


def unsigned(application: Application) -> list[Person]:
    """Return the members who have not signed the application's agreement."""
    signed = set(
        application.signatures.filter(version=application.agreement).values_list("person_id", flat=True)
    )
    return [person for person in application.people if person.pk not in signed]


def sign(home: Home, *, application: Application, by: Person) -> Application:
    """Sign the agreement for oneself; the last signature makes the application ready."""
    with act(home, by=by.handle) as record:
        application = Application.objects.get(pk=application.pk)
        if application.state != "agreement":
            raise RefusedError(f"This application is {application.state_name}.")
        if by not in unsigned(application):
            raise RefusedError("You have nothing to sign here.")
        text = agreement_text(application.agreement)
        digest = hashlib.sha256(text.encode()).hexdigest()
        Signature(
            application=application,
            person=by,
            version=application.agreement,
            digest=digest,
            signed_at=home.clock(),
        ).save()
        record("agreement.signed", application.slug, version=application.agreement, text=digest)
        if not unsigned(application):
            application.state = APPLICATION.after(application.state, "signed")
            application.changed_at = home.clock()
            application.save()
            record("application.signed", application.slug)
    return application
