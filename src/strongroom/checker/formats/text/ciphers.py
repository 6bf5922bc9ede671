"""Simple ciphers: a key of few bytes, rotated alphabets, text written backwards.

A decryption is accepted if it is much more like language or numbers than the original.
"""

import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.text.intelligible import (
    digit_share,
    language_share,
    letters_in_words,
    number_share,
    vocabulary,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest_key: int = threshold(16, "bytes", "cost: every length is tried")
    tested_bytes: int = threshold(1_024, "bytes", "cost: a key is judged on the beginning of the data")
    better: float = threshold(
        0.2,
        "likeness per letter",
        "judgement: by trial on the benchmark: a longer key always fits a little better",
    )
    least_like: float = threshold(
        0.0,
        "likeness per letter",
        "judgement: by trial on the benchmark: below it nothing is language or numbers",
    )
    rare: float = threshold(0.02, "share of letters", "judgement: rarer letters do not stand for digits")
    least_digits: int = threshold(8, "letters", "judgement: a cipher of digits uses nearly all ten")
    few_numbers: float = threshold(
        0.6, "share of letters", "judgement: a text of more numbers needs no deciphering"
    )
    least_per_key_letter: int = threshold(
        20, "letters", "derived: with fewer under one letter of the key, some key fits random letters"
    )
    rare_letter: float = threshold(
        -2.0, "log likelihood", "judgement: the score of a letter that is unusual in language"
    )
    looked_at: int = threshold(4_096, "characters", "cost: a cipher shows at the beginning of a text")
    least_noughts: int = threshold(3, "numbers", "judgement: one or two are typing errors")
    noughts: float = threshold(
        0.03,
        "share of numbers",
        "judgement: by trial on the benchmark: numbers written backwards end in noughts and points as often",
    )
    least_reversed: int = threshold(5, "words", "judgement: fewer reversed words are abbreviations")
    least_capitals: int = threshold(
        3, "letters", "judgement: one or two capitals at the end of words are units"
    )
    language: float = threshold(
        0.28,
        "share of known words' letters",
        "judgement: by trial on the benchmark: text that counts as language",
    )
    foreign: float = threshold(
        0.17,
        "share of known words' letters",
        "judgement: by trial on the benchmark: text that is no language as it is written",
    )
    much_more: float = threshold(
        1.6,
        "ratio",
        "judgement: by trial on the benchmark: turned text has to be more like language by as much",
    )
    least_words: int = threshold(200, "words", "judgement: shares of fewer words are chance")
    least_text: int = threshold(100, "characters", "judgement: shorter text holds no table")
    many_digits: float = threshold(
        0.3,
        "share of characters",
        "judgement: by trial on the benchmark: turned text that is a table of numbers",
    )
    few_letters: float = threshold(
        0.12, "share of characters", "judgement: by trial on the benchmark: data without words in it"
    )


LIMITS = _Limits()


_TEXT = np.zeros(256, bool)
_TEXT[[9, 10, 13, *range(32, 127)]] = True
# How common characters are in rows of numbers: bits above a uniform distribution.
_COMMON = {"0123456789": 4, ",\n": 4, ".\t;": 3.5, " -": 2.5, "eatoinsr": 1, "dlhcumpfgbwyvk": 0, '":/_': 0}
_WEIGHT = np.full(256, LIMITS.rare_letter)
for _letters, _weight in _COMMON.items():
    _WEIGHT[[ord(letter) for letter in _letters]] = _weight
# Dates from 1900 to 2099, reversed and not; numbers that begin with a zero.
_REVERSED = re.compile(r"(?<![\w.])(?:\d\d-\d\d-\d\d(?:02|91)|0\d+\.[1-9]\d*)(?![\w.])")
_UPRIGHT = re.compile(r"(?<!\d)(?:19|20)\d\d-\d\d-\d\d|(?<!\d)[1-9]\d*\.\d*0(?!\d)")
_LEADING_NOUGHTS = re.compile(r"(?<![\w.:-])0\d+(?![\w:])")
_ANY_NUMBER = re.compile(r"\d[\d.]*")
_CAPITAL_FIRST = re.compile(r"\b[A-Z][a-z]{2,}\b")
_CAPITAL_LAST = re.compile(r"\b[a-z]{2,}[A-Z]\b")
_NUMBER_CELL = re.compile(r"(?:^|[\s,;|\"'])[-+.]?\d")
_KEYS = np.arange(256, dtype=np.uint8)
_LATE_LETTERS = re.compile("[i-z]")
_SHIFTED = str.maketrans({chr(33 + place): chr(33 + (place + 47) % 94) for place in range(94)})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def without_xor(data: bytes) -> bytes | None:
    """Return the text that bytes are under a repeating key of at most 16 bytes, or None."""
    head = np.frombuffer(data[: LIMITS.tested_bytes], np.uint8)
    best: tuple[float, list[int]] = (LIMITS.least_like, [])
    for length in range(1, min(LIMITS.longest_key, len(head) // LIMITS.least_per_key_letter) + 1):
        letters = [_letter_of_key(head[place::length]) for place in range(length)]
        likeness = sum(weight for weight, _ in letters) / length
        if likeness > best[0] + LIMITS.better:
            best = likeness, [letter for _, letter in letters]
    if not best[1]:
        return None
    repeated = np.resize(np.array(best[1], np.uint8), len(data))
    return (np.frombuffer(data, np.uint8) ^ repeated).tobytes()


def plain_texts(text: str) -> list[tuple[str, str]]:
    """Return the names of ciphers under which a text is far more intelligible, with the plain texts."""
    head = text[:4_096]
    if len(head) < LIMITS.least_text:
        return []
    language, numbers = language_share(head), number_share(head)
    found: list[tuple[str, str]] = []
    digits = _digits_in_letters(text) if numbers < LIMITS.few_numbers else None
    if digits is not None:
        found.append(("letters for digits", digits))
    reversed_letters = head.translate(_SHIFTED)
    # The letters a to h become digits; words have others too.
    wordless = len(_LATE_LETTERS.findall(head)) < LIMITS.few_letters * len(head)
    if (wordless and digit_share(reversed_letters) > max(LIMITS.many_digits, 4 * digit_share(head))) or (
        language < LIMITS.foreign
        and language_share(reversed_letters) > LIMITS.language
        and len(vocabulary(reversed_letters)) > LIMITS.least_words
    ):
        found.append(("ROT47", text.translate(_SHIFTED)))
    if (
        len(_REVERSED.findall(head)) >= LIMITS.least_reversed
        and len(_UPRIGHT.findall(head)) < LIMITS.least_reversed
    ):
        found.append(("backwards", text[::-1]))
        found.append(("lines backwards", "\n".join(line[::-1] for line in text.splitlines())))
    words = vocabulary(head)
    if language >= LIMITS.language or len(words) < LIMITS.least_words:
        return found
    shift = max(range(1, 26), key=lambda shift: language_share(words.translate(_caesar(shift))))
    least = max(LIMITS.language, LIMITS.much_more * language)
    if language_share(words.translate(_caesar(shift))) > least:
        found.append((f"letters moved by {shift}", text.translate(_caesar(shift))))
    if language_share(words[::-1]) > least:
        found.append(("backwards", text[::-1]))
        found.append(("lines backwards", "\n".join(line[::-1] for line in text.splitlines())))
    return found


def reversed_text_of(text: str) -> str | None:
    """Return numbers with each line reversed, if some of them begin with a zero; else None."""
    return reversed_letters(text) if is_reversed(text[: LIMITS.looked_at]) else None


def is_reversed(head: str) -> bool:
    """Return whether numbers of a text begin with a zero and its words read better reversed."""
    noughts = len(_LEADING_NOUGHTS.findall(head))
    if noughts < max(LIMITS.least_noughts, LIMITS.noughts * len(_ANY_NUMBER.findall(head))):
        return False
    return letters_in_words(head) <= LIMITS.few_letters * len(head) or _words_turned(head)


def is_enciphered(text: str) -> bool:
    """Return whether a reversed text has reversed words; codes may begin with a zero too.

    Most reversed words end with their only capital, and their letter pairs are likelier backwards. Units such
    as mmolL and ngL all end with the same capital.
    """
    head = text[: LIMITS.looked_at]
    last = _CAPITAL_LAST.findall(head)
    if len(last) < max(LIMITS.least_reversed, len(_CAPITAL_FIRST.findall(head)) + 1):
        return False
    if len({word[-1] for word in last}) < LIMITS.least_capitals:
        return False
    words = vocabulary(head)
    return language_share(words[::-1]) > language_share(words) and is_reversed(head)


def reversed_letters(text: str) -> str:
    """Return each line reversed; also the order of lines, if the last has no number but the first does.

    A text reversed as a whole has its column names at the end.
    """
    lines = [line[::-1] for line in text.splitlines()]
    filled = [line for line in lines if line.strip()]
    if filled and _NUMBER_CELL.search(filled[0]) and not _NUMBER_CELL.search(filled[-1]):
        lines.reverse()
    return "\n".join(lines)


def _words_turned(head: str) -> bool:
    """Return whether words are reversed, by capitals at their ends or else by letter pairs."""
    first, last = len(_CAPITAL_FIRST.findall(head)), len(_CAPITAL_LAST.findall(head))
    if first or last:
        return last > first
    words = vocabulary(head)
    return language_share(words[::-1]) > language_share(words)


def _digits_in_letters(text: str) -> str | None:
    """Return a text written in ten adjacent letters as the digits they stand for, or None.

    On a keyboard the row from q stands for 1 to 9 and 0; words use other letters too.
    """
    common = Counter(text.lower())
    marks = set("_ \t\n\r.,;|:-+\"'/")
    letters = [letter for letter, n in common.items() if letter not in marks and n > len(text) * LIMITS.rare]
    if not LIMITS.least_digits <= len(letters) <= 10 or not all(map(str.isalpha, letters)):  # noqa: PLR2004 - digits
        return None
    first = min(letters)
    row = "".join(map(chr, range(ord(first), ord(first) + 10)))
    for alphabet in (row, "pqwertyuio"):
        if set(letters) <= set(alphabet):
            return text.lower().translate(str.maketrans(alphabet, "0123456789"))
    return None


def _letter_of_key(column: NDArray[np.uint8]) -> tuple[float, int]:
    """Return the highest log-likelihood of being text, in bits, and the key letter that gives it."""
    reversed_letters = column[None, :] ^ _KEYS[:, None]
    likeness = np.where(_TEXT[reversed_letters].all(axis=1), _WEIGHT[reversed_letters].mean(axis=1), -np.inf)
    letter = int(likeness.argmax())
    return float(likeness[letter]), letter


def _caesar(shift: int) -> dict[int, int]:
    reversed_letters = _LETTERS[shift:] + _LETTERS[:shift]
    return str.maketrans(_LETTERS + _LETTERS.upper(), reversed_letters + reversed_letters.upper())
