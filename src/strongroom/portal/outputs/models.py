"""Release requests and queries."""

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel
from strongroom.portal.data.models import Cohort, View
from strongroom.portal.enclave.models import Job
from strongroom.portal.outputs.submission_models import (
    Comment,
    FileVote,
    ReleasedFile,
    Review,
    Submission,
    SubmittedFile,
)
from strongroom.portal.projects.models import Project

__all__ = [
    "AnsweredSet",
    "BudgetExtension",
    "ColumnBounds",
    "Comment",
    "FileVote",
    "PaidNumber",
    "QueryAccount",
    "Question",
    "ReleaseRequest",
    "ReleasedFile",
    "Review",
    "Submission",
    "SubmittedFile",
]


class ReleaseRequest(RecordedModel):
    """Files that were checked, their verdict, and the target of the released copies, if any.

    `kept` is the directory in the vault with the content that later requests are compared with, or "".
    `kilobytes` is its information content, for the project's budget. `decision` is the output checker's
    decision on a verdict of review, "release" or "refuse", "" until then. `job` is what made the files.
    """

    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="requests")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="requests")
    view = models.ForeignKey(View, null=True, on_delete=models.PROTECT, related_name="requests")
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="requests")
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
    """A project's budget for queries: the total influence that one participant may have on all answers.

    `granted` is the total when the project first asked, from the settings of that time.
    """

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="query_account")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="query_accounts")
    granted = models.FloatField()
    total = models.FloatField()

    def __str__(self) -> str:
        return f"query account of {self.project_id}"


class PaidNumber(RecordedModel):
    """A noisy number that a project has paid for, by the digest of its name; it is free from then on."""

    account = models.ForeignKey(QueryAccount, on_delete=models.PROTECT, related_name="paid")
    name = models.CharField(max_length=64)
    cost = models.FloatField()

    class Meta:
        """One row for each number."""

        constraints = [models.UniqueConstraint(fields=["account", "name"], name="one_payment_a_number")]

    def __str__(self) -> str:
        return self.name


class BudgetExtension(RecordedModel):
    """A larger budget for a project, or for all projects of a cohort: one person asks, another agrees.

    `share` is added, as a share of the budget granted at first; `agreed_by` is "" until somebody agrees.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="extensions")
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="extensions")
    share = models.FloatField()
    reason = models.TextField()
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    agreed_by = models.CharField(max_length=200, blank=True)
    agreed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"extension {self.pk}"


class ColumnBounds(RecordedModel):
    """The bounds to which a column's values are clamped in answers about one set of people.

    `column` is "" for the number of a person's rows in an event table. Both bounds are None for a column
    without values.
    """

    view = models.CharField(max_length=64)
    table = models.CharField(max_length=200)
    column = models.CharField(max_length=200, blank=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)

    class Meta:
        """Found once."""

        constraints = [models.UniqueConstraint(fields=["view", "table", "column"], name="one_range_a_column")]

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


class Question(RecordedModel):
    """A query that was answered, as the statement we wrote; the researcher's own text is not kept.

    `cost` is what it cost the project's budget.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="questions")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="questions")
    statement = models.TextField()
    answer = models.JSONField()
    epsilon = models.FloatField(null=True)
    cost = models.FloatField(default=0.0)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"question {self.pk} of {self.project_id}"


class AnsweredSet(RecordedModel):
    """The overlap audit's sketches of a question's groups, encrypted under the cohort's key."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="answered_sets")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="sets")
    sketch = models.BinaryField()

    def __str__(self) -> str:
        return f"groups of question {self.question_id}"
