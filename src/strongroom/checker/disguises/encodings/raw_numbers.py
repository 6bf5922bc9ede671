"""Binary numbers: finds the layout under which all values of a buffer are of ordinary size."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

# A random double is of ordinary size once in twenty, a float once in five: this many are no coincidence.
_LEAST_VALUES = {"f8": 6, "i8": 3, "f4": 16, "i4": 6, "u2": 64}
_LAYOUTS = [(order + kind, least) for kind, least in _LEAST_VALUES.items() for order in "<>"]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least: float = threshold(
        1e-6,
        "size",
        "judgement: measurements are rarely smaller; other bytes read as numbers often are",
    )
    most: int = threshold(
        1e9, "size", "judgement: measurements are rarely larger; other bytes read as numbers often are"
    )
    tested: int = threshold(4_096, "numbers", "cost: the layout is visible in the first numbers")
    widest: int = threshold(128, "columns", "cost: each width is tried")
    steadier: float = threshold(
        0.5,
        "share of variance",
        "judgement: by trial on the benchmark: within columns values vary by less than overall",
    )


LIMITS = _Limits()


def raw_numbers(data: bytes) -> pa.Table | None:
    """Return a buffer of fixed-size numbers as a table, or None if no layout explains it.

    The number of columns (f0, f1, ...) is the one that makes magnitudes within columns most even.
    """
    for layout, least in _LAYOUTS:
        kind = np.dtype(layout)
        if len(data) % kind.itemsize or len(data) < least * kind.itemsize:
            continue
        values = np.frombuffer(data, kind)
        if _ordinary(values[: LIMITS.tested]):
            return _table(values.astype(kind.newbyteorder("=")))
    return None


def _ordinary(values: NDArray[np.generic]) -> bool:
    if values.dtype.kind == "f":
        with np.errstate(all="ignore"):
            sizes = np.abs(values.astype(np.float64))
            known = ~np.isnan(sizes)
            inside = (sizes == 0) | ((sizes >= LIMITS.least) & (sizes <= LIMITS.most))
        # Payload bits in a NaN are no missing value.
        return bool(known.any() and (sizes > 0).any() and inside[known].all())
    if values.dtype.itemsize == 2:  # noqa: PLR2004 - 16-bit numbers: only small ones differ from random bytes
        return bool(values.max() < 4_096 and values.any())  # noqa: PLR2004 - a chance of 1/16 each
    return bool(np.abs(values.astype(np.float64)).max() < 2**31 / 16 and values.any())


def _table(values: NDArray[np.generic]) -> pa.Table:
    numbers = values.astype(np.float64)
    width, height = steadiest_width(numbers), longest_column(numbers)
    if width == 1 and height < len(values):
        columns = values[: len(values) // height * height].reshape(-1, height)
    else:
        columns = values[: len(values) // width * width].reshape(-1, width).T
    names = [f"f{place}" for place in range(len(columns))]
    return pa.table([pa.array(np.ascontiguousarray(column)) for column in columns], names=names)


def longest_column(values: NDArray[np.float64]) -> int:
    """Return the length of columns stored one after another: the one in which magnitudes change least."""
    sizes = np.log1p(np.abs(np.nan_to_num(values)))
    best, spread = len(values), float(sizes.var()) * LIMITS.steadier
    for count in range(2, min(LIMITS.widest, len(values) // 3) + 1):
        if len(values) % count == 0:
            within = float(sizes.reshape(count, -1).var(axis=1).mean())
            if within < spread * 0.8:
                best, spread = len(values) // count, within
    return best


def steadiest_width(values: NDArray[np.float64]) -> int:
    """Return the row length under which columns vary least, 1 if none stands out."""
    sizes = np.log1p(np.abs(np.nan_to_num(values[: LIMITS.tested])))
    total = float(sizes.var())
    best, spread = 1, total * LIMITS.steadier
    for width in range(2, min(LIMITS.widest, len(sizes) // 3) + 1):
        if len(values) % width:
            continue
        rows = sizes[: len(sizes) // width * width].reshape(-1, width)
        within = float(rows.var(axis=0).mean()) * len(rows) / (len(rows) - 1)
        if within < spread * 0.8:
            best, spread = width, within
    return best
