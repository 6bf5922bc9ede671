"""The relations of a cohort's columns, searched in its index and counted on all of its rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.cohort.dictionary import ValueType
from strongroom.matching import Index
from strongroom.matching.values.comparable import ValueKind
from strongroom.progress import Progress, silent
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.planning.cohort_columns import PlannedColumns
from strongroom.tracer.fingerprint.rules import DECIMAL
from strongroom.tracer.relations.relation import Relation, Searched
from strongroom.tracer.relations.search import find_relations, rechosen

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    most_words: int = threshold(12, "distinct words", "judgement: texts with more are no ranges of a number")


LIMITS = _Limits()
_CODES = frozenset({ValueType.CATEGORY, ValueType.BOOLEAN})


def relations_of(cohort: Cohort, index: Index, *, progress: Progress = silent) -> list[Relation]:
    """Return the relations between the columns of the participants' table."""
    columns = PlannedColumns(cohort, index)
    texts = _texts(columns)
    found = find_relations(searched_columns(columns, texts), progress=progress)
    return list(counted(columns, found, texts))


def chosen_again(cohort: Cohort, index: Index, relations: Iterable[Relation]) -> list[Relation]:
    """Return relations with their roles chosen among these alone."""
    columns = PlannedColumns(cohort, index)
    return rechosen(searched_columns(columns, _texts(columns)), relations)


def searched_columns(columns: PlannedColumns, texts: Mapping[str, "_Text"] | None = None) -> Searched:
    """Return a sample of people with all columns that may be part of a relation.

    A column of `texts` is the number of its word: it may be a code by the ranges of others.
    """
    names = [name for name in columns.index.columns if name != columns.cohort.manifest.id_column]
    dates = [name for name in names if columns.index.columns[name].kind is ValueKind.DATE]
    numbers = [name for name in names if columns.is_number(name)]
    values = {name: columns.sampled(name) for name in [*numbers, *dates]}
    steps = {name: columns.step(name) if columns.forms[name] == DECIMAL else 0.0 for name in numbers}
    kinds = {name: columns.cohort.dictionary.resolve(name) for name in numbers}
    codes = frozenset(name for name, each in kinds.items() if each is not None and each.type in _CODES)
    for name, text in (texts or {}).items():
        values[name] = text.places[:: columns.every]
        steps[name], codes = 1.0, codes | {name}
    return Searched(values, steps | dict.fromkeys(dates, 1.0), frozenset(dates), codes)


def counted(
    columns: PlannedColumns, found: Iterable[Relation], texts: Mapping[str, "_Text"]
) -> Iterator[Relation]:
    """Yield relations with the share of all rows in which they hold."""
    searched = searched_columns(columns, texts)
    for each in found:
        values = {
            name: texts[name].places if name in texts else _everybody(columns, name)
            for name in sorted(each.columns)
        }
        everyone = Searched(values, {name: searched.steps[name] for name in values}, searched.dates)
        words = texts[each.target].words if each.target in texts else ()
        yield replace(everyone.measured(each.target, each.formula, each.kind), role=each.role, words=words)


@dataclass(frozen=True, repr=False)
class _Text:
    """A column of few words: these in order, and the number of everybody's, NaN where missing."""

    words: tuple[str, ...]
    places: Floats


def _texts(columns: PlannedColumns) -> dict[str, _Text]:
    """Return the columns of text that have few words."""
    schema = columns.cohort.participants.schema
    found = {}
    for name in columns.index.columns:
        kind = schema.field(name).type
        if name == columns.cohort.manifest.id_column or not (
            pa.types.is_string(kind) or pa.types.is_large_string(kind)
        ):
            continue
        column = columns.cohort.participants.read([name]).column(0)
        words = pc.unique(column.drop_null()).sort()
        if 1 < len(words) <= LIMITS.most_words:
            places = pc.index_in(column, value_set=words).cast(pa.float64())
            found[name] = _Text(tuple(words.to_pylist()), places.to_numpy(zero_copy_only=False))
    return found


def _everybody(columns: PlannedColumns, name: str) -> Floats:
    """Return all values of a column; NaN is missing or no quantity."""
    coded = columns.index.coded(name)
    distinct = np.where(np.isin(coded.distinct, columns.no_quantities(name)), np.nan, coded.distinct)
    return np.asarray(np.concatenate([[np.nan], distinct])[coded.codes], np.float64)
