"""SNP genotypes with linkage disequilibrium, and the traits that a few of them affect.

A simple model. Founder haplotypes: along a chromosome the founders are ordered so that neighbours are
related; a run of neighbours (a clade) carries a variant, with its length drawn with probability proportional
to 1/k, the neutral frequency spectrum; several variants lie on one branch of the genealogy and share a clade;
occasionally founders change places. Participants: each of two haplotypes copies a founder and switches
founder occasionally, the Markov mosaic of N. Li and M. Stephens (Genetics 165:2213, 2003). The two haplotypes
are independent, hence Hardy-Weinberg proportions.
"""

from dataclasses import dataclass

import numpy as np

from strongroom.cohort.synthetic.array_types import Bools, Calls, Floats, Ints, Scores
from strongroom.cohort.synthetic.people import HERITABLE
from strongroom.cohort.synthetic.random_streams import Streams
from strongroom.thresholds import Thresholds, threshold

MISSING = -9  # fixed: no count of alleles


class _Limits(Thresholds):
    """The numbers this module decides by."""

    founders: int = threshold(
        96,
        "haplotypes",
        "judgement: fewer make all people closely related; more cost memory",
    )
    variants_per_chromosome: int = threshold(
        50,
        "variants",
        "judgement: several chromosomes even in a small set, each long enough for linkage to decay",
    )
    spacing: int = threshold(
        3_000,
        "base pairs",
        "judgement: mean distance of neighbouring variants on a genotyping array",
    )
    switch_per_base: float = threshold(
        4e-6,
        "changes of founder a base pair",
        "judgement: with it, linkage decays over some hundred thousand base pairs as in Europeans",
    )
    rarest: float = threshold(
        0.03,
        "share of founders",
        "judgement: rarer variants are hardly seen in small test cohorts",
    )
    common: float = threshold(
        0.1,
        "allele frequency",
        "judgement: rarer causal variants would need effects larger than any known",
    )
    same_branch: float = threshold(
        0.72,
        "probability",
        "judgement: how often neighbouring variants share a clade; gives blocks of strongly linked variants",
    )
    branches_near: int = threshold(3, "clades", "judgement: how many recent clades a variant may lie on")
    reshuffled: float = threshold(
        0.12,
        "probability a variant",
        "judgement: how often ancestral recombination moves founders between variants",
    )
    missing_share: float = threshold(
        0.008,
        "share of calls, at most half of it on average",
        "judgement: call rates of about 99.6 %, as after quality control",
    )


LIMITS = _Limits()


# Share of a trait's variance that each of its causal variants explains (judgement: large, so that small
# cohorts show them).
_CAUSAL_VARIANCE = {
    "height": (0.008, 0.006, 0.005, 0.004),
    "adiposity": (0.007, 0.005, 0.004),
    "lipid": (0.02, 0.01, 0.006),
}
_BASES = "ACGT"


@dataclass(frozen=True)
class Variants:
    """The variants of a cohort: founders' alleles (founders, variants) as 0 and 1, positions, and effects.

    `switch` (variants,) is the probability of copying from another founder since the variant before; 1 where
    a chromosome begins. `effects` gives, for each trait, the causal variants and the change an allele makes.
    """

    founders: Calls
    chromosome: Ints
    position: Ints
    switch: Floats
    alleles: tuple[tuple[str, str], ...]
    effects: dict[str, tuple[tuple[int, float], ...]]

    def __len__(self) -> int:
        return len(self.position)

    @property
    def names(self) -> list[str]:
        """`2:48213:A:G`: chromosome, position, A2 and A1; these are not real variants."""
        places = zip(self.chromosome, self.position, self.alleles, strict=True)
        return [f"{chromosome}:{position}:{a2}:{a1}" for chromosome, position, (a1, a2) in places]


