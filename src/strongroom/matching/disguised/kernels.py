"""The inner loops of `disguised`, compiled."""

import math

import numba
import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Singles = NDArray[np.float32]
Floats = NDArray[np.float64]
Steps = NDArray[np.int32]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    far: float = threshold(
        7.0,
        "standard deviations",
        "derived: a normal tail beyond seven is less than one in 10^11",
    )
    stray: float = threshold(
        2e-4,
        "share of values",
        "judgement: one value in 5,000 fits no column; with 0, a single odd value would exclude the "
        "right one",
    )


LIMITS = _Limits()
_FAR = LIMITS.far
_STRAY = LIMITS.stray


_HALF = math.sqrt(0.5)


def load_kernels() -> None:
    """Load the loops that every table needs, for which the first table would otherwise wait half a second."""
    zeros, ratios, levels = (np.zeros((2, 2), kind) for kind in (np.float64, np.float32, np.uint8))
    people = np.zeros((2, 2), np.int64)
    normal_interval_shares(zeros, zeros + 1, zeros[0])
    multiply_by_mixture(zeros, ratios[None], levels[:1])
    gather_ratios(ratios, levels[0], people[:, ::-1], ratios)


@numba.njit(cache=True, nogil=True)
def multiply_by_mixture(total: Floats, ratios: Singles, codes: NDArray[np.uint8]) -> None:
    """Multiply `total` (rows, people) by the summed likelihood ratios of several hypotheses.

    `ratios` has shape (hypotheses, rows, levels), `codes` (hypotheses, people).
    """
    hypotheses, rows, _ = ratios.shape
    people = codes.shape[1]
    for row in range(rows):
        for person in range(people):
            mixed = np.float32(0.0)
            for each in range(hypotheses):
                mixed += ratios[each, row, codes[each, person]]
            total[row, person] *= mixed


@numba.njit(cache=True, nogil=True)
def normal_interval_shares(middle: Floats, error: Floats, edges: Floats) -> Floats:
    """Return the probabilities of intervals between edges under normal distributions, (rows, edges - 1).

    A row's probability is the mean over several distributions; `middle` and `error` have shape (rows,
    several).
    """
    rows, several = middle.shape
    shares = np.zeros((rows, len(edges) - 1))
    for row in range(rows):
        for each in range(several):
            before = 0.0
            for edge in range(len(edges)):
                away = (edges[edge] - middle[row, each]) / error[row, each]
                # Beyond, the tail is negligible.
                if away < -_FAR:
                    below = 0.0
                elif away > _FAR:
                    below = 1.0
                else:
                    below = 0.5 * math.erfc(-away * _HALF)
                if edge:
                    shares[row, edge - 1] += (below - before) / several
                before = below
    return shares


@numba.njit(cache=True, nogil=True)
def gather_ratios(
    ratios: Singles, codes: NDArray[np.uint8], people: NDArray[np.int64], into: Singles
) -> None:
    """Put the ratios (rows, levels) of some people (rows, listed), by each one's level, into `into`."""
    rows, listed = people.shape
    for row in range(rows):
        for place in range(listed):
            into[row, place] = ratios[row, codes[people[row, place]]]


@numba.njit(cache=True, nogil=True)
def add_bits(total: Singles, bits: Singles, codes: NDArray[np.uint8]) -> None:
    """Add one column's bits (rows, levels), by each person's level (people,), to `total`."""
    rows, people = total.shape
    for row in range(rows):
        for person in range(people):
            total[row, person] += bits[row, codes[person]]


