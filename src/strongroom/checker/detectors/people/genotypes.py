"""Genotypes of single people: in a format made for them, or as a matrix of calls in any table."""

from collections.abc import Iterator

from strongroom.checker.contents.found import FoundGenotypes, FoundTable
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.genotype_matrices import genotype_matrix
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined
from strongroom.matching.genotype_matching import GenotypeMatch, match_genotypes


class Genotypes:
    """Blocks individual-level genotype files by rule; compares matrices of calls with the cohort's."""

    name = "genotypes"
    protects_against = "genotypes of single people, as PLINK, VCF or BGEN, or as 0/1/2 in a table"

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for genotypes of single people."""
        artefact = examined.found
        if isinstance(artefact, FoundGenotypes) and artefact.samples >= max(
            evidence.policy.genotype_samples, 1
        ):
            message = f"{artefact.format} with genotypes of {artefact.samples:,} people; these never leave."
            detail = f"{artefact.variants:,} variants."
            yield Finding(
                self.name, Verdict.BLOCK, artefact.where, message, detail, participants=artefact.samples
            )
        if isinstance(artefact, FoundTable):
            yield from self._in_table(artefact, evidence)

    def _in_table(self, found: FoundTable, evidence: Evidence) -> Iterator[Finding]:
        matrix = genotype_matrix(found.table)
        if matrix is None:
            return
        cohort = evidence.index.genotypes
        match = None
        if cohort is not None:
            match = match_genotypes(matrix, cohort) or match_genotypes(matrix.T, cohort)
        shape = f"{matrix.shape[0]:,} x {matrix.shape[1]:,}"
        if match is None:
            message = (
                f"This looks like genotypes of single people, {shape} calls; a person has to look at it."
            )
            yield Finding(self.name, Verdict.REVIEW, found.where, message)
        else:
            yield self._matched(found.where, shape, match)

    def _matched(self, where: str, shape: str, match: GenotypeMatch) -> Finding:
        return Finding(
            detector=self.name,
            severity=Verdict.BLOCK,
            where=where,
            message=f"Genotypes of participants, {shape} calls: {match.matched} of {match.tested} people "
            "tested are in the cohort. Hand in frequencies instead.",
            detail=f"Variants recognised: {', '.join(match.variants)}.",
            participants=len(match.people),
            rows=match.matched,
            bits=match.bits,
        )
