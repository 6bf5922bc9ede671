"""Participants' ids: ordinals are given in the order of their file; other tables refer to people by id."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.cohort.ingest.plan import PlannedColumn
from strongroom.cohort.ingest.type_conversion import conform
from strongroom.errors import IngestError
from strongroom.thresholds import Thresholds, threshold

# Up to 15 digits, exact in every program that may read them. No leading zero or plus: 007 is not 7.
_WHOLE = r"^(0|-?[1-9][0-9]{0,14})$"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_digits: int = threshold(
        7,
        "digits",
        "judgement: pseudonyms have at least seven digits, as UK Biobank's ids have",
    )
    most_digits: int = threshold(15, "digits", "derived: float64 holds whole numbers of 15 digits exactly")
    least_room: int = threshold(
        2,
        "pseudonyms a participant",
        "judgement: at least half of the range stays unused, so that a random number is often no pseudonym",
    )


LIMITS = _Limits()


class NotWholeNumbersError(Exception):
    """An id is not a whole number, so all ids must be read as text."""


class ParticipantIds:
    """The participants of a cohort by id; the one in row k (from 0) has ordinal k."""

    def __init__(self, *, whole_numbers: bool) -> None:
        self.whole_numbers = whole_numbers
        self._ids: list[pa.Array] = []
        self._table: dict[str, int] = {}
        self._sorted = np.empty(0, dtype=np.int64)
        self._order = np.empty(0, dtype=np.int64)
        self.count = 0

    @property
    def type(self) -> pa.DataType:
        """The type ids are stored in."""
        return pa.int64() if self.whole_numbers else pa.string()

    def add(self, ids: pa.Array) -> NDArray[np.uint32]:
        """Add the participants of further rows and return their ordinals. Raises NotWholeNumbersError."""
        if self.whole_numbers and not pc.all(pc.match_substring_regex(ids, _WHOLE)).as_py():
            raise NotWholeNumbersError
        self._ids.append(ids.cast(self.type))
        ordinals = np.arange(self.count, self.count + len(ids), dtype=np.uint32)
        self.count += len(ids)
        return ordinals

    def close(self, file: Path, column: str) -> None:
        """Check that ids are unique and prepare look-ups; IngestError gives the first repeated id's row."""
        if not self.count:
            raise IngestError(
                "contains no participants.", file=file, hint="Give a file with one row a participant."
            )
        ids = pa.concat_arrays(self._ids)
        self._ids = []
        keys: NDArray[Any] = (
            ids.to_numpy() if self.whole_numbers else np.asarray(ids.to_pylist(), dtype=np.str_)
        )
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        again = order[1:][ordered[1:] == ordered[:-1]]
        if len(again):
            row = int(again.min())
            first = int(np.flatnonzero(keys == keys[row])[0])
            raise IngestError(
                f"repeats the id of row {first + 1}; {len(again)} rows repeat an id.",
                file=file,
                row=row + 1,
                column=column,
                hint="Each participant has one row; repeated measures belong in an event table.",
            )
        if self.whole_numbers:
            self._sorted, self._order = ordered, order
        else:
            self._table = {key: row for row, key in enumerate(ids.to_pylist())}

    def find(self, ids: pa.Array) -> NDArray[np.int64]:
        """Return the ordinals of these ids, -1 for ids that are not participants'."""
        if not self.whole_numbers:
            return np.fromiter((self._table.get(each, -1) for each in ids.to_pylist()), np.int64, len(ids))
        known = pc.match_substring_regex(ids, _WHOLE)
        keys = pc.if_else(known, ids, "0").cast(pa.int64()).to_numpy()
        at = np.minimum(np.searchsorted(self._sorted, keys), len(self._sorted) - 1)
        hit = (self._sorted[at] == keys) & known.to_numpy(zero_copy_only=False)
        return np.where(hit, self._order[at], -1)

    def id_range(self) -> tuple[int, int]:
        """Return the lowest and highest pseudonym for projects: a range like the ids' own, with room.

        That is the ids' range widened to whole leading digits if it holds twice the participants; otherwise
        all numbers of 7 digits, or of as many digits as that takes.
        """
        if self.whole_numbers and self._sorted[0] >= 0:
            step = 10 ** (len(str(int(self._sorted[-1]))) - 1)
            low = int(self._sorted[0]) // step * step
            high = (int(self._sorted[-1]) // step + 1) * step - 1
            if high - low + 1 >= LIMITS.least_room * self.count:
                return low, high
        digits = next(
            n
            for n in range(LIMITS.least_digits, LIMITS.most_digits)
            if 9 * 10 ** (n - 1) >= LIMITS.least_room * self.count
        )
        return 10 ** (digits - 1), 10**digits - 1


def ids_of(array: pa.Array, column: PlannedColumn, *, file: Path, first_row: int) -> pa.Array:
    """Return a chunk's ids as text; IngestError for the first row without one."""
    try:
        ids = pc.utf8_trim_whitespace(conform(array, pa.string()))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise IngestError(
            f"ids of type {array.type} are neither whole numbers nor text.", file=file, column=column.source
        ) from None
    empty = pc.fill_null(pc.equal(ids, ""), fill_value=True).to_numpy(zero_copy_only=False)
    if empty.any():
        raise IngestError(
            "the id is missing.",
            file=file,
            row=first_row + int(empty.argmax()),
            column=column.source,
            hint="Every row needs a participant's id.",
        )
    return ids
