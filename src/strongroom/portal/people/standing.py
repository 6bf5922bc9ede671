"""Vetting and training: what a person needs before data are opened to them, and until when it counts."""

from datetime import date

from strongroom.errors import RefusedError, UsageError
from strongroom.portal.acts.transactions import act
from strongroom.portal.home import Home
from strongroom.portal.people.access import require_role
from strongroom.portal.people.models import Person, Role, Training, Vetting


def record_vetting(home: Home, *, person: Person, evidence: str, expires_on: date, by: Person) -> Vetting:
    """Record how a person's identity and affiliation were established, and until when that counts."""
    require_role(by, Role.CUSTODIAN)
    if person == by:
        raise RefusedError("Nobody vets themselves.", hint="Ask another custodian.")
    if not evidence.strip():
        raise UsageError("Vetting needs its evidence.", hint="Say which documents or people confirmed it.")
    if expires_on <= home.clock().date():
        raise UsageError("The end date is in the past.")
    with act(home, by=by.handle) as record:
        vetting = Vetting(
            person=person,
            evidence=evidence.strip(),
            vetted_by=by.handle,
            vetted_at=home.clock(),
            expires_on=expires_on,
        )
        vetting.save()
        record("person.vetted", person.handle, until=expires_on.isoformat())
    return vetting


def record_training(
    home: Home,
    *,
    person: Person,
    course: str,
    provider: str,
    certificate: str,
    passed_on: date,
    expires_on: date,
    by: Person,
) -> Training:
    """Record a course that a person passed, here or elsewhere; its certificate is what proves it."""
    require_role(by, Role.CUSTODIAN)
    if not course.strip() or not provider.strip():
        raise UsageError("Training needs a course and who taught it.")
    if passed_on > home.clock().date() or expires_on <= passed_on:
        raise UsageError(
            "The dates contradict each other.", hint="A course is passed first and expires later."
        )
    with act(home, by=by.handle) as record:
        training = Training(
            person=person,
            course=course.strip(),
            provider=provider.strip(),
            certificate=certificate.strip(),
            passed_on=passed_on,
            expires_on=expires_on,
            recorded_by=by.handle,
        )
        training.save()
        record("training.recorded", person.handle, course=training.course, until=expires_on.isoformat())
    return training


def vetted_until(person: Person) -> date | None:
    """Return the last day on which the person counts as vetted."""
    return _latest(person.vettings.all())


def trained_until(person: Person) -> date | None:
    """Return the last day on which some training of the person counts."""
    return _latest(person.trainings.all())


def missing_standing(home: Home, person: Person) -> list[str]:
    """Return what the person lacks before data may be opened to them, as words for a sentence."""
    today = home.clock().date()
    held = {"vetting": vetted_until(person), "training": trained_until(person)}
    return [name for name, until in held.items() if until is None or until < today]


def _latest(rows: "list[Vetting] | list[Training]") -> date | None:
    return max((row.expires_on for row in rows), default=None)
