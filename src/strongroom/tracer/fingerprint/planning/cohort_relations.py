"""The relations of a cohort's columns, searched in its index and counted on all of its rows."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.cohort.dictionary import ValueType
from strongroom.matching import Index
from strongroom.matching.values.comparable import ValueKind
from strongroom.progress import Progress, silent
from strongroom.tracer.fingerprint.planning.cohort_columns import PlannedColumns
from strongroom.tracer.fingerprint.rules import DECIMAL
from strongroom.tracer.relations.relation import Relation, Searched
from strongroom.tracer.relations.search import find_relations, rechosen

Floats = NDArray[np.float64]

_CODES = frozenset({ValueType.CATEGORY, ValueType.BOOLEAN})


def relations_of(cohort: Cohort, index: Index, *, progress: Progress = silent) -> list[Relation]:
    """Return the relations between the columns of the participants' table."""
    columns = PlannedColumns(cohort, index)
    found = find_relations(searched_columns(columns), progress=progress)
    return list(counted(columns, found))


def chosen_again(cohort: Cohort, index: Index, relations: Iterable[Relation]) -> list[Relation]:
    """Return relations with their roles chosen among these alone."""
    return rechosen(searched_columns(PlannedColumns(cohort, index)), relations)


def searched_columns(columns: PlannedColumns) -> Searched:
    """Return a sample of people with all columns that may be part of a relation."""
    names = [name for name in columns.index.columns if name != columns.cohort.manifest.id_column]
    dates = [name for name in names if columns.index.columns[name].kind is ValueKind.DATE]
    numbers = [name for name in names if columns.is_number(name)]
    values = {name: columns.sampled(name) for name in [*numbers, *dates]}
    steps = {name: columns.step(name) if columns.forms[name] == DECIMAL else 0.0 for name in numbers}
    kinds = {name: columns.cohort.dictionary.resolve(name) for name in numbers}
    codes = frozenset(name for name, each in kinds.items() if each is not None and each.type in _CODES)
    return Searched(values, steps | dict.fromkeys(dates, 1.0), frozenset(dates), codes)


def counted(columns: PlannedColumns, found: Iterable[Relation]) -> Iterator[Relation]:
    """Yield relations with the share of all rows in which they hold."""
    searched = searched_columns(columns)
    for each in found:
        values = {name: _everybody(columns, name) for name in sorted(each.columns)}
        everyone = Searched(values, {name: searched.steps[name] for name in values}, searched.dates)
        yield replace(everyone.measured(each.target, each.formula, each.kind), role=each.role)


def _everybody(columns: PlannedColumns, name: str) -> Floats:
    """Return all values of a column; NaN is missing or no quantity."""
    coded = columns.index.coded(name)
    distinct = np.where(np.isin(coded.distinct, columns.no_quantities(name)), np.nan, coded.distinct)
    return np.asarray(np.concatenate([[np.nan], distinct])[coded.codes], np.float64)
