"""Registers the room with Django."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The ledger's tables."""

    name = "strongroom.portal.record"
    label = "record"
