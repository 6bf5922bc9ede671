"""Numbers written in English words: "sixty-three", "twenty seven point one", "one zero five"."""

import re

from strongroom.matching.values.number_words import ONES, SCALES, TENS
from strongroom.thresholds import Thresholds, threshold

_UNITS = ONES | {"oh": 0, "nought": 0}
_WORD = "|".join(sorted({*_UNITS, *TENS, *SCALES}, key=len, reverse=True))
_RUN = re.compile(
    rf"\b(?:(?:minus|negative)[ -])?(?:{_WORD})(?:[ -](?:and |point )?(?:{_WORD}))*\b", re.IGNORECASE
)
_QUICK = re.compile(rf"\b(?:{_WORD})\b", re.IGNORECASE)
_TEN = 10  # fixed: the first number that is no digit


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least: int = threshold(20, "words", "judgement: prose spells a few numbers")
    dense: float = threshold(0.3, "share of words", "judgement: prose spells fewer of its words as numbers")


LIMITS = _Limits()


def without_number_words(text: str) -> str:
    """Return a text with number words as digits if it is full of them; prose stays as it is."""
    found = len(_QUICK.findall(text[: 1 << 16]))
    if found < LIMITS.least or found < LIMITS.dense * (text.count(" ") + text.count("\n") + text.count(",")):
        return text
    return in_digits(text)


def in_digits(text: str) -> str:
    """Return a text with every number in words written in digits."""
    return _RUN.sub(lambda match: _number(match.group().lower()), text)


def _number(words: str) -> str:
    parts = re.split(r"[ -]", words)
    sign = "-" if parts[0] in {"minus", "negative"} else ""
    parts = [part for part in parts if part not in {"minus", "negative", "and"}]
    integer, _, fraction = " ".join(parts).partition(" point ")
    return (
        sign + _integer(integer.split()) + ("." + _integer(fraction.split(), digits=True) if fraction else "")
    )


def _integer(words: list[str], *, digits: bool = False) -> str:
    """Return number words as digits, read one by one or as tens and hundreds."""
    if digits or (len(words) > 1 and all(_UNITS.get(word, _TEN) < _TEN for word in words)):
        return "".join(str(_UNITS.get(word, TENS.get(word, 0))) for word in words)
    total = current = 0
    for word in words:
        if word in SCALES:
            current = max(current, 1) * SCALES[word]
            if SCALES[word] > 100:  # noqa: PLR2004 - thousands end a group, hundreds stand within one
                total, current = total + current, 0
        else:
            current += _UNITS.get(word, TENS.get(word, 0))
    return str(total + current)
