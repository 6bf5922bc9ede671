"""`align`: matches the cells of one table with the participants and columns they belong to.

1. Guess (`starts`): initial readings of the columns, from a few dozen rows, exact values or covariances.
2. Fit and settle (`settling`): rows are matched given the columns and columns fitted given the rows.
3. Measure (`chance_matches`): how many rows would be matched by chance.

Each step takes and returns values (`Subject`, `Reading`, `Pairs`, `Recognition`) and changes none.
"""

import numpy as np

from strongroom.matching.alignment.chance_matches import chance_of
from strongroom.matching.alignment.movements import Reaches
from strongroom.matching.alignment.row_matching import matched_pairs
from strongroom.matching.alignment.settling import settle
from strongroom.matching.alignment.starts import starts
from strongroom.matching.alignment.subject import Reading, Subject
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.recognised import Recognition
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable_table import ComparableTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    times_chance: float = threshold(
        2.0, "times the matches expected by chance", "judgement: fewer matches leave room for a better start"
    )


LIMITS = _Limits()


def align(
    table: ComparableTable, held: CohortColumns, index: Index, reaches: Reaches, *, seed: int
) -> Recognition:
    """Recognise a table's columns and the participants in its rows, cell by cell.

    Ids and row order are not used, and column names only as a last resort (`covariance_start`). `reaches` are
    the amplitudes of the marks in use; no bit is known.
    """
    draw = np.random.default_rng(seed)
    subject = Subject.of(table, held, index, reaches, draw)
    best: Recognition | None = None
    for start in starts(subject, draw, seed=seed):
        settled = settle(subject, start, draw) if start.columns else None
        found = None if settled is None else _aligned(subject, settled, draw)
        if found is not None and (best is None or _beyond_chance(found) > _beyond_chance(best)):
            best = found
        if best is not None and best.matched > LIMITS.times_chance * best.expected:
            break
    return best or Recognition(rows=subject.rows, method="aligned")


def _beyond_chance(found: Recognition) -> float:
    return found.matched - found.expected


def _aligned(subject: Subject, settled: Reading, draw: np.random.Generator) -> Recognition | None:
    """Return the recognition of all rows under a settled reading."""
    columns = settled.columns
    models = subject.models(columns)
    if not models:
        return None
    taken = subject.taken(models, subject.rows)
    pairs = matched_pairs(models, taken, subject.rows)
    matched = pairs.sure_people
    chance = chance_of(matched, models, taken, subject.held.people, draw)
    if subject.total > len(subject.rows):
        everything = np.arange(subject.total)
        pairs = matched_pairs(models, subject.taken(models, everything), everything)
        if len(pairs.rows):
            columns = subject.fit(settled.hypotheses, pairs) or columns
    used = {each.column.file_column for each in models}
    kept = tuple(each for each in columns if each.file_column in used)
    return Recognition(kept, subject.rows, matched, pairs, chance, method="aligned", values=subject.keys)
