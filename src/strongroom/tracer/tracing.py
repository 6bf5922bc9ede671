"""`trace`: which project's copy is the source of a file?

1. *Recognise* (`matching.recognise`, by cells): which cell belongs to which participant and column, and how
   it was altered. Names, ids and order are not used. The input is the file, the originals and the reach of
   marks.
2. *Read* (`reading`): which of its two values each marked cell shows, under each plan in use. The input is
   the recognition and the plan. All choices end here.
3. *Score* (`scoring`): only now are projects' keys used. Every recipient gets an e-value.
4. *Accuse* (`verdict`) every recipient beyond the threshold; content and pseudonyms are stated as further
   evidence.
"""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pyarrow as pa

from strongroom.cohort import Cohort
from strongroom.matching import CohortColumns, Index, Recognition, by_cells, recognise
from strongroom.progress import Progress, silent
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.attribution import Attribution, IdsFound, TraceVerdict
from strongroom.tracer.component_scores import has_component_scores
from strongroom.tracer.content_evidence import IssuedView, Reading, pseudonyms_in, read_contents
from strongroom.tracer.fingerprint.code import Code
from strongroom.tracer.fingerprint.plan import MarkPlan
from strongroom.tracer.fingerprint.rules import Reaches
from strongroom.tracer.histories import History, read_history
from strongroom.tracer.issued_ids import issued_ids
from strongroom.tracer.parts import Parts
from strongroom.tracer.reading import Placement, reaches_of, read_marks, with_histories
from strongroom.tracer.recognised_tables import RecognisedTables
from strongroom.tracer.recognition import found_content, is_ours
from strongroom.tracer.scoring import Scores, Sheet, score
from strongroom.tracer.table_forms import joined_tables, other_forms
from strongroom.tracer.verdict import (
    FALSE_ACCUSATION_BOUND,
    accused_by_marks,
    excluded_but_one,
    possible_sources,
    why_inconclusive,
)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_compared: int = threshold(
        20, "projects", "cost: deriving the pseudonyms of a project takes about a second"
    )
    nearly_ours: float = threshold(
        -3.0,
        "log10 of the probability",
        "judgement: one unrelated table in a thousand is called inconclusive; altered copies are not denied",
    )
    most_listed: int = threshold(100, "projects", "judgement: a longer list of possible sources says nothing")


LIMITS = _Limits()

_SEED = 20260423  # fixed: any number: traces are reproducible
_NOT_OURS = "No more participants were recognised than expected by chance."
_IDS_ALONE = "No participant was recognised by their values, but the file contains ids issued to a project."
_NEARLY_OURS = (
    "More rows resemble participants than chance explains, but too few to say that the file is the cohort's."
)
_SCORES = (
    "The columns are exactly uncorrelated, as components computed from others are: they can neither show nor "
    "exclude participants."
)
_FAILED = "No participant was recognised, but part of the examination failed."
_NO_TABLE = "No table was found in the file."


OnRead = Callable[[Sequence[Recognition], CohortColumns], float]
"""Receives the recognised tables once they are read."""


def trace(
    tables: Sequence[pa.Table],
    *,
    cohort: Cohort,
    index: Index,
    views: Sequence[IssuedView],
    bound: float = FALSE_ACCUSATION_BOUND,
    progress: Progress = silent,
    on_read: OnRead | None = None,
) -> Attribution:
    """Find the project whose view the tables of a file came from, if the evidence allows it.

    `tables` are the tables found in one file; their evidence is combined. `bound` is the accepted probability
    of any false accusation for the whole file. `cohort` is read where the index does not hold what is needed.
    `on_read` is called before any project's key is used; it returns the bound that an accusation must meet.
    """
    began = time.perf_counter()
    parts = Parts()
    held = CohortColumns(cohort, index)
    prints = [view.fingerprint for view in views if view.fingerprint is not None]
    plans = {(each.plan.digest, each.plan_key): each.plan for each in prints}
    reaches = reaches_of(list(plans.values()))
    search = Search(held, index, reaches, bound, parts)
    looked = search.through(tables, progress)
    tables, found, ours = looked.tables, looked.found, looked.ours
    rest = [table for number, table in enumerate(tables[: looked.files]) if number not in ours]
    event_tables = partial(_histories, rest, cohort, index, reaches, bound)
    histories = parts.run("Recognising event tables", event_tables) or []
    sheets = _read(plans, list(found.values()), histories, held=held, cohort=cohort, progress=progress)
    if on_read is not None:
        bound = on_read(list(ours.values()), held)
    scores = score(sheets, views, bound=bound, progress=progress)
    answer = _answer(
        tables[: looked.files],
        [(tables[number], each) for number, each in (ours or (found if not histories else {})).items()],
        histories,
        scores,
        held=held,
        index=index,
        views=views,
        ours=bool(ours or histories),
        began=began,
    )
    answer = replace(answer, recognised=RecognisedTables(tuple(tables), ours, reaches))
    ids = parts.run("Looking for issued ids", lambda: issued_ids(tables, views, bound=bound)) or ()
    answer = _with_failures(_with_ids(answer, ids), parts, found.values())
    return _with_scores(answer, tables[: looked.files])


