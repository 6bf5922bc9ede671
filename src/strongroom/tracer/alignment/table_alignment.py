"""`align`: matches the cells of one table with the participants and columns they belong to.

1. Guess (`starts`): initial readings of the columns, from a few dozen rows, exact values or covariances.
2. Fit and settle (`settling`): rows are matched given the columns and columns fitted given the rows.
3. Measure (`chance_matches`): how many rows would be matched by chance.

Each step takes and returns values (`Subject`, `Reading`, `Pairs`, `Alignment`) and changes none.
"""

import numpy as np
import pyarrow as pa

from strongroom.matching import CohortColumns, Index
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.alignment.chance_matches import chance_rate, people_matched
from strongroom.tracer.alignment.model import Alignment, Reaches
from strongroom.tracer.alignment.row_matching import matched_pairs
from strongroom.tracer.alignment.settling import settle
from strongroom.tracer.alignment.starts import starts
from strongroom.tracer.alignment.subject import Reading, Subject


class _Limits(Thresholds):
    """The numbers this module decides by."""

    times_chance: float = threshold(
        2.0, "times the matches expected by chance", "judgement: fewer matches leave room for a better start"
    )


LIMITS = _Limits()


def align(
    table: pa.Table, held: CohortColumns, index: Index, reaches: Reaches, *, seed: int
) -> Alignment | None:
    """Recognise a table's columns and the participants in its rows; None if no column can be the cohort's.

    Ids and row order are not used, and column names only as a last resort (`covariance_start`). `reaches` are
    the amplitudes of the marks in use; no bit is known.
    """
    draw = np.random.default_rng(seed)
    subject = Subject.of(table, held, index, reaches, draw)
    best: Alignment | None = None
    for start in starts(subject, draw, seed=seed):
        settled = settle(subject, start) if start.columns else None
        found = None if settled is None else _aligned(subject, settled, draw)
        if found is not None and (best is None or _beyond_chance(found) > _beyond_chance(best)):
            best = found
        if best is not None and best.matched > LIMITS.times_chance * best.chance * best.rows:
            break
    return best


def _beyond_chance(found: Alignment) -> float:
    return found.matched - found.chance * found.rows


def _aligned(subject: Subject, settled: Reading, draw: np.random.Generator) -> Alignment | None:
    """Return the alignment of all rows under a settled reading, with its chance rate."""
    columns = settled.columns
    models = subject.models(columns)
    if not models:
        return None
    taken = subject.taken(models, subject.rows)
    pairs = matched_pairs(models, taken, subject.rows)
    matched = people_matched(pairs)
    chance = chance_rate(models, taken, subject.held.people, draw)
    if subject.total > len(subject.rows):
        everything = np.arange(subject.total)
        pairs = matched_pairs(models, subject.taken(models, everything), everything)
        if len(pairs.rows):
            columns = subject.fit(settled.hypotheses, pairs) or columns
    used = {each.column.file_column for each in models}
    kept = tuple(each for each in columns if each.file_column in used)
    return Alignment(kept, pairs, subject.keys, len(subject.rows), matched, chance)
