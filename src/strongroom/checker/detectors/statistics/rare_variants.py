"""Association results of variants with too few carriers, or for too many traits per person."""

from collections.abc import Iterator

import numpy as np

from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule, counted
from strongroom.checker.table_types import (
    Column,
    Recognised,
    RecognisedType,
    Role,
    TypedTable,
)
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.checker.table_types.variants import untested_effects
from strongroom.disclosure.output_rules.association import many_traits, rare_variants
from strongroom.disclosure.output_rules.policies import POLICIES
from strongroom.disclosure.output_rules.results import Status
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    # Variants with effects of half a standard deviation per allele are never as common as one in ten.
    large_effect: float = threshold(
        0.5,
        "standard deviations per allele",
        "judgement: common variants have effects below 0.1; one person's genotypes minus the mean reach 1",
    )
    often: float = threshold(
        0.1, "share of variants", "judgement: single large effects occur in honest results of rare variants"
    )
    most_alleles: float = threshold(
        2.0,
        "alleles",
        "derived: a person has two copies of a variant, and so differs from the mean by at most 2",
    )


LIMITS = _Limits()


_FREQUENCY = ("af", "freq", "frq", "maf")


_LIKE_ALLELES = Rule(
    "rare-variants/allele-like-effects",
    "The effects of {variants} have no standard errors and are as large as one person's genotypes.",
    "Submit standard errors with the effects.",
)
_MANY_TRAITS = Rule(
    "rare-variants/many-traits",
    "One variant has results for {traits:,} traits of {people} people.",
    "Show fewer traits.",
)
_RARE = Rule(
    "rare-variants/few-minor-alleles",
    "About {variants} {have} fewer than {smallest} minor alleles.",
    "Leave these variants out.",
)


class RareVariants:
    """Works out minor allele counts from frequencies and sample sizes."""

    name = "rare-variants"
    protects_against = (
        "association results of variants with few carriers, or of traits that single out one person"
    )
    rules = (_LIKE_ALLELES, _MANY_TRAITS, _RARE)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding where variants are too rare."""
        if not isinstance(examined, ExaminedTable) or examined.drawn_or_decoded:
            return
        artefact = examined.found
        typed, known = examined.typed, examined.recognised
        alleles = sum(map(_like_alleles, untested_effects(typed)))
        if alleles and typed.total_rows >= evidence.policy.microdata_rows:
            facts: dict[str, object] = {"variants": counted(typed.total_rows, "variant")}
            yield _LIKE_ALLELES.finding(Verdict.REVIEW, artefact.where, facts, rows=typed.total_rows)
        if known.type is not RecognisedType.VARIANTS or not known.places(Role.EFFECT):
            return
        frequency, size = (
            _frequency(typed, known.places(Role.FREQUENCY)),
            _size(typed, known.places(Role.SIZE)),
        )
        if size is None:
            return
        traits, people = _traits(typed, known), float(size.values.max())
        if many_traits(traits, people, POLICIES["ons"].traits) is not Status.PASS:
            facts = {"traits": traits, "people": f"{people:,.0f}"}
            yield _MANY_TRAITS.finding(Verdict.REVIEW, artefact.where, facts, rows=typed.total_rows)
        if frequency is None:
            return
        smallest = evidence.policy.small_count
        rare = rare_variants(frequency.numbers, size.numbers, smallest)
        if rare:
            rows = round(rare * typed.total_rows / typed.rows)
            facts = {
                "variants": counted(rows, "variant"),
                "have": "has" if rows == 1 else "have",
                "smallest": smallest,
            }
            yield _RARE.finding(Verdict.REVIEW, artefact.where, facts, rows=rows)


def _like_alleles(effects: Column) -> bool:
    """Tell whether effects could be a person's alleles minus the mean: of both signs, large, at most 2."""
    sizes = np.abs(effects.values)
    both = effects.values.min() < -LIMITS.large_effect and effects.values.max() > LIMITS.large_effect
    return bool(
        both and sizes.max() <= LIMITS.most_alleles and np.mean(sizes > LIMITS.large_effect) > LIMITS.often
    )


def _traits(typed: TypedTable, known: Recognised) -> int:
    """Return for how many traits the most tested variant has results: its rows times columns of effects."""
    variants = known.places(Role.VARIANT)
    if not variants:
        return 1
    _, rows = np.unique(typed.columns[variants[0]].texts, return_counts=True)
    return int(rows.max()) * len(known.places(Role.EFFECT))


def _frequency(typed: TypedTable, places: list[int]) -> Column | None:
    found = [typed.columns[place] for place in places]
    named = [column for column in found if any(part in column.name.lower() for part in _FREQUENCY)]
    return named[0] if named else None


def _size(typed: TypedTable, places: list[int]) -> Column | None:
    found = [typed.columns[place] for place in places if np.all(typed.columns[place].values > 1)]
    return max(found, key=lambda column: float(column.values.max()), default=None)
