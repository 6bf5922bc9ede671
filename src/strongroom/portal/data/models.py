"""Cohorts, the views issued to projects, and withdrawals."""

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel
from strongroom.portal.projects.models import Project


class Cohort(RecordedModel):
    """A protected data set; `manifest` describes the files of its current revision, without values."""

    name = models.CharField(max_length=63, unique=True)
    directory = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=1)
    manifest = models.JSONField()
    wrapped_key = models.BinaryField()
    report = models.JSONField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class FingerprintPlan(RecordedModel):
    """What the fingerprint does to a cohort's columns under one set of settings; never made a second time.

    `sealed` is the plan, compressed and encrypted under the cohort's key: it says which values are common.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="plans")
    settings = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        """One plan for a cohort and settings."""

        constraints = [models.UniqueConstraint(fields=["cohort", "settings"], name="one_plan_a_settings")]

    def __str__(self) -> str:
        return self.digest


class CohortRelations(RecordedModel):
    """The relations of a cohort's columns and the decisions about them, encrypted under the cohort's key."""

    cohort = models.OneToOneField(Cohort, on_delete=models.PROTECT, related_name="relations")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.cohort_id)


class PlanCommitment(RecordedModel):
    """What was committed to when a plan was made: its statement, and the hash of every participant's record.

    `records` has 32 bytes a participant, by ordinal. They are kept because a withdrawal removes the values.
    """

    plan = models.OneToOneField(FingerprintPlan, on_delete=models.PROTECT, related_name="committed")
    statement = models.JSONField()
    records = models.BinaryField()

    def __str__(self) -> str:
        return f"commitment of plan {self.plan_id}"


class DecoyPool(RecordedModel):
    """A cohort's shared decoys with all columns that any view has needed so far, encrypted under its key."""

    cohort = models.OneToOneField(Cohort, on_delete=models.PROTECT, related_name="decoy_pool")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.cohort_id}/{self.version}"


class View(RecordedModel):
    """The copy of a cohort that one project sees.

    `tables` describes its files, encrypted under the project's files key. Who is in it is kept in `members`,
    a packed bitmap over the cohort's ordinals encrypted under the cohort's key, so that it survives the
    project. `plan` and `commitment` are its fingerprint's; views of before there was one have neither.
    `bits` is the root over its project's bits, empty in views issued before there were such roots.
    `decoys` are its invented people, encrypted likewise; empty where it has none.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="views")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="views")
    number = models.PositiveIntegerField()
    cohort_revision = models.PositiveIntegerField()
    directory = models.CharField(max_length=100)
    tables = models.JSONField()
    columns = models.JSONField()
    participants = models.PositiveBigIntegerField()
    members = models.BinaryField()
    decoys = models.BinaryField(default=b"")
    plan = models.ForeignKey(FingerprintPlan, null=True, on_delete=models.PROTECT, related_name="views")
    commitment = models.CharField(max_length=64, blank=True)
    bits = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField()

    class Meta:
        """Views of a project are numbered from 1."""

        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_view_a_number")]
        ordering = ["project", "number"]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.number}"


class Withdrawal(RecordedModel):
    """A withdrawal of consent: how many people, and the proof; never their ids."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="withdrawals")
    revision = models.PositiveIntegerField()
    participants = models.PositiveIntegerField()
    unknown_ids = models.PositiveIntegerField()
    # HMAC-SHA256 commitments to the ids, under a salt that is kept here and can be erased.
    salt = models.BinaryField(null=True)
    commitments = models.JSONField()
    views = models.JSONField()
    releases = models.JSONField()
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.participants} people from {self.cohort_id}"
