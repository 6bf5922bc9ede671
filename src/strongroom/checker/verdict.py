"""How sure a verdict is: stated, monotone in the evidence, not yet calibrated (docs/limitations.md)."""

from collections.abc import Sequence

from strongroom.checker.report import Finding, Verdict, worst

# What the detectors are known to miss keeps a release below certainty; see docs/limitations.md.
RELEASE_CONFIDENCE = 0.9
_REVIEW_CONFIDENCE = 0.5
_HALF_BITS = 10.0


def confidence(findings: Sequence[Finding]) -> float:
    """Return how sure the strictest verdict among a file's findings is, from 0 to 1.

    A block by evidence in bits is as sure as 1 - 2^-bits against chance, tempered for the share of rows
    expected by chance; a block by a rule (encrypted, unreadable) is certain of the rule.
    """
    verdict = worst([finding.severity for finding in findings])
    if verdict is Verdict.RELEASE:
        return RELEASE_CONFIDENCE
    if verdict is Verdict.REVIEW:
        return _REVIEW_CONFIDENCE
    return max(_of_block(finding) for finding in findings if finding.severity is Verdict.BLOCK)


def _of_block(finding: Finding) -> float:
    if not finding.rows:
        return 1.0
    beyond_chance = max(0.0, 1 - finding.chance / finding.rows)
    return beyond_chance * float(1 - 2.0 ** -(max(finding.bits, 0.0) / _HALF_BITS))
