"""Individual-level genotypes: in a format made for them, or as a matrix of calls in any table."""

from collections.abc import Iterator

from strongroom.checker.contents.found import FoundGenotypes
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.genotype_matrices import genotype_matrix
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, Rule, counted
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.matching.genotype_matching import GenotypeMatch, match_genotypes

_ADVICE = "Submit allele frequencies or association results instead."
_FORMAT = Rule(
    "genotypes/format",
    "Contains genotypes of {samples} in {format} format.",
    _ADVICE,
    PERSON_LEVEL,
)
_MATCHED = Rule(
    "genotypes/participants",
    "Contains participants' genotypes ({shape} calls): {matched} of {tested} people tested are participants.",
    _ADVICE,
    PERSON_LEVEL,
)
_POSSIBLE = Rule(
    "genotypes/possible",
    "Has {shape} values that look like individual-level genotypes.",
    "Submit allele frequencies instead, or wait for manual review.",
    PERSON_LEVEL,
)


class Genotypes:
    """Blocks individual-level genotype formats; compares matrices of calls with the cohort's."""

    name = "genotypes"
    protects_against = "individual-level genotypes, as PLINK, VCF or BGEN, or as 0/1/2 in a table"
    rules = (_FORMAT, _MATCHED, _POSSIBLE)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for individual-level genotypes."""
        artefact = examined.found
        if isinstance(artefact, FoundGenotypes) and artefact.samples >= max(
            evidence.policy.genotype_samples, 1
        ):
            facts = {
                "samples": counted(artefact.samples, "person", "people"),
                "format": artefact.format,
            }
            yield _FORMAT.finding(
                Verdict.BLOCK,
                artefact.where,
                facts,
                detail=f"{artefact.variants:,} variants.",
                participants=artefact.samples,
            )
        if isinstance(examined, ExaminedTable):
            yield from self._in_table(examined, evidence)

    def _in_table(self, examined: ExaminedTable, evidence: Evidence) -> Iterator[Finding]:
        matrix = genotype_matrix(examined.comparable)
        if matrix is None:
            return
        cohort = evidence.index.genotypes
        match = None
        if cohort is not None:
            match = match_genotypes(matrix, cohort) or match_genotypes(matrix.T, cohort)
        shape = f"{matrix.shape[0]:,} x {matrix.shape[1]:,}"
        if match is None:
            yield _POSSIBLE.finding(Verdict.REVIEW, examined.found.where, {"shape": shape})
        else:
            yield self._matched(examined.found.where, shape, match)

    def _matched(self, where: str, shape: str, match: GenotypeMatch) -> Finding:
        return _MATCHED.finding(
            Verdict.BLOCK,
            where,
            {"shape": shape, "matched": match.matched, "tested": match.tested},
            detail=f"Matched variants: {', '.join(match.variants)}.",
            participants=len(match.people),
            rows=match.matched,
            bits=match.bits,
        )
