"""Numbers between repeating words: rows, whatever text surrounds them.

Every text is numbers with words between them. Where the words repeat with a period, each period is a row: one
line or ten, of XML, code, a log, a page's styles or a list. The text itself is judged elsewhere, so these
tables are compared with participants and not judged by their shape.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from strongroom.checker.disguises.folded_series import folded, number_of
from strongroom.checker.disguises.packed_digits import packed_digits
from strongroom.checker.formats.columns import table_of
from strongroom.thresholds import Thresholds, threshold

_MISSING = "NA|NaN|nan|None|null"
_FIGURE = r"\d{4}-\d\d-\d\d(?!\d)|\d+(?:[.p]\d+)?(?:[eE][-+]?\d{1,2}(?!\w))?"
NUMBER = re.compile(rf"(?:(?<![\w.)\]])-)?+(?:{_FIGURE})|(?<!\w)(?:{_MISSING})(?!\w)")
_CELL = rf"((?:-?+(?:{_FIGURE})|[^\W\d_]\w*)?+)"  # nothing is tried twice: a hostile text costs no more
_GLUED_CELL = rf"((?:-?+(?:{_FIGURE}))?+)"
_WORD_BEFORE = re.compile(r"[^\W\d]+\Z")
_KEY = re.compile(r"[^\W\d_]*\d*\W*\Z")
_PLAIN_GAP = re.compile(r"[ \t,;|]*\n?")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(5, "rows", "judgement: fewer than five rows are no table")
    least_columns: int = threshold(3, "columns", "judgement: fewer values do not identify a person")
    longest_period: int = threshold(64, "numbers", "cost: each period is tried")
    most_text: int = threshold(1 << 19, "characters", "cost: time of the search")
    most_numbers: int = threshold(30_000, "numbers", "cost: time of the search")
    tried: int = threshold(1 << 17, "characters", "cost: a pattern is tried on the beginning first")
    most_steps: int = threshold(1 << 21, "characters", "cost: time of matching a long pattern")
    most_tables: int = threshold(3, "tables", "cost: each is compared with participants")
    most_trials: int = threshold(4, "patterns", "cost: time of the search")
    most_places: int = threshold(6, "positions", "cost: positions at which a row may begin")
    longest_gap: int = threshold(200, "characters", "cost: words between two numbers that are compared")
    longest_word: int = threshold(24, "characters", "judgement: names of variables are shorter")
    parts_of_names: float = threshold(
        0.25,
        "share of numbers",
        "judgement: so few different numbers after a word are parts of names: v1, v2, v1, v2",
    )
    most_of: float = threshold(
        0.5, "share of numbers", "judgement: a reading that omits more numbers is wrong"
    )


LIMITS = _Limits()


class _Numbers(NamedTuple):
    """The numbers of a text, and the words before each."""

    numbers: list[str]
    gaps: list[str]


class _Run(NamedTuple):
    """Numbers between repeating words: the first, one past the last, and the period."""

    first: int
    last: int
    period: int


def repeated_word_tables(content: str) -> Iterator[pa.Table]:
    """Yield the tables that a text's numbers form by the words between them, except delimited lines."""
    content = content[: LIMITS.most_text]
    figures = _found(content)
    if len(figures.numbers) < LIMITS.least_rows * LIMITS.least_columns:
        return
    found = [judgeable(_columns(figures, run, content)) for run in _runs(figures.gaps)]
    tables = sorted((table for table in found if table is not None), key=_filled, reverse=True)
    if sum(map(_filled, tables)) < LIMITS.most_of * len(figures.numbers):
        tables.extend(_by_key(figures))
    yield from tables[: LIMITS.most_tables]


def numbers_in(text: str) -> list[str | None]:
    """Return the numbers and dates of a text in order, with None for stated missing values."""
    found = (match[0] for match in NUMBER.finditer(text))
    return [None if figure in _NOTHING else figure.replace("p", ".") for figure in found]


def _found(content: str) -> _Numbers:
    matches = _without_names(content, list(NUMBER.finditer(content))[: LIMITS.most_numbers])
    ends = [0, *(match.end() for match in matches)]
    gaps = [
        content[max(end, match.start() - LIMITS.longest_gap) : match.start()]
        for end, match in zip(ends, matches, strict=False)
    ]
    return _with_missing(_Numbers([match[0].replace("p", ".") for match in matches], gaps))


