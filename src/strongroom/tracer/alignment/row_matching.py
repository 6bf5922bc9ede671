"""Whose row is this, and how surely: every column's likelihood ratio, over the people it could be."""

from collections.abc import Sequence

import numpy as np

from strongroom.tracer.alignment.candidate_people import Search, candidates, planned
from strongroom.tracer.alignment.cell_likelihood import CellModel
from strongroom.tracer.alignment.model import Floats, Pairs, Places

_HOPELESS = 20.0
_LEAST = 0.02
_NOBODY = 0.05
_BLOCK = 50_000
_MOST_COMPARED = 30_000


def likely_pairs(
    models: Sequence[CellModel],
    values: Sequence[Floats],
    rows: Places,
    *,
    search: Search | None = None,
    owners: Places | None = None,
) -> Pairs:
    """Return, for file rows, the people each could be; `values` has one array (rows,) a model.

    `owners` are people the rows must not be given to, one a row. Comparing a row with everybody takes its
    time: of very many such rows the first 30,000 are compared.
    """
    people = len(models[0].middle)
    search = search or planned(models, values, people=people)
    total = min(len(rows), _MOST_COMPARED) if search.everybody else len(rows)
    found = []
    for start in range(0, total, _BLOCK):
        block = slice(start, min(start + _BLOCK, total))
        barred = None if owners is None else owners[block]
        found.append(_block(search, models, [each[block] for each in values], rows[block], barred))
    return _joined(found)


def _joined(found: Sequence[Pairs]) -> Pairs:
    if not found:
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return Pairs(
        np.concatenate([each.rows for each in found]),
        np.concatenate([each.people for each in found]),
        np.concatenate([each.certainty for each in found]),
    )


def _block(
    search: Search,
    models: Sequence[CellModel],
    values: Sequence[Floats],
    rows: Places,
    owners: Places | None,
) -> Pairs:
    row, person = candidates(search, models, values)
    if owners is not None:
        others = person != owners[row]
        row, person = row[others], person[others]
    score = np.zeros(len(row))
    telling = sorted(range(len(models)), key=lambda each: -models[each].information(values[each][:500]))
    for place in telling:
        score += models[place].log_ratios(values[place][row], person)
        # Most candidates are out after a few columns.
        alive = score > _highest(row, score, len(rows))[row] - _HOPELESS
        row, person, score = row[alive], person[alive], score[alive]
    certainty = _certainty(row, score, len(rows), len(models[0].middle))
    kept = certainty >= _LEAST
    return Pairs(rows[row[kept]], person[kept], certainty[kept])


def _highest(row: Places, score: Floats, rows: int) -> Floats:
    highest = np.full(rows, -np.inf)
    np.maximum.at(highest, row, score)
    return highest


def _certainty(row: Places, score: Floats, rows: int, people: int) -> Floats:
    """Return each candidate's probability, where one row in twenty is expected to be nobody's."""
    highest = np.maximum(_highest(row, score, rows), 0.0)
    weight = np.exp(score - highest[row])
    total = np.bincount(row, weight, rows) + _NOBODY * people * np.exp(-highest)
    certainty: Floats = weight / total[row]
    return certainty
