"""`align`: the cells of one table, each with the person and the column it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from strongroom.cohort.index import CohortColumns, Index, spread_sample
from strongroom.cohort.index.disguised.hypotheses import Hypothesis
from strongroom.cohort.index.values import Values, canonical_values
from strongroom.tracer.alignment.blends import Blends
from strongroom.tracer.alignment.candidates import planned
from strongroom.tracer.alignment.cells import CellModel
from strongroom.tracer.alignment.columns import ColumnFitter
from strongroom.tracer.alignment.completion import Completion
from strongroom.tracer.alignment.guess import guess
from strongroom.tracer.alignment.labels import in_order
from strongroom.tracer.alignment.model import (
    ALMOST_SURE,
    AlignedColumn,
    Alignment,
    Floats,
    Pairs,
    Places,
    Reaches,
)
from strongroom.tracer.alignment.people import likely_pairs

_SAMPLE = 2_000
_SLACK = (0.03, 0.005, 0.0, 0.0, 0.0, 0.0, 0.0)
_STILL = 0.03
_PROBABLE = 0.5
_BLURRED = 0.7
_LEAST_BITS = 0.1
_NULL_ROWS = 400
_FEWEST_COMPARED, _COMPARED_CELLS = 200, 120_000_000
_DECIMALS = 6


def align(
    table: pa.Table, held: CohortColumns, index: Index, reaches: Reaches, *, seed: int
) -> Alignment | None:
    """Recognise the columns of a table and whose rows it holds; None if no column could be the cohort's.

    Names, ids and orders are not used. `reaches` are the amplitudes of the marks in use; no bit is known.
    """
    values = _with_labels(comparable(table), table, held, index)
    draw = np.random.default_rng(seed)
    first = guess(values, held, index, reaches, draw=draw)
    if first is None or not first.columns:
        return None
    fitter = ColumnFitter(values, held, reaches)
    completion = Completion(values, held, index, reaches)
    blends = Blends(values, held, reaches)
    known = Pairs(first.rows, first.people, first.certainty)
    hypotheses = first.columns
    columns = fitter.fitted(hypotheses, known, blur=_BLURRED * first.blur, slack=_SLACK[0])
    keys = {name: each.keys for name, each in values.items()}
    rows = spread_sample(table.num_rows, _SAMPLE, draw)
    for slack in _SLACK[1:]:
        models = _models(columns, held, reaches, keys)
        if not models:
            return None
        search = planned(models, _taken(models, keys, rows), people=held.people)
        some = rows[:: max(1, len(rows) // _affordable(held.people))] if search.everybody else rows
        sampled = likely_pairs(models, _taken(models, keys, some), some, search=search)
        if len(sampled.rows) == 0:
            break
        hypotheses = completion.of(hypotheses, sampled.at(sampled.certainty >= _PROBABLE))
        before = columns
        columns = blends.of(fitter.fitted(hypotheses, sampled, slack=slack) or columns, sampled)
        if slack == 0 and _settled(before, columns):
            break
    final = _Fit(fitter, blends, hypotheses)
    return _aligned(columns, held, reaches, keys, final=final, rows=rows, draw=draw)


@dataclass(frozen=True)
class _Fit:
    """What columns are thought to be, and how they are fitted to pairs."""

    fitter: ColumnFitter
    blends: Blends
    hypotheses: Mapping[str, Hypothesis]

    def of(self, pairs: Pairs) -> tuple[AlignedColumn, ...]:
        return self.blends.of(self.fitter.fitted(self.hypotheses, pairs), pairs)


def _settled(before: Sequence[AlignedColumn], after: Sequence[AlignedColumn]) -> bool:
    """Tell whether the same columns follow the cohort's as exactly as before."""
    noise = {each.file_column: (each.transform.name, max(each.noise, 0.1 * each.half)) for each in before}
    return len(before) == len(after) and all(
        each.file_column in noise
        and noise[each.file_column][0] == each.transform.name
        and abs(max(each.noise, 0.1 * each.half) / noise[each.file_column][1] - 1) <= _STILL
        for each in after
    )


