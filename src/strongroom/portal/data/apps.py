"""Registers the room with Django."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from strongroom.portal.home import Home


class DataConfig(AppConfig):
    """The room's tables."""

    name = "strongroom.portal.data"
    label = "data"

    @staticmethod
    def tidy(home: "Home") -> None:
        """Remove what killed commands left in the vault."""
        from strongroom.portal.data.leftovers import remove_leftovers  # noqa: PLC0415 - needs the models

        remove_leftovers(home)
