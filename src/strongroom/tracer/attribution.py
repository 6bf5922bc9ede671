"""What a trace answers: a verdict, and the suspects with the chance that they are accused falsely."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strongroom.tracer.alignment import AlignedTables


class TraceVerdict(Enum):
    """How a trace ends. Only `ATTRIBUTED` names anyone."""

    ATTRIBUTED = "attributed"
    INCONCLUSIVE = "inconclusive"
    NOT_OURS = "not-ours"


@dataclass(frozen=True)
class Suspect:
    """A project whose view the file came from, past the false-accusation bound.

    `log10_false_accusation` is log10 of the bound on the chance that the file names any innocent project so
    strongly. `marks_read` cells of the file lie in this project's view, `marks_agree` show what its copy
    shows; `marks_clean` of them were read almost certainly right, and `clean_agree` of these show it.
    `further` is evidence of another kind, stated beside and not added: content, pseudonyms, decoys.
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
    """How much of the fingerprint a file still shows.

    `cells` were read, `clean` of them almost surely right; `columns` says how many of each column. Of
    `recipients` scored the best reaches 10^`log10_best`, and 10^`log10_needed` accuses.
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
    """Invented people of one project in a file: `ids` of those whom only this project was given.

    `log10_chance` is log10 of how likely an innocent project's would be found so. Evidence stated by itself:
    it accuses nobody and is added to nothing. `shared` of the decoys in the file that several projects have
    were given to this one, and `log10_shared` is log10 of how likely an innocent project was given them.
    """

    project: str
    institution: str
    ids: tuple[int, ...]
    log10_chance: float
    shared: int = 0
    log10_shared: float = 0.0

    @property
    def said(self) -> str:
        """The finding in one sentence."""
        number = len(self.ids)
        who = "1 invented person whom" if number == 1 else f"{number:,} invented people whom"
        few = "" if number >= FEWEST_DECOYS else f"; fewer than {FEWEST_DECOYS} support no claim alone"
        return (
            f"{who} only project {self.project} ({self.institution}) was given (in a file by coincidence: "
            f"10^{self.log10_chance:.1f}{few})."
        )

    @property
    def said_of_shared(self) -> str:
        """What is said of the decoys that several projects have; empty where they tell nothing."""
        if self.log10_shared > _WORTH_SAYING:
            return ""
        return (
            f" Project {self.project} was given {self.shared:,} of them (an innocent one, by chance: "
            f"10^{self.log10_shared:.1f})."
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
            "evidence": self.said,
        }


@dataclass(frozen=True)
class IdsFound:
    """A project's own ids in a file: of `numbers` different ones of a column that were looked at, `issued`.

    `log10_chance` is log10 of a bound on how often an innocent project's would be found so. Evidence stated
    by itself: it accuses nobody and is added to nothing.
    """

    project: str
    institution: str
    column: str
    numbers: int
    issued: int
    log10_chance: float

    @property
    def said(self) -> str:
        """The finding in one sentence."""
        return (
            f"Ids: {self.issued:,} of {self.numbers:,} different numbers of column {self.column} are ids "
            f"under which project {self.project} ({self.institution}) knows people (by coincidence: "
            f"10^{self.log10_chance:.1f})."
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
            "evidence": self.said,
        }


_WORTH_SAYING = -3.0
FEWEST_DECOYS = 3
"""How many decoys of its own a claim about a project takes that rests on nothing else."""


@dataclass(frozen=True)
class Attribution:
    """The answer to "whose copy is this file?".

    `scores` is each project's log10 e-value; `dossier` what a third party needs to verify an accusation.
    `decoys` are projects whose own invented people stand in the file, accused or not; `shared_decoys` how
    many of the cohort's common pool do; `ids` whose own ids do. `remarks` say what the answer leaves out.
    `recognised` are the tables whose rows are the cohort's.
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
    dossier: Mapping[str, Any] | None = field(default=None, repr=False)
    decoys: tuple[DecoysFound, ...] = ()
    shared_decoys: int = 0
    ids: tuple[IdsFound, ...] = ()
    remarks: tuple[str, ...] = ()
    recognised: "AlignedTables | None" = field(default=None, repr=False, compare=False)

    @property
    def said_of_decoys(self) -> tuple[str, ...]:
        """What the decoys in the file say, a sentence a project and one for the shared pool."""
        lines = [f"Decoys: {each.said}" for each in self.decoys]
        if self.shared_decoys:
            people = (
                "1 invented person" if self.shared_decoys == 1 else f"{self.shared_decoys:,} invented people"
            )
            told = "".join(each.said_of_shared for each in self.decoys)
            unsaid = "" if told else "; whose copy it was they do not say"
            lines.append(
                f"Decoys: {people} whom several projects share: the file is from this cohort{unsaid}.{told}"
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
                "said": list(self.said_of_decoys),
            },
            "ids": [each.to_json() for each in self.ids],
            "remarks": list(self.remarks),
            "reason": self.reason,
        }
