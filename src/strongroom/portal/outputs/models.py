"""Release requests and queries."""

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel
from strongroom.portal.data.models import Cohort, View
from strongroom.portal.projects.models import Project


class ReleaseRequest(RecordedModel):
    """Files that were checked, their verdict, and the target of the released copies, if any.

    `kept` is the directory in the vault with the content that later requests are compared with, or "".
    `kilobytes` is its information content, for the project's budget. `decision` is the output checker's
    decision on a verdict of review, "release" or "refuse", "" until then.
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


class QueryAccount(RecordedModel):
    """What is left to a project: queries, near groups, and its privacy budget on the cohort."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="query_account")
    questions_left = models.PositiveIntegerField()
    refusals_left = models.PositiveIntegerField()
    epsilon = models.FloatField()
    delta = models.FloatField()
    spent_epsilon = models.FloatField(default=0.0)
    spent_delta = models.FloatField(default=0.0)

    def __str__(self) -> str:
        return f"query account of {self.project_id}"


class Question(RecordedModel):
    """A query that was answered, as the statement we wrote; the researcher's own text is not kept."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="questions")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="questions")
    statement = models.TextField()
    answer = models.JSONField()
    refused = models.BooleanField(default=False)
    epsilon = models.FloatField(null=True)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"question {self.pk} of {self.project_id}"


class AnsweredSet(RecordedModel):
    """The audit's sketch of a queried group, encrypted under the cohort's key."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="answered_sets")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="sets")
    sketch = models.BinaryField()

    def __str__(self) -> str:
        return f"set {self.pk}"
