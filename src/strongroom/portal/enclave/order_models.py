"""Jobs asked for on the site, which wait for the worker."""

from typing import Any

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel
from strongroom.portal.people.models import Person
from strongroom.portal.projects.models import Project


class JobOrder(RecordedModel):
    """A script to run, as it was handed in; its state is the queue.

    `job` is what ran. `printed` is what a run on dummy data printed and which files it wrote.
    """

    class State(models.TextChoices):
        """Where an order is."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"
        CANCELLED = "cancelled"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="orders")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="orders")
    asked_at = models.DateTimeField()
    script_name = models.CharField(max_length=100)
    script = models.TextField()
    outputs: Any = models.JSONField(default=list)
    seed = models.BigIntegerField(default=0)
    twice = models.BooleanField(default=False)
    dummy = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    job = models.ForeignKey("enclave.Job", null=True, on_delete=models.PROTECT, related_name="orders")
    printed: Any = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"order {self.pk}"
