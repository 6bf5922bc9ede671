"""Registers the room with Django."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from strongroom.portal.home import Home


class ActsConfig(AppConfig):
    """The ledger's tables."""

    name = "strongroom.portal.acts"
    label = "record"  # stored with every migration applied, so it stays

    @staticmethod
    def tidy(home: "Home") -> None:
        """Enter that the witness continued from a checkpoint, where the command was killed before it did."""
        from strongroom.portal.acts.transactions import (  # noqa: PLC0415 - needs the models
            AFTER_INTERRUPTION,
            enter_relearned,
        )

        if home.relearning.exists():
            enter_relearned(home, by=AFTER_INTERRUPTION)
