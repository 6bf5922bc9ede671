"""Numbers that come again and again between the same words: rows, whatever text is written around them.

Every text is numbers with words between them. Where the words repeat with a period, each period is a record:
one line or ten, of XML, code, a log, a page's styles or a list. What is found repeats what is judged
elsewhere, so it is compared with people and not judged by its shape.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from strongroom.checker.disguises.folded_series import folded, number_of
from strongroom.checker.formats.columns import table_of

_MISSING = "NA|NaN|nan|None|null"
_FIGURE = r"\d{4}-\d\d-\d\d(?!\d)|\d+(?:[.p]\d+)?(?:[eE][-+]?\d{1,2}(?!\w))?"
NUMBER = re.compile(rf"(?:(?<![\w.)\]])-)?+(?:{_FIGURE})|(?<!\w)(?:{_MISSING})(?!\w)")
_CELL = rf"((?:-?+(?:{_FIGURE})|[^\W\d_]\w*)?+)"  # nothing is tried twice: a hostile text costs no more
_GLUED_CELL = rf"((?:-?+(?:{_FIGURE}))?+)"
_WORD_BEFORE = re.compile(r"[^\W\d]+\Z")
_KEY = re.compile(r"[^\W\d_]*\d*\W*\Z")
_PLAIN_GAP = re.compile(r"[ \t,;|]*\n?")
# A person is told by three values or more, and fewer than five rows are no table.
_LEAST_ROWS, _LEAST_COLUMNS = 5, 3
_LONGEST_PERIOD = 64
_MOST_TEXT, _MOST_NUMBERS, _TRIED, _MOST_STEPS = 1 << 19, 30_000, 1 << 17, 1 << 21
_MOST_TABLES, _MOST_TRIALS, _MOST_PLACES = 3, 4, 6
_LONGEST_GAP, _LONGEST_WORD = 200, 24
_OF_NAMES = 0.25  # numbers after a word that are so few different ones are parts of names: v1, v2, v1, v2
_MOST_OF = 0.5


class _Told(NamedTuple):
    """The numbers of a text, and the words before each."""

    numbers: list[str]
    gaps: list[str]


class _Run(NamedTuple):
    """Numbers between words that repeat: the first number, one after the last, and the period."""

    first: int
    last: int
    period: int


def rhythmic_tables(content: str) -> Iterator[pa.Table]:
    """Yield the tables that a text's numbers form by the words between them, not those of lines of cells."""
    content = content[:_MOST_TEXT]
    told = _told(content)
    if len(told.numbers) < _LEAST_ROWS * _LEAST_COLUMNS:
        return
    found = [judgeable(_columns(told, run, content)) for run in _runs(told.gaps)]
    tables = sorted((table for table in found if table is not None), key=_filled, reverse=True)
    if sum(map(_filled, tables)) < _MOST_OF * len(told.numbers):
        tables.extend(_by_key(told))
    yield from tables[:_MOST_TABLES]


def figures_in(text: str) -> list[str | None]:
    """Return the numbers and dates of a text, in their order; what is missing and says so is None."""
    found = (match[0] for match in NUMBER.finditer(text))
    return [None if figure in _NOTHING else figure.replace("p", ".") for figure in found]


def _told(content: str) -> _Told:
    matches = _without_names(content, list(NUMBER.finditer(content))[:_MOST_NUMBERS])
    ends = [0, *(match.end() for match in matches)]
    gaps = [
        content[max(end, match.start() - _LONGEST_GAP) : match.start()]
        for end, match in zip(ends, matches, strict=False)
    ]
    return _with_missing(_Told([match[0].replace("p", ".") for match in matches], gaps))


