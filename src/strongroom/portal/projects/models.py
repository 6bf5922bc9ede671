"""Projects and their keys."""

from enum import StrEnum

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel
from strongroom.portal.people.models import Institution
from strongroom.portal.projects.application_models import Application, CommitteeVote, Member, Signature

__all__ = ["Application", "CommitteeVote", "KeyPurpose", "Member", "Project", "ProjectKey", "Signature"]


class Project(RecordedModel):
    """An approved purpose: these columns of these participants, for this institution.

    `risk` sets how strongly its views are marked.
    """

    class Status(models.TextChoices):
        """The status of a project."""

        ACTIVE = "active"
        REVOKED = "revoked"

    class Risk(models.TextChoices):
        """The partner's risk of leaking data."""

        NORMAL = "normal"
        HIGH = "high"

    slug = models.CharField(max_length=63, unique=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="projects")
    # A name, not a key: the cohort belongs to the room above.
    cohort_name = models.CharField(max_length=63)
    columns = models.JSONField()
    where = models.TextField(blank=True)
    risk = models.CharField(max_length=10, choices=Risk.choices, default=Risk.NORMAL)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.slug


class KeyPurpose(StrEnum):
    """What one of a project's keys opens."""

    FILES = "files"
    TRACING = "tracing"


class ProjectKey(RecordedModel):
    """One of a project's keys, wrapped by the master key; `wrapped` is null once it was destroyed.

    The files key dies with the project. The tracing key outlives it, because a copy may surface years later
    and must still be recognised (docs/decisions/0004).
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="keys")
    purpose = models.CharField(max_length=10, choices=[(each.value, each.value) for each in KeyPurpose])
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """One key a purpose."""

        constraints = [models.UniqueConstraint(fields=["project", "purpose"], name="one_key_a_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} key of {self.project_id}"