def _without_names(content: str, matches: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the numbers that are not parts of names, which are few distinct whole numbers after one word."""
    after: dict[str, list[str]] = defaultdict(list)
    words = []
    for match in matches:
        word = _WORD_BEFORE.search(content[max(match.start() - LIMITS.longest_word, 0) : match.start()])
        words.append(word[0] if word else "")
        after[words[-1]].append(match[0])
    named = {
        word
        for word, numbers in after.items()
        if word
        and len(set(numbers)) <= LIMITS.parts_of_names * len(numbers)
        and all(map(str.isdecimal, numbers))
    }
    return [match for match, word in zip(matches, words, strict=True) if word not in named]


def _with_missing(figures: _Numbers) -> _Numbers:
    """Return a list of values, with a missing one wherever its separator is doubled."""
    (usual, times), *_ = Counter(figures.gaps).most_common(1) or [("", 0)]
    if not usual or times < LIMITS.most_of * len(figures.gaps):
        return figures
    numbers, gaps = [], []
    for number, gap in zip(figures.numbers, figures.gaps, strict=True):
        lacking, rest = divmod(len(gap), len(usual))
        if lacking > 1 and not rest and gap == usual * lacking:
            numbers += ["NA"] * (lacking - 1)
            gaps += [usual] * (lacking - 1)
            gap = usual  # noqa: PLW2901 - the rest of it
        numbers.append(number)
        gaps.append(gap)
    return _Numbers(numbers, gaps)


def _runs(gaps: list[str]) -> Iterator[_Run]:
    """Yield the longest run of each period of repeating words, unless a shorter period explains it."""
    known: dict[str, int] = {}
    codes = np.array([known.setdefault(gap, len(known)) for gap in gaps], np.int64)
    taken = np.zeros(len(codes), np.bool_)
    trials = 0
    for period in (1, *range(LIMITS.least_columns, min(LIMITS.longest_period, len(codes) // 2) + 1)):
        again = np.concatenate([[False], codes[period:] == codes[:-period], [False]])
        edges = np.flatnonzero(again[1:] != again[:-1])
        lengths = edges[1::2] - edges[::2]
        if not len(lengths):
            continue
        longest = int(lengths.argmax())
        # The words before the first number differ from those between two rows.
        first, last = max(int(edges[2 * longest]) - 1, 0), int(edges[2 * longest + 1]) + period
        least = LIMITS.least_rows * LIMITS.least_columns if period == 1 else 2 * period
        if last - first >= least and taken[first:last].mean() <= LIMITS.most_of:
            taken[first:last] = True
            trials += 1
            yield _Run(first, last, period)
        if trials >= LIMITS.most_trials:
            return


def _columns(figures: _Numbers, run: _Run, content: str) -> list[list[str]]:
    """Return the columns of the rows that are written like those of a run, with cells missing."""
    if run.period == 1:
        return [figures.numbers[run.first : run.last]]
    gaps = figures.gaps[run.first + 1 : run.first + 1 + run.period]
    if all(map(_PLAIN_GAP.fullmatch, gaps)):
        return []  # delimited lines, which are read as tables anyway
    # A row begins where most cells of most rows are filled, usually at the widest gap.
    widest = sorted(
        range(run.period), key=lambda place: ("\n" in gaps[place], len(gaps[place])), reverse=True
    )
    patterns = [_pattern(gaps[place + 1 :] + gaps[:place]) for place in widest[: LIMITS.most_places]]
    content = content[: LIMITS.most_steps // run.period]
    start = content[: LIMITS.tried // run.period]
    rows = max(patterns, key=lambda pattern: sum(map(_cells, pattern.findall(start)))).findall(content)
    return [list(column) for column in zip(*rows, strict=True)] if len(rows) >= LIMITS.least_rows else []


def _pattern(gaps: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of a row with these words between its cells."""
    glued = any(gap[:1].isalnum() or gap[-1:].isalnum() for gap in gaps)
    cell = _GLUED_CELL if glued else _CELL
    return re.compile(cell + "".join(re.escape(gap) + cell for gap in gaps))


def _cells(row: Sequence[str]) -> int:
    return len(row) - row.count("")


def _by_key(figures: _Numbers) -> Iterator[pa.Table]:
    """Yield rows of values by the word before each; a repeated word begins the next row."""
    rows: list[dict[str, str]] = [{}]
    for number, gap in zip(figures.numbers, figures.gaps, strict=True):
        key = _KEY.search(gap[-LIMITS.longest_word :])
        name = key[0] if key else ""
        if name in rows[-1]:
            rows.append({})
        rows[-1][name] = number
    counts = Counter(name for row in rows for name in row)
    kept = [
        name for name, count in counts.items() if count >= max(LIMITS.least_rows, LIMITS.most_of * len(rows))
    ]
    rows = [row for row in rows if sum(name in row for name in kept) >= LIMITS.least_columns]
    table = judgeable([[row.get(name, "") for row in rows] for name in kept[: LIMITS.longest_period]])
    if len(rows) >= LIMITS.least_rows and table is not None:
        yield table


def judgeable(columns: list[list[str]]) -> pa.Table | None:
    """Return the table of the informative columns; few are cut into packed values, one is folded."""
    cells = [[None if cell in _NOTHING else cell for cell in column] for column in columns]
    telling = [column for column in cells if _says(column)]
    if len(telling) >= LIMITS.least_columns:
        return table_of(telling)
    packed = packed_digits(table_of(telling)) if telling else None
    if packed is not None and packed.num_columns >= LIMITS.least_columns:
        return packed
    return folded(telling[0]) if len(telling) == 1 else None


def _filled(table: pa.Table) -> int:
    return sum(len(column) - column.null_count for column in table.columns)


def _says(column: Sequence[str | None]) -> bool:
    """Return whether a column is neither constant nor a running row number."""
    if len(set(column) - {None}) <= 1:
        return False
    numbers = [number_of(cell) for cell in column]
    return len({after - before for before, after in pairwise(numbers)}) > 1


_NOTHING = {"", *_MISSING.split("|")}
