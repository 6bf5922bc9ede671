"""Writing the fingerprint while a view is written: the `Marker` of one project."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import TableKind
from strongroom.tracer.fingerprint.code import Code
from strongroom.tracer.fingerprint.rules import MarkRule


class FingerprintMarker:
    """Nudges the marked cells of participants' columns; other tables pass unchanged.

    `plan_key` and `project_key` are 32 bytes each; `rules` by column name.
    """

    def __init__(self, rules: Mapping[str, MarkRule], *, plan_key: bytes, project_key: bytes) -> None:
        self._rules = rules
        self._plan, self._project = Code(plan_key), Code(project_key)

    def __call__(self, table: str, ordinals: NDArray[np.uint32], batch: pa.Table) -> pa.Table:
        """Return the batch with this project's marks, in the same schema and order."""
        if table != TableKind.PARTICIPANTS.value:
            return batch
        for place, name in enumerate(batch.column_names):
            rule = self._rules.get(name)
            if rule is not None and rule.density > 0:
                field = batch.schema.field(place)
                batch = batch.set_column(place, field, self._marked(rule, ordinals, batch.column(place)))
        return batch

    def _marked(self, rule: MarkRule, ordinals: NDArray[np.uint32], column: pa.ChunkedArray) -> pa.Array:
        values = column.cast(pa.float64(), safe=False).to_numpy()
        rows = np.flatnonzero(rule.markable(values))
        order = rows[np.argsort(ordinals[rows], kind="stable")]
        positions = self._plan.marked(rule.column, ordinals[order], rule.density)
        chosen = order[np.isin(ordinals[order], positions.ordinals)]
        marked = values.copy()
        marked[chosen] = rule.nudged(values[chosen], self._project.bits(positions))
        missing = np.isnan(values)
        return pa.array(marked, mask=missing).cast(column.type, safe=False)
