"""Very large files go to manual review."""

from collections.abc import Iterator, Sequence

from strongroom.checker.detectors.base import Evidence, JudgedFile
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule

_MEGABYTE = 1_048_576  # fixed: 2^20 bytes
_TOO_LARGE = Rule(
    "size/too-large",
    "The file is larger than {limit:,} MB.",
    "Submit a smaller file, or wait for manual review.",
)


class FileSize:
    """Compares each file's size with the policy's `largest_mb`."""

    name = "size"
    protects_against = "files so large that they are more likely data than results"
    rules = (_TOO_LARGE,)

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding for each file above the policy's size."""
        limit = evidence.policy.largest_mb
        for file in files:
            if file.size > limit * _MEGABYTE:
                yield file.name, _TOO_LARGE.finding(Verdict.REVIEW, file.name, {"limit": limit})
