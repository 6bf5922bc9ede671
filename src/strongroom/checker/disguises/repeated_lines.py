"""Lines whose words come again and again, with numbers missing here and there: a stanza is a record.

What is missing leaves no trace in the words, so lines are compared by their words alone, and a line that
lacks a number says nothing. A log of a training run, a listing, a report of one item after the other.
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
    """Yield the table that stanzas of two lines and more form, one row each; at most one."""
    lines = [line for line in content[: LIMITS.most_text].splitlines() if line.strip()][: LIMITS.most_lines]
    words = [" ".join(NUMBER.sub(" ", line).split()) for line in lines]
    known: dict[str, int] = {}
    codes = np.array([known.setdefault(each, len(known)) for each in words], np.int64)
    if not 1 < len(known) <= len(lines) // 2:
        return
    period = _period(codes)
    if period:
        # Its first line comes again one stanza later.
        first = int(np.flatnonzero(codes[period:] == codes[:-period])[0])
        table = judgeable(_columns(lines[first:], codes[first:], period))
        if table is not None:
            yield table


def _period(codes: np.ndarray) -> int:
    """Return after how many lines the words come again, 0 where they do not."""
    for period in range(2, min(LIMITS.longest, len(codes) // LIMITS.least_blocks) + 1):
        if np.mean(codes[period:] == codes[:-period]) >= LIMITS.alike:
            return period
    return 0


def _columns(lines: Sequence[str], codes: np.ndarray, period: int) -> list[list[str]]:
    """Return a column for each number of each line of a stanza; empty where the line lacks one."""
    whole = len(lines) // period * period
    columns: list[list[str]] = []
    for place in range(period):
        usual = Counter(codes[place:whole:period].tolist()).most_common(1)[0][0]
        told = [
            NUMBER.findall(lines[row]) if codes[row] == usual else [] for row in range(place, whole, period)
        ]
        numbers = max(map(len, told))
        columns += [
            [cells[slot] if len(cells) == numbers else "" for cells in told] for slot in range(numbers)
        ]
    return columns
