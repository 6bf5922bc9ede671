"""Registers the platform with Django."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """The table of pauses."""

    name = "strongroom.portal.platform"
    label = "platform"
