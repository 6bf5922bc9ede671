"""The interface of a detector of identifiers: it reads a column's distinct values with their counts."""

from typing import ClassVar, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.clock import Clock
from strongroom.cohort.dictionary import Field


class Detector(Protocol):
    """Looks for one kind of identifier in one column."""

    kind: ClassVar[str]
    """The kind of identifier, as in the report."""
    reason: ClassVar[str]
    """Why such a column is refused."""

    def __init__(self, field: Field, *, clock: Clock) -> None:
        """Start a column."""

    @staticmethod
    def reads(kind: pa.DataType) -> bool:
        """Tell whether values of this type can hold such identifiers."""

    def add(self, values: pa.Array, counts: NDArray[np.int64]) -> None:
        """Add distinct, non-missing values, and how often each occurs in the present chunk."""

    def found(self) -> int:
        """Return how many values are such identifiers, 0 if the column does not hold them."""


class PatternDetector:
    """Counts the text values that contain a match of a regular expression (RE2)."""

    pattern: ClassVar[str]
    fewest: ClassVar[int] = 1
    share: ClassVar[float] = 0.0
    """How many values, and what share of all, must match before the column is reported."""

    def __init__(self, field: Field, *, clock: Clock) -> None:  # noqa: ARG002 - the Detector protocol
        self._hits = self._tested = 0

    @staticmethod
    def reads(kind: pa.DataType) -> bool:
        """Read text only."""
        return bool(pa.types.is_string(kind))

    def add(self, values: pa.Array, counts: NDArray[np.int64]) -> None:
        """Count the values that match."""
        matched = pc.match_substring_regex(values, self.pattern).to_numpy(zero_copy_only=False)
        self._hits += int(counts[matched].sum())
        self._tested += int(counts.sum())

    def found(self) -> int:
        """Return the number of matches if there are enough."""
        enough = self._hits >= min(self.fewest, self._tested) and self._hits >= self.share * self._tested
        return self._hits if enough else 0
