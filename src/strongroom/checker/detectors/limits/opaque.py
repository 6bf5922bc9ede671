"""Content that no reader understands: it may hold anything."""

from collections.abc import Iterator

from strongroom.checker.contents.found import FoundOpaque
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule
from strongroom.checker.table_types.examined import Examined
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    blocked_ratio: int = threshold(
        128,
        "multiples of the policy's opaque_bytes",
        "judgement: 16 kB at the default hold some hundred records; a digest or a thumbnail is smaller "
        "and stays under review",
    )
    least_density: float = threshold(
        0.35,
        "compressed bytes per byte",
        "judgement: prose compresses to 0.4 or less with its repetitions, base64 to 0.75, hexadecimal "
        "digits to 0.5; a lower value blocks honest logs",
    )


LIMITS = _Limits()


_UNREADABLE = Rule(
    "opaque/unreadable-content",
    "Contains data that no reader understands.",
    "Remove it, or submit it in a readable format.",
)


class Opaque:
    """Sends unreadable content of `opaque_bytes` and more to review, and blocks what is large and dense.

    Letters of base64 compress to 0.75 of their number, hexadecimal digits to 0.5, prose to 0.4: what remains
    after compression is the most information that the content can hold.
    """

    name = "opaque"
    protects_against = "rows encrypted or encoded in a way the checker cannot undo, inside another file"
    rules = (_UNREADABLE,)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for opaque content above the policy's size."""
        artefact = examined.found
        if not isinstance(artefact, FoundOpaque) or artefact.compressed < evidence.policy.opaque_bytes:
            return
        large = artefact.compressed >= evidence.policy.opaque_bytes * LIMITS.blocked_ratio
        dense = artefact.compressed > LIMITS.least_density * artefact.size
        detail = (
            f"{artefact.what or 'unknown'}: {artefact.size:,} bytes ({artefact.compressed:,} compressed)."
        )
        yield _UNREADABLE.finding(
            Verdict.BLOCK if large and dense else Verdict.REVIEW,
            artefact.where,
            detail=detail,
        )
