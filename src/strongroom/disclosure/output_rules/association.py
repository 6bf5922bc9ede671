"""Association results of rare variants: an effect of one carrier is that person's phenotype."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Checked, Mark, Reason, Status, checked

Numbers = NDArray[np.float64]

_HALF = 0.5
_ALL_TOLD = 0.85


def minor_allele_counts(frequencies: Numbers, sizes: Numbers) -> Numbers:
    """Return how often the rarer allele was seen: 2 N min(f, 1 - f), for arrays of one shape."""
    return 2 * sizes * np.minimum(frequencies, 1 - frequencies)


def rare_variants(frequencies: Numbers, sizes: Numbers, smallest: int) -> int:
    """Return for how many variants somebody, but fewer than `smallest` people, can carry the rarer allele."""
    counts = minor_allele_counts(frequencies, sizes)
    counts = counts[np.isfinite(counts)]
    # Frequencies are rounded, so a count is known to about a half.
    return int(np.count_nonzero((counts >= _HALF) & (counts < smallest - _HALF)))


def many_traits(traits: int, people: float, most: float) -> Status:
    """Return what so many traits of the same people, tested on the same variants, come to.

    More than `most` for each person are looked at: enough of a genotype follows then to identify somebody.
    """
    each = traits / max(people, 1.0)
    if each > _ALL_TOLD:
        return Status.FAIL
    return Status.REVIEW if each > most else Status.PASS


def check_association(
    frequencies: Any,
    people: Any,
    *,
    cases: Any = None,
    traits: int = 1,
    policy: str | RulePolicy = "ons",
) -> Checked:
    """Check association results, shape (variants,): minor allele counts, cases, and numbers of traits.

    `people` and `cases` are of each variant or of all; `traits` counts all that were released of these
    people. A trait that few people have, and a variant that few carry, make an effect their data. With 0.16
    traits for each person enough of a genotype follows to identify it, with 0.85 all of it (medRxiv
    2025.09.09.25335252, under assumptions its reviewers call strong): the one is looked at, the other fails.
    Frequencies are rounded, so counts are known to about a half. An allele that nobody carries is none.
    """
    rule = policy_of(policy)
    shares = np.asarray(frequencies, np.float64)
    sizes = np.broadcast_to(np.asarray(people, np.float64), shares.shape)
    rarer = minor_allele_counts(shares, sizes)
    with np.errstate(invalid="ignore"):
        rare = (rarer >= _HALF) & (rarer < rule.minor_alleles - _HALF)
        few = sizes < rule.smallest
        if cases is not None:
            had = np.broadcast_to(np.asarray(cases, np.float64), shares.shape)
            few = few | (had < rule.smallest) | (sizes - had < rule.smallest)
    told = many_traits(traits, float(np.nanmax(sizes, initial=1.0)), rule.traits)
    marks = [Mark(Reason.TRAITS, told)] if told is not Status.PASS else []
    return checked(
        shares.shape, Mark(Reason.RARE, Status.FAIL, rare), Mark(Reason.FEW, Status.FAIL, few), *marks
    )
