"""Pauses of the whole platform."""

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel


class Pause(RecordedModel):
    """A time in which nothing may leave, run or be asked; the last one is in force until it is resumed."""

    reason = models.TextField()
    paused_by = models.CharField(max_length=200)
    paused_at = models.DateTimeField()
    resumed_by = models.CharField(max_length=200, blank=True)
    resumed_at = models.DateTimeField(null=True)
    resumed_because = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"pause {self.pk}"
