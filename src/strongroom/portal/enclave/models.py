"""Jobs: programs that ran beside a view, and what they left."""

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel
from strongroom.portal.data.models import View
from strongroom.portal.enclave.order_models import JobOrder
from strongroom.portal.enclave.session_models import ExecutedCode, Session
from strongroom.portal.projects.models import Project

__all__ = ["ExecutedCode", "Job", "JobOrder", "Session"]


class Job(RecordedModel):
    """One run of a script: what was run, beside which view, how it ended, and its outputs by their hashes.

    `view` is None for a run on dummy data. `inputs` are the SHA-256 of the researcher's own files by name,
    `declared` the outputs named beforehand. `repeatable` says whether a second run gave the same bytes; None
    if there was none. `kept` is the directory in the vault with the outputs, encrypted, or "".
    """

    class State(models.TextChoices):
        """Where a job is."""

        RUNNING = "running"
        ENDED = "ended"
        INTERRUPTED = "interrupted"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="jobs")
    view = models.ForeignKey(View, null=True, on_delete=models.PROTECT, related_name="jobs")
    state = models.CharField(max_length=12, choices=State)
    script_name = models.CharField(max_length=100)
    script = models.TextField()
    script_sha256 = models.CharField(max_length=64)
    inputs = models.JSONField(default=dict)
    declared = models.JSONField(default=list)
    runtime = models.CharField(max_length=100)
    seed = models.BigIntegerField(default=0)
    limits = models.JSONField()
    started_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=20, blank=True)
    status = models.IntegerField(null=True)
    seconds = models.FloatField(default=0.0)
    cpu_seconds = models.FloatField(default=0.0)
    memory = models.BigIntegerField(default=0)
    outputs = models.JSONField(default=list)
    refused = models.JSONField(default=dict)
    isolation = models.CharField(max_length=100, blank=True)
    repeatable = models.BooleanField(null=True)
    kept = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"job {self.pk} of {self.project_id}"
