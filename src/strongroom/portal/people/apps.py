"""Registers the room with Django."""

from typing import Any

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room's tables."""

    name = "strongroom.portal.people"
    label = "people"

    @staticmethod
    def waiting(person: Any) -> list[Any]:
        """Return what waits for a custodian."""
        from strongroom.portal.people.reminders import waiting_for  # noqa: PLC0415 - needs the models

        return list(waiting_for(person))
