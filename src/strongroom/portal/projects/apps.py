"""Registers the room with Django."""

from typing import Any

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The room's tables."""

    name = "strongroom.portal.projects"
    label = "projects"

    @staticmethod
    def close_institution(home: Any, institution: Any, record: Any, *, by: str) -> None:
        """Revoke the projects of an institution that is banned; a suspended one's can no longer be used."""
        from django.db import transaction  # noqa: PLC0415 - needs the models

        from strongroom.portal.database import forget_old_pages  # noqa: PLC0415
        from strongroom.portal.projects.actions import destroy_keys  # noqa: PLC0415
        from strongroom.portal.projects.models import Project  # noqa: PLC0415

        if institution.status != "banned":
            return
        for project in Project.objects.filter(institution=institution, status=Project.Status.ACTIVE):
            destroy_keys(home, project, f"{institution.name} is banned by {by}", record)
        transaction.on_commit(forget_old_pages)

    @staticmethod
    def waiting(person: Any) -> list[Any]:
        """Return the applications that wait for this person."""
        from strongroom.portal.projects.waiting import waiting_for  # noqa: PLC0415

        return list(waiting_for(person))
