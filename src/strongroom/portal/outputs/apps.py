"""Registers the room with Django."""

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from strongroom.portal.home import Home


class OutputsConfig(AppConfig):
    """The room's tables."""

    name = "strongroom.portal.outputs"
    label = "outputs"

    @staticmethod
    def tidy(home: "Home") -> None:
        """Record how far killed releases came, and remove what they left."""
        from strongroom.portal.outputs.interrupted import settle_interrupted  # noqa: PLC0415 - needs the models

        settle_interrupted(home)

    @staticmethod
    def work(home: "Home") -> bool:
        """Check or release what waits."""
        from strongroom.portal.outputs.checking import work  # noqa: PLC0415 - needs the models

        return work(home)

    @staticmethod
    def waiting(person: Any) -> list[Any]:
        """Return the submissions that wait for this person."""
        from strongroom.portal.outputs.waiting import waiting_for  # noqa: PLC0415 - needs the models

        return list(waiting_for(person))
