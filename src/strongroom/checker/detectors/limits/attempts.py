"""Who knows the rules by trying: after many blocked requests a machine's release is no longer enough."""

from collections.abc import Iterator, Sequence

from strongroom.checker.detectors.base import Evidence, JudgedFile
from strongroom.checker.report import Finding, Verdict


class Attempts:
    """Every verdict tells something about the detectors; a person sees a project that collected many."""

    name = "attempts"
    protects_against = "a disguise found by trying one after the other until something passes"

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding for every file of a project with more blocked requests than the policy allows."""
        allowed = evidence.policy.blocked_allowed
        if evidence.history.blocked <= allowed:
            return
        message = (
            f"More than {allowed} requests of this project were blocked in the last 30 days; until that is "
            "fewer, a person looks at everything it hands in."
        )
        for file in files:
            detail = f"{evidence.history.blocked:,} blocked requests."
            yield file.name, Finding(self.name, Verdict.REVIEW, file.name, message, detail)
