"""What a project sees of the cohort, in the form outputs are compared with: columns as they are marked."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.cohort.index import Index
from strongroom.cohort.index.coded import CodedColumn, code_values
from strongroom.cohort.index.profile import ORDINALS
from strongroom.cohort.index.values import canonical_values
from strongroom.tracer.fingerprint.plan import IssuedFingerprint
from strongroom.tracer.fingerprint.rules import DECIMAL

Floats = NDArray[np.float64]


def seen_columns(
    cohort: Cohort, index: Index, fingerprint: IssuedFingerprint, columns: Sequence[str]
) -> Iterator[tuple[str, CodedColumn]]:
    """Yield those participants' columns of a view that its marks change, as the index would hold them."""
    mark = fingerprint.marker()
    originals = Originals(cohort, index, fingerprint)
    ordinals = index.stored.array(ORDINALS).astype(np.int64)
    known: dict[str, Floats] = {}
    for name in columns:
        if name in index.columns and mark.changes(name):
            values = canonical_values(pa.array(mark.shown(name, ordinals, originals.read, known)))
            if values is not None:
                yield name, code_values(values)


class Originals:
    """The cohort's own values of participants' columns, in stored order."""

    def __init__(self, cohort: Cohort, index: Index, fingerprint: IssuedFingerprint) -> None:
        self._cohort, self._index, self._rules = cohort, index, fingerprint.plan.rules

    def read(self, name: str) -> Floats:
        """Return a column, shape (people,): from the index, from the store where that rounds its values."""
        rule = self._rules.get(name)
        if name in self._index.columns and (rule is None or rule.form == DECIMAL):
            column = self._index.coded(name)
            return np.asarray(np.concatenate([[np.nan], column.distinct])[column.codes], np.float64)
        stored = self._cohort.participants.read([name]).column(0)
        found: Floats = stored.cast(pa.float64(), safe=False).to_numpy()
        return found
