"""Case reports in prose: values named by the words before them, one row per sentence with the same opening.

Numbers may be digits or English words. Sentences of a manuscript have values too; it is a table if sentences
open alike and state the same things about different people.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import dropwhile

import pyarrow as pa

from strongroom.checker.formats.columns import table_of
from strongroom.checker.formats.text.number_words import in_digits
from strongroom.thresholds import Thresholds, threshold

_END = re.compile(r"(?<=\S)[.;!?]+\s+(?=[A-Z(\"'\d])")
_BREAK = re.compile(r"(?<=\S)[.;!?]+\s+(?=[A-Z(\"'\d])|\n+")
_VALUE = re.compile(
    r"(?<![\w.])(?:\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4}|[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[A-Z]\d\d(?:\.?\d)?)"
    r"(?![\w]|\.\d)"
)
_WORD = re.compile(r"[^\W\d_]+|%")
_JOINING = {"had", "has", "have", "was", "were", "is", "and", "with", "a", "an", "the", "of", "at", "whose"}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    opening: int = threshold(2, "words", "judgement: sentences about people begin with the same two words")
    key_words: int = threshold(4, "words", "judgement: a variable's name in prose has at most as many words")
    least_values: int = threshold(3, "values", "judgement: fewer values do not describe a person")
    least_rows: int = threshold(5, "sentences", "judgement: fewer alike sentences are prose")
    longest: int = threshold(
        4_000, "characters", "judgement: longer passages are paragraphs, not one person's"
    )
    most: int = threshold(1 << 21, "characters", "cost: time of the search")
    filled: float = threshold(
        0.5, "share of rows", "judgement: a variable that fewer sentences name is no column"
    )


LIMITS = _Limits()


def sentence_tables(content: str) -> Iterator[tuple[int, pa.Table]]:
    """Yield the tables that sentences of a text form, each at line 1, since sentences run over lines."""
    if len(content) > LIMITS.most or not _VALUE.search(content):
        return
    text = in_digits(content)
    found = [list(_of_passages(split.split(text))) for split in (_END, _BREAK)]
    best = max(found, key=lambda tables: sum(table.num_rows for table in tables))
    yield from ((1, table) for table in best)


def _of_passages(passages: Sequence[str]) -> Iterator[pa.Table]:
    families: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for passage in passages:
        if len(passage) <= LIMITS.longest:
            opening, values = _opening_and_values(passage)
            if len(values) >= LIMITS.least_values and len(opening) == LIMITS.opening:
                families[opening].append(values)
    for rows in families.values():
        if len(rows) >= LIMITS.least_rows:
            yield from _table(rows)


def _opening_and_values(passage: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the first words of a sentence, and its values by the words before each."""
    values: dict[str, str] = {}
    matches = list(_VALUE.finditer(passage))
    if len(matches) < LIMITS.least_values:
        return (), values
    opening = tuple(_WORD.findall(passage[: matches[0].start()].lower())[: LIMITS.opening])
    before = 0
    for match in matches:
        words = _WORD.findall(passage[before : match.start()].lower())
        # The first value follows the opening, or any other words.
        words = words[LIMITS.opening :] if not before else words
        named = list(dropwhile(_JOINING.__contains__, words[-LIMITS.key_words :]))
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
    keys = [
        key for key, count in counts.items() if count >= max(LIMITS.least_rows, LIMITS.filled * len(rows))
    ]
    alike = [row for row in rows if sum(key in row for key in keys) >= LIMITS.least_values]
    if len(keys) >= LIMITS.least_values and len(alike) >= LIMITS.least_rows:
        yield table_of([[row.get(key, "") for row in alike] for key in keys], keys)
