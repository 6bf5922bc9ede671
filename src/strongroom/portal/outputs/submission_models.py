"""What researchers put forward on the site: files with their context, reviews, and what was released."""

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel
from strongroom.portal.acts.transitions import Transitions
from strongroom.portal.enclave.models import Job
from strongroom.portal.people.models import Person
from strongroom.portal.projects.models import Project

SUBMISSION = Transitions(
    "submission",
    {
        "draft": {"submitted": "checking", "withdrawn": "withdrawn"},
        "checking": {
            "found green": "green",
            "found amber": "review",
            "found red": "blocked",
            "withdrawn": "withdrawn",
        },
        "green": {"approved": "approved", "returned": "returned", "withdrawn": "withdrawn"},
        "review": {
            "approved": "approved",
            "returned": "returned",
            "refused": "refused",
            "withdrawn": "withdrawn",
        },
        "blocked": {
            "reopened": "draft",
            "appealed": "checking",
            "refused": "refused",
            "returned": "returned",
            "withdrawn": "withdrawn",
        },
        "returned": {"reopened": "draft", "withdrawn": "withdrawn"},
        "approved": {"released": "released", "stopped": "blocked"},
        "refused": {"appealed": "checking"},
        "released": {},
        "withdrawn": {},
    },
    {
        "draft": "a draft",
        "checking": "being checked",
        "green": "green, waiting for one output checker",
        "review": "under review",
        "blocked": "blocked",
        "returned": "returned for changes",
        "approved": "approved, being released",
        "released": "released",
        "refused": "refused",
        "withdrawn": "withdrawn",
    },
)


class Submission(RecordedModel):
    """Files that somebody asks to be released, and how far they have come.

    `key` is what a program named it, so that asking twice makes one; "" for people.
    `round` counts how often it was submitted: reviews belong to one. `postponed_at` is when a limit of the
    day last held its release back. `request` is the last
    check. `preview` is the directory of the vault with what reviewers look at, `released` that of the
    released copies.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="submissions")
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="submissions")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="submissions")
    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    key = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, default="draft", choices=list(SUBMISSION.names.items()))
    round = models.IntegerField(default=0)
    appeal = models.TextField(blank=True)
    request = models.ForeignKey(
        "outputs.ReleaseRequest", null=True, on_delete=models.PROTECT, related_name="submissions"
    )
    preview = models.CharField(max_length=100, blank=True)
    released = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    postponed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        """Latest change first."""

        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def state_name(self) -> str:
        """The state in a reader's words."""
        return SUBMISSION.name(self.state)

    @property
    def verdict(self) -> str:
        """The verdict of the last check, "" before it."""
        return "" if self.request is None else str(self.request.verdict)


class SubmittedFile(RecordedModel):
    """A file as it was handed in, encrypted in the vault; `context` says what it is and what it feeds."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    kept = models.CharField(max_length=100)
    context = models.TextField(blank=True)

    class Meta:
        """In the order of their names."""

        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="one_file_a_name")]

    def __str__(self) -> str:
        return self.name


class Review(RecordedModel):
    """One output checker's review of one round; nobody else sees it until two are done."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews")
    round = models.IntegerField()
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        """One review each round."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "reviewer", "round"], name="one_review_a_round")
        ]

    def __str__(self) -> str:
        return f"review by {self.reviewer_id}"


class FileVote(RecordedModel):
    """A reviewer's vote on one file."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="votes")
    file = models.ForeignKey(SubmittedFile, on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(max_length=10)

    class Meta:
        """One vote a file."""

        constraints = [models.UniqueConstraint(fields=["review", "file"], name="one_vote_a_file")]

    def __str__(self) -> str:
        return self.choice


class Comment(RecordedModel):
    """A remark on a submission: among reviewers, or to its author as well."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="comments")
    round = models.IntegerField()
    text = models.TextField()
    private = models.BooleanField(default=True)
    written_at = models.DateTimeField()

    class Meta:
        """Oldest first."""

        ordering = ["pk"]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class ReleasedFile(RecordedModel):
    """A released copy: rebuilt from what was checked, by its hash; `number` is its blob."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="copies")
    number = models.IntegerField()
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        """In the order of their names."""

        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