@dataclass(frozen=True, repr=False)
class Searched:
    """The tables in which participants were looked for, the first `files` as they are in the file, joined.

    `found` are the recognitions with any pairs, by table, `ours` those of them beyond chance.
    """

    tables: Sequence[pa.Table]
    files: int
    found: dict[int, Recognition]
    ours: dict[int, Recognition]


@dataclass(frozen=True)
class Search:
    """What tables are searched for participants with; no key of a project has a part in it."""

    held: CohortColumns
    index: Index
    reaches: Reaches
    bound: float
    parts: Parts

    def through(self, tables: Sequence[pa.Table], progress: Progress) -> Searched:
        """Look for participants in a file's tables, joined, then in other forms of those without any."""
        joined = self.parts.run("Joining tables with the same columns", lambda: joined_tables(tables))
        tables = joined or list(tables)
        found, ours = self.of(tables, progress)
        rest = [table for number, table in enumerate(tables) if number not in ours]
        forms = self.parts.run("Reading tables of another shape", lambda: list(other_forms(rest))) or []
        before = len(tables)
        if forms:
            of_forms, ours_of_forms = self.of(forms, progress)
            found |= {before + number: each for number, each in of_forms.items()}
            ours |= {before + number: each for number, each in ours_of_forms.items()}
        return Searched([*tables, *forms], before, found, ours)

    def of(
        self, tables: Sequence[pa.Table], progress: Progress
    ) -> tuple[dict[int, Recognition], dict[int, Recognition]]:
        """Return, by table, the recognitions with any pairs, and those of them beyond chance."""
        how = [by_cells(self.reaches)]
        found: dict[int, Recognition] = {}
        with progress("Recognising people", len(tables)) as advance:
            for number, table in enumerate(tables):
                recognition = self.parts.run(
                    f"Recognising participants in table {number + 1}",
                    partial(recognise, table, self.held, self.index, how, seed=_SEED),
                )
                if recognition is not None and len(recognition.pairs.rows):
                    found[number] = recognition
                advance(1)
        return found, {number: each for number, each in found.items() if is_ours(each, self.bound)}


def _with_failures(answer: Attribution, parts: Parts, found: Iterable[Recognition]) -> Attribution:
    """State the parts that failed; a file of which they are missing, or that nearly fits, is inconclusive."""
    answer = replace(answer, remarks=(*answer.remarks, *parts.failed))
    if answer.verdict is not TraceVerdict.NOT_OURS:
        return answer
    if parts.failed:
        return replace(answer, verdict=TraceVerdict.INCONCLUSIVE, reason=_FAILED)
    best = min((each.chance.log10 for each in found), default=0.0)
    if best <= LIMITS.nearly_ours:
        return replace(answer, verdict=TraceVerdict.INCONCLUSIVE, reason=_NEARLY_OURS)
    return answer


def _with_scores(answer: Attribution, tables: Sequence[pa.Table]) -> Attribution:
    """Call a file inconclusive that has component scores: its rows cannot be compared with participants."""
    if answer.verdict is TraceVerdict.NOT_OURS and any(has_component_scores(each) for each in tables):
        return replace(answer, verdict=TraceVerdict.INCONCLUSIVE, reason=_SCORES)
    return answer


