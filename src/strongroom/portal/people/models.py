"""Institutions, the people who belong to them, and what each of them may do."""

from enum import StrEnum
from typing import Any

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel


class Institution(RecordedModel):
    """An organisation that answers for the projects it holds."""

    class Status(models.TextChoices):
        """Whether its people may work here."""

        REGISTERED = "registered"
        VETTED = "vetted"
        SUSPENDED = "suspended"
        BANNED = "banned"

    name = models.CharField(max_length=200, unique=True)
    registered_at = models.DateTimeField()
    country = models.CharField(max_length=2, blank=True)
    jurisdiction = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.REGISTERED)
    status_reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        """Whether nobody may work for it: it is suspended or banned."""
        return self.status in {self.Status.SUSPENDED, self.Status.BANNED}


class Role(StrEnum):
    """What a person does here. A principal investigator is one by membership of a project."""

    CUSTODIAN = "custodian"
    COMMITTEE = "committee"
    CHECKER = "checker"
    AUDITOR = "auditor"
    RESEARCHER = "researcher"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The role's name in a sentence."""
        return {"committee": "committee member", "checker": "output checker"}.get(self.value, self.value)


_ROLES = [(role.value, role.title) for role in Role]


class Person(RecordedModel):
    """Somebody with an account of their own; `handle` names them in the ledger.

    `session_epoch` grows whenever the person's rights change: it ends their sessions.
    """

    handle = models.CharField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(unique=True)
    institution = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="people")
    active = models.BooleanField(default=True)
    suspended_because = models.TextField(blank=True)
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    session_epoch = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name

    @property
    def roles(self) -> frozenset[Role]:
        """The roles this person has now; none while suspended."""
        if not self.active:
            return frozenset()
        return frozenset(Role(grant.role) for grant in self.grants.all() if grant.ended_at is None)

    def has(self, role: Role) -> bool:
        """Return whether the person has this role now."""
        return role in self.roles


class RoleGrant(RecordedModel):
    """A role given to a person, until it is ended."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=12, choices=_ROLES)
    granted_by = models.CharField(max_length=200)
    granted_at = models.DateTimeField()
    ended_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.role} of {self.person_id}"


class RoleRequest(RecordedModel):
    """A custodian's role that one custodian asks for, and another one grants."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_requests")
    role = models.CharField(max_length=12, choices=_ROLES)
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"request for {self.role} of {self.person_id}"


class Vetting(RecordedModel):
    """How a person's identity and affiliation were established."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="vettings")
    evidence = models.TextField()
    vetted_by = models.CharField(max_length=200)
    vetted_at = models.DateTimeField()
    expires_on = models.DateField()

    def __str__(self) -> str:
        return f"vetting of {self.person_id}"


class Training(RecordedModel):
    """A course that a person passed; it counts until it expires."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    course = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    certificate = models.CharField(max_length=200, blank=True)
    passed_on = models.DateField()
    expires_on = models.DateField()
    recorded_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.course} of {self.person_id}"


class Invitation(RecordedModel):
    """A one-time link with which a person joins, or replaces a lost secret; only its digest is kept."""

    class Purpose(models.TextChoices):
        """What the link is for."""

        JOIN = "join"
        RESET = "reset"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    purpose = models.CharField(max_length=5, choices=Purpose)
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation of {self.person_id}"


class Credential(RecordedModel):
    """A secret the person signs in with, by its digest: an account's row that matches none is refused."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class ApiToken(RecordedModel):
    """A token with which a program, or the command line, acts for a person; only its digest is kept."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes: Any = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"token {self.name} of {self.person_id}"


class Notice(models.Model):
    """A message in a person's inbox. What it tells is in the ledger; that it was read is not state."""

    recorded = False

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.subject
