"""Registers the room with Django."""

from django.apps import AppConfig


class OutputsConfig(AppConfig):
    """The room's tables."""

    name = "strongroom.portal.outputs"
    label = "outputs"