def _with_ids(answer: Attribution, ids: tuple[IdsFound, ...]) -> Attribution:
    """Add the ids found; if nobody was recognised by values, ids show that the file is the cohort's."""
    if ids and answer.verdict is TraceVerdict.NOT_OURS:
        return replace(answer, ids=ids, verdict=TraceVerdict.INCONCLUSIVE, reason=_IDS_ALONE)
    return replace(answer, ids=ids)


def _histories(
    tables: Sequence[pa.Table], cohort: Cohort, index: Index, reaches: Reaches, bound: float
) -> list[History]:
    """Return the cohort's event tables among the tables without participants' columns."""
    read = (read_history(table, cohort, index, reaches, seed=_SEED) for table in tables)
    return [each for each in read if each is not None and each.is_ours(math.log10(bound))]


def _read(
    plans: dict[tuple[str, bytes], MarkPlan],
    recognitions: Sequence[Recognition],
    histories: Sequence[History],
    *,
    held: CohortColumns,
    cohort: Cohort,
    progress: Progress,
) -> list[Sheet]:
    with progress("Reading marks", len(plans)) as advance:
        sheets = []
        for (name, key), plan in plans.items():
            placement = Placement(plan, Code(key), plan.movable(cohort))
            observed = with_histories(read_marks(recognitions, held, placement), histories, placement)
            sheets.append(Sheet(name, key, tuple(observed)))
            advance(1)
    return sheets


def _answer(
    tables: Sequence[pa.Table],
    recognitions: Sequence[tuple[pa.Table, Recognition]],
    histories: Sequence[History],
    scores: Scores,
    *,
    held: CohortColumns,
    index: Index,
    views: Sequence[IssuedView],
    ours: bool,
    began: float,
) -> Attribution:
    rows = sum(table.num_rows for table in tables)
    if not ours and not scores.past:
        return Attribution(
            verdict=TraceVerdict.NOT_OURS,
            rows=rows,
            participants=0,
            columns=(),
            suspects=(),
            candidates=(),
            reason=_NOT_OURS if tables else _NO_TABLE,
            seconds=time.perf_counter() - began,
            marks=scores.marks,
            scores=scores.by_project,
        )
    content = found_content([found for _, found in recognitions], histories, held, index)
    readings = read_contents(content, views)
    possible = possible_sources(readings)
    coincidences = _coincidences(recognitions, held, readings, [*scores.past, *possible])
    marked = any(view.fingerprint is not None for view in views)
    suspects = (
        accused_by_marks(scores, readings, content, coincidences)
        if marked
        else excluded_but_one(content, readings, coincidences)
    )
    return Attribution(
        verdict=TraceVerdict.ATTRIBUTED if suspects else TraceVerdict.INCONCLUSIVE,
        rows=rows,
        participants=len(content.ordinals),
        columns=tuple(sorted(content.columns)),
        suspects=suspects,
        candidates=possible if len(possible) <= LIMITS.most_listed else (),
        reason="" if suspects else why_inconclusive(readings, possible, scores.marks, histories),
        seconds=time.perf_counter() - began,
        marks=scores.marks,
        scores=scores.by_project,
    )


def _coincidences(
    recognitions: Sequence[tuple[pa.Table, Recognition]],
    held: CohortColumns,
    readings: Sequence[Reading],
    projects: Sequence[str],
) -> dict[str, tuple[int, float]]:
    """Return, for the projects that matter, the rows with their pseudonyms, and log10 of that by chance."""
    wanted = list(dict.fromkeys(projects))[: LIMITS.most_compared]
    views = {reading.view.project: reading.view for reading in readings}
    found: dict[str, tuple[int, float]] = {}
    for name in wanted:
        for table, recognition in recognitions:
            sure = recognition.surest
            agreeing = pseudonyms_in(
                table,
                {each.file_column for each in recognition.columns},
                (sure.rows, held.ordinals(sure.people)),
                views[name],
            )
            found[name] = max(found.get(name, (0, 0.0)), agreeing, key=lambda pair: pair[0])
    return found
