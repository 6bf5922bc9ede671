"""After many blocked requests, every request of the project goes to manual review."""

from collections.abc import Iterator, Sequence

from strongroom.checker.detectors.base import Evidence, JudgedFile
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule

_MANY_BLOCKED = Rule(
    "attempts/many-blocked",
    "More than {allowed} requests of this project were blocked in the last 30 days.",
    "Wait for manual review: every request is reviewed until fewer were blocked.",
)


class BlockedRequests:
    """Every verdict reveals something about the detectors: a person reviews a project that collected many."""

    name = "attempts"
    protects_against = "disguises found by trial and error"
    rules = (_MANY_BLOCKED,)

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding for every file of a project with more blocked requests than the policy allows."""
        allowed = evidence.policy.blocked_allowed
        if evidence.history.blocked <= allowed:
            return
        detail = f"{evidence.history.blocked:,} blocked requests."
        for file in files:
            yield (
                file.name,
                _MANY_BLOCKED.finding(Verdict.REVIEW, file.name, {"allowed": allowed}, detail=detail),
            )
