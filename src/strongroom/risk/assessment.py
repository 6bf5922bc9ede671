"""The complete assessment of a cohort, as it is and, optionally, after changes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from strongroom.progress import Progress, silent
from strongroom.risk.anonymity import Anonymity, anonymity
from strongroom.risk.assessed_columns import Subject
from strongroom.risk.census import changed_population, population_classes
from strongroom.risk.columns import CodedColumn, classes_of
from strongroom.risk.diversity import Diversity, diversity
from strongroom.risk.linkage import Linked, Unicity, link, scenarios, unicity
from strongroom.risk.population import Estimate, estimate_uniqueness
from strongroom.risk.recoding import Change
from strongroom.risk.recommendation import Recommendation, recommend
from strongroom.risk.roles import Roles, hint
from strongroom.risk.uniques import LARGEST, Uniques, find_uniques
from strongroom.thresholds import Thresholds, threshold

# Populations assumed if none is given, as multiples of the cohort: sampling fractions of 10 % and 1 %.
_ASSUMED = (10, 100)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    worst: int = threshold(
        20, "sets", "judgement: more than the ten sets that the report shows; the JSON has all of these"
    )
    modelled: int = threshold(
        6,
        "columns",
        "judgement: under more columns every combination is unique, and the population models do not fit",
    )
    grouped_by: int = threshold(
        4,
        "columns",
        "judgement: under more columns most people are alone in their class, where diversity says nothing",
    )


LIMITS = _Limits()


_SEED = 20_190_723  # fixed: any seed; the same columns give the same figures


@dataclass(frozen=True)
class ColumnFacts:
    """One assessed column."""

    name: str
    title: str
    part: str
    values: int
    missing: float
    hint: str


@dataclass(frozen=True)
class WorstSet:
    """A combination of columns and how many people it makes unique."""

    columns: tuple[str, ...]
    unique: int
    minimal: int


@dataclass(frozen=True)
class SetsOfSize:
    """Summary of all combinations of one number of columns."""

    size: int
    sets: int
    with_unique: int
    highest: int
    median: float


@dataclass(frozen=True)
class UniqueSets:
    """Results of the search for uniques, without participants' rows."""

    sizes: tuple[SetsOfSize, ...]
    worst: tuple[WorstSet, ...]
    contributions: dict[str, float]
    people: tuple[int, ...]
    """The number of people with a minimal sample unique of at most 1, 2, ... columns."""


@dataclass(frozen=True)
class Measured:
    """All measures of one version of the columns; `growing` adds one quasi-identifier at a time."""

    linked: tuple[Linked, ...]
    unicity: tuple[Unicity, ...]
    growing: tuple[Anonymity, ...]
    everything: Anonymity
    uniques: UniqueSets
    diversity: tuple[Diversity, ...]
    grouped_by: tuple[str, ...]
    """The columns that define the classes for l-diversity and t-closeness."""


@dataclass(frozen=True)
class Assessment:
    """The figures of one report: counts and shares, no participant's record."""

    cohort: str
    people: int
    columns: tuple[ColumnFacts, ...]
    parts: dict[str, int]
    now: Measured
    estimates: tuple[Estimate, ...]
    estimated_over: tuple[str, ...]
    sampled: str
    changes: tuple[Change, ...] = ()
    after: Measured | None = None
    recommended: tuple[Recommendation, ...] = ()
    """Single changes that lower the worst scenario, the largest effect first."""


def assess(
    cohort: str,
    subject: Subject,
    roles: Roles,
    *,
    population: pa.Table | None = None,
    population_size: int | None = None,
    changes: Sequence[Change] = (),
    largest: int = LARGEST,
    progress: Progress = silent,
) -> Assessment:
    """Assess a cohort; with `changes`, assess it again after them.

    `population` uses the cohort's column names. Without it and without a size, estimates are made for
    populations 10 and 100 times the cohort's size.
    """
    after = subject.after(changes) if changes else None
    left = None if population is None else changed_population(population, changes)
    now = measure(subject, population, largest=largest, progress=progress)
    sizes, sampled = _sizes(subject.people, population, population_size)
    # The population models fit only a few columns: with many, every combination is unique.
    modelled = list(subject.quasi[: LIMITS.modelled])
    _, counts = classes_of(modelled, subject.people)
    draw = np.random.default_rng(_SEED)
    with progress("population models", len(sizes)) as advance:
        estimates: list[Estimate] = []
        for size in sizes:
            estimates += estimate_uniqueness(modelled, counts, size, draw)
            advance(1)
    return Assessment(
        cohort=cohort,
        people=subject.people,
        columns=_columns(subject),
        parts={part.value: count for part, count in roles.counts.items()},
        now=now,
        estimates=tuple(estimates),
        estimated_over=tuple(column.name for column in modelled),
        sampled=sampled,
        changes=tuple(changes),
        recommended=recommend(subject, now.linked, progress=progress),
        after=None if after is None else measure(after, left, largest=largest, progress=progress),
    )


