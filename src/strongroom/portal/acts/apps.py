"""Registers the room with Django."""

from django.apps import AppConfig


class ActsConfig(AppConfig):
    """The ledger's tables."""

    name = "strongroom.portal.acts"
    label = "record"  # stored with every migration applied, so it stays
