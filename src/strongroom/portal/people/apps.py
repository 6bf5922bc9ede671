"""Registers the room with Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room's tables."""

    name = "strongroom.portal.people"
    label = "people"
