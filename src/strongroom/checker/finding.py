"""What one detector found: how grave it is, where, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Verdict(Enum):
    """Green, amber, red, in the order of strictness."""

    RELEASE = "release"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def exit_code(self) -> int:
        """The exit code of `strongroom check`."""
        return {Verdict.RELEASE: 0, Verdict.REVIEW: 10, Verdict.BLOCK: 20}[self]

    @property
    def strictness(self) -> int:
        """0 for release, 1 for review, 2 for block."""
        return list(Verdict).index(self)


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the strictest verdict, release where there is none."""
    return max(verdicts, key=lambda verdict: verdict.strictness, default=Verdict.RELEASE)


@dataclass(frozen=True)
class Finding:
    """One detector's evidence.

    `message` says what was found and `advice` what to do next; neither holds a participant's value. `detail`
    is for the custodian. `rule` is the id of what is said, `help` where its page is, `concern` which findings
    are the same leak, `further` evidence of the same leak. `participants` and `rows` are counts, `chance` how
    many of those rows are expected by chance, `bits` the evidence of one of them.

    For the custodian's picture of a table, `matched_columns` says of each column whether it matched, and
    `matched_bands` which share of the rows tested did in each band of rows, from the first to the last.
    """

    detector: str
    severity: Verdict
    where: str
    message: str
    detail: str = field(default="", repr=False)
    participants: int = 0
    rows: int = 0
    chance: float = 0.0
    bits: float = 0.0
    rule: str = ""
    advice: str = ""
    help: str = ""
    concern: str = ""
    further: "tuple[Finding, ...]" = ()
    matched_columns: tuple[bool, ...] = ()
    matched_bands: tuple[float, ...] = ()

    def to_json(self, *, detailed: bool = False) -> dict[str, Any]:
        """Return the finding as `check --json` prints it; `detailed` adds what only the custodian may see."""
        return {
            **({"detail": self.detail, "matched_columns": list(self.matched_columns)} if detailed else {}),
            "detector": self.detector,
            "rule": self.rule,
            "severity": self.severity.value,
            "where": self.where,
            "message": self.message,
            "advice": self.advice,
            "help": self.help,
            "participants": self.participants,
            "rows": self.rows,
            "chance": round(self.chance, 3),
            "bits": round(self.bits, 1),
            "further": [each.to_json(detailed=detailed) for each in self.further],
        }
