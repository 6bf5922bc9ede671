"""The real people that decoys should resemble: a random sample of a view, with all columns and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.dictionary import Dictionary, ValueType
from strongroom.cohort.model import PARTICIPANT, Cohort, TableKind
from strongroom.cohort.store import EncryptedTable
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.encoding import Floats, NumberedTable, numbered
from strongroom.tracer.decoys.synthesis.events import Events, real_features

Ints = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sample: int = threshold(
        8_000, "people", "cost: decision 0013; what decoys are learned from, however large the cohort"
    )
    carriers: int = threshold(
        500, "people", "judgement: decision 0013; a decoy must not carry a code that few participants have"
    )
    code_share: float = threshold(
        0.001, "share of people", "judgement: as carriers, in cohorts of 500,000 and fewer"
    )
    tail: float = threshold(
        0.0005,
        "share of people at either end",
        "judgement: a decoy must not carry a participant's extreme value",
    )
    most_compared: int = threshold(
        60, "columns", "cost: everybody's values are held to keep decoys away from them"
    )
    least_years: int = threshold(5, "distinct values", "judgement: fewer are codes")
    least_judges: int = threshold(
        4_000, "people", "judgement: decision 0013; fewer teach a classifier little"
    )


LIMITS = _Limits()
SAMPLE = LIMITS.sample

# calendar years. judgement: the range of birth and follow-up of living cohorts.
_YEARS = (1890, 2100)


@dataclass(frozen=True)
class Population:
    """n people: a row each in `people`; `histories` and `genotypes` are their rows of other tables.

    `codes` (columns,) says which columns are codes rather than quantities; `share` is the least share of
    people who must carry a code for decoys to have it. Columns of tables with at most one row a person are in
    `people` as `table.column`. `judges` are other people, for comparison with the decoys: those who donated
    values resemble them too much.
    """

    people: NumberedTable
    codes: NDArray[np.bool_] = field(repr=False)
    share: float = LIMITS.code_share
    histories: Mapping[str, Events] = field(default_factory=dict)
    genotypes: NumberedTable | None = None
    genotyped: NDArray[np.bool_] | None = field(default=None, repr=False)
    judges: "Population | None" = None

    @cached_property
    def kept(self) -> NDArray[np.bool_]:
        """Which values a decoy may take, shape (n, columns): no rare code, and no extreme."""
        return np.column_stack([self._kept(place) for place in range(len(self.people.forms))])

    @property
    def days(self) -> NDArray[np.bool_]:
        """Which columns are dates, shape (columns,)."""
        return np.array([form.is_date for form in self.people.forms], bool)

    @cached_property
    def years(self) -> list[int]:
        """Which columns are years."""
        found = []
        for place, column in enumerate(self.people.values.T):
            known = np.unique(column[~np.isnan(column)])
            if len(known) > LIMITS.least_years and known[0] >= _YEARS[0] and known[-1] <= _YEARS[1]:
                found.append(place)
        return [place for place in found if not self.days[place]]

    def moments(self, people: Floats) -> Floats:
        """Return people's dates and years as days since 1970, shape (m, moments)."""
        years = (people[:, self.years] - 1969.5) * 365.25
        return np.column_stack([people[:, self.days], years])

    def beside(self, name: str, kind: TableKind, rows: pa.Table, person: Ints) -> "Population":
        """Return the population with another table: its `rows`, and whose each is, in order."""
        if kind is TableKind.GENOTYPES:
            genotyped = np.isin(np.arange(len(self.people.values)), person)
            return replace(self, genotypes=numbered(rows), genotyped=genotyped)
        if len(np.unique(person)) < len(person):
            events = Events(name, rows, person, len(self.people.values))
            return replace(self, histories={**self.histories, name: events.without_rare(self.share)})
        found = numbered(rows)
        values = np.full((len(self.people.values), len(found.forms)), np.nan)
        values[person] = found.values
        forms = tuple(replace(form, name=f"{name}.{form.name}") for form in found.forms)
        codes = np.array([form.words is not None for form in forms], bool)
        people = self.people.beside(NumberedTable(forms, values))
        return replace(self, people=people, codes=np.concatenate([self.codes, codes]))

    def looks(self, like: "Population") -> Floats:
        """Return everybody's features, by the codes of `like`; shape (n, features)."""
        histories = [real_features(self.histories[name], each) for name, each in like.histories.items()]
        return np.column_stack([self.people.values, *histories])

    def some(self, rows: Ints) -> "Population":
        """Return the people at these rows, given in order."""
        genotypes = self.genotypes
        if genotypes is not None and self.genotyped is not None:
            genotypes = genotypes.at(np.flatnonzero(np.isin(np.flatnonzero(self.genotyped), rows)))
        return replace(
            self,
            people=self.people.at(rows),
            histories={name: each.some(rows) for name, each in self.histories.items()},
            genotypes=genotypes,
            genotyped=None if self.genotyped is None else self.genotyped[rows],
        )

    def judged_by(self, others: int, random: np.random.Generator) -> "Population":
        """Return the population without some of its people, drawn at random, who become its judges."""
        order = random.permutation(len(self.people.values))
        judges, rest = np.sort(order[:others]), np.sort(order[others:])
        return replace(self.some(rest), judges=self.some(judges))

    def _kept(self, place: int) -> NDArray[np.bool_]:
        column = self.people.values[:, place]
        known = ~np.isnan(column)
        if self.codes[place]:
            _, which, counts = np.unique(column[known], return_inverse=True, return_counts=True)
            kept = np.ones(len(column), bool)
            kept[known] = counts[which] >= self.share * len(column)
            return kept
        low, high = np.quantile(column[known], [LIMITS.tail, 1 - LIMITS.tail]) if known.any() else (0.0, 0.0)
        return ~known | ((column >= low) & (column <= high))


