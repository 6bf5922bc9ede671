"""The two loops over rows and people that everything disguised rests on, compiled."""

import numba
import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]


@numba.njit(cache=True, nogil=True)
def add_mixture(total: Singles, ratios: Singles, codes: NDArray[np.uint8]) -> None:
    """Add log2 of the summed likelihood ratios of several hypotheses to `total` (rows, people).

    `ratios` has shape (hypotheses, rows, levels), `codes` (hypotheses, people).
    """
    hypotheses, rows, _ = ratios.shape
    people = codes.shape[1]
    for row in range(rows):
        for person in range(people):
            mixed = np.float32(0.0)
            for each in range(hypotheses):
                mixed += ratios[each, row, codes[each, person]]
            total[row, person] += np.log2(mixed)


@numba.njit(cache=True, nogil=True)
def add_bits(total: Singles, bits: Singles, codes: NDArray[np.uint8]) -> None:
    """Add one column's bits (rows, levels) by the level of each person (people,) to `total`."""
    rows, people = total.shape
    for row in range(rows):
        for person in range(people):
            total[row, person] += bits[row, codes[person]]


@numba.njit(cache=True, nogil=True)
def add_nearness(  # noqa: PLR0917 - numba takes arrays, not objects
    total: Singles, mine: Singles, theirs: Singles, offset: Singles, floor: np.float32, missing: Singles
) -> None:
    """Add Gaussian bits of the distance between rows and people, both in units of the noise, to `total`.

    `offset` (rows,) makes it a ratio against chance; no distance costs more than `floor` (negative bits);
    `missing` is (both missing, only the row's, only the person's).
    """
    rows, people = total.shape
    for row in range(rows):
        value = mine[row]
        for person in range(people):
            held = theirs[person]
            if np.isnan(held):
                total[row, person] += missing[0] if np.isnan(value) else missing[2]
            elif np.isnan(value):
                total[row, person] += missing[1]
            else:
                gap = value - held
                bits = np.float32(-0.7213475) * gap * gap
                total[row, person] += offset[row] + (max(floor, bits))
