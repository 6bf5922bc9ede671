"""Email addresses: one is enough, since nothing else has their form."""

from typing import ClassVar

from strongroom.cohort.ingest.identifiers.detector import PatternDetector


class EmailAddress(PatternDetector):
    """A mailbox, anywhere in a text."""

    kind: ClassVar[str] = "email"
    reason: ClassVar[str] = "an address can be used to contact the participant"
    pattern: ClassVar[str] = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
