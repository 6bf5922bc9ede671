"""What a check answers: findings, a verdict a file, and the verdict of the whole."""

from dataclasses import dataclass, field
from typing import Any

from strongroom.checker.confidence import Exposure, exposure, leak_probability, prior
from strongroom.checker.contents.found import FoundTable
from strongroom.checker.finding import Finding, Verdict, worst
from strongroom.checker.folding import fold


@dataclass(frozen=True)
class FileReport:
    """One file: what it is, what was found, how its reader was confined, what its release changed.

    `findings` are all that was found, `leaks` the same with one finding for each leak. `examined` says what
    of its content was compared with participants, what was judged without, and what was not examined.
    """

    path: str
    sha256: str
    size: int
    type: str
    findings: tuple[Finding, ...]
    confidence: float
    isolation: str = ""
    changes: tuple[str, ...] = ()
    examined: tuple[str, ...] = ()

    @property
    def leak_probability(self) -> float:
        """The probability, 0 to 1, that the file carries participants' data."""
        return leak_probability(self.findings)

    @property
    def people(self) -> Exposure | None:
        """How many people the file exposes; None where its findings count nobody."""
        return exposure(self.findings)

    @property
    def verdict(self) -> Verdict:
        """The strictest of the findings."""
        return worst([finding.severity for finding in self.findings])

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """One finding for each leak, with its further evidence."""
        return fold(self.findings)

    def to_json(self, *, detailed: bool = False) -> dict[str, Any]:
        """Return the file's part of `check --json`; `detailed` is for the custodian."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "type": self.type,
            "verdict": self.verdict.value,
            "findings": [finding.to_json(detailed=detailed) for finding in self.leaks],
            "leak_probability": round(self.leak_probability, 4),
            "people": _as_json(self.people),
            "examined": list(self.examined),
            "changes": list(self.changes),
            **({"isolation": self.isolation} if detailed else {}),
        }


@dataclass(frozen=True)
class Report:
    """A whole request.

    `tables` is what later requests of the project are compared with, `kilobytes` what its content compresses
    to, tables of variants aside. `plugins` are the formats and detectors of other packages that took part,
    `warnings` what the custodian should know of the rules that were applied.
    """

    files: tuple[FileReport, ...]
    seconds: float
    policy_hash: str
    tables: tuple[FoundTable, ...] = field(default=(), repr=False)
    kilobytes: float = 0.0
    plugins: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

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
    def riskiest(self) -> FileReport | None:
        """The file that most probably carries participants' data, of several the one that exposes most."""

        def risk(file: FileReport) -> tuple[float, float]:
            return file.leak_probability, file.people.expected if file.people else 0.0

        return max(self.files, key=risk, default=None)

    @property
    def leak_probability(self) -> float:
        """The probability, 0 to 1, that the request carries participants' data, by its riskiest file."""
        return self.riskiest.leak_probability if self.riskiest else prior()

    @property
    def isolation(self) -> str:
        """How the files' readers were confined; the ways of different files, if they differ; "" for none."""
        return "; ".join(sorted({file.isolation for file in self.files if file.isolation}))

    @property
    def exit_code(self) -> int:
        """0 release, 10 review, 20 block."""
        return self.verdict.exit_code

    def to_json(self, *, detailed: bool = False) -> dict[str, Any]:
        """Return the document `strongroom check --json` prints; `detailed` is for the custodian."""
        return {
            "verdict": self.verdict.value,
            "confidence": round(self.confidence, 3),
            "leak_probability": round(self.leak_probability, 4),
            "prior": prior(),
            "people": _as_json(self.riskiest.people) if self.riskiest else None,
            "bytes": sum(file.size for file in self.files),
            "seconds": round(self.seconds, 3),
            "policy": self.policy_hash,
            "isolation": self.isolation,
            "plugins": list(self.plugins),
            "warnings": list(self.warnings),
            "files": [file.to_json(detailed=detailed) for file in self.files],
        }


def _as_json(people: Exposure | None) -> dict[str, float] | None:
    if people is None:
        return None
    return {"expected": round(people.expected, 1), "low": people.low, "high": people.high}
