"""k-anonymity, and the probability that an attacker who knows the quasi-identifiers identifies a person.

Prosecutor: the attacker knows that the person is in the cohort and chooses among the matching participants.
Journalist: the attacker does not know who is in the cohort and chooses among the matching people of the
population (k-map). Marketer: the attacker matches all records with the population, and in a class of f
records and F people chooses at random, so that f/F of its records are matched correctly. That share always
equals the journalist's mean: the number of classes divided by the number of records if the cohort is the
population, 1 if every participant is unique in the population, and 1/F if all records are in one class.
Definitions: El Emam and Dankar (2008, "Protecting privacy using k-anonymity") and Dankar and El Emam (2010,
marketer risk).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

# Class sizes in records: 2 for uniques, then the minimum k that data protection authorities and journals use.
SMALL = (2, 3, 5, 10, 20)
"""Class sizes below which records are counted; records in classes below 2 are unique."""
# Lower edges of the histogram's bars, in records: for display only.
_EDGES = (1, 2, 3, 5, 10, 20, 50, 100, 1_000)


@dataclass(frozen=True)
class Risk:
    """One attacker's probability of re-identifying a record: the mean over all records, and the maximum."""

    mean: float
    highest: float
    above_a_fifth: float
    """The share of records with a probability above 0.2, that is, with fewer than five candidates."""


@dataclass(frozen=True)
class Anonymity:
    """Equivalence class sizes for one set of columns; `smallest` is k."""

    columns: tuple[str, ...]
    records: int
    classes: int
    smallest: int
    median: float
    unique: int
    below: dict[int, int]
    histogram: tuple[tuple[str, int, int], ...]
    """For each range of class sizes: its label, the number of classes, and the number of records in them."""
    prosecutor: Risk
    marketer: float
    """The share of records identified by an attacker who matches all of them with the population.

    Without a population table the population is the cohort: the attacker has a register of the participants.
    """
    journalist: Risk | None = None
    k_map: int | None = None
    outside: int = 0
    """Records whose combination is missing from the population table, which is then incomplete."""


def anonymity(
    names: tuple[str, ...],
    of: NDArray[np.int64],
    sizes: NDArray[np.int64],
    population: NDArray[np.int64] | None = None,
) -> Anonymity:
    """Measure anonymity from each record's class and the class sizes; `population` gives their sizes there.

    There must be at least one record. A class that is smaller in the population than in the cohort is assumed
    to be as large as in the cohort.
    """
    each = sizes[of]
    measured = Anonymity(
        columns=names,
        records=len(of),
        classes=len(sizes),
        smallest=int(each.min()),
        median=float(np.median(each)),
        unique=int((sizes == 1).sum()),
        below={bound: int((each < bound).sum()) for bound in SMALL},
        histogram=_histogram(sizes),
        prosecutor=_risk(each),
        marketer=len(sizes) / len(of),
    )
    if population is None:
        return measured
    known = np.maximum(population, sizes)
    return replace(
        measured,
        journalist=_risk(known[of]),
        marketer=float((sizes / known).sum() / len(of)),
        k_map=int(known.min()),
        outside=int(sizes[population == 0].sum()),
    )


def _risk(candidates: NDArray[np.int64]) -> Risk:
    chance = 1 / candidates
    return Risk(float(chance.mean()), float(chance.max()), float((candidates < 5).mean()))  # noqa: PLR2004 - 1/5


def _histogram(sizes: NDArray[np.int64]) -> tuple[tuple[str, int, int], ...]:
    bars = []
    for low, after in zip(_EDGES, (*_EDGES[1:], None), strict=True):
        inside = (sizes >= low) & (sizes < after) if after else sizes >= low
        if after is None:
            words = f"{low:,} or more"
        else:
            words = f"{low}" if after == low + 1 else f"{low} to {after - 1}"
        bars.append((words, int(inside.sum()), int(sizes[inside].sum())))
    return tuple(bars)
