"""What a check answers: findings, a verdict a file, and the verdict of the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from strongroom.checker.contents.found import FoundTable


class Verdict(Enum):
    """Green, amber, red."""

    RELEASE = "release"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def exit_code(self) -> int:
        """The exit code of `strongroom check`."""
        return {Verdict.RELEASE: 0, Verdict.REVIEW: 10, Verdict.BLOCK: 20}[self]


_ORDER = (Verdict.RELEASE, Verdict.REVIEW, Verdict.BLOCK)


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the strictest verdict, release where there is none."""
    return max(verdicts, key=_ORDER.index, default=Verdict.RELEASE)


@dataclass(frozen=True)
class Finding:
    """One detector's evidence.

    `message` is for the researcher and holds no value of anybody; `detail` is for the custodian.
    `participants` and `rows` are counts, `chance` how many of those rows would be expected by chance, `bits`
    the evidence of one of them.
    """

    detector: str
    severity: Verdict
    where: str
    message: str
    detail: str = ""
    participants: int = 0
    rows: int = 0
    chance: float = 0.0
    bits: float = 0.0

    def to_json(self, *, detailed: bool = False) -> dict[str, Any]:
        """Return the finding as `check --json` prints it; `detailed` adds what only the custodian may see."""
        return {
            **({"detail": self.detail} if detailed else {}),
            "detector": self.detector,
            "severity": self.severity.value,
            "where": self.where,
            "message": self.message,
            "participants": self.participants,
            "rows": self.rows,
            "chance": round(self.chance, 3),
            "bits": round(self.bits, 1),
        }


@dataclass(frozen=True)
class FileReport:
    """One file: what it is, what was found, how its reader was confined, what its release changed."""

    path: str
    sha256: str
    size: int
    type: str
    findings: tuple[Finding, ...]
    confidence: float
    isolation: str = ""
    changes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The strictest of the findings."""
        return worst([finding.severity for finding in self.findings])

    def to_json(self, *, detailed: bool = False) -> dict[str, Any]:
        """Return the file's part of `check --json`; `detailed` is for the custodian."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "type": self.type,
            "verdict": self.verdict.value,
            "findings": [finding.to_json(detailed=detailed) for finding in self.findings],
            "changes": list(self.changes),
            **({"isolation": self.isolation} if detailed else {}),
        }


@dataclass(frozen=True)
class Report:
    """A whole request.

    `tables` is what later requests of the project are compared with, `kilobytes` what its content compresses
    to, tables of variants aside.
    """

    files: tuple[FileReport, ...]
    seconds: float
    policy_hash: str
    tables: tuple[FoundTable, ...] = ()
    kilobytes: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """The strictest of the files; block where there is no file at all, for nothing was understood."""
        return worst([file.verdict for file in self.files]) if self.files else Verdict.BLOCK

    @property
    def confidence(self) -> float:
        """How sure the verdict is: the surest file that has it decides, for a release the least sure."""
        chosen = [file.confidence for file in self.files if file.verdict is self.verdict]
        pick = min if self.verdict is Verdict.RELEASE else max
        return pick(chosen, default=1.0)

    @property
    def exit_code(self) -> int:
        """0 release, 10 review, 20 block."""
        return self.verdict.exit_code

    def to_json(self, *, detailed: bool = False) -> dict[str, Any]:
        """Return the document `strongroom check --json` prints; `detailed` is for the custodian."""
        return {
            "verdict": self.verdict.value,
            "confidence": round(self.confidence, 3),
            "bytes": sum(file.size for file in self.files),
            "seconds": round(self.seconds, 3),
            "policy": self.policy_hash,
            "files": [file.to_json(detailed=detailed) for file in self.files],
        }
