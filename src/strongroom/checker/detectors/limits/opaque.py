"""Content without a meaning: what no reader understands may say anything."""

from collections.abc import Iterator

from strongroom.checker.contents.found import FoundOpaque
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined

_BLOCKED_TIMES = 128
_DENSE = 0.35


class Opaque:
    """A person sees what is not understood, from `opaque_bytes` on; what is large and dense is blocked.

    Letters of base64 compress to 0.75 of their number, hexadecimal digits to 0.5, prose to 0.4: what is left
    after compression is what may have been said.
    """

    name = "opaque"
    protects_against = (
        "rows encrypted, encoded or enciphered in a way that is not undone, inside an honest file"
    )

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for opaque content above the policy's size."""
        artefact = examined.found
        if not isinstance(artefact, FoundOpaque) or artefact.compressed < evidence.policy.opaque_bytes:
            return
        large = artefact.compressed >= evidence.policy.opaque_bytes * _BLOCKED_TIMES
        dense = artefact.compressed > _DENSE * artefact.size
        yield Finding(
            detector=self.name,
            severity=Verdict.BLOCK if large and dense else Verdict.REVIEW,
            where=artefact.where,
            message="There is content here that cannot be understood; leave it out, or show what it says.",
            detail=f"{artefact.what or 'unknown'}: {artefact.size:,} bytes ({artefact.compressed:,} packed).",
        )
