"""Reading the marks of a file under a plan: what each marked cell shows and how reliably.

No project's key is known here. Everything that is chosen (which participant each row is, which column is
which, how it was transformed, which of two cells of a position is read) is chosen before a key is used: the
bound on false accusations depends on that, and on every position being read once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from strongroom.matching import CohortColumns, Recognition
from strongroom.matching.recognised import Floats, RecognisedColumn
from strongroom.tracer.fingerprint.code import Code, Positions
from strongroom.tracer.fingerprint.date_shifts import Movable
from strongroom.tracer.fingerprint.decoding.mark_reading import Observations, joined, observe_column
from strongroom.tracer.fingerprint.plan import MarkPlan
from strongroom.tracer.fingerprint.rules import DATE, MarkRule, Reaches
from strongroom.tracer.histories import History

_DECIMALS = 6  # fixed: the index keeps six decimals


@dataclass(frozen=True, repr=False)
class Placement:
    """A plan and the code, common to all projects under it, that says which cells are marked.

    `movable` is a mask over ordinals of whose dates are shifted (`plan.movable`).
    """

    plan: MarkPlan
    code: Code
    movable: Movable | None = None


def reaches_of(plans: Sequence[MarkPlan]) -> Reaches:
    """Return, for each cohort column, the rules that may have moved its values."""
    found: dict[str, list[MarkRule]] = {}
    for plan in plans:
        for name, rule in plan.rules.items():
            if rule.density > 0 and rule not in found.setdefault(name, []):
                found[name].append(rule)
    return {name: tuple(rules) for name, rules in found.items() if rules}


def read_marks(
    recognitions: Sequence[Recognition], held: CohortColumns, placement: Placement
) -> list[Observations]:
    """Read every mark of a plan that the tables of a file still show, each position once over all tables."""
    read: dict[str, list[Observations]] = {}
    for recognition in recognitions:
        for column in recognition.columns:
            for found in _column(recognition, column, held, placement):
                read.setdefault(found.positions.column, []).append(found)
    return [joined(each) for each in read.values() if sum(found.cells for found in each)]


def with_histories(
    observed: Sequence[Observations], histories: Sequence[History], placement: Placement
) -> list[Observations]:
    """Add the marks read from dates of event tables to those of other columns, each position once."""
    read = {found.positions.column: [found] for found in observed}
    for history in histories:
        rule = placement.plan.rules.get(history.date)
        if rule is not None and rule.form == DATE and rule.density > 0 and placement.movable is not None:
            found = _dates(history, rule, placement.code, placement.movable)
            read.setdefault(rule.column, []).append(found)
    return [joined(each) for each in read.values() if sum(found.cells for found in each)]


def _dates(history: History, rule: MarkRule, code: Code, movable: Movable) -> Observations:
    may = movable[history.ordinals] & rule.markable(history.own)
    ordinals, own = history.ordinals[may], history.own[may]
    return observe_column(
        code.marked(rule.column, ordinals, 1.0),
        history.shown[may],
        history.calendar.shown(own - rule.amplitude),
        history.calendar.shown(own + rule.amplitude),
        grid=1.0,
        certainty=history.certainty[may],
    )


def _column(
    recognition: Recognition, column: RecognisedColumn, held: CohortColumns, placement: Placement
) -> Iterator[Observations]:
    sides = _Sides.of(column.cohort_column, held, placement.plan)
    if sides is None:
        return
    pairs = recognition.pairs
    densities = sides.rule.densities(sides.original[pairs.people])
    marked = np.flatnonzero(densities > 0)
    ordinals = held.ordinals(pairs.people[marked])
    if sides.rule.form == DATE:
        may = np.zeros(len(ordinals), bool) if placement.movable is None else placement.movable[ordinals]
        marked, ordinals = marked[may], ordinals[may]
    people, first, which = np.unique(ordinals, return_index=True, return_inverse=True)
    positions = placement.code.marked(
        sides.rule.column, people, densities[marked[first]], rise=sides.rule.rise
    )
    place = np.searchsorted(positions.ordinals, people)
    place = np.minimum(place, max(len(positions.ordinals) - 1, 0))
    carries = positions.ordinals[place] == people if len(positions.ordinals) else np.zeros(len(people), bool)
    chosen = carries[which]
    rows = marked[chosen]
    cells, whose = positions.at(place[which[chosen]]), pairs.people[rows]
    low, high = (column.shown(sides.shown(whose, cells, bit=bit), whose) for bit in (False, True))
    yield observe_column(
        cells,
        recognition.values[column.file_column][pairs.rows[rows]],
        low,
        high,
        grid=2 * column.half,
        certainty=pairs.certainty[rows],
    )


@dataclass(frozen=True)
class _Sides:
    """The two marked values of a cohort column: by its own marks, or by those of the column it repeats."""

    rule: MarkRule
    original: Floats = field(repr=False)
    column: str
    values: Floats = field(repr=False)
    plan: MarkPlan

    @classmethod
    def of(cls, column: str, held: CohortColumns, plan: MarkPlan) -> "_Sides | None":
        """Return None for a column that carries no mark, or is derived from several that do."""
        values = held.values(column, decimals=_DECIMALS)
        rule = plan.rules.get(column)
        if column not in plan.derived:
            return cls(rule, values, column, values, plan) if rule is not None and rule.density > 0 else None
        inputs = plan.derived[column].inputs
        source = plan.rules.get(inputs[0]) if len(inputs) == 1 and inputs[0] not in plan.derived else None
        if source is None or source.density == 0:
            return None
        return cls(source, held.values(inputs[0], decimals=_DECIMALS), column, values, plan)

    def shown(
        self, people: np.ndarray[tuple[int], np.dtype[np.int64]], cells: Positions, *, bit: bool
    ) -> Floats:
        """Return the values of people's marked cells where the bit is `bit`."""
        before = self.original[people]
        after = self.rule.nudged(before, np.full(len(before), bit), cells.levels, cells.raised)
        if self.column not in self.plan.derived:
            return after
        derived = self.plan.derived[self.column]
        name = derived.inputs[0]
        return derived.recomputed(self.values[people], {name: before}, {name: after})
