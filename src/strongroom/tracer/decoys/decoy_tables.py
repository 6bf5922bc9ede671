"""The tables of a view's decoys: for a new view, and with more columns for a later one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, Cohort, TableKind
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.register import InventedPeople
from strongroom.tracer.decoys.synthesis.encoding import NumberedTable
from strongroom.tracer.decoys.synthesis.generation import Invented, generate_people
from strongroom.tracer.decoys.synthesis.population import Population, read_population
from strongroom.tracer.relations.relation import Relation

_MAIN = TableKind.PARTICIPANTS.value


class _Limits(Thresholds):
    """The numbers this module decides by."""

    people_per_decoy: int = threshold(
        200, "people", "judgement: docs/explanation/decoys.md; more decoys would change small analyses"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class DecoyRequest:
    """The view that decoys are made for: its columns by table, its members, and the cohort's relations.

    `passes` tells which rows of the participants' table pass the view's row filter.
    """

    columns: Mapping[str, Sequence[str]]
    members: NDArray[np.uint32] = field(repr=False)
    relations: Sequence[Relation] = ()
    passes: Callable[[pa.Table], NDArray[np.bool_]] | None = None


def affordable_decoys(decoys: int, members: int) -> int:
    """Return how many decoys a view of so many people may have: at most one in 200."""
    return min(decoys, members // LIMITS.people_per_decoy)


def generate_decoys(
    cohort: Cohort, wanted: DecoyRequest, decoys: int, *, first: int, random: np.random.Generator
) -> InventedPeople:
    """Return `decoys` people with ordinals from `first` on, resembling the members of a view."""
    population, everybody = read_population(cohort, wanted.columns, wanted.members, random)
    fits = None
    if wanted.passes is not None:
        passes = wanted.passes

        def fits(people: NumberedTable) -> NDArray[np.bool_]:
            return passes(people.to_arrow())

    made = generate_people(
        population, decoys, random, everybody=everybody, relations=wanted.relations, fits=fits
    )
    ordinals = first + np.arange(decoys)
    return InventedPeople(_tables(cohort, wanted.columns, population, made, ordinals), first, 0)


def extend_decoys(
    cohort: Cohort, people: InventedPeople, wanted: DecoyRequest, random: np.random.Generator
) -> InventedPeople:
    """Return decoys with the columns and tables of `wanted` as well as their own.

    Their own values stay unchanged, so that they are the same people in an earlier view and a later one.
    """
    held = people.tables[_MAIN]
    had = [name for name in held.column_names if name != PARTICIPANT]
    new = [name for name in wanted.columns.get(_MAIN, ()) if name not in had]
    tables = {name: names for name, names in wanted.columns.items() if name not in people.tables}
    if not new and not tables:
        return people
    columns = {_MAIN: [*had, *new], **tables}
    population, everybody = read_population(cohort, columns, wanted.members, random)
    forms = population.people.forms[: len(had)]
    values = [form.encode(held.column(form.name)) for form in forms]
    given = NumberedTable(forms, np.column_stack([np.empty((held.num_rows, 0)), *values]))
    made = generate_people(
        population, held.num_rows, random, everybody=everybody, relations=wanted.relations, given=given
    )
    ordinals = held.column(PARTICIPANT).to_numpy().astype(np.int64)
    more = _tables(cohort, columns, population, made, ordinals)
    for name in had:
        # Unchanged, to the last digit.
        more[_MAIN] = more[_MAIN].set_column(
            more[_MAIN].column_names.index(name), held.schema.field(name), held.column(name)
        )
    return InventedPeople({**people.tables, **more}, people.first, people.pool)


def with_whole_tables(cohort: Cohort, columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return a view's columns with all those of its other tables: the pool has whole tables only."""
    hidden = {PARTICIPANT, cohort.manifest.id_column}
    return {
        name: list(names)
        if name == _MAIN
        else [each for each in cohort.table_description(name).columns if each not in hidden]
        for name, names in columns.items()
    }


def _tables(
    cohort: Cohort,
    columns: Mapping[str, Sequence[str]],
    population: Population,
    made: Invented,
    ordinals: NDArray[np.int64],
) -> dict[str, pa.Table]:
    tables = {}
    for name, names in columns.items():
        if name == _MAIN:
            whose, rows = np.arange(len(ordinals)), made.people.to_arrow(list(names))
        elif name in made.histories:
            whose, rows = made.histories[name].to_arrow()
        elif cohort.table_description(name).kind is TableKind.GENOTYPES:
            whose, rows = _genotyped(population, made)
        else:
            whose, rows = _with_rows(made.people, name, names)
        schema = pa.schema([cohort.table(name).schema.field(each) for each in names])
        rows = rows.select(list(names)).cast(schema) if names else rows
        tables[name] = rows.add_column(0, PARTICIPANT, pa.array(ordinals[whose].astype(np.uint32)))
    return tables


def _genotyped(population: Population, made: Invented) -> tuple[NDArray[np.int64], pa.Table]:
    """Return which decoys have genotypes, and their calls."""
    if population.genotypes is None or made.genotypes is None:
        return np.empty(0, np.int64), pa.table({})
    has = np.flatnonzero(~np.isnan(made.genotypes).all(axis=1))
    return has, NumberedTable(population.genotypes.forms, made.genotypes[has]).to_arrow()


def _with_rows(people: NumberedTable, table: str, names: Sequence[str]) -> tuple[NDArray[np.int64], pa.Table]:
    """Return which decoys have a row in a table of at most one row a person, and the rows."""
    prefixed = [f"{table}.{each}" for each in names]
    values = people.values[:, [people.names.index(each) for each in prefixed]]
    has = np.flatnonzero(~np.isnan(values).all(axis=1))
    return has, people.at(has).to_arrow(prefixed).rename_columns(list(names))