def read_population(
    cohort: Cohort,
    columns: Mapping[str, Sequence[str]],
    members: NDArray[np.uint32],
    random: np.random.Generator,
) -> tuple[Population, Floats]:
    """Return a sample of a view's people, and all of its people in up to 60 columns, for comparison.

    `columns` are the view's by table; `members` are the ordinals of its people, of whom up to 8,000 are
    drawn, and as many others as judges if there are enough. The second has shape (members, first columns of
    the sample's `people`).
    """
    total = min(2 * SAMPLE, len(members))
    chosen = np.sort(random.choice(members, total, replace=False)).astype(np.int64)
    main = TableKind.PARTICIPANTS.value
    ordinals = cohort.participants.read([PARTICIPANT]).column(0).to_numpy()
    rows, place = _rows_of(ordinals, chosen)
    people, everybody = _people(cohort, columns.get(main, ()), rows, np.isin(ordinals, members))
    made = Population(
        people, _are_codes(cohort.dictionary, people), min(LIMITS.code_share, LIMITS.carriers / len(members))
    )
    for name, names in columns.items():
        if name != main and names:
            source = cohort.table(name)
            rows, place = _rows_of(source.read([PARTICIPANT]).column(0).to_numpy(), chosen)
            taken = pa.table({each: _taken(source, each, rows) for each in names})
            made = made.beside(name, cohort.table_description(name).kind, taken, place)
    judges = total - SAMPLE
    return made.judged_by(judges, random) if judges >= LIMITS.least_judges else made, everybody


def _people(
    cohort: Cohort, names: Sequence[str], rows: Ints, members: NDArray[np.bool_]
) -> tuple[NumberedTable, Floats]:
    """Return the sampled people's columns, and everybody's for as many as are compared."""
    sampled: list[NumberedTable] = []
    everybody: list[NDArray[np.float32]] = []
    for name in names:
        column = cohort.participants.read([name])
        one = numbered(column.take(pa.array(rows)))
        if len(everybody) < LIMITS.most_compared:
            # Words are numbered as in the sample; one that is not in it agrees with nobody's.
            everybody.append(one.forms[0].encode(column.column(0))[members].astype(np.float32))
        sampled.append(one)
    if not sampled:
        return NumberedTable((), np.empty((len(rows), 0))), np.empty((int(members.sum()), 0))
    values = np.column_stack([one.values for one in sampled])
    return NumberedTable(tuple(one.forms[0] for one in sampled), values), np.column_stack(everybody)


def _taken(source: EncryptedTable, name: str, rows: Ints) -> pa.ChunkedArray:
    return source.read([name]).column(0).take(pa.array(rows))


def _rows_of(ordinals: NDArray[np.integer], chosen: Ints) -> tuple[Ints, Ints]:
    """Return the rows of the people `chosen`, in their order, and whose each is, from 0."""
    place = np.minimum(np.searchsorted(chosen, ordinals), len(chosen) - 1)
    rows = np.flatnonzero(chosen[place] == ordinals)
    rows = rows[np.argsort(place[rows], kind="stable")]
    return rows, place[rows]


def _are_codes(dictionary: Dictionary, people: NumberedTable) -> NDArray[np.bool_]:
    """Tell which columns are codes: by the dictionary, or because they are words."""
    described = [dictionary.resolve(name) for name in people.names]
    kinds = [
        form.words is not None or (field is not None and field.type is ValueType.CATEGORY)
        for form, field in zip(people.forms, described, strict=True)
    ]
    return np.array(kinds, bool)
