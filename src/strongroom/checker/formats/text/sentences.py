"""People told in sentences: values under the words before them, a row for every sentence of the same opening.

Numbers may stand in digits or in English words. A sentence of a manuscript has values too; what makes a table
is that sentences open alike and say the same things of somebody else.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import dropwhile

import pyarrow as pa

from strongroom.checker.formats.columns import table_of
from strongroom.checker.formats.text.number_words import in_digits

_END = re.compile(r"(?<=\S)[.;!?]+\s+(?=[A-Z(\"'\d])")
_BREAK = re.compile(r"(?<=\S)[.;!?]+\s+(?=[A-Z(\"'\d])|\n+")
_VALUE = re.compile(
    r"(?<![\w.])(?:\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4}|[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[A-Z]\d\d(?:\.?\d)?)"
    r"(?![\w]|\.\d)"
)
_WORD = re.compile(r"[^\W\d_]+|%")
_JOINING = {"had", "has", "have", "was", "were", "is", "and", "with", "a", "an", "the", "of", "at", "whose"}
_OPENING, _KEY_WORDS = 2, 4
_LEAST_VALUES, _LEAST_ROWS = 3, 5
_LONGEST, _MOST = 4_000, 1 << 21
_FILLED = 0.5


def sentence_tables(content: str) -> Iterator[tuple[int, pa.Table]]:
    """Yield the tables that sentences of a text form, each with line 1: sentences run over lines."""
    if len(content) > _MOST or not _VALUE.search(content):
        return
    text = in_digits(content)
    found = [list(_of_passages(split.split(text))) for split in (_END, _BREAK)]
    best = max(found, key=lambda tables: sum(table.num_rows for table in tables))
    yield from ((1, table) for table in best)


def _of_passages(passages: Sequence[str]) -> Iterator[pa.Table]:
    families: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for passage in passages:
        if len(passage) <= _LONGEST:
            opening, values = _told(passage)
            if len(values) >= _LEAST_VALUES and len(opening) == _OPENING:
                families[opening].append(values)
    for rows in families.values():
        if len(rows) >= _LEAST_ROWS:
            yield from _table(rows)


def _told(passage: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the first words of a sentence, and its values by the words before each."""
    values: dict[str, str] = {}
    matches = list(_VALUE.finditer(passage))
    if len(matches) < _LEAST_VALUES:
        return (), values
    opening = tuple(_WORD.findall(passage[: matches[0].start()].lower())[:_OPENING])
    before = 0
    for match in matches:
        words = _WORD.findall(passage[before : match.start()].lower())
        # The first is told after the opening, and after whatever else when that one is not told.
        words = words[_OPENING:] if not before else words
        named = list(dropwhile(_JOINING.__contains__, words[-_KEY_WORDS:]))
        key = " ".join(named or words)
        if key:
            while key in values:
                key += " again"
            values[key] = match.group()
        before = match.end()
    return opening, values


def _table(rows: Sequence[dict[str, str]]) -> Iterator[pa.Table]:
    """Yield the rows under the words that most of them share."""
    counts = Counter(key for row in rows for key in row)
    keys = [key for key, count in counts.items() if count >= max(_LEAST_ROWS, _FILLED * len(rows))]
    alike = [row for row in rows if sum(key in row for key in keys) >= _LEAST_VALUES]
    if len(keys) >= _LEAST_VALUES and len(alike) >= _LEAST_ROWS:
        yield table_of([[row.get(key, "") for row in alike] for key in keys], keys)
