"""Writing the fingerprint while a view is written: the `Marker` of one project."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import TableKind
from strongroom.tracer.fingerprint.code import Code
from strongroom.tracer.fingerprint.derived import Derived
from strongroom.tracer.fingerprint.rules import MarkRule

Floats = NDArray[np.float64]


class FingerprintMarker:
    """Nudges the marked cells of participants' columns and recomputes what follows from them.

    `plan_key` and `project_key` are 32 bytes each; `rules` and `derived` by column name, the latter in the
    order of what follows from what. Other tables pass unchanged.
    """

    def __init__(
        self,
        rules: Mapping[str, MarkRule],
        derived: Mapping[str, Derived] | None = None,
        *,
        plan_key: bytes,
        project_key: bytes,
    ) -> None:
        self._rules = rules
        self._derived = derived or {}
        self._plan, self._project = Code(plan_key), Code(project_key)

    def needs(self, table: str, names: Sequence[str]) -> list[str]:
        """Return the columns needed besides `names`: what derived ones follow from, directly or not."""
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
            return batch
        derived = {name: each for name, each in self._derived.items() if name in batch.column_names}
        inputs = {name for each in derived.values() for name in each.inputs}
        before: dict[str, Floats] = {}
        after: dict[str, Floats] = {}
        for place, name in enumerate(batch.column_names):
            rule = self._rules.get(name)
            marks = rule is not None and rule.density > 0
            if not marks and name not in inputs and name not in derived:
                continue
            values = _numbers(batch.column(place))
            if name in inputs:
                before[name] = after[name] = values
            if rule is not None and marks:
                marked = self.marked(rule, ordinals, values)
                batch = _with_column(batch, place, marked)
                if name in inputs:
                    after[name] = marked
        for name, each in derived.items():
            place = batch.column_names.index(name)
            values = _numbers(batch.column(place))
            recomputed = each.recomputed(values, before, after)
            batch = _with_column(batch, place, recomputed)
            if name in inputs:
                before[name], after[name] = values, recomputed
        return batch

    def marked(self, rule: MarkRule, ordinals: NDArray[np.integer], values: Floats) -> Floats:
        """Return one column's values, shape (people,), with the marks of the people with these ordinals."""
        rows = np.flatnonzero(rule.markable(values))
        positions = self._plan.marked(rule.column, ordinals[rows], rule.density)
        chosen = rows[np.isin(ordinals[rows], positions.ordinals)]
        marked = values.copy()
        marked[chosen] = rule.nudged(values[chosen], self._project.bits(positions))
        return marked


def _numbers(column: pa.ChunkedArray) -> Floats:
    """Return numbers with NaN for what is missing."""
    found: Floats = column.cast(pa.float64(), safe=False).to_numpy()
    return found


def _with_column(batch: pa.Table, place: int, values: Floats) -> pa.Table:
    """Put values in a column's place; what was missing stays so, and a number that is none stays one."""
    field = batch.schema.field(place)
    missing = batch.column(place).is_null().to_numpy()
    if not pa.types.is_floating(field.type):
        values = np.where(missing, 0.0, values)
    return batch.set_column(place, field, pa.array(values, mask=missing).cast(field.type, safe=False))
