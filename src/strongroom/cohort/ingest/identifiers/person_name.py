"""People's names, recognised by common given and family names among a text column's distinct values.

The list is short and omits names that are ordinary words (Rose, Brown, Young), so a column is judged by the
share of its distinct values, not by single matches.
"""

from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.clock import Clock
from strongroom.cohort.dictionary import Field
from strongroom.cohort.ingest.identifiers.common_names import FAMILY_NAMES, GIVEN_NAMES
from strongroom.thresholds import Thresholds, threshold

_HINTS = ("surname", "forename", "first name", "last name", "given name", "family name", "full name", "_name")
# Length is checked separately: a counted repetition of a Unicode class takes RE2 20 ms to compile.
_SHAPE = r"^\s*\p{L}[\p{L}'\x{2019}. ,-]+$"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest: int = threshold(
        60,
        "characters",
        "judgement: longer texts are sentences that may mention a name",
    )
    most_words: int = threshold(
        5,
        "words",
        "judgement: names have at most five words; longer texts are phrases",
    )
    most_distinct: int = threshold(
        10_000,
        "distinct names",
        "cost: kept to count different names; the decision needs only a few",
    )
    least_names: int = threshold(
        5,
        "distinct names",
        "judgement: fewer may be categories that happen to be names",
    )
    least_share: float = threshold(
        0.2,
        "share of distinct values",
        "judgement: the list holds common names only, so a fifth of a column of names is found in it",
    )
    least_full_names: int = threshold(
        3,
        "distinct names",
        "judgement: given and family name together are rarely anything else, so three are enough",
    )
    least_share_full: float = threshold(
        0.01,
        "share of distinct values",
        "judgement: below one per cent, full names are mentions in free text",
    )


LIMITS = _Limits()


_GIVEN, _FAMILY = pa.array(sorted(GIVEN_NAMES)), pa.array(sorted(FAMILY_NAMES))


class PersonName:
    """A given name, a family name, or both in any order."""

    kind: ClassVar[str] = "person-name"
    reason: ClassVar[str] = "it is the participant's name"

    def __init__(self, field: Field, *, clock: Clock) -> None:  # noqa: ARG002 - the Detector protocol
        described = f"{field.name} {field.title}".casefold()
        self._hinted = any(hint in described for hint in _HINTS)
        self._names: set[str] = set()
        self._both = self._single = self._values = self._distinct = 0

    @staticmethod
    def reads(kind: pa.DataType) -> bool:
        """Read text only."""
        return bool(pa.types.is_string(kind))

    def add(self, values: pa.Array, counts: NDArray[np.int64]) -> None:
        """Count the distinct values that have the form of a name and contain a common one."""
        self._distinct += len(values)
        shaped = pc.and_(
            pc.match_substring_regex(values, _SHAPE), pc.less_equal(pc.utf8_length(values), LIMITS.longest)
        )
        weights = counts[shaped.to_numpy(zero_copy_only=False)]
        values = values.filter(shaped)
        words = pc.split_pattern_regex(pc.utf8_lower(pc.utf8_trim_whitespace(values)), r"[ ,.]+")
        few = pc.less_equal(pc.list_value_length(words), LIMITS.most_words).to_numpy(zero_copy_only=False)
        given, family = _holds(words, _GIVEN), _holds(words, _FAMILY)
        named = few & (given | family)
        self._both += int((few & given & family).sum())
        self._single += int(named.sum())
        self._values += int(weights[named].sum())
        if len(self._names) < LIMITS.most_distinct:
            self._names.update(values.filter(pa.array(named)).to_pylist())

    def found(self) -> int:
        """Return how many values are names, if enough different ones are."""
        different = len(self._names)
        if self._hinted and different > 1:
            return self._values
        many = different >= LIMITS.least_names and self._single >= LIMITS.least_share * self._distinct
        # A value with a given and a family name is rarely anything else, so fewer are enough.
        certain = different >= LIMITS.least_full_names and self._both >= max(
            LIMITS.least_full_names, LIMITS.least_share_full * self._distinct
        )
        return self._values if many or certain else 0


def _holds(words: pa.ListArray, names: pa.Array) -> NDArray[np.bool_]:
    """Tell for each list of words whether one of `names` is among them."""
    among = pc.is_in(pc.list_flatten(words), names).to_numpy(zero_copy_only=False)
    parents = pc.list_parent_indices(words).to_numpy()
    held = np.zeros(len(words), dtype=np.bool_)
    held[parents[among]] = True
    return held
