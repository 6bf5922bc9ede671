"""The access committee: two independent votes, hidden from each other until both are in."""

from strongroom.errors import AccessDeniedError, RefusedError
from strongroom.portal.acts.transactions import Recorder, act
from strongroom.portal.home import Home
from strongroom.portal.people.access import require_role
from strongroom.portal.people.models import Person, Role
from strongroom.portal.people.notices import notify
from strongroom.portal.projects.agreements import CURRENT
from strongroom.portal.projects.application_models import APPLICATION, Application, CommitteeVote

VOTES = {"approve": "approved", "refuse": "refused", "return": "returned"}
NEEDED = 2  # fixed: issue 19: two independent votes; where they differ, a third decides


def vote(
    home: Home, *, application: Application, choice: str, reason: str, conditions: str = "", by: Person
) -> Application:
    """Vote on an application; with two equal votes it is decided, and where two differ a third decides.

    Nobody votes on an application of their own institution, or of their own.
    """
    require_role(by, Role.COMMITTEE)
    if choice not in VOTES:
        raise RefusedError(f"{choice!r} is no vote.")
    if not reason.strip():
        raise RefusedError("A vote needs a reason.")
    with act(home, by=by.handle) as record:
        application = Application.objects.select_related("institution").get(pk=application.pk)
        if application.state != "committee":
            raise RefusedError(f"This application is {application.state_name}.")
        _require_independent(application, by)
        CommitteeVote(
            application=application,
            person=by,
            round=application.round,
            vote=choice,
            reason=reason.strip(),
            conditions=conditions.strip(),
            voted_at=home.clock(),
        ).save()
        # What was voted is entered with the decision: the second voter may read the ledger.
        record("application.vote-cast", application.slug, round=application.round)
        _decide(home, application, record)
    return application


def votes_of(application: Application) -> list[CommitteeVote]:
    """Return the votes of the present round."""
    return list(application.votes.filter(round=application.round).select_related("person"))


def visible_votes(application: Application, person: Person) -> list[CommitteeVote]:
    """Return the votes a person may see: all once the round is decided, until then their own."""
    votes = votes_of(application)
    if application.state != "committee":
        return votes
    return [each for each in votes if each.person_id == person.pk]


def may_vote(application: Application, person: Person) -> bool:
    """Return whether this person can vote now."""
    if application.state != "committee" or not person.has(Role.COMMITTEE):
        return False
    try:
        _require_independent(application, person)
    except (RefusedError, AccessDeniedError):
        return False
    return True


def _require_independent(application: Application, by: Person) -> None:
    if application.members.filter(person=by).exists():
        raise AccessDeniedError("Members of a project do not vote on it.")
    if by.institution_id is not None and by.institution_id == application.institution_id:
        raise AccessDeniedError("Nobody votes on an application of their own institution.")
    if any(each.person_id == by.pk for each in votes_of(application)):
        raise RefusedError("You have voted already.")


def _decide(home: Home, application: Application, record: Recorder) -> None:
    """Decide once two votes agree."""
    votes = votes_of(application)
    chosen = [each.vote for each in votes]
    won = next((choice for choice in VOTES if chosen.count(choice) >= NEEDED), None)
    if won is None:
        return
    application.state = APPLICATION.after(application.state, VOTES[won])
    application.changed_at = home.clock()
    if won == "approve":
        application.conditions = "\n".join(filter(None, (each.conditions for each in votes)))
        application.agreement = CURRENT
    application.save()
    record(
        "application.decided",
        application.slug,
        decision=VOTES[won],
        votes=[{"by": each.person.handle, "vote": each.vote} for each in votes],
    )
    for person in application.people:
        notify(home, person, f"{application.title}: {VOTES[won]}", url=f"/projects/{application.pk}/")
