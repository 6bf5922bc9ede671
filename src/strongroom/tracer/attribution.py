"""The answer of a trace: a verdict, and each suspect with a bound on how likely a false accusation is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.wording import at_most

if TYPE_CHECKING:
    from strongroom.tracer.recognised_tables import RecognisedTables


class _Limits(Thresholds):
    """The numbers this module decides by."""

    fewest_decoys: int = threshold(
        3,
        "decoys",
        "judgement: docs/explanation/decoys.md; one or two could be recognised by mistake or planted",
    )
    pool_log10: float = threshold(
        -3.0,
        "log10 of a probability",
        "judgement: a share of the pool that one innocent project in 1,000 has is not worth a sentence",
    )


LIMITS = _Limits()


class TraceVerdict(Enum):
    """How a trace ends. Only `ATTRIBUTED` names a source."""

    ATTRIBUTED = "attributed"
    INCONCLUSIVE = "inconclusive"
    NOT_OURS = "not-ours"


@dataclass(frozen=True)
class Suspect:
    """A project whose view is a source of the file, with evidence beyond the false-accusation bound.

    `log10_false_accusation` is log10 of the bound on the probability that the file incriminates any innocent
    project this strongly. `marks_read` marked cells of this project's view were read, of which `marks_agree`
    match its copy; `marks_clean` were read confidently, of which `clean_agree` match. `further` is separate
    evidence, not included in the probability: content, pseudonyms, decoys.
    """

    project: str
    institution: str
    log10_false_accusation: float
    evidence: str
    marks_read: int = 0
    marks_agree: int = 0
    marks_clean: int = 0
    clean_agree: int = 0
    decoys: tuple[int, ...] = ()
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class MarksRead:
    """How much of the fingerprint could be read in a file.

    `cells` were read, `clean` of them confidently; `columns` counts them by column. The highest e-value of
    all `recipients` is 10^`log10_best`; an accusation requires 10^`log10_needed`.
    """

    cells: int = 0
    clean: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    recipients: int = 0
    log10_best: float = 0.0
    log10_needed: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "cells": self.cells,
            "clean": self.clean,
            "columns": dict(self.columns),
            "recipients": self.recipients,
            "log10_best": round(self.log10_best, 1),
            "log10_needed": round(self.log10_needed, 1),
        }


@dataclass(frozen=True)
class DecoysFound:
    """Decoys of one project in a file: the `ids` of those that only this project was given.

    `log10_chance` is log10 of the probability that an innocent project's decoys would be found in this way.
    This is separate evidence: it accuses nobody and is not added to any other. `shared` counts the decoys of
    the shared pool in the file that this project was given, and `log10_shared` is log10 of the probability
    that an innocent project was given as telling a set.
    """

    project: str
    institution: str
    ids: tuple[int, ...]
    log10_chance: float
    shared: int = 0
    log10_shared: float = 0.0

    @property
    def sentence(self) -> str:
        """The finding in a sentence or two."""
        weak = (
            ""
            if len(self.ids) >= LIMITS.fewest_decoys
            else f" A claim based on decoys alone needs at least {LIMITS.fewest_decoys}."
        )
        return (
            f"the file contains {_invented(len(self.ids))} given only to project {self.project} "
            f"({self.institution}); probability by coincidence: {at_most(self.log10_chance)}.{weak}"
        )

    @property
    def pool_sentence(self) -> str:
        """What the decoys of the shared pool say about this project; empty if they say little."""
        if self.log10_shared > LIMITS.pool_log10:
            return ""
        return (
            f" Project {self.project} was given {self.shared:,} of them; probability for an innocent "
            "project: "
            f"{at_most(self.log10_shared)}."
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "project": self.project,
            "institution": self.institution,
            "ids": list(self.ids),
            "log10_chance": round(self.log10_chance, 1),
            "shared": self.shared,
            "log10_shared": round(self.log10_shared, 1),
            "evidence": self.sentence,
        }


@dataclass(frozen=True)
class IdsFound:
    """A project's ids in a file: `issued` of the `numbers` distinct values of a column that were compared.

    `log10_chance` is log10 of a bound on the probability of that for an innocent project. This is separate
    evidence: it accuses nobody and is not added to any other.
    """

    project: str
    institution: str
    column: str
    numbers: int
    issued: int
    log10_chance: float

    @property
    def sentence(self) -> str:
        """The finding in one sentence."""
        return (
            f"Ids: {self.issued:,} of {self.numbers:,} different numbers in column {self.column} are ids of "
            f"participants in project {self.project} ({self.institution}); probability by coincidence: "
            f"{at_most(self.log10_chance)}."
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "project": self.project,
            "institution": self.institution,
            "column": self.column,
            "numbers": self.numbers,
            "issued": self.issued,
            "log10_chance": round(self.log10_chance, 1),
            "evidence": self.sentence,
        }


@dataclass(frozen=True)
class IssuedCopy:
    """A copy of an accused in the ledger: the view's number, and the entry that commits to its bits."""

    project: str
    view: int
    issued_at: str
    entry: int
    commitment: str

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True)
class ExampleCell:
    """A cell of the file, by row and column from 1: was the higher of its two values read, and held?"""

    row: int
    column: int
    name: str
    read_higher: bool
    holds_higher: bool
    wrong: float


