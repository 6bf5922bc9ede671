"""Telephone numbers: British ones with trunk 0 or +44, others with + and country code."""

from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.cohort.ingest.identifiers.detector import PatternDetector
from strongroom.thresholds import Thresholds, threshold

# Ofcom's ranges: 01 and 02 geographic, 03 non-geographic, 07 mobile; ten digits after the 0 (a few have
# nine).
_PATTERN = r"(^|[^0-9A-Za-z])((\+44|0044)[ -]?(\(0\))?|0)[ -]?[1237]([ -]?[0-9]){8,9}($|[^0-9A-Za-z])"
_FOREIGN = r"^\+[1-9]([ ().-]?[0-9]){8,13}$"
# Standard: Ofcom, numbers beginning 07, without their leading zero.
_MOBILE = (7_000_000_000, 7_999_999_999)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_mobile: float = threshold(
        0.9,
        "share of values",
        "judgement: a few numbers fall into the mobile range by chance; nearly all of a column do not",
    )


LIMITS = _Limits()


class PhoneNumber(PatternDetector):
    """A telephone number in a text, or a column of mobile numbers without their leading 0."""

    kind: ClassVar[str] = "phone"
    reason: ClassVar[str] = "a number can be used to contact the participant"
    pattern: ClassVar[str] = f"{_PATTERN}|{_FOREIGN}"
    fewest: ClassVar[int] = 3
    share: ClassVar[float] = 0.001

    _numbers = False

    @staticmethod
    def reads(kind: pa.DataType) -> bool:
        """Read text and numbers."""
        return bool(pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind))

    def add(self, values: pa.Array, counts: NDArray[np.int64]) -> None:
        """Count the matches in text, the mobile range in numbers."""
        if pa.types.is_string(values.type):
            super().add(values, counts)
            return
        self._numbers = True
        mobile = pc.and_(pc.greater_equal(values, _MOBILE[0]), pc.less_equal(values, _MOBILE[1]))
        self._hits += int(counts[mobile.to_numpy(zero_copy_only=False)].sum())
        self._tested += int(counts.sum())

    def found(self) -> int:
        """Return the number of matches if there are enough."""
        # A single number in the mobile range may be anything; nearly all of a column are telephone numbers.
        return super().found() if not self._numbers or self._hits >= LIMITS.least_mobile * self._tested else 0
