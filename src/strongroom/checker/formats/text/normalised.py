"""Text in normal form: one spelling for every character and number, and nothing invisible.

The released copy keeps its own characters; comparison with participants uses the normal form.
"""

import re
import unicodedata
from functools import cache

from strongroom.checker.formats.text.number_words import without_number_words
from strongroom.thresholds import Thresholds, threshold

# Zero-width, direction, variation and tag characters: invisible, but can carry data.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Characters that look like ASCII: Cyrillic, Greek, dashes, Arabic and typographic separators.
_LOOKALIKES = str.maketrans(
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0430"
    "\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0391\u0392\u0395\u0396\u0397\u0399\u039a"
    "\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u2212\u2010\u2011\u2012\u2013\u2014\u066b\u066c"
    "\u2019",
    "ABESIJKMHOPCTXYaeopcyxijsABEZHIKMNOPTYXo------.,'",
)
# Combining lines and frames: an underlined or boxed digit is a digit.
_MARKED = re.compile(r"(?<=[\d.,+-])[\u0300-\u036f\u20d0-\u20f0]+")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    invisible_characters: int = threshold(
        16, "characters", "judgement: editors leave a few; sixteen have room for two bytes"
    )
    invisible_share: int = threshold(
        1 / 1_000, "share of characters", "judgement: documents in scripts that join letters have some"
    )
    marked_lines: int = threshold(8, "lines", "judgement: fewer lines that end in blanks are typing")


LIMITS = _Limits()


_TRAILING = re.compile(r"(?<![ \t])[ \t]++$", re.MULTILINE)


def normalised(text: str) -> str:
    """Return a text without invisible characters, in compatibility form, with ASCII digits for numbers."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).translate(_LOOKALIKES)
        text = "".join(map(_digit, text)) if not text.isascii() else text
        text = _MARKED.sub("", text)
    return without_number_words(text)


def hidden_in(text: str) -> str:
    """Describe the hidden content of a text, "" if there is none."""
    invisible = 0 if text.isascii() else len(INVISIBLE.findall(text))
    if invisible > LIMITS.invisible_characters and invisible > LIMITS.invisible_share * len(text):
        return f"{invisible} invisible characters"
    marked = sum("\t" in end and " " in end for end in _TRAILING.findall(text))
    return f"{marked} lines that end in blanks and tabs" if marked >= LIMITS.marked_lines else ""


def visible(text: str) -> str:
    """Return a text without invisible characters and trailing blanks."""
    return _TRAILING.sub("", INVISIBLE.sub("", text))


@cache
def _digit(letter: str) -> str:
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)
