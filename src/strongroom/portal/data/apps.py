"""Registers the room with Django."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    """The room's tables."""

    name = "strongroom.portal.data"
    label = "data"
