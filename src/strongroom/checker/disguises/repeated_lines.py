"""Lines whose words repeat in blocks, with some numbers missing: one block is one row.

Lines are compared by their words alone, since a missing number leaves no trace. Examples are logs of training
runs, listings, and reports of one item after another.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from strongroom.checker.disguises.repeated_words import NUMBER, judgeable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_blocks: int = threshold(5, "blocks", "judgement: fewer repetitions are no table")
    longest: int = threshold(64, "lines", "cost: each period is tried")
    alike: float = threshold(0.9, "share of lines", "judgement: a line in ten may be a warning or a heading")
    most_text: int = threshold(1 << 19, "characters", "cost: time of the search")
    most_lines: int = threshold(20_000, "lines", "cost: time of the search")


LIMITS = _Limits()


def repeated_line_tables(content: str) -> Iterator[pa.Table]:
    """Yield the table that blocks of two or more lines form, one row each; at most one table."""
    lines = [line for line in content[: LIMITS.most_text].splitlines() if line.strip()][: LIMITS.most_lines]
    words = [" ".join(NUMBER.sub(" ", line).split()) for line in lines]
    known: dict[str, int] = {}
    codes = np.array([known.setdefault(each, len(known)) for each in words], np.int64)
    if not 1 < len(known) <= len(lines) // 2:
        return
    period = _period(codes)
    if period:
        # Its first line repeats one block later.
        first = int(np.flatnonzero(codes[period:] == codes[:-period])[0])
        table = judgeable(_columns(lines[first:], codes[first:], period))
        if table is not None:
            yield table


def _period(codes: np.ndarray) -> int:
    """Return after how many lines the words repeat, 0 if they do not."""
    for period in range(2, min(LIMITS.longest, len(codes) // LIMITS.least_blocks) + 1):
        if np.mean(codes[period:] == codes[:-period]) >= LIMITS.alike:
            return period
    return 0


def _columns(lines: Sequence[str], codes: np.ndarray, period: int) -> list[list[str]]:
    """Return a column for each number of each line of a block, empty where it is missing."""
    complete = len(lines) // period * period
    columns: list[list[str]] = []
    for place in range(period):
        usual = Counter(codes[place:complete:period].tolist()).most_common(1)[0][0]
        cells_of_rows = [
            NUMBER.findall(lines[row]) if codes[row] == usual else []
            for row in range(place, complete, period)
        ]
        numbers = max(map(len, cells_of_rows))
        columns += [
            [cells[slot] if len(cells) == numbers else "" for cells in cells_of_rows]
            for slot in range(numbers)
        ]
    return columns
