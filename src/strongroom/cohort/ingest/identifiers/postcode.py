"""UK postcodes: a full one covers about fifteen households."""

from typing import ClassVar

from strongroom.cohort.ingest.identifiers.detector import PatternDetector

# The format in BS 7666, without the letters not used in a position: with or without the space as a whole
# value, in capitals and with the space within a longer text.
_OUTWARD = r"([A-PR-UWYZ][0-9][0-9A-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y][0-9][0-9ABEHMNPRVWXY]?)"
_INWARD = r"[0-9][ABD-HJLNP-UW-Z]{2}"


class Postcode(PatternDetector):
    """A full British postcode."""

    kind: ClassVar[str] = "postcode"
    reason: ClassVar[str] = "with a birth year it identifies most people"
    pattern: ClassVar[str] = rf"(?i:^\s*{_OUTWARD} ?{_INWARD}\s*$)|\b{_OUTWARD} {_INWARD}\b"
    fewest: ClassVar[int] = 3
    share: ClassVar[float] = 0.001
