"""Registers the room with Django."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The room's tables."""

    name = "strongroom.portal.projects"
    label = "projects"
