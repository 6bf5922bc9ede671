"""What passages of a text say of single people: words of the cohort, years, numbers, and codes with dates.

A passage is a line or a paragraph. Its facts become a row of a table, which is compared with the participants
as any table is: passages about participants agree with them in several facts at once, and the same facts
exchanged among the passages do not.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import pyarrow as pa

from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import ValueKind, canonical_values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    shortest: int = threshold(
        12, "characters of a passage", "judgement: two facts about a person are hardly shorter"
    )
    longest: int = threshold(
        3_000, "characters of a passage", "judgement: a longer paragraph describes more than one person"
    )
    most_passages: int = threshold(
        2_000,
        "passages",
        "cost: 2,000 passages of 20 words are compared in half a second; of longer texts, evenly spread ones",
    )
    most_words: int = threshold(
        120_000, "words", "cost: each begins up to eight phrases that are looked up among the cohort's texts"
    )
    longest_phrase: int = threshold(
        8, "words", "judgement: answers in free text, such as occupations, are hardly longer"
    )
    least_filled: int = threshold(
        5, "passages", "judgement: a fact that fewer passages give proves nothing by its agreement"
    )
    most_phrases: int = threshold(
        5, "columns", "cost: combinations of columns are tried; people are described by fewer words"
    )
    most_numbers: int = threshold(4, "numbers", "cost: as for phrases; the first numbers are of the person")


LIMITS = _Limits()

_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:\.\d+)?(?![\w/]|[.,-]\d)")
_YEAR = re.compile(r"(?<![\w.,/-])(?:19|20)\d\d(?![\w/]|[.,-]\d)")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_DATE = re.compile(
    rf"(?<![\w-])(?:\d{{4}}-\d\d-\d\d|\d\d?[/.]\d\d?[/.]\d{{4}}|\d\d? {_MONTH} \d{{4}})(?![\w-])",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<!\w)[A-Z]\d{2}(?:\.?\d{1,2})?(?!\w)")
_WORD = re.compile(r"\S+")
_BEFORE = "\"'\u201c\u2018\u00ab([{<*_`|"
_AFTER = "\"'\u201d\u2019\u00bb]}>*_`|,.;:!?"


def passages_of(text: str) -> Iterator[list[str]]:
    """Yield the passages with numbers in a text, first its lines, then its paragraphs if they are others."""
    lines = _with_facts(text.splitlines())
    yield lines
    blocks = _with_facts(" ".join(each.split()) for each in re.split(r"\n\s*\n", text))
    if blocks != lines:
        yield blocks


def _with_facts(pieces: Iterator[str] | Sequence[str]) -> list[str]:
    stripped = (each.strip() for each in pieces)
    fitting = [
        each
        for each in stripped
        if LIMITS.shortest <= len(each) <= LIMITS.longest and re.search(r"\d\d", each) and " " in each
    ]
    step = max(1, -(-len(fitting) // LIMITS.most_passages))
    chosen = fitting[::step]
    words = np.cumsum([each.count(" ") + 1 for each in chosen]) if chosen else np.zeros(0)
    return chosen[: int(np.searchsorted(words, LIMITS.most_words))]


def described(passages: Sequence[str], index: Index) -> Iterator[pa.Table]:
    """Yield tables with a row for each passage: the cohort's phrases and a year, then all numbers too."""
    phrases = _phrases(passages, index)
    if not phrases:
        return
    years = _in_order((_YEAR.findall(each) for each in passages), "year")
    numbers = _in_order((_NUMBER.findall(_DATE.sub(" ", each)) for each in passages), "number")
    first = dict(islice(years.items(), 1))
    tables = [phrases | first, phrases | numbers]
    yield from (pa.table(each) for each in tables if len(each) > 1)


def dated_codes(passages: Sequence[str]) -> pa.Table:
    """Return the codes in passages, each with the date nearest to it in its passage."""
    pairs = []
    for passage in passages:
        dates = [(match.start(), match[0]) for match in _DATE.finditer(passage)]
        for match in _CODE.finditer(passage) if dates else ():
            at = match.start()
            pairs.append((match[0], min(dates, key=lambda date: abs(date[0] - at))[1]))
    return pa.table({"code": [code for code, _ in pairs], "date": [date for _, date in pairs]})


def _phrases(passages: Sequence[str], index: Index) -> dict[str, pa.Array]:
    """Return, by text column of the cohort, the longest phrase of each passage that is one of its values."""
    texts = index.sketches(ValueKind.TEXT)[0]
    if len(passages) < LIMITS.least_filled or not texts:
        return {}
    owners, found = zip(*_candidates(passages), strict=True)
    values = canonical_values(pa.array([*found, "a text"]))
    if values is None or values.kind is not ValueKind.TEXT:
        return {}
    lengths = np.array([len(each) for each in found])
    columns = {}
    for profile in texts:
        held = np.flatnonzero(np.isin(values.keys[:-1], index.coded(profile.name).distinct))
        cells: list[str | None] = [None] * len(passages)
        for place in held[np.argsort(lengths[held], kind="stable")].tolist():
            cells[owners[place]] = found[place]
        filled = len(passages) - cells.count(None)
        if filled >= LIMITS.least_filled and len(set(cells) - {None}) > 1:
            columns[profile.name] = (profile.bits * filled, pa.array(cells))
    best = sorted(columns, key=lambda name: -columns[name][0])[: LIMITS.most_phrases]
    return {name: columns[name][1] for name in best}


def _candidates(passages: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield every run of up to `longest_phrase` words, without the punctuation around it."""
    for number, passage in enumerate(passages):
        words = [match.span() for match in _WORD.finditer(passage)]
        begins = [start + _leading(passage[start:end]) for start, end in words]
        ends = [_trimmed(passage, start, end) for start, end in words]
        for first, start in enumerate(begins):
            for end in ends[first : first + LIMITS.longest_phrase]:
                if end > start:
                    yield number, passage[start:end]
    yield 0, ""


def _leading(word: str) -> int:
    return len(word) - len(word.lstrip(_BEFORE))


def _trimmed(passage: str, start: int, end: int) -> int:
    word = passage[start:end].rstrip(_AFTER)
    return start + len(word)


def _in_order(found: Iterator[list[str]], name: str) -> dict[str, pa.Array]:
    """Return the first numbers of each passage as columns, those that enough passages have."""
    rows = [each[: LIMITS.most_numbers] for each in found]
    columns = {}
    for place in range(LIMITS.most_numbers):
        cells = [float(each[place]) if place < len(each) else None for each in rows]
        if len(cells) - cells.count(None) >= LIMITS.least_filled and len(set(cells) - {None}) > 1:
            columns[f"{name} {place + 1}"] = pa.array(cells)
    return columns
