"""How much a request carries beside what outputs of its kind need, and how much a project over time."""

from collections.abc import Iterator, Mapping, Sequence

from strongroom.checker.detectors.base import Evidence, JudgedFile
from strongroom.checker.information_content import SERIES, TABLES, TEXTS, VARIANTS, kilobytes
from strongroom.checker.policy import Policy
from strongroom.checker.report import Finding, Verdict


class InformationBudget:
    """Sums what remains of all files of a request when compressed, by kind of output."""

    name = "information-budget"
    protects_against = "channels nobody thought of: a request that carries more than results of its kind need"

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding for each kind of output whose budget is passed, at the file that takes most."""
        sizes = {file.name: file.carried for file in files}
        for kind, most in _budgets(evidence.policy).items():
            total = sum(size[kind] for size in sizes.values())
            if total <= most:
                continue
            largest = max(sizes, key=lambda name: sizes[name][kind])
            text = f"This request carries {total / 1e3:,.0f} kB of {kind} when compressed, more than "
            text += f"the {most / 1e3:,.0f} kB that results of this kind need; a person has to look at it."
            yield largest, Finding(self.name, Verdict.REVIEW, largest, text)
        yield from self._over_time(files, evidence)

    def _over_time(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding at the largest file where the project's sum over all its requests is passed."""
        most = evidence.policy.project_mb * 1_000
        total = evidence.history.kilobytes + sum(kilobytes(file.carried) for file in files)
        if not files or total <= most:
            return
        largest = max(files, key=lambda file: kilobytes(file.carried))
        text = (
            f"This project has taken out {total:,.0f} kB in all, more than {most:,} kB; a person has to look."
        )
        yield largest.name, Finding(self.name, Verdict.REVIEW, largest.name, text)


def _budgets(policy: Policy) -> Mapping[str, int]:
    """Return how many bytes a request may carry of each kind; pictures have a rule of their own."""
    return {
        VARIANTS: policy.variants_mb * 1_000_000,
        SERIES: policy.series_kb * 1_000,
        TABLES: policy.tables_kb * 1_000,
        TEXTS: policy.texts_kb * 1_000,
    }
