"""Sessions: who opened one beside which view, what was executed, and what it was shown."""

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel
from strongroom.portal.data.models import View
from strongroom.portal.projects.models import Project


class Session(RecordedModel):
    """One interactive session. `bytes` reached the browser, `rows` of them could be rows of data.

    `withheld` counts outputs that were not shown. A session on hold keeps its project from opening another
    until somebody else has ended it. `asked_to_end` is who asked for the end of one that runs.
    """

    class State(models.TextChoices):
        """Where a session is."""

        RUNNING = "running"
        HELD = "held"
        ENDED = "ended"
        INTERRUPTED = "interrupted"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="sessions")
    view = models.ForeignKey(View, on_delete=models.PROTECT, related_name="sessions")
    state = models.CharField(max_length=12, choices=State)
    runtime = models.CharField(max_length=100)
    isolation = models.CharField(max_length=100, blank=True)
    started_by = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    asked_to_end = models.CharField(max_length=200, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=100, blank=True)
    cells = models.IntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    rows = models.IntegerField(default=0)
    withheld = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"session {self.pk} of {self.project_id}"


class ExecutedCode(RecordedModel):
    """Code that a session was asked to run, in the order in which it was recorded, before it ran."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="code")
    number = models.IntegerField()
    code = models.TextField()
    executed_at = models.DateTimeField()

    class Meta:
        """One row for each number."""

        constraints = [models.UniqueConstraint(fields=["session", "number"], name="one_code_a_number")]

    def __str__(self) -> str:
        return f"cell {self.number} of session {self.session_id}"