def draw_variants(seed: int, count: int) -> Variants:
    """Draw `count` variants; the causal ones are spread out, so that few are linked with each other."""
    random = Streams(seed, 0).open("variants")
    begins = np.arange(count) % LIMITS.variants_per_chromosome == 0
    gaps = 1 + random.exponential(LIMITS.spacing, count).astype(np.int64)
    position = np.cumsum(gaps)
    position = 1_000_000 + position - np.repeat(position[begins], LIMITS.variants_per_chromosome)[:count]
    founders = _draw_founders(random, begins)
    frequency = founders.mean(axis=0)
    alleles = tuple(tuple(random.permutation(list(_BASES))[:2]) for _ in range(count))
    return Variants(
        founders=founders,
        chromosome=1 + (np.arange(count) // LIMITS.variants_per_chromosome) % 22,
        position=position + 1_000_000 * (np.arange(count) // (22 * LIMITS.variants_per_chromosome)),
        switch=np.where(begins, 1.0, -np.expm1(-LIMITS.switch_per_base * gaps)),
        alleles=alleles,
        effects=_draw_effects(random, frequency),
    )


def draw_genotypes(variants: Variants, streams: Streams, people: int) -> Calls:
    """Return (variants, people): how many of each person's two haplotypes carry A1."""
    random = streams.open("genotypes")
    copied = random.integers(LIMITS.founders, size=2 * people, dtype=np.int16)
    calls = np.empty((len(variants), people), np.int8)
    for index, switch in enumerate(variants.switch):
        switching = random.integers(2 * people, size=random.binomial(2 * people, switch))
        moved = switching if switch < 1 else np.arange(2 * people)
        copied[moved] = random.integers(LIMITS.founders, size=len(moved), dtype=np.int16)
        haplotypes = variants.founders[copied, index]
        np.add(haplotypes[:people], haplotypes[people:], out=calls[index])
    return calls


def genetic_scores(variants: Variants, calls: Calls) -> dict[str, Scores]:
    """Return (people,) for each heritable trait: the sum of its alleles' effects, about 0 on average."""
    frequency = variants.founders.mean(axis=0)
    scores = {}
    for trait, effects in variants.effects.items():
        score = np.zeros(calls.shape[1], np.float32)
        for index, effect in effects:
            score += np.float32(effect) * (calls[index] - np.float32(2 * frequency[index]))
        scores[trait] = score
    return scores


def lose_calls(calls: Calls, streams: Streams) -> None:
    """Mark a small share of calls as failed, in place: more for some variants than for others."""
    random = streams.open("failed calls")
    people = calls.shape[1]
    for row in calls:
        lost = random.binomial(people, LIMITS.missing_share * random.random())
        row[random.integers(people, size=lost)] = MISSING


def _draw_founders(random: np.random.Generator, begins: Bools) -> Calls:
    sizes = np.arange(max(1, int(LIMITS.rarest * LIMITS.founders)), LIMITS.founders // 2 + 1)
    chances = 1 / sizes / (1 / sizes).sum()
    founders = np.zeros((LIMITS.founders, len(begins)), np.int8)
    order = random.permutation(LIMITS.founders)
    clades: list[tuple[int, int]] = []
    for index, fresh in enumerate(begins):
        if fresh:
            order, clades = random.permutation(LIMITS.founders), []
        elif random.random() < LIMITS.reshuffled:
            order = _with_move(random, order)
        if not clades or random.random() > LIMITS.same_branch:
            clades.append((int(random.integers(LIMITS.founders)), int(random.choice(sizes, p=chances))))
        start, size = clades[random.integers(max(0, len(clades) - LIMITS.branches_near), len(clades))]
        founders[np.roll(order, -start)[:size], index] = 1
    return founders


def _with_move(random: np.random.Generator, order: Ints) -> Ints:
    """Recombine among the ancestors: a group of relatives moves to another branch."""
    start, length = random.integers(LIMITS.founders), random.integers(2, LIMITS.founders // 4)
    turned = np.roll(order, -start)
    return np.insert(turned[length:], random.integers(LIMITS.founders - length), turned[:length])


def _draw_effects(random: np.random.Generator, frequency: Floats) -> dict[str, tuple[tuple[int, float], ...]]:
    """Give each trait common variants, each explaining its stated share of the trait's variance."""
    common = np.flatnonzero(frequency > LIMITS.common)
    wanted = [(trait, share) for trait in HERITABLE for share in _CAUSAL_VARIANCE[trait]]
    step = max(1, len(common) // len(wanted))
    effects: dict[str, list[tuple[int, float]]] = {trait: [] for trait in HERITABLE}
    for (trait, share), index in zip(wanted, common[::step], strict=False):
        spread = 2 * frequency[index] * (1 - frequency[index])
        effects[trait].append((int(index), float(random.choice((-1, 1)) * np.sqrt(share / spread))))
    return {trait: tuple(listed) for trait, listed in effects.items()}
