"""Who belongs to a project, and which projects a person may see."""

from strongroom.errors import NotFoundError
from strongroom.portal.people.models import Person, Role
from strongroom.portal.projects.application_models import Member
from strongroom.portal.projects.models import Project

SEES_ALL = frozenset({Role.CUSTODIAN, Role.CHECKER, Role.AUDITOR})


def own_slugs(person: Person) -> list[str]:
    """Return the names of the projects that a person belongs to."""
    return list(person.memberships.filter(ended_at=None).values_list("application__slug", flat=True))


def is_member(person: Person, project: Project) -> bool:
    """Return whether a person belongs to a project; nobody does to one that was added at the command line."""
    return Member.objects.filter(application__slug=project.slug, person=person, ended_at=None).exists()


def projects_for(person: Person) -> list[Project]:
    """Return the projects that a person may see, by name."""
    found = Project.objects.select_related("institution").order_by("slug")
    if person.roles & SEES_ALL:
        return list(found)
    return list(found.filter(slug__in=own_slugs(person)))


def get_project_for(person: Person, slug: str) -> Project:
    """Return a project that this person may see; NotFoundError for others."""
    found = Project.objects.select_related("institution").filter(slug=slug).first()
    if found is not None and (person.roles & SEES_ALL or is_member(person, found)):
        return found
    raise NotFoundError(f"There is no project {slug!r}.", hint="See the list of projects.")


def get_own_project(person: Person, slug: str) -> Project:
    """Return a project of which this person is a member; NotFoundError for others."""
    found = Project.objects.select_related("institution").filter(slug=slug).first()
    if found is None or not is_member(person, found):
        raise NotFoundError(f"You have no project {slug!r}.", hint="See the list of your projects.")
    return found
