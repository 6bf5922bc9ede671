"""Registers the room with Django."""

from typing import TYPE_CHECKING

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
