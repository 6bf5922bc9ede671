"""Who belongs to a project, and which projects a person may see."""

from strongroom.errors import NotFoundError
from strongroom.portal.people.models import Person, Role
from strongroom.portal.projects.application_models import Member
from strongroom.portal.projects.models import Project

_SEES_ALL = frozenset({Role.CUSTODIAN, Role.CHECKER, Role.AUDITOR})


def members_of(project: Project) -> list[Person]:
    """Return the people of a project; none for one that was added at the command line."""
    members = Member.objects.filter(application__slug=project.slug, ended_at=None).select_related("person")
    return [member.person for member in members]


def is_member(person: Person, project: Project) -> bool:
    """Return whether a person belongs to a project."""
    return Member.objects.filter(application__slug=project.slug, person=person, ended_at=None).exists()


def projects_for(person: Person) -> list[Project]:
    """Return the projects that a person may see, by name."""
    found = Project.objects.select_related("institution").order_by("slug")
    if person.roles & _SEES_ALL:
        return list(found)
    slugs = Member.objects.filter(person=person, ended_at=None).values_list("application__slug", flat=True)
    return list(found.filter(slug__in=slugs))


def get_project_for(person: Person, slug: str) -> Project:
    """Return a project that this person may see; NotFoundError for others."""
    found = Project.objects.select_related("institution").filter(slug=slug).first()
    if found is not None and (person.roles & _SEES_ALL or is_member(person, found)):
        return found
    raise NotFoundError(f"There is no project {slug!r}.", hint="See the list of projects.")


def get_own_project(person: Person, slug: str) -> Project:
    """Return a project of which this person is a member; NotFoundError for others."""
    found = Project.objects.select_related("institution").filter(slug=slug).first()
    if found is None or not is_member(person, found):
        raise NotFoundError(f"You have no project {slug!r}.", hint="See the list of your projects.")
    return found
