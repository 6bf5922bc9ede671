"""The compiled loops of the search for uniques: refining classes by one more column."""

import numba
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Codes = NDArray[np.uint32]
Bits = NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def refine(codes: Codes, rows: Rows, starts: Rows, levels: int) -> tuple[Rows, Rows, Rows]:
    """Split classes by a column: return rows by class, class starts, and rows that are now unique.

    `rows` lists rows class by class, class g from `starts[g]` to `starts[g + 1]`. A unique row
    is in no returned class, because it stays unique whatever columns are added.
    """
    found = np.empty(len(rows), np.int32)
    found_starts = np.empty(len(rows) // 2 + 2, np.int32)
    alone = np.empty(len(rows), np.int32)
    places = np.zeros(levels, np.int32)
    present = np.empty(levels, np.int32)
    at, classes, singles = 0, 0, 0
    for group in range(len(starts) - 1):
        distinct = 0
        for place in range(starts[group], starts[group + 1]):
            code = codes[rows[place]]
            if places[code] == 0:
                present[distinct] = code
                distinct += 1
            places[code] += 1
        for each in range(distinct):
            size = places[present[each]]
            if size == 1:
                places[present[each]] = -1
            else:
                places[present[each]] = at
                found_starts[classes] = at
                classes += 1
                at += size
        for place in range(starts[group], starts[group + 1]):
            row = rows[place]
            where = places[codes[row]]
            if where < 0:
                alone[singles] = row
                singles += 1
            else:
                found[where] = row
                places[codes[row]] = where + 1
        for each in range(distinct):
            places[present[each]] = 0
    found_starts[classes] = at
    return found[:at].copy(), found_starts[: classes + 1].copy(), alone[:singles].copy()


@numba.njit(cache=True, nogil=True)
def alone_by(codes: Codes, rows: Rows, starts: Rows, levels: int, alone: Rows) -> int:
    """Write the rows that become unique when a column splits the classes to `alone`; return their number."""
    group_of = np.full(levels, -1, np.int32)
    first = np.empty(levels, np.int32)
    present = np.empty(levels, np.int32)
    singles = 0
    for group in range(len(starts) - 1):
        begin, end = starts[group], starts[group + 1]
        if end - begin == 2:  # noqa: PLR2004 - most classes are pairs, which need no lookup table
            if codes[rows[begin]] != codes[rows[begin + 1]]:
                alone[singles] = rows[begin]
                alone[singles + 1] = rows[begin + 1]
                singles += 2
            continue
        distinct = 0
        for place in range(begin, end):
            row = rows[place]
            code = codes[row]
            if group_of[code] != group:
                group_of[code] = group
                first[code] = row
                present[distinct] = code
                distinct += 1
            else:
                first[code] = -1
        for each in range(distinct):
            if first[present[each]] >= 0:
                alone[singles] = first[present[each]]
                singles += 1
    return singles


@numba.njit(cache=True, nogil=True)
def set_bits(bits: Bits, rows: Rows) -> None:
    """Set the bits of rows in a bitmap with eight rows per byte."""
    for row in rows:
        bits[row >> 3] |= np.uint8(1 << (row & 7))


@numba.njit(cache=True, nogil=True)
def count_minimal(rows: Rows, smaller: Bits, smaller_sets: Rows, minimal: NDArray[np.uint32]) -> int:
    """Add 1 to `minimal` for each row that no smaller set makes unique; return the number of such rows.

    `smaller` has one bitmap per set; `smaller_sets` lists the subsets of this set.
    """
    count = 0
    for row in rows:
        byte, bit = row >> 3, np.uint8(1 << (row & 7))
        known = False
        for each in smaller_sets:
            if smaller[each, byte] & bit:
                known = True
                break
        if not known:
            minimal[row] += 1
            count += 1
    return count
