"""`trace`: recognise a file's columns and people, then ask of every issued view whether it can be the source.

1. *Recognise* columns and people by content; names, ids and order are not used. The false-match rate is
measured
   on the file itself with its columns permuted. None of this looks at any view.
2. *Read* every view against what was found: people, columns and pseudonyms it never held.
3. *Accuse* only past the bound.

The fingerprint's own evidence will be a fourth reading beside these.
"""

import math
import time
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from strongroom.cohort import Cohort
from strongroom.cohort.index import CohortColumns, Index, RowMatch, log10_tail, match_all_rows, match_rows
from strongroom.progress import Progress, silent
from strongroom.tracer.attribution import Attribution, TraceVerdict
from strongroom.tracer.content import (
    FoundContent,
    IssuedView,
    Reading,
    matching_pseudonyms,
    read_content,
)
from strongroom.tracer.verdict import FALSE_ACCUSATION_BOUND, accuse, best_per_project

# A column counts as recognised when this share of the matched rows agrees with the cohort's.
_AGREEMENT = 0.8
# Chance matches as numerous as this must be less likely than the bound before a file counts as ours.
_FEWEST_PEOPLE = 5
_SEED = 20260423
_NOT_OURS = "No more participants were recognised than chance explains."
_NO_TABLE = "No table was found in the file."


def trace(
    tables: Sequence[pa.Table],
    *,
    cohort: Cohort,
    index: Index,
    views: Sequence[IssuedView],
    bound: float = FALSE_ACCUSATION_BOUND,
    progress: Progress = silent,
) -> Attribution:
    """Say which project's view the tables of a file came from, if that can be said.

    `tables` are the tables found in one file; the one with the most participants in it is judged. `bound` is
    the probability of a false accusation that is accepted for the file as a whole.
    """
    began = time.perf_counter()
    columns = CohortColumns(cohort, index)
    with progress("Recognising people", len(tables)) as advance:
        best: tuple[pa.Table, RowMatch] | None = None
        for table in tables:
            match = match_rows(table, columns, index, seed=_SEED)
            if best is None or match.rows_matched > best[1].rows_matched:
                best = table, match
            advance(1)
    if best is None or not _is_ours(best[1], bound):
        return Attribution(
            verdict=TraceVerdict.NOT_OURS,
            rows=sum(table.num_rows for table in tables),
            participants=0,
            columns=(),
            suspects=(),
            candidates=(),
            reason=_NOT_OURS if tables else _NO_TABLE,
            seconds=time.perf_counter() - began,
        )
    return _attribute(*best, cohort=columns, views=views, bound=bound, began=began)


def _is_ours(match: RowMatch, bound: float) -> bool:
    rate = _false_match_rate(match)
    enough = match.rows_matched >= min(_FEWEST_PEOPLE, match.rows_tested)
    return enough and log10_tail(match.rows_matched, match.rows_tested, rate) <= math.log10(bound)


def _false_match_rate(match: RowMatch) -> float:
    """Return an upper 95 % limit on the share of rows matched by chance (rule of three on the null)."""
    return min((match.chance + 3) / max(match.rows_tested, 1), 0.5)


def _attribute(
    table: pa.Table,
    match: RowMatch,
    *,
    cohort: CohortColumns,
    views: Sequence[IssuedView],
    bound: float,
    began: float,
) -> Attribution:
    whole = match_all_rows(table, cohort, match, seed=_SEED)
    found = FoundContent(
        ordinals=np.unique(whole.participants[whole.participants >= 0]),
        columns={
            each.cohort_column: frozenset({each.cohort_column, *each.twins})
            for each in whole.columns
            if each.agreement >= _AGREEMENT
        },
        false_match_rate=_false_match_rate(whole),
    )
    readings = best_per_project([read_content(found, view) for view in views])
    coincidences = {name: _pseudonyms_in(table, whole, reading.view) for name, reading in readings.items()}
    suspects, possible = accuse(found, readings, coincidences, bound=bound)
    return Attribution(
        verdict=TraceVerdict.ATTRIBUTED if suspects else TraceVerdict.INCONCLUSIVE,
        rows=table.num_rows,
        participants=len(found.ordinals),
        columns=tuple(sorted(found.columns)),
        suspects=suspects,
        candidates=possible,
        reason="" if suspects else _why_inconclusive(readings, possible),
        seconds=time.perf_counter() - began,
    )


def _pseudonyms_in(table: pa.Table, match: RowMatch, view: IssuedView) -> tuple[int, float]:
    """Return the best agreement of any whole-number column with the project's ids of the matched people."""
    recognised = {each.file_column for each in match.columns}
    rows = match.row_numbers[match.participants >= 0]
    people = match.participants[match.participants >= 0]
    best = (0, 0.0)
    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if name in recognised or not pa.types.is_integer(column.type):
            continue
        numbers = pc.fill_null(column, 0).to_numpy().astype(np.int64)[rows]
        best = max(best, matching_pseudonyms(numbers, people, view), key=lambda pair: pair[0])
    return best


def _why_inconclusive(readings: Mapping[str, Reading], possible: Sequence[str]) -> str:
    if not readings:
        return "Its rows are this cohort's, but no view of it was ever issued."
    if not possible:
        return (
            "No single view explains the file: it may have been merged from several, or come from elsewhere."
        )
    return (
        f"The file could have come from {', '.join(possible)}; this evidence cannot tell them apart further."
    )