def comparable(table: pa.Table) -> dict[str, Values]:
    """Put every column in comparable form, by a name of its own; those without single values are left out."""
    found = {name: canonical_values(table.column(place)) for place, name in enumerate(_own_names(table))}
    return {
        name: each for name, each in found.items() if each is not None and not np.all(np.isnan(each.keys))
    }


def _own_names(table: pa.Table) -> list[str]:
    names = table.column_names
    if len(set(names)) == len(names):
        return list(names)
    return [f"{name} ({place})" for place, name in enumerate(names, 1)]


def _with_labels(
    values: Mapping[str, Values], table: pa.Table, held: CohortColumns, index: Index
) -> dict[str, Values]:
    """Put bins that have words for labels in their order."""
    ordered = dict(values)
    for column, name in zip(table.columns, _own_names(table), strict=True):
        if name in values:
            ordered[name] = in_order(column, values[name], held, index) or values[name]
    return ordered


def _models(
    columns: Sequence[AlignedColumn], held: CohortColumns, reaches: Reaches, keys: Mapping[str, Floats]
) -> list[CellModel]:
    made = [
        CellModel.of(
            each, held.values(each.cohort_column, decimals=_DECIMALS), reaches.get(each.cohort_column, ())
        )
        for each in columns
    ]
    return [each for each in made if each.information(keys[each.column.file_column][:_SAMPLE]) >= _LEAST_BITS]


def _taken(models: Sequence[CellModel], keys: Mapping[str, Floats], rows: Places) -> list[Floats]:
    return [keys[each.column.file_column][rows] for each in models]


def _aligned(
    columns: Sequence[AlignedColumn],
    held: CohortColumns,
    reaches: Reaches,
    keys: Mapping[str, Floats],
    *,
    final: "_Fit",
    rows: Places,
    draw: np.random.Generator,
) -> Alignment | None:
    models = _models(columns, held, reaches, keys)
    if not models:
        return None
    taken = _taken(models, keys, rows)
    sampled = likely_pairs(models, taken, rows)
    matched = _people_sure(sampled)
    chance = _chance(models, taken, held.people, draw)
    total = len(next(iter(keys.values())))
    pairs = sampled
    if total > len(rows):
        everything = np.arange(total)
        pairs = likely_pairs(models, _taken(models, keys, everything), everything)
        if len(pairs.rows):
            columns = final.of(pairs) or columns
    used = {each.column.file_column for each in models}
    kept = tuple(each for each in columns if each.file_column in used)
    return Alignment(kept, pairs, keys, len(rows), matched, chance)


def _affordable(people: int) -> int:
    """Return how many rows are compared with everybody, where that is done again and again."""
    return max(_FEWEST_COMPARED, _COMPARED_CELLS // people)


def _people_sure(pairs: Pairs) -> int:
    return len(np.unique(pairs.people[pairs.certainty >= ALMOST_SURE]))


def _chance(
    models: Sequence[CellModel], values: Sequence[Floats], people: int, draw: np.random.Generator
) -> float:
    """Return an upper limit on the share of rows taken for somebody's, in two kinds of nobody's tables.

    In one each column is drawn from the file's by itself; the other's rows are participants' in the file's
    disguise, who may not be matched with themselves: people as alike as strangers can be.
    """
    search = planned(models, values, people=people)
    total = min(_NULL_ROWS, _affordable(people)) if search.everybody else _NULL_ROWS
    rows = np.arange(total)
    mixed = [each[draw.integers(0, len(each), total)] for each in values]
    owners = draw.integers(0, people, total)
    alike = [_disguised(model, owners, draw) for model in models]
    found = [
        likely_pairs(models, mixed, rows, search=search),
        likely_pairs(models, alike, rows, search=search, owners=owners),
    ]
    # Rule of three: what was not seen in so many rows may still happen in three.
    return min((max(_people_sure(each) for each in found) + 3) / total, 0.5)


def _disguised(model: CellModel, owners: Places, draw: np.random.Generator) -> Floats:
    moved = model.reach[owners] * draw.choice([-1.0, 1.0], len(owners)) if model.ratios else 0.0
    values = model.middle[owners] + moved + draw.normal(0, max(model.column.noise, 1e-12), len(owners))
    step = 2 * model.column.half
    return np.asarray(np.round(values / step) * step if step > 0 else values, np.float64)