@numba.njit(cache=True, nogil=True)
def add_gaussian_bits(  # noqa: PLR0917 - numba takes arrays, not objects
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


@numba.njit(cache=True, nogil=True)
def likelihoods(low: Floats, high: Floats, quantiles: Floats, hopeless: float) -> Floats:
    """Return log2 of the likelihood of values known to lie in (low, high], under each of several sketches.

    Between quantiles (sketches, quantiles) people are uniform; one value in 5,000 may be an outlier. A sketch
    is given up below `hopeless`.
    """
    found = np.zeros(len(quantiles))
    last = quantiles.shape[1] - 1
    for sketch in range(len(quantiles)):
        for row in range(len(low)):
            mass = _STRAY
            for sign, value in ((1.0, high[row]), (-1.0, low[row])):
                below, above = 0, last + 1
                while below < above:
                    middle = (below + above) // 2
                    if quantiles[sketch, middle] <= value:
                        below = middle + 1
                    else:
                        above = middle
                share = 0.0
                if below > last:
                    share = 1.0
                elif below > 0:
                    held = quantiles[sketch, below - 1]
                    share = (below - 1 + (value - held) / (quantiles[sketch, below] - held)) / last
                mass += sign * share
            found[sketch] += math.log2(mass)
            if found[sketch] < hopeless:
                break
    return found


@numba.njit(cache=True, nogil=True)
def _people_within(
    mine: Steps, theirs: Steps, row: int, bounds: NDArray[np.int64], found: NDArray[np.int64]
) -> int:
    """Put the people at offsets considered into `found` (people,) and return how many there are."""
    count: int = theirs.shape[1]
    for column in range(len(mine)):
        low, high = bounds[column, 0] + mine[column, row], bounds[column, 1] + mine[column, row]
        kept = 0
        for place in range(count):
            # Written whether kept or not, since the processor could not foresee it.
            found[kept] = found[place] if column else place
            value = np.int64(theirs[column, found[kept]])
            kept += int(value >= low) & int(value <= high)
        count = kept
    return count


@numba.njit(cache=True, nogil=True)
def _cell(mine: Steps, theirs: Steps, row: int, person: int, cells: int) -> int:
    mixed = np.uint64(0)
    for column in range(len(mine)):
        offset = np.int64(theirs[column, person]) - np.int64(mine[column, row])
        mixed = (mixed ^ np.uint64(offset)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return int(mixed & np.uint64(cells - 1))


@numba.njit(cache=True, nogil=True)
def count_votes(mine: Steps, theirs: Steps, bounds: NDArray[np.int64], cells: int) -> tuple[int, int, int]:
    """Count the rows with a person at each combination of offsets; return the most, its cell and the second.

    `mine` has shape (columns, rows) and `theirs` (columns, people), in steps. `bounds` (columns, 2) are the
    least and the greatest offset considered; people's missing values must be far outside of them.
    Combinations of offsets are hashed to `cells`, a power of two.
    """
    # The votes of a cell, and above 16 bits the row, from 1, that voted last: a row votes once.
    tallies = np.zeros(cells, np.int32)
    within = np.zeros(theirs.shape[1], np.int64)
    most, cell, second = 0, -1, 0
    for row in range(mine.shape[1]):
        for place in range(_people_within(mine, theirs, row, bounds, within)):
            at = _cell(mine, theirs, row, within[place], cells)
            tally = tallies[at]
            if tally >> 16 == row + 1:
                continue
            votes = (tally & 0xFFFF) + 1
            tallies[at] = (row + 1) << 16 | votes
            if votes > second:
                if at == cell:
                    most = votes
                elif votes > most:
                    most, cell, second = votes, at, most
                else:
                    second = votes
    return most, cell, second


@numba.njit(cache=True, nogil=True)
def offsets_in(
    mine: Steps, theirs: Steps, bounds: NDArray[np.int64], cells: int, cell: int
) -> NDArray[np.int64]:
    """Return the offsets that `count_votes` counted in a cell, shape (votes, columns)."""
    found, votes = np.zeros((mine.shape[1] * 4, len(mine)), np.int64), 0
    within = np.zeros(theirs.shape[1], np.int64)
    for row in range(mine.shape[1]):
        for place in range(_people_within(mine, theirs, row, bounds, within)):
            if votes < len(found) and _cell(mine, theirs, row, within[place], cells) == cell:
                for column in range(len(mine)):
                    held = np.int64(theirs[column, within[place]])
                    found[votes, column] = held - np.int64(mine[column, row])
                votes += 1
    return found[:votes]