def measure(
    subject: Subject,
    population: pa.Table | None = None,
    *,
    largest: int = LARGEST,
    progress: Progress = silent,
) -> Measured:
    """Measure the columns; the same columns always give the same figures."""
    quasi = list(subject.quasi)
    possible = list(scenarios(subject.facts))
    with progress("simulated linkage", len(possible)) as advance:
        linked = []
        for scenario in possible:
            linked.append(link(subject.facts, scenario))
            advance(1)
    draw = np.random.default_rng(_SEED)
    growing = tuple(_anonymity(subject, quasi[:number], population) for number in range(1, len(quasi) + 1))
    # With many columns every class has one member, and its diversity is uninformative.
    grouping = quasi[: LIMITS.grouped_by]
    of, sizes = classes_of(grouping, subject.people)
    return Measured(
        linked=tuple(linked),
        unicity=tuple(unicity(quasi, subject.facts, draw, progress=progress)),
        growing=growing,
        everything=growing[-1] if growing else _anonymity(subject, [], population),
        uniques=_without_records(find_uniques(quasi, largest=largest, progress=progress)),
        diversity=tuple(diversity(column, of, sizes) for column in subject.sensitive),
        grouped_by=tuple(column.name for column in grouping),
    )


def _anonymity(subject: Subject, columns: list[CodedColumn], population: pa.Table | None) -> Anonymity:
    of, sizes = classes_of(columns, subject.people)
    names = tuple(column.name for column in columns)
    known = [] if population is None else [each for each in columns if each.name in population.column_names]
    if population is None or len(known) < len(columns) or not columns:
        return anonymity(names, of, sizes)
    outside, _ = population_classes(population, columns, of, len(sizes))
    return anonymity(names, of, sizes, outside)


def _without_records(found: Uniques) -> UniqueSets:
    sizes = []
    for size in range(1, found.largest + 1):
        counts = np.array([count for places, count in found.unique.items() if len(places) == size])
        sizes.append(
            SetsOfSize(
                size, len(counts), int((counts > 0).sum()), int(counts.max()), float(np.median(counts))
            )
        )
    # Among sets with equal counts, smaller ones come first: they need fewer facts.
    order = sorted(found.minimal.items(), key=lambda item: (-item[1], len(item[0]), item[0]))
    worst = tuple(
        WorstSet(tuple(found.names[place] for place in places), found.unique[places], minimal)
        for places, minimal in order[: LIMITS.worst]
        if minimal
    )
    reached = np.cumsum(found.minimal_by_record > 0, axis=1) > 0
    return UniqueSets(
        tuple(sizes), worst, found.contributions(), tuple(int(count) for count in reached.sum(axis=0))
    )


def _sizes(people: int, population: pa.Table | None, size: int | None) -> tuple[list[int], str]:
    if size is not None:
        return [size], f"the cohort is treated as a sample of {size:,} people"
    if population is not None and "persons" in population.column_names:
        total = int(population.column("persons").cast(pa.float64()).to_numpy().sum())
        return [total], f"the cohort is treated as a sample of the table's {total:,} people"
    if population is not None:
        return [
            population.num_rows
        ], f"the cohort is treated as a sample of the table's {population.num_rows:,} people"
    return [times * people for times in _ASSUMED], (
        "no population size was given; 10 and 100 times the cohort's size are assumed"
    )


def _columns(subject: Subject) -> tuple[ColumnFacts, ...]:
    parts = [("quasi", each) for each in subject.quasi] + [("sensitive", each) for each in subject.sensitive]
    return tuple(
        ColumnFacts(
            column.name,
            column.title,
            part,
            len(column.levels),
            float(column.missing.mean()),
            hint(column),
        )
        for part, column in parts
    )