def _without_names(content: str, matches: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return numbers that are not parts of names: after one word few different whole numbers come again."""
    after: dict[str, list[str]] = defaultdict(list)
    words = []
    for match in matches:
        word = _WORD_BEFORE.search(content[max(match.start() - _LONGEST_WORD, 0) : match.start()])
        words.append(word[0] if word else "")
        after[words[-1]].append(match[0])
    named = {
        word
        for word, numbers in after.items()
        if word and len(set(numbers)) <= _OF_NAMES * len(numbers) and all(map(str.isdecimal, numbers))
    }
    return [match for match, word in zip(matches, words, strict=True) if word not in named]


def _with_missing(told: _Told) -> _Told:
    """Return a list of values with a missing one wherever its separator stands twice."""
    (usual, times), *_ = Counter(told.gaps).most_common(1) or [("", 0)]
    if not usual or times < _MOST_OF * len(told.gaps):
        return told
    numbers, gaps = [], []
    for number, gap in zip(told.numbers, told.gaps, strict=True):
        lacking, rest = divmod(len(gap), len(usual))
        if lacking > 1 and not rest and gap == usual * lacking:
            numbers += ["NA"] * (lacking - 1)
            gaps += [usual] * (lacking - 1)
            gap = usual  # noqa: PLW2901 - what is left of it
        numbers.append(number)
        gaps.append(gap)
    return _Told(numbers, gaps)


def _runs(gaps: list[str]) -> Iterator[_Run]:
    """Yield the longest run of every period in which words come again, unless shorter ones hold it."""
    known: dict[str, int] = {}
    codes = np.array([known.setdefault(gap, len(known)) for gap in gaps], np.int64)
    taken = np.zeros(len(codes), np.bool_)
    trials = 0
    for period in (1, *range(_LEAST_COLUMNS, min(_LONGEST_PERIOD, len(codes) // 2) + 1)):
        again = np.concatenate([[False], codes[period:] == codes[:-period], [False]])
        edges = np.flatnonzero(again[1:] != again[:-1])
        lengths = edges[1::2] - edges[::2]
        if not len(lengths):
            continue
        longest = int(lengths.argmax())
        # Words before the very first number differ from those between two rows.
        first, last = max(int(edges[2 * longest]) - 1, 0), int(edges[2 * longest + 1]) + period
        least = _LEAST_ROWS * _LEAST_COLUMNS if period == 1 else 2 * period
        if last - first >= least and taken[first:last].mean() <= _MOST_OF:
            taken[first:last] = True
            trials += 1
            yield _Run(first, last, period)
        if trials >= _MOST_TRIALS:
            return


def _columns(told: _Told, run: _Run, content: str) -> list[list[str]]:
    """Return the columns of the rows that are written as those of a run are, cells missing here and there."""
    if run.period == 1:
        return [told.numbers[run.first : run.last]]
    gaps = told.gaps[run.first + 1 : run.first + 1 + run.period]
    if all(map(_PLAIN_GAP.fullmatch, gaps)):
        return []  # lines of cells, which are read as such
    # A row begins where most cells of most rows are filled, most often at the widest gap.
    widest = sorted(
        range(run.period), key=lambda place: ("\n" in gaps[place], len(gaps[place])), reverse=True
    )
    patterns = [_pattern(gaps[place + 1 :] + gaps[:place]) for place in widest[:_MOST_PLACES]]
    content = content[: _MOST_STEPS // run.period]
    start = content[: _TRIED // run.period]
    rows = max(patterns, key=lambda pattern: sum(map(_cells, pattern.findall(start)))).findall(content)
    return [list(column) for column in zip(*rows, strict=True)] if len(rows) >= _LEAST_ROWS else []


def _pattern(gaps: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of a row with these words between its cells, which are words too unless glued."""
    glued = any(gap[:1].isalnum() or gap[-1:].isalnum() for gap in gaps)
    cell = _GLUED_CELL if glued else _CELL
    return re.compile(cell + "".join(re.escape(gap) + cell for gap in gaps))


def _cells(row: Sequence[str]) -> int:
    return len(row) - row.count("")


def _by_key(told: _Told) -> Iterator[pa.Table]:
    """Yield records of values under the word before each; a word that comes again begins the next."""
    rows: list[dict[str, str]] = [{}]
    for number, gap in zip(told.numbers, told.gaps, strict=True):
        key = _KEY.search(gap[-_LONGEST_WORD:])
        name = key[0] if key else ""
        if name in rows[-1]:
            rows.append({})
        rows[-1][name] = number
    counts = Counter(name for row in rows for name in row)
    kept = [name for name, count in counts.items() if count >= max(_LEAST_ROWS, _MOST_OF * len(rows))]
    rows = [row for row in rows if sum(name in row for name in kept) >= _LEAST_COLUMNS]
    table = judgeable([[row.get(name, "") for row in rows] for name in kept[:_LONGEST_PERIOD]])
    if len(rows) >= _LEAST_ROWS and table is not None:
        yield table


def judgeable(columns: list[list[str]]) -> pa.Table | None:
    """Return the table of equally long columns that say something; one alone as the rows it was made from."""
    cells = [[None if cell in _NOTHING else cell for cell in column] for column in columns]
    telling = [column for column in cells if _says(column)]
    if len(telling) == 1:
        return folded(telling[0])
    return table_of(telling) if len(telling) >= _LEAST_COLUMNS else None


def _filled(table: pa.Table) -> int:
    return sum(len(column) - column.null_count for column in table.columns)


def _says(column: Sequence[str | None]) -> bool:
    """Tell whether a column is neither one value nor a count from row to row."""
    if len(set(column) - {None}) <= 1:
        return False
    numbers = [number_of(cell) for cell in column]
    return len({after - before for before, after in pairwise(numbers)}) > 1


_NOTHING = {"", *_MISSING.split("|")}
