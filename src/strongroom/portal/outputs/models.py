"""The airlock's memory."""

from django.db import models

from strongroom.portal.data.models import Cohort, View
from strongroom.portal.projects.models import Project
from strongroom.portal.record.acts import RecordedModel


class ReleaseRequest(RecordedModel):
    """Files that were checked, the verdict, and where the released copies went, if any did.

    `kept` is the directory in the vault with what later requests are compared with, "" where nothing is.
    `kilobytes` is how much it carries; for a project's budget over time.
    `decision` is what a person said of a verdict of review, "release" or "refuse", "" until then.
    """

    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="requests")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="requests")
    view = models.ForeignKey(View, null=True, on_delete=models.PROTECT, related_name="requests")
    verdict = models.CharField(max_length=10)
    report = models.JSONField()
    kept = models.CharField(max_length=100, blank=True)
    kilobytes = models.FloatField(default=0.0)
    checked_at = models.DateTimeField()
    decision = models.CharField(max_length=10, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    released_to = models.TextField(blank=True)
    released_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"request {self.pk}: {self.verdict}"
