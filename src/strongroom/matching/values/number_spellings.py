"""Read numbers in other notations: number words, other digits or bases, separators, units, invisible signs.

A column is read in one notation as a whole, or not at all; each notation is tried on a sample first.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from strongroom.matching.values.number_words import ONES, SCALES, TENS
from strongroom.thresholds import Thresholds, threshold

_CODE = re.compile(r"[A-Za-z]\d{2}(?:\.?\d+)?")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sample: int = threshold(
        200,
        "distinct texts",
        "cost: each way of reading is tried on these before all texts are read",
    )
    least_readable: float = threshold(
        0.95,
        "share of texts",
        "judgement: as in values/comparable; one way must read nearly the whole column",
    )
    least_texts: int = threshold(
        2,
        "texts",
        "judgement: with two texts, all but one is a single text, which shows no notation",
    )
    least_hex_digits: int = threshold(
        2,
        "characters",
        "judgement: single letters a to f are categories, not hexadecimal numbers",
    )


LIMITS = _Limits()


_SMALL = ONES | TENS
_TEN = 10  # fixed: base of the decimal digits
_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00b7": ".", "\u066b": ".", "\u066c": ","})
_WITH_UNIT = re.compile(r"[^\w+\-.]?\s*([-+]?[\d.,' ]*\d)\s*(?:%|[^\d\s.,:/-][^\d:/-]{0,15})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[,' ]\d{3})+(?:\.\d*)?")
_COMMA_TO_POINT = str.maketrans({",": ".", ".": ","})
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def normalised(word: str) -> str:
    """Return a word without invisible characters, in normal width, with the digits 0 to 9."""
    if word.isascii() and word.isprintable():
        return word.strip()
    composed = unicodedata.normalize("NFKC", word).translate(_SIGNS)
    kept = "".join(
        str(unicodedata.digit(sign)) if sign.isdigit() and not sign.isascii() else sign
        for sign in composed
        if unicodedata.category(sign) not in {"Cf", "Mn", "Cc"}
    )
    return kept.strip()


def numbers_of(words: Sequence[str]) -> list[float | None] | None:
    """Return the numbers that distinct words represent, or None if no single notation reads nearly all."""
    some = [normalised(word) for word in words[:: max(1, len(words) // LIMITS.sample)]]
    codes = sum(_CODE.fullmatch(word) is not None for word in some)
    for read in _notations():
        # F32 is more likely a diagnosis than a hexadecimal number.
        if read is _based and 2 * codes > len(some):
            continue
        if _reads(read, some):
            return [read(normalised(word)) for word in words]
    return None


def _reads(read: Callable[[str], float | None], words: Sequence[str]) -> bool:
    """Tell whether a notation reads nearly all words, or all but one (a heading)."""
    allowed = len(words) - LIMITS.least_readable * len(words)
    if len(words) > LIMITS.least_texts:
        allowed = max(allowed, 1)
    missed = 0
    for word in words:
        missed += read(word) is None
        if missed > allowed:
            return False
    return True


def _notations() -> Iterator[Callable[[str], float | None]]:
    yield _number
    yield _grouped
    yield lambda word: _grouped(word.translate(_COMMA_TO_POINT))
    yield _based
    yield _measured
    yield lambda word: _measured(word.translate(_COMMA_TO_POINT))
    yield _spelled
    yield _roman


def _number(word: str) -> float | None:
    return float(word) if _PLAIN.fullmatch(word) else None


def _grouped(word: str) -> float | None:
    """Read a number with thousands separators."""
    return _number(re.sub(r"[,' ]", "", word)) if _GROUPED.fullmatch(word) else _number(word)


def _measured(word: str) -> float | None:
    """Read a number with a unit, a currency sign or a per cent sign."""
    found = _WITH_UNIT.fullmatch(word)
    return _grouped(found[1]) if found else None


def _spelled(word: str) -> float | None:
    """Read English number words, as a number ("twenty-three point five") or digit by digit ("two three")."""
    parts = re.findall(r"[a-z]+", word.lower().replace(" and ", " "))
    sign = -1.0 if parts[:1] in (["minus"], ["negative"]) else 1.0
    parts = parts[1:] if sign < 0 else parts
    integer, _, rest = " ".join(parts).partition(" point ")
    digits = [_SMALL.get(part) for part in rest.split()]
    if not integer or None in digits:
        return None
    value = _whole_number(integer.split())
    fraction = "".join(str(digit) for digit in digits)
    return None if value is None else sign * float(f"{value}.{fraction or 0}")


def _whole_number(parts: list[str]) -> int | None:
    if len(parts) > 1 and all(ONES.get(part, _TEN) < _TEN for part in parts):
        return int("".join(str(_SMALL[part]) for part in parts))
    total = current = 0
    for part in parts:
        if part in _SMALL:
            current += _SMALL[part]
        elif part == "hundred":
            current = max(current, 1) * 100
        elif part in SCALES:
            total, current = total + max(current, 1) * SCALES[part], 0
        else:
            return None
    return total + current


def _based(word: str) -> float | None:
    """Read hexadecimal, octal and binary numbers with or without prefix, and C's hexadecimal floats."""
    lower = word.lower()
    try:
        if re.fullmatch(r"-?0x[0-9a-f]*\.?[0-9a-f]*p[-+]?\d+", lower):
            return float.fromhex(lower)
        if re.fullmatch(r"-?0[xbo][0-9a-f]+", lower):
            return float(int(lower, 0))
        if len(lower) >= LIMITS.least_hex_digits and re.fullmatch(r"[0-9a-f]{2,12}", lower):
            return float(int(lower, 16))
    except (ValueError, OverflowError):
        return None
    return None


def _roman(word: str) -> float | None:
    if not re.fullmatch(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", word) or not word:
        return None
    values = [_ROMAN[sign] for sign in word]
    following = [*values[1:], 0]
    return float(sum(-one if one < two else one for one, two in zip(values, following, strict=True)))
