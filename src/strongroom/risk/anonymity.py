"""k-anonymity, and the chance that an attacker who knows the quasi-identifiers finds the right person.

Prosecutor: the attacker knows that the person is in the cohort, and chooses among those who look the same.
Journalist: the attacker does not know who is in it, and chooses among those of the population who look the
same (k-map). Marketer: the attacker matches everybody and counts successes. Definitions of El Emam and Dankar
(2008, "Protecting privacy using k-anonymity") and Dankar and El Emam (2010, marketer risk).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

# Class sizes in records: unique, and the minimum k that data protection authorities and journals use.
SMALL = (2, 3, 5, 10, 20)
"""Records in classes below these sizes are counted: below 2 are the unique ones."""
# Lower edges of the histogram's bars, in records: for reading only, nothing is decided by them.
_EDGES = (1, 2, 3, 5, 10, 20, 50, 100, 1_000)


@dataclass(frozen=True)
class Risk:
    """One attacker's chance to be right about a record: over all records the mean, and at worst."""

    mean: float
    highest: float
    above_a_fifth: float
    """The share of records whose chance is above 0.2, that is, with fewer than five candidates."""


@dataclass(frozen=True)
class Anonymity:
    """How alike people are under one set of columns; `smallest` is k."""

    columns: tuple[str, ...]
    records: int
    classes: int
    smallest: int
    median: float
    unique: int
    below: dict[int, int]
    histogram: tuple[tuple[str, int, int], ...]
    """Sizes of classes in words, how many classes are of them, and how many records are in those."""
    prosecutor: Risk
    journalist: Risk | None = None
    marketer: float | None = None
    """The share of records that somebody gets right who matches all of them with the population."""
    k_map: int | None = None
    outside: int = 0
    """Records whose combination the population's table does not have: it is not the cohort's population."""


def anonymity(
    names: tuple[str, ...],
    of: NDArray[np.int64],
    sizes: NDArray[np.int64],
    population: NDArray[np.int64] | None = None,
) -> Anonymity:
    """Measure classes given each record's class and the classes' sizes; with `population`, their sizes there.

    There is at least one record. A class that is smaller in the population than in the cohort is taken to be
    as large as in the cohort.
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
