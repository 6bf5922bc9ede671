"""SNP genotypes with linkage disequilibrium, and the traits that a few of them move.

A stated simple model. Founder haplotypes: on each stretch of a chromosome the founders stand in an order in
which neighbours are relatives; a variant is carried by a run of neighbours (a clade), its length drawn with
chance falling as 1/k, the neutral frequency spectrum; several variants lie on one branch of the genealogy and
share their clade; now and then some founders change places.
Participants: each of two haplotypes copies a founder and switches founder now and then, the Markov mosaic of
N. Li and M. Stephens (Genetics 165:2213, 2003). The two haplotypes are independent, hence Hardy-Weinberg.
"""

from dataclasses import dataclass

import numpy as np

from strongroom.cohort.synthetic.array_types import Bools, Calls, Floats, Ints, Scores
from strongroom.cohort.synthetic.people import HERITABLE
from strongroom.cohort.synthetic.random_streams import Streams

MISSING = -9

_FOUNDERS = 96
_RUN_OF_VARIANTS = 50
"""Variants on one chromosome before the next begins."""
_SPACING = 3_000
_SWITCH_PER_BASE = 4e-6
_RAREST = 0.03
_COMMON = 0.1
_SAME_BRANCH = 0.72
_BRANCHES_NEAR = 3
_RESHUFFLED = 0.12
_MISSING_SHARE = 0.008
_CAUSAL_VARIANCE = {
    "height": (0.008, 0.006, 0.005, 0.004),
    "adiposity": (0.007, 0.005, 0.004),
    "lipid": (0.02, 0.01, 0.006),
}
_BASES = "ACGT"


@dataclass(frozen=True)
class Variants:
    """The sites of a cohort: founders' alleles (founders, variants) as 0 and 1, where they lie, what they do.

    `switch` (variants,) is the chance of copying from another founder since the variant before; 1 where a
    chromosome begins. `effects` gives for each trait the causal variants and the change an allele makes.
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
        """`2:48213:A:G`: chromosome, position, A2 and A1; no real variant is meant."""
        places = zip(self.chromosome, self.position, self.alleles, strict=True)
        return [f"{chromosome}:{position}:{a2}:{a1}" for chromosome, position, (a1, a2) in places]


def draw_variants(seed: int, count: int) -> Variants:
    """Draw `count` sites; the causal ones are spread over them, so that few are linked with each other."""
    random = Streams(seed, 0).open("variants")
    begins = np.arange(count) % _RUN_OF_VARIANTS == 0
    gaps = 1 + random.exponential(_SPACING, count).astype(np.int64)
    position = np.cumsum(gaps)
    position = 1_000_000 + position - np.repeat(position[begins], _RUN_OF_VARIANTS)[:count]
    founders = _draw_founders(random, begins)
    frequency = founders.mean(axis=0)
    alleles = tuple(tuple(random.permutation(list(_BASES))[:2]) for _ in range(count))
    return Variants(
        founders=founders,
        chromosome=1 + (np.arange(count) // _RUN_OF_VARIANTS) % 22,
        position=position + 1_000_000 * (np.arange(count) // (22 * _RUN_OF_VARIANTS)),
        switch=np.where(begins, 1.0, -np.expm1(-_SWITCH_PER_BASE * gaps)),
        alleles=alleles,
        effects=_draw_effects(random, frequency),
    )


def draw_genotypes(variants: Variants, streams: Streams, people: int) -> Calls:
    """Return (variants, people): how many of each person's two haplotypes carry A1."""
    random = streams.open("genotypes")
    copied = random.integers(_FOUNDERS, size=2 * people, dtype=np.int16)
    calls = np.empty((len(variants), people), np.int8)
    for index, switch in enumerate(variants.switch):
        whoever = random.integers(2 * people, size=random.binomial(2 * people, switch))
        moved = whoever if switch < 1 else np.arange(2 * people)
        copied[moved] = random.integers(_FOUNDERS, size=len(moved), dtype=np.int16)
        carried = variants.founders[copied, index]
        np.add(carried[:people], carried[people:], out=calls[index])
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
        lost = random.binomial(people, _MISSING_SHARE * random.random())
        row[random.integers(people, size=lost)] = MISSING


def _draw_founders(random: np.random.Generator, begins: Bools) -> Calls:
    sizes = np.arange(max(1, int(_RAREST * _FOUNDERS)), _FOUNDERS // 2 + 1)
    chances = 1 / sizes / (1 / sizes).sum()
    founders = np.zeros((_FOUNDERS, len(begins)), np.int8)
    order = random.permutation(_FOUNDERS)
    clades: list[tuple[int, int]] = []
    for index, fresh in enumerate(begins):
        if fresh:
            order, clades = random.permutation(_FOUNDERS), []
        elif random.random() < _RESHUFFLED:
            order = _with_move(random, order)
        if not clades or random.random() > _SAME_BRANCH:
            clades.append((int(random.integers(_FOUNDERS)), int(random.choice(sizes, p=chances))))
        start, size = clades[random.integers(max(0, len(clades) - _BRANCHES_NEAR), len(clades))]
        founders[np.roll(order, -start)[:size], index] = 1
    return founders


def _with_move(random: np.random.Generator, order: Ints) -> Ints:
    """Recombine among the ancestors: a group of relatives moves to another branch."""
    start, length = random.integers(_FOUNDERS), random.integers(2, _FOUNDERS // 4)
    turned = np.roll(order, -start)
    return np.insert(turned[length:], random.integers(_FOUNDERS - length), turned[:length])


def _draw_effects(random: np.random.Generator, frequency: Floats) -> dict[str, tuple[tuple[int, float], ...]]:
    """Give each trait common variants, each explaining its stated share of the trait's variance."""
    common = np.flatnonzero(frequency > _COMMON)
    wanted = [(trait, share) for trait in HERITABLE for share in _CAUSAL_VARIANCE[trait]]
    step = max(1, len(common) // len(wanted))
    effects: dict[str, list[tuple[int, float]]] = {trait: [] for trait in HERITABLE}
    for (trait, share), index in zip(wanted, common[::step], strict=False):
        spread = 2 * frequency[index] * (1 - frequency[index])
        effects[trait].append((int(index), float(random.choice((-1, 1)) * np.sqrt(share / spread))))
    return {trait: tuple(listed) for trait, listed in effects.items()}