@dataclass(frozen=True)
class CaseFacts:
    """What the ledger holds of a trace: the cohort, its revision, and the entry made before keys were used.

    It is the `traces`-th trace of the home, of a file of which `files` variants are known to have been made;
    both count into `bound`. `opened` is how many cells the evidence opens, `exposed` how many more marked
    cells a holder of the copy learns from it; both are 0 where none was made, and `remark` says why.
    """

    cohort: str
    revision: int
    entry: int
    traces: int
    files: int
    bound: float
    copies: tuple[IssuedCopy, ...] = ()
    opened: int = 0
    exposed: int = 0
    examples: tuple[ExampleCell, ...] = ()
    remark: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Attribution:
    """The answer to "whose copy is this file?".

    `scores` is each project's log10 e-value; `case` is what the ledger holds of the trace and of the accused.
    `decoys` are the projects whose own decoys are in the file, accused or not; `shared_decoys` counts those
    of the shared pool; `ids` are the projects whose ids are in it. `remarks` state what the answer does not
    cover. `recognised` are the aligned tables whose rows are the cohort's.
    """

    verdict: TraceVerdict
    rows: int
    participants: int
    columns: tuple[str, ...]
    suspects: tuple[Suspect, ...]
    candidates: tuple[str, ...]
    reason: str
    seconds: float
    marks: MarksRead = field(default_factory=MarksRead)
    scores: Mapping[str, float] = field(default_factory=dict, repr=False)
    case: CaseFacts | None = None
    decoys: tuple[DecoysFound, ...] = ()
    shared_decoys: int = 0
    ids: tuple[IdsFound, ...] = ()
    remarks: tuple[str, ...] = ()
    recognised: "RecognisedTables | None" = field(default=None, repr=False, compare=False)

    @property
    def decoy_sentences(self) -> tuple[str, ...]:
        """What the decoys in the file show: a sentence for each project and one for the shared pool."""
        lines = [f"Decoys: {each.sentence}" for each in self.decoys]
        if self.shared_decoys:
            shares = "".join(each.pool_sentence for each in self.decoys)
            silent = "" if shares else ", but they do not show which project's copy it is"
            lines.append(
                f"Decoys: the file contains {_invented(self.shared_decoys)} shared by several projects: "
                f"it comes from this cohort{silent}.{shares}"
            )
        return tuple(lines)

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
                    "marks_clean": suspect.marks_clean,
                    "clean_agree": suspect.clean_agree,
                    "decoys": list(suspect.decoys),
                    "evidence": suspect.evidence,
                    "further": list(suspect.further),
                }
                for suspect in self.suspects
            ],
            "columns": list(self.columns),
            "candidates": list(self.candidates),
            "marks": self.marks.to_json(),
            "decoys": {
                "projects": [each.to_json() for each in self.decoys],
                "shared": self.shared_decoys,
                "said": list(self.decoy_sentences),
            },
            "ids": [each.to_json() for each in self.ids],
            "case": None if self.case is None else self.case.to_json(),
            "remarks": list(self.remarks),
            "reason": self.reason,
        }


def _invented(number: int) -> str:
    return "1 invented participant" if number == 1 else f"{number:,} invented participants"
