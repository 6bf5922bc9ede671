"""The labels of a table's groups: bands of numbers and dates, categories, unions of categories, totals.

Two tables can be linked only if it is known which people their rows have in common. A band is an interval, so
40-49 and 40-50 overlap; categories match by their text without case, dashes and spaces.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Cut = Fraction | float
# The ends of open bands.
_LOWEST, _HIGHEST = float("-inf"), float("inf")
_NUMBER = r"-?\d+(?:\.\d+)?"
_UNIT = re.compile(r"\b(years?( old)?|yrs?|y/?o|months?|days?|weeks?|kg|cm|mm ?hg|kg/m2|aged?|of age)\b")
_BAND = re.compile(rf"({_NUMBER})\s*(?:-|to|until)\s*(<?)\s*({_NUMBER})")
_INTERVAL = re.compile(rf"([\[(])\s*({_NUMBER}|-?inf)\s*,\s*({_NUMBER}|inf)\s*([\])])")
_MAY_BE_BAND = re.compile(
    r"[-\d\[(<>≤≥]|(?:aged?|under|below|less|younger|up|at|over|above|more|older|from)\b"
)
_SINGLE = re.compile(_NUMBER)
_BELOW = re.compile(rf"(?:<|under|below|less than|younger than)\s*({_NUMBER})")
_UP_TO = re.compile(
    rf"(?:<=|≤|up to|at most)\s*({_NUMBER})|({_NUMBER})\s*(?:and|or) (?:less|under|younger|below)"
)
_ABOVE = re.compile(rf"(?:>|over|above|more than|older than)\s*({_NUMBER})")
_FROM = re.compile(
    rf"(?:>=|≥|from|at least)\s*({_NUMBER})|({_NUMBER})\s*(?:\+|-|(?:and|or) (?:more|over|older|above))"
)
_DATE = re.compile(r"((?:1[89]|20)\d\d)-(?:(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?|q([1-4]))")
_DAYS = 31  # fixed: days of the longest month; dates need an order, not a calendar
_TOTAL = re.compile(r"(?:grand )?totals?|all(?: .*)?|overall|sum|everyone|everybody|both(?: sexes)?|any")
_JOINED = re.compile(r"\s*(?:,|/|\+|&|\bor\b|\band\b)\s*")
_WORDS_OF_NAMES = re.compile(
    r"\b(?:groups?|bands?|categor(?:y|ies)|cat|grp|class|range|bins?|levels?|in|years?|yrs)\b"
)
_SAME = {
    "m": "male", "men": "male", "man": "male", "males": "male", "boys": "male",
    "f": "female", "women": "female", "woman": "female", "females": "female", "girls": "female",
    "gender": "sex", "y": "yes", "n": "no",
}  # fmt: skip


@dataclass(frozen=True)
class Band:
    """The numbers from `low` up to, but not including, `high`; dates are years with fractions."""

    low: Cut
    high: Cut


@dataclass(frozen=True)
class Categories:
    """One category, or several that the label joins."""

    names: frozenset[str]


@dataclass(frozen=True)
class Everyone:
    """All values of the variable: a row or column of totals, or a table without the variable."""


Group = Band | Categories | Everyone
EVERYONE = Everyone()


def read_groups(labels: Sequence[str]) -> list[Group]:
    """Read the labels of one variable of one table.

    Bands of which one starts where another ends (40-50, 50-60) do not include their ends; others do, to the
    precision they are printed with (40-49 ends before 50, 18.5-24.9 before 25). Repeated labels stay apart:
    the rows differ in something that no label says.
    """
    texts = [plain_text(label) for label in labels]
    numbers = [_without_units(text) for text in texts]
    bands = [found.group(1, 3) for number in numbers if (found := _BAND.fullmatch(number))]
    starts = {low for low, high in bands if low != high}
    closed = not starts & {high for low, high in bands if low != high}
    groups = [_group(text, number, closed=closed) for text, number in zip(texts, numbers, strict=True)]
    return _each_once(groups)


def plain_text(text: str) -> str:
    """Return a label without case, doubled spaces and different dashes; synonyms of sex become one word."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub("[\u2010-\u2015\u2212]", "-", plain)
    plain = re.sub(r"\s+", " ", plain).strip(" '\"*:.")
    return _SAME.get(plain, plain)


def plain_name(name: str) -> str:
    """Return a variable's name without units, punctuation and words such as "group" or "band"."""
    plain = re.sub(r"\(.*?\)", " ", plain_text(name))
    plain = re.sub(r"[^\w]+|_", " ", plain).strip()
    shorter = re.sub(r"\s+", " ", _WORDS_OF_NAMES.sub(" ", plain)).strip()
    return _SAME.get(shorter, shorter) or plain


def joined_names(text: str) -> list[str]:
    """Return the parts of a label such as "Indian or Pakistani"; one part if it joins none."""
    return [_SAME.get(part, part) for part in _JOINED.split(text) if part]


def _each_once(groups: list[Group]) -> list[Group]:
    if len(set(groups)) == len(groups):
        return groups
    times: Counter[Group] = Counter()
    found = []
    for group in groups:
        times[group] += 1
        repeated = times[group] > 1 and group != EVERYONE
        found.append(Categories(frozenset({f"{group} ({times[group]})"})) if repeated else group)
    return found


def _group(text: str, number: str, *, closed: bool) -> Group:
    if _TOTAL.fullmatch(text):
        return EVERYONE
    band = (_date(text) or _band(number, closed=closed)) if number else None
    if band is None or not band.low < band.high:
        return Categories(frozenset({text}))
    return band


def _without_units(text: str) -> str:
    """Return a label of a band without units, "" if it starts like none."""
    if not _MAY_BE_BAND.match(text):
        return ""
    return re.sub(r"\s+", " ", _UNIT.sub(" ", text)).strip()


def _band(text: str, *, closed: bool) -> Band | None:
    if found := _BAND.fullmatch(text):
        low, below, high = found.groups()
        return Band(Fraction(low), Fraction(high) if below or not closed else _after(high))
    if found := _INTERVAL.fullmatch(text):
        left, low, high, right = found.groups()
        return Band(
            _LOWEST if "inf" in low else _after(low) if left == "(" else Fraction(low),
            _HIGHEST if "inf" in high else _after(high) if right == "]" else Fraction(high),
        )
    if _SINGLE.fullmatch(text):
        return Band(Fraction(text), _after(text))
    return _open_band(text)


def _open_band(text: str) -> Band | None:
    if found := _BELOW.fullmatch(text):
        return Band(_LOWEST, Fraction(found.group(1)))
    if found := _UP_TO.fullmatch(text):
        return Band(_LOWEST, _after(found.group(1) or found.group(2)))
    if found := _ABOVE.fullmatch(text):
        return Band(_after(found.group(1)), _HIGHEST)
    if found := _FROM.fullmatch(text):
        return Band(Fraction(found.group(1) or found.group(2)), _HIGHEST)
    return None


def _after(number: str) -> Fraction:
    """Return the next number that has as many decimals, zeros at the end aside."""
    decimals = len(number.partition(".")[2].rstrip("0"))
    return Fraction(number) + Fraction(1, 10**decimals)


def _date(text: str) -> Band | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, quarter = (None if part is None else int(part) for part in found.groups())
    months = 3 * (quarter - 1) if quarter else (month or 1) - 1
    start = (year or 0) + Fraction(months * _DAYS + (day or 1) - 1, 12 * _DAYS)
    length = 1 if day else _DAYS if month else 3 * _DAYS
    return Band(start, start + Fraction(length, 12 * _DAYS))
