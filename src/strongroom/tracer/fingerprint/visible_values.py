"""The cohort as one project sees it, in the form outputs are compared with: with its marks applied."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.cohort.model import PARTICIPANT
from strongroom.matching import Index
from strongroom.matching.storage.coded_column import CodedColumn, code_values
from strongroom.matching.storage.events import event_arrays
from strongroom.matching.storage.index import ORDINALS
from strongroom.matching.storage.index_overlay import write_overlay
from strongroom.matching.values.comparable import ValueKind, Values, canonical_values
from strongroom.tracer.fingerprint.marking import FingerprintMarker
from strongroom.tracer.fingerprint.plan import IssuedFingerprint
from strongroom.tracer.fingerprint.rules import DATE, DECIMAL

Floats = NDArray[np.float64]
Add = Callable[[str, NDArray[Any]], None]


def add_visible(
    cohort: Cohort, index: Index, fingerprint: IssuedFingerprint, columns: Sequence[str], add: Add
) -> None:
    """Pass to `add`, by name, the index arrays that differ in what is visible to a project."""
    mark = fingerprint.marker(fingerprint.plan.movable(cohort))
    write_overlay(index, _visible_columns(cohort, index, fingerprint, mark, columns), add)
    if any(mark.changes(name) for name in columns if name not in index.columns):
        for name, array in event_arrays(cohort, partial(_visible_events, mark)):
            add(name, array)


def _visible_events(mark: FingerprintMarker, table: str, rows: pa.Table) -> pa.Table:
    return mark(table, rows.column(PARTICIPANT).to_numpy(), rows)


def _visible_columns(
    cohort: Cohort,
    index: Index,
    fingerprint: IssuedFingerprint,
    mark: FingerprintMarker,
    columns: Sequence[str],
) -> Iterator[tuple[str, CodedColumn]]:
    """Yield the participants' columns of a view that its marks change, in the form of the index."""
    originals = Originals(cohort, index, fingerprint)
    ordinals = index.stored.array(ORDINALS).astype(np.int64)
    known: dict[str, Floats] = {}
    for name in columns:
        if name in index.columns and mark.changes(name):
            shown = mark.shown(name, ordinals, originals.read, known)
            dated = index.columns[name].kind is ValueKind.DATE
            values = Values(ValueKind.DATE, shown) if dated else canonical_values(pa.array(shown))
            if values is not None:
                yield name, code_values(values)


class Originals:
    """The cohort's original values of participants' columns, in stored order."""

    def __init__(self, cohort: Cohort, index: Index, fingerprint: IssuedFingerprint) -> None:
        self._cohort, self._index, self._rules = cohort, index, fingerprint.plan.rules

    def read(self, name: str) -> Floats:
        """Return a column, shape (people,): from the index, or from the store if the index rounds it."""
        rule = self._rules.get(name)
        if name in self._index.columns and (rule is None or rule.form in {DECIMAL, DATE}):
            column = self._index.coded(name)
            return np.asarray(np.concatenate([[np.nan], column.distinct])[column.codes], np.float64)
        stored = self._cohort.participants.read([name]).column(0)
        found: Floats = stored.cast(pa.float64(), safe=False).to_numpy()
        return found
