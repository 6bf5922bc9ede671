"""What a trace answers: a verdict, and the suspects with the chance that they are accused falsely."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class TraceVerdict(Enum):
    """How a trace ends. Only `ATTRIBUTED` names anyone."""

    ATTRIBUTED = "attributed"
    INCONCLUSIVE = "inconclusive"
    NOT_OURS = "not-ours"


@dataclass(frozen=True)
class Suspect:
    """A project whose view the file came from, past the false-accusation bound.

    `log10_false_accusation` is log10 of the probability that the file shows this much if another project's
    view was its source. `marks_read`, `marks_agree` and `decoys` are evidence of the fingerprint, which
    views do not carry yet: they are 0 and empty.
    """

    project: str
    institution: str
    log10_false_accusation: float
    evidence: str
    marks_read: int = 0
    marks_agree: int = 0
    decoys: tuple[int, ...] = ()


@dataclass(frozen=True)
class Attribution:
    """The answer to "whose copy is this file?"."""

    verdict: TraceVerdict
    rows: int
    participants: int
    columns: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    candidates: tuple[str, ...]
    reason: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return the document `strongroom trace --json` prints."""
        return {
            "verdict": self.verdict.value,
            "rows": self.rows,
            "participants": self.participants,
            "seconds": round(self.seconds, 3),
            "suspects": [
                {
                    "project": suspect.project,
                    "institution": suspect.institution,
                    "log10_false_accusation": round(suspect.log10_false_accusation, 1),
                    "marks_read": suspect.marks_read,
                    "marks_agree": suspect.marks_agree,
                    "decoys": list(suspect.decoys),
                    "evidence": suspect.evidence,
                }
                for suspect in self.suspects
            ],
            "columns": list(self.columns),
            "candidates": list(self.candidates),
            "reason": self.reason,
        }
