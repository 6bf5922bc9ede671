"""What passages of a text say of single people: words of the cohort, years, numbers, and codes with dates.

A passage is a line or a paragraph. Its facts become a row of a table, which is compared with the participants
as any table is: passages about participants agree with them in several facts at once, and the same facts
exchanged among the passages do not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
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
    most_words: int = threshold(
        40_000,
        "words",
        "cost: each begins up to eight phrases that are looked up among the cohort's texts, in a second; of "
        "longer texts, passages evenly spread over those with years",
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
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}"
_DATE = re.compile(
    r"(?<![\w-])(?:(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"|(?P<year2>(?:19|20)\d\d)(?P<month2>[01]\d)(?P<day2>[0-3]\d)"
    r"|(?P<first>\d\d?)[/.](?P<second>\d\d?)[/.](?P<numbered>\d{4})"
    rf"|(?P<on>\d\d?)(?:st|nd|rd|th)?(?: of)? (?P<named>{_MONTH}),? (?P<of>\d{{4}})"
    rf"|(?P<named2>{_MONTH}) (?P<on2>\d\d?)(?:st|nd|rd|th)?,? (?P<of2>\d{{4}}))(?![\w-])",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<!\w)[A-Z]\d{2}(?:\.?\d{1,2})?(?!\w)")
_BLANK = re.compile(r"\n\s*\n")
_STRING = re.compile(r'"([^"\\\n]{12,3000})"')
_DIGITS = re.compile(r"\d\d")
# Words with which no answer begins or ends.
_JOINING = frozenset(
    re.findall(
        r"\w+", "a an and are as at by for from had has he her his in is it of on or she the to was were with"
    )
)
_WORD = re.compile(r"\S+")
_BEFORE = "\"'\u201c\u2018\u00ab([{<*_`|"
_AFTER = "\"'\u201d\u2019\u00bb]}>*_`|,.;:!?"


def passages_of(text: str) -> Iterator[list[str]]:
    """Yield the passages with numbers in a text: its lines, its paragraphs, and strings of code."""
    lines = _with_facts(text.splitlines())
    yield lines
    blocks = _with_facts(" ".join(each.split()) for each in _BLANK.split(text))
    if blocks != lines:
        yield blocks
    strings = _with_facts(match[1] for match in _STRING.finditer(text))
    if len(strings) >= LIMITS.least_filled:
        yield strings


def _with_facts(pieces: Iterable[str]) -> list[str]:
    stripped = (each.strip() for each in pieces)
    return [
        each
        for each in stripped
        if LIMITS.shortest <= len(each) <= LIMITS.longest and _DIGITS.search(each) and " " in each
    ]


def _evenly(passages: Sequence[str]) -> list[str]:
    """Return the passages, or of too many words those with years, and of these an even part."""
    for chosen in (list(passages), [each for each in passages if _YEAR.search(each)]):
        words = sum(each.count(" ") + 1 for each in chosen)
        if words <= LIMITS.most_words:
            return chosen
    return chosen[:: -(-words // LIMITS.most_words)]


def described(passages: Sequence[str], index: Index) -> Iterator[pa.Table]:
    """Yield tables of the passages with a phrase of the cohort: with a year, with dates, with numbers."""
    passages = _evenly(passages)
    phrases = _phrases(passages, index)
    if not phrases:
        return
    rows = [place for place in range(len(passages)) if any(each[place] for each in phrases.values())]
    passages = [passages[place] for place in rows]
    phrases = {name: [each[place] for place in rows] for name, each in phrases.items()}
    without_dates = [_DATE.sub(" ", each) for each in passages]
    years = _in_order([_YEAR.findall(each) for each in without_dates], "year")
    numbers = _in_order([_NUMBER.findall(each) for each in without_dates], "number")
    dates = _in_order([[day for _, day in each] for each in _dated(passages)], "date")
    if len(phrases) > 1:
        yield pa.table(phrases)
    first = dict(islice(years.items(), 1))
    for more in (first, first | dates if dates else {}, numbers):
        if more:
            yield pa.table(phrases | more)


def dated_codes(passages: Sequence[str]) -> pa.Table:
    """Return the codes in passages, each with the date nearest to it in its passage."""
    pairs = []
    for passage, dates in zip(passages, _dated(passages), strict=True):
        for match in _CODE.finditer(passage) if dates else ():
            at = match.start()
            pairs.append((match[0], min(dates, key=lambda each: abs(each[0] - at))[1]))
    days = pa.array([day for _, day in pairs], pa.date32())
    return pa.table({"code": pa.array([code for code, _ in pairs], pa.string()), "date": days})


def _dated(passages: Sequence[str]) -> list[list[tuple[int, date]]]:
    """Return the dates in each passage, in any notation, with where they are."""
    found = [list(_DATE.finditer(each)) for each in passages]
    # 3/4/2011 is in April, unless another date of the text has a second number that is no month.
    american = any(int(match["second"] or 0) > 12 for each in found for match in each)  # noqa: PLR2004 - months
    return [
        [(match.start(), day) for match in each if (day := _day(match, american=american)) is not None]
        for each in found
    ]


def _day(match: re.Match[str], *, american: bool) -> date | None:
    part = match.groupdict()
    month = part["named"] or part["named2"]
    if part["year"] or part["year2"]:
        numbers = part["year"] or part["year2"], part["month"] or part["month2"], part["day"] or part["day2"]
    elif month:
        numbers = part["of"] or part["of2"], _MONTHS.index(month[:3].lower()) + 1, part["on"] or part["on2"]
    else:
        day_and_month = (part["first"], part["second"]) if american else (part["second"], part["first"])
        numbers = part["numbered"], *day_and_month
    try:
        return date(*map(int, numbers))
    except ValueError:
        return None


def _phrases(passages: Sequence[str], index: Index) -> dict[str, list[str | None]]:
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
            columns[profile.name] = (profile.bits * filled, cells)
    best = sorted(columns, key=lambda name: -columns[name][0])[: LIMITS.most_phrases]
    return {name: columns[name][1] for name in best}


def _candidates(passages: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield every run of up to `longest_phrase` words, without the punctuation around it."""
    for number, passage in enumerate(passages):
        words = [match.span() for match in _WORD.finditer(passage)]
        begins = [start + _leading(passage[start:end]) for start, end in words]
        ends = [_trimmed(passage, start, end) for start, end in words]
        plain = [passage[start:end].lower() in _JOINING for start, end in zip(begins, ends, strict=True)]
        for first, start in enumerate(begins):
            if not plain[first]:
                for last in range(first, min(first + LIMITS.longest_phrase, len(ends))):
                    if ends[last] > start and not plain[last]:
                        yield number, _unbracketed(passage[start : ends[last]])
    yield 0, ""


def _leading(word: str) -> int:
    return len(word) - len(word.lstrip(_BEFORE))


def _unbracketed(phrase: str) -> str:
    """Return a phrase without a bracket at its end that was opened before it began."""
    return phrase if "(" in phrase else phrase.rstrip(_AFTER + ")")


def _trimmed(passage: str, start: int, end: int) -> int:
    word = passage[start:end].rstrip(_AFTER)
    return start + len(word)


def _in_order(found: Sequence[Sequence[str | date]], name: str) -> dict[str, pa.Array]:
    """Return the first numbers or dates of each passage as columns, those that enough passages have."""
    columns = {}
    for place in range(LIMITS.most_numbers):
        cells = [each[place] if place < len(each) else None for each in found]
        if len(cells) - cells.count(None) >= LIMITS.least_filled and len(set(cells) - {None}) > 1:
            values = [float(each) if isinstance(each, str) else each for each in cells]
            columns[f"{name} {place + 1}"] = pa.array(values)
    return columns
