"""NHS numbers: ten digits, the last of which is a check digit (modulus 11, NHS Data Dictionary).

One in eleven ten-digit numbers passes by chance, so a column contains NHS numbers if clearly more do.
"""

from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.clock import Clock
from strongroom.cohort.dictionary import Field
from strongroom.thresholds import Thresholds, threshold

_TEN_DIGITS = r"(?:^|[^0-9])(?P<a>[0-9]{3})[ -]?(?P<b>[0-9]{3})[ -]?(?P<c>[0-9]{4})(?:$|[^0-9])"
_LOW, _HIGH = 1_000_000_000, 9_999_999_999  # fixed: numbers of ten digits


class _Limits(Thresholds):
    """The numbers this module decides by."""

    by_chance: float = threshold(
        1 / 11,
        "share of ten-digit numbers",
        "derived: one of the eleven remainders of the check digit (NHS Data Dictionary, modulus 11)",
    )
    risk: float = threshold(
        1e-6,
        "probability",
        "judgement: how often a column of other ten-digit numbers may be refused by mistake",
    )


LIMITS = _Limits()


_WEIGHTS = np.arange(10, 1, -1)


class NhsNumber:
    """A patient's number in the National Health Service, as text or as a whole number."""

    kind: ClassVar[str] = "nhs-number"
    reason: ClassVar[str] = "it identifies a patient throughout the health service"

    def __init__(self, field: Field, *, clock: Clock) -> None:  # noqa: ARG002 - the Detector protocol
        self._ten = self._valid = self._distinct_ten = self._distinct_valid = 0

    @staticmethod
    def reads(kind: pa.DataType) -> bool:
        """Read text and numbers."""
        return bool(pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind))

    def add(self, values: pa.Array, counts: NDArray[np.int64]) -> None:
        """Count the ten-digit numbers, and those whose check digit is right."""
        numbers, weights = _from_text(values, counts) if pa.types.is_string(values.type) else (values, counts)
        integers = pc.cast(numbers, pa.int64(), safe=False).to_numpy(zero_copy_only=False)
        ten = (integers >= _LOW) & (integers <= _HIGH)
        valid = check_digit_is_right(integers[ten])
        self._ten += int(weights[ten].sum())
        self._valid += int(weights[ten][valid].sum())
        self._distinct_ten += int(ten.sum())
        self._distinct_valid += int(valid.sum())

    def found(self) -> int:
        """Return how many are valid, if more distinct ones are than chance explains."""
        if not self._distinct_valid:
            return 0
        from scipy.special import bdtrc  # noqa: PLC0415 - it takes long to load

        by_chance = bdtrc(self._distinct_valid - 1, self._distinct_ten, LIMITS.by_chance)
        return self._valid if by_chance < LIMITS.risk else 0


def check_digit_is_right(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for each ten-digit number whether its last digit is the NHS check digit of the others."""
    digits = numbers[:, None] // 10 ** np.arange(9, -1, -1, dtype=np.int64) % 10
    check = 11 - digits[:, :9] @ _WEIGHTS % 11
    right: NDArray[np.bool_] = np.where(check == 11, 0, check) == digits[:, 9]  # noqa: PLR2004 - modulus 11
    return right


def _from_text(values: pa.Array, counts: NDArray[np.int64]) -> tuple[pa.Array, NDArray[np.int64]]:
    parts = pc.extract_regex(values, _TEN_DIGITS)
    matched = parts.is_valid().to_numpy(zero_copy_only=False)
    parts = parts.drop_null()
    joined = pc.binary_join_element_wise(*(pc.struct_field(parts, part) for part in "abc"), "")
    return joined.cast(pa.int64()), counts[matched]
