"""Applying the fingerprint while a view is written: the `Marker` of one project."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import TableKind
from strongroom.tracer.fingerprint.code import Code, marked_at_density
from strongroom.tracer.fingerprint.date_shifts import (
    DATES,
    Movable,
    date_rules,
    days_in,
    shifted,
    with_days_added,
)
from strongroom.tracer.fingerprint.derived import Derived
from strongroom.tracer.fingerprint.rules import DATE, MarkRule

Floats = NDArray[np.float64]
Read = Callable[[str], Floats]


class FingerprintMarker:
    """Marks participants' columns and recomputes the columns derived from them.

    `plan_key` and `project_key` are 32 bytes each; `rules` and `derived` are by column name, the latter
    ordered so that inputs come first. `movable` is a mask over ordinals of whose dates are shifted, in any
    table; without it no dates are. Other columns of other tables pass unchanged.
    """

    def __init__(
        self,
        rules: Mapping[str, MarkRule],
        derived: Mapping[str, Derived] | None = None,
        *,
        plan_key: bytes,
        project_key: bytes,
        movable: Movable | None = None,
    ) -> None:
        self._rules = {name: rule for name, rule in rules.items() if rule.form != DATE}
        dates = {} if movable is None else date_rules(rules)
        self._dates = {name: rule for name, rule in dates.items() if rule.density > 0}
        self._movable = movable
        self._derived = derived or {}
        self._inputs = {name for each in self._derived.values() for name in each.inputs}
        self._plan, self._project = Code(plan_key), Code(project_key)

    def needs(self, table: str, names: Sequence[str]) -> list[str]:
        """Return the columns needed besides `names`: the inputs of derived ones, direct or indirect."""
        if table != TableKind.PARTICIPANTS.value:
            return []
        wanted = dict.fromkeys(names)
        for name, derived in reversed(list(self._derived.items())):
            if name in wanted:
                wanted |= dict.fromkeys(derived.inputs)
        return [name for name in wanted if name not in names]

    def __call__(self, table: str, ordinals: NDArray[np.uint32], batch: pa.Table) -> pa.Table:
        """Return the batch with this project's marks, in the same schema and order."""
        if table != TableKind.PARTICIPANTS.value:
            return self._dated(batch, ordinals, f"{table}.")
        given = batch
        known: dict[str, Floats] = {}
        for place, name in enumerate(batch.column_names):
            if self.changes(name) and name not in self._dates:
                shown = self.shown(name, ordinals, lambda name: _numbers(given.column(name)), known)
                batch = _with_column(batch, place, shown)
        return self._dated(batch, ordinals)

    def changes(self, name: str) -> bool:
        """Tell whether a participants' column, or another table's as `table.column`, is changed."""
        marked = name in self._rules and self._rules[name].density > 0
        return marked or name in self._derived or name in self._dates

    def moves(self, ordinals: NDArray[np.integer]) -> Floats:
        """Return the days by which each of these people's dates are shifted, shape (people,)."""
        if self._movable is None or not self._dates:
            return np.zeros(len(ordinals))
        reach = next(iter(self._dates.values())).amplitude
        known = ordinals < len(self._movable)
        may = known & self._movable[np.where(known, ordinals, 0)]
        people = int(ordinals.max(initial=0)) + 1
        # All who may be shifted are, by the same number of days.
        _, _, bits = self._plan.draws(self._project, DATES, people)
        return np.where(may, np.where(bits[ordinals], reach, -reach), 0.0)

    def _dated(self, batch: pa.Table, ordinals: NDArray[np.integer], prefix: str = "") -> pa.Table:
        """Return a table with its dates shifted; `prefix` precedes its columns' names in the plan."""
        found = [name for name in batch.column_names if prefix + name in self._dates]
        moves = self.moves(ordinals) if found else np.empty(0)
        for name in found:
            place, column = batch.column_names.index(name), batch.column(name)
            days = days_in(column)
            added = shifted(self._dates[prefix + name], days, moves) - days
            moved = with_days_added(column, np.nan_to_num(added).astype(np.int64))
            batch = batch.set_column(place, batch.schema.field(place), moved)
        return batch

    def shown(
        self, name: str, ordinals: NDArray[np.integer], read: Read, known: dict[str, Floats] | None = None
    ) -> Floats:
        """Return the values of a column visible to this project, shape (people,); NaN is missing.

        `read` returns the cohort's own values of a column, of the same people; dates are days since 1970.
        Columns that are inputs of others are cached in `known`.
        """
        known = {} if known is None else known
        if name in known:
            return known[name]
        if name in self._dates:
            values = shifted(self._dates[name], read(name), self.moves(ordinals))
        elif name in self._derived:
            inputs = self._derived[name].inputs
            after = {each: self.shown(each, ordinals, read, known) for each in inputs}
            before = {each: read(each) if self.changes(each) else after[each] for each in inputs}
            values = self._derived[name].recomputed(read(name), before, after)
        elif self.changes(name):
            values = self.marked(self._rules[name], ordinals, read(name))
        else:
            values = read(name)
        if name in self._inputs:
            known[name] = values
        return values

    def marked(self, rule: MarkRule, ordinals: NDArray[np.integer], values: Floats) -> Floats:
        """Return one column's values, shape (people,), with the marks of the people with these ordinals."""
        people = int(ordinals.max(initial=0)) + 1
        drawn, levels, bits = self._plan.draws(self._project, rule.column, people)
        chosen, raised = marked_at_density(drawn[ordinals], rule.densities(values), rule.rise)
        return np.where(chosen, rule.nudged(values, bits[ordinals], levels[ordinals], raised), values)


def _numbers(column: pa.ChunkedArray) -> Floats:
    """Return numbers with NaN for missing values."""
    found: Floats = column.cast(pa.float64(), safe=False).to_numpy()
    return found


def _with_column(batch: pa.Table, place: int, values: Floats) -> pa.Table:
    """Replace the values of a column; missing values stay missing, and NaN stays NaN."""
    field = batch.schema.field(place)
    missing = batch.column(place).is_null().to_numpy()
    if not pa.types.is_floating(field.type):
        values = np.where(missing, 0.0, values)
    return batch.set_column(place, field, pa.array(values, mask=missing).cast(field.type, safe=False))
