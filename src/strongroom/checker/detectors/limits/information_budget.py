"""How much information a request holds compared with results of its kind, and a project over time."""

from collections.abc import Iterator, Mapping, Sequence

from strongroom.checker.detectors.base import Evidence, JudgedFile
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.information_content import SERIES, TABLES, TEXTS, UNEXPLAINED, VARIANTS, kilobytes
from strongroom.checker.policy import Policy
from strongroom.checker.rules import Rule

_ADVICE = "Submit fewer or more aggregated results, or wait for manual review."
_REQUEST = Rule(
    "information-budget/request",
    "The request holds {total} kB of {kind} after compression, above the limit of {limit} kB.",
    _ADVICE,
)
_UNEXPLAINED = Rule(
    "information-budget/unexplained-text",
    "{total} kB of the request's words belong to no known language or code; the limit is {limit} kB.",
    "Explain to the output checker what these words are, or remove them.",
)
_PROJECT = Rule(
    "information-budget/project",
    "The project's requests hold {total} kB in all after compression, above the limit of {limit} kB.",
    _ADVICE,
)


class InformationBudget:
    """Sums the compressed size of all files of a request, by kind of output."""

    name = "information-budget"
    protects_against = "unknown hiding places: requests that hold more information than results of their kind"
    rules = (_REQUEST, _UNEXPLAINED, _PROJECT)

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding for each kind of output above its budget, at the file that holds most of it."""
        sizes = {file.name: file.compressed_bytes for file in files}
        for kind, most in _budgets(evidence.policy).items():
            total = sum(size[kind] for size in sizes.values())
            if total <= most:
                continue
            largest = max(sizes, key=lambda name: sizes[name][kind])
            rule, digits = (_UNEXPLAINED, 1) if kind == UNEXPLAINED else (_REQUEST, 0)
            facts = {
                "total": f"{total / 1e3:,.{digits}f}",
                "kind": kind,
                "limit": f"{most / 1e3:,.{digits}f}",
            }
            yield largest, rule.finding(Verdict.REVIEW, largest, facts)
        yield from self._over_time(files, evidence)

    def _over_time(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding at the largest file where the project's sum over all its requests is too large."""
        most = evidence.policy.project_mb * 1_000
        total = evidence.history.kilobytes + sum(kilobytes(file.compressed_bytes) for file in files)
        if not files or total <= most:
            return
        largest = max(files, key=lambda file: kilobytes(file.compressed_bytes)).name
        facts = {"total": f"{total:,.0f}", "limit": f"{most:,}"}
        yield largest, _PROJECT.finding(Verdict.REVIEW, largest, facts)


def _budgets(policy: Policy) -> Mapping[str, int]:
    """Return how many bytes a request may hold of each kind; pictures have a detector of their own."""
    return {
        VARIANTS: policy.variants_mb * 1_000_000,
        SERIES: policy.series_kb * 1_000,
        TABLES: policy.tables_kb * 1_000,
        TEXTS: policy.texts_kb * 1_000,
        UNEXPLAINED: policy.unexplained_bytes,
    }
