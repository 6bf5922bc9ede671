"""Genetic association results: the effect of a variant with one carrier is that person's phenotype."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Breach, Checked, Reason, Status, checked
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    rounding_error: float = threshold(
        0.5,
        "alleles",
        "derived: published frequencies are rounded, so a count is known to about one half",
    )
    whole_genotype: float = threshold(
        0.85,
        "traits per person",
        "standard: medRxiv 2025.09.09.25335252; the whole genotype can then be inferred",
    )


LIMITS = _Limits()


def minor_allele_counts(frequencies: Numbers, sizes: Numbers) -> Numbers:
    """Return minor allele counts, 2 N min(f, 1 - f), for arrays of one shape."""
    return 2 * sizes * np.minimum(frequencies, 1 - frequencies)


def rare_variants(frequencies: Numbers, sizes: Numbers, smallest: int) -> int:
    """Return the number of variants whose minor allele has 1 to `smallest` - 1 carriers."""
    counts = minor_allele_counts(frequencies, sizes)
    counts = counts[np.isfinite(counts)]
    # Published frequencies are rounded, so a count is known to about one half.
    return int(
        np.count_nonzero((counts >= LIMITS.rounding_error) & (counts < smallest - LIMITS.rounding_error))
    )


def many_traits(traits: int, people: float, most: float) -> Status:
    """Return the status of this many traits of the same people, tested on the same variants.

    More than `most` traits per person need review: enough of a genotype can be inferred to identify a person.
    """
    per_person = traits / max(people, 1.0)
    if per_person > LIMITS.whole_genotype:
        return Status.FAIL
    return Status.REVIEW if per_person > most else Status.PASS


def check_association(
    frequencies: Any,
    people: Any,
    *,
    cases: Any = None,
    traits: int = 1,
    policy: str | RulePolicy = "ons",
) -> Checked:
    """Check association results, shape (variants,): minor allele counts, cases, and the number of traits.

    `people` and `cases` are per variant or one number for all; `traits` counts all traits released for these
    people. The effect of a variant with few carriers, or on a trait with few cases, reveals their data. With
    0.16 traits per person enough of a genotype can be inferred to identify it, with 0.85 all of it (medRxiv
    2025.09.09.25335252, under assumptions its reviewers call strong): the first needs review, the second
    fails. Frequencies are rounded, so counts are known to about one half. A variant without carriers passes.
    """
    rule = policy_of(policy)
    shares = np.asarray(frequencies, np.float64)
    sizes = np.broadcast_to(np.asarray(people, np.float64), shares.shape)
    rarer = minor_allele_counts(shares, sizes)
    with np.errstate(invalid="ignore"):
        rare = (rarer >= LIMITS.rounding_error) & (rarer < rule.minor_alleles - LIMITS.rounding_error)
        few = sizes < rule.smallest
        if cases is not None:
            affected = np.broadcast_to(np.asarray(cases, np.float64), shares.shape)
            few = few | (affected < rule.smallest) | (sizes - affected < rule.smallest)
    status = many_traits(traits, float(np.nanmax(sizes, initial=1.0)), rule.traits)
    breaches = [Breach(Reason.TRAITS, status)] if status is not Status.PASS else []
    return checked(
        shares.shape, Breach(Reason.RARE, Status.FAIL, rare), Breach(Reason.FEW, Status.FAIL, few), *breaches
    )
