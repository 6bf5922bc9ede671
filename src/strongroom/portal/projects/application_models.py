"""Applications for data, from the first draft to the last day of the project."""

from enum import StrEnum
from typing import Any

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel
from strongroom.portal.acts.transitions import Transitions
from strongroom.portal.people.models import Institution, Person

APPLICATION = Transitions(
    "application",
    {
        "draft": {"submitted": "committee", "withdrawn": "withdrawn"},
        "committee": {
            "approved": "agreement",
            "refused": "refused",
            "returned": "draft",
            "withdrawn": "withdrawn",
        },
        "agreement": {"signed": "ready", "withdrawn": "withdrawn"},
        "ready": {"opened": "active", "withdrawn": "withdrawn"},
        "active": {"closed": "closed", "revoked": "revoked"},
        "refused": {},
        "withdrawn": {},
        "closed": {},
        "revoked": {},
    },
    {
        "draft": "a draft",
        "committee": "with the access committee",
        "agreement": "waiting for signatures",
        "ready": "signed by everybody",
        "active": "an active project",
        "refused": "refused",
        "withdrawn": "withdrawn",
        "closed": "closed",
        "revoked": "revoked",
    },
)


class ProjectRole(StrEnum):
    """What a member is in a project."""

    INVESTIGATOR = "principal investigator"
    RESEARCHER = "researcher"


class Application(RecordedModel):
    """What somebody wants to do with which columns, and how far the application has come.

    `columns` are objects with `name` and `reason`. `round` counts submissions: the committee votes anew in
    each. `slug` is the project's name once it is open.
    """

    slug = models.CharField(max_length=63, unique=True)
    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    lay_summary = models.TextField(blank=True)
    outputs = models.TextField(blank=True)
    funder = models.CharField(max_length=200, blank=True)
    countries = models.CharField(max_length=200, blank=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="applications")
    cohort_name = models.CharField(max_length=63)
    columns: Any = models.JSONField(default=list)
    where = models.TextField(blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    state = models.CharField(max_length=10, default="draft", choices=list(APPLICATION.names.items()))
    round = models.IntegerField(default=0)
    conditions = models.TextField(blank=True)
    agreement = models.CharField(max_length=20, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_because = models.TextField(blank=True)

    class Meta:
        """Latest change first."""

        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def state_name(self) -> str:
        """The state in a reader's words."""
        return APPLICATION.name(self.state)

    @property
    def people(self) -> list[Person]:
        """Those who belong to it now."""
        members = self.members.filter(ended_at=None).select_related("person")
        return [member.person for member in members]


class Member(RecordedModel):
    """A person of an application and its project."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in ProjectRole])
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One membership each."""

        constraints = [
            models.UniqueConstraint(fields=["application", "person"], name="one_membership_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.application_id}"


class CommitteeVote(RecordedModel):
    """One committee member's vote in one round; others see it once the round is decided."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="votes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="committee_votes")
    round = models.IntegerField()
    vote = models.CharField(max_length=10)
    reason = models.TextField()
    conditions = models.TextField(blank=True)
    voted_at = models.DateTimeField()

    class Meta:
        """One vote each round."""

        constraints = [
            models.UniqueConstraint(
                fields=["application", "person", "round"], name="one_committee_vote_a_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.vote} by {self.person_id}"


class Signature(RecordedModel):
    """A member's signature under one version of the agreement, by the digest of the text they saw."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signatures")
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"signature of {self.person_id}"
