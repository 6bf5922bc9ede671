"""The institutions that hold projects."""

from django.db import models

from strongroom.portal.acts.transactions import RecordedModel


class Institution(RecordedModel):
    """An organisation that answers for the projects it holds."""

    name = models.CharField(max_length=200, unique=True)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
