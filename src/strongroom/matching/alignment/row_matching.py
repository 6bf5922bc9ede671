"""Matches rows with participants: the likelihood ratios of all columns, over the candidates of each row."""

from collections.abc import Sequence

import numpy as np

from strongroom.matching.alignment.candidate_people import Search, candidates, planned
from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.recognised import Floats, Pairs, Places
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    hopeless: float = threshold(20.0, "nats below the best", "judgement: no remaining column makes up e^20")
    least_certainty: float = threshold(
        0.02, "probability", "judgement: less probable pairs add nothing to readings"
    )
    unknown_share: float = threshold(
        0.05, "share of rows", "judgement: rows of participants the cohort lacks, decoys, or errors"
    )
    block: int = threshold(50_000, "rows", "cost: memory of candidate pairs")
    most_compared: int = threshold(
        30_000, "rows", "cost: bounds comparisons with everybody; so many rows suffice for any verdict"
    )


LIMITS = _Limits()


def matched_pairs(
    models: Sequence[CellModel],
    values: Sequence[Floats],
    rows: Places,
    *,
    search: Search | None = None,
    owners: Places | None = None,
) -> Pairs:
    """Return, for file rows, the people each could be; `values` has one array (rows,) a model.

    `owners` are people the rows must not be matched with, one a row. Comparing rows with all participants is
    slow: of very many such rows the first 30,000 are compared.
    """
    people = len(models[0].middle)
    search = search or planned(models, values, people=people)
    total = min(len(rows), LIMITS.most_compared) if search.everybody else len(rows)
    found = []
    for start in range(0, total, LIMITS.block):
        block = slice(start, min(start + LIMITS.block, total))
        barred = None if owners is None else owners[block]
        found.append(_block(search, models, [each[block] for each in values], rows[block], barred))
    return _joined(found)


def _joined(found: Sequence[Pairs]) -> Pairs:
    if not found:
        return Pairs.none()
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
        alive = score > _highest(row, score, len(rows))[row] - LIMITS.hopeless
        row, person, score = row[alive], person[alive], score[alive]
    certainty = _certainty(row, score, len(rows), len(models[0].middle))
    kept = certainty >= LIMITS.least_certainty
    return Pairs(rows[row[kept]], person[kept], certainty[kept])


def _highest(row: Places, score: Floats, rows: int) -> Floats:
    highest = np.full(rows, -np.inf)
    np.maximum.at(highest, row, score)
    return highest


def _certainty(row: Places, score: Floats, rows: int, people: int) -> Floats:
    """Return the probability of each candidate, expecting one row in twenty to be nobody's."""
    highest = np.maximum(_highest(row, score, rows), 0.0)
    weight = np.exp(score - highest[row])
    total = np.bincount(row, weight, rows) + LIMITS.unknown_share * people * np.exp(-highest)
    certainty: Floats = weight / total[row]
    return certainty
