"""How much of a text nothing explains: its words in bits, by a model of what people and programs write.

A researcher who runs any program can write values as words of their own: syllables, pairs of signs, letters
of a rare script. Whatever the code, such words are improbable in languages and source code, so their cost
under a model of triples of characters is high (Shannon 1951, Bell Syst. Tech. J. 30:50). What a word costs
beyond the usual is *unexplained*. A word that repeats costs again only what it takes to name it among
the others, less the more often it occurs: a variable's odd name is explained by its first use, a code of 256
syllables is not. A long word with separators in it, as a line of a table in a text is, counts by its parts.

Numbers without letters are left to the comparison with participants. Identifiers of public registers are
explained by their form.
"""

import base64
import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from strongroom.fitted import read_fitted
from strongroom.thresholds import Thresholds, threshold

FITTED = Path(__file__).with_name("unexplained.json")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SIGNS = "_-.,;:()[]{}<>/\\\"'=+*#@&|~!?%$^`"
BLANK, DIGIT, OTHER = 0, 27, 28 + len(SIGNS)  # fixed: places in the model
"""Characters of the model: a blank, the letters, any digit, the signs, and every other character."""
CHARACTERS = OTHER + 1


class _Limits(Thresholds):
    """The numbers this module decides by."""

    usual: float = threshold(
        4.0,
        "bits a character",
        "judgement: by trial on texts of the shared data: words of languages and code cost 2 to 4 bits a "
        "character, random syllables 5, random letters and signs 6 to 8",
    )
    usual_end: float = threshold(
        2.0, "bits", "judgement: that a word ends after two letters is itself improbable in most cases"
    )
    other_bits: float = threshold(
        14.0, "bits", "derived: log2 of the 20,000 common characters of other scripts"
    )
    least_joined: int = threshold(
        24,
        "characters of a word",
        "judgement: words of languages are shorter; a longer one with separators is a list, whose parts "
        "repeat where the whole does not",
    )
    longest: int = threshold(
        4 << 20, "characters of a text", "cost: bounds the memory for one text; the rest is extrapolated"
    )


LIMITS = _Limits()

_ALPHABET = 0x3000  # fixed: characters from here on are letters of other scripts
_DIGIT_BITS = math.log2(10)  # fixed: which digit it is
_SCALE = 16  # fixed: the stored costs are in sixteenths of a bit
_PUBLIC = re.compile(
    r"""\b(?:rs\d{3,12}|cg\d{8}|ENS[A-Z]{0,4}[EGPRT]\d{11}(?:\.\d+)?|[NX][MRPCGT]_\d{5,9}(?:\.\d+)?|GO:\d{7}
    |(?:chr)?(?:\d{1,2}|[XYM]|MT)[:_]\d{2,9}(?:[:_][ACGT]{1,50}){0,2}|[A-Z]\d{2}(?:\.?\d{1,2})?|[A-Z]{2}_\d{3}(?:\.\d{1,2})?|[A-Z]\d{2}[A-Z]{1,2}\d{0,2}
    |10\.\d{4,9}/\S{1,80}|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*|p\d{1,6}(?:_i\d{1,2})?(?:_a\d{1,3})?)\b""",
    re.VERBOSE,
)
_SEPARATORS = re.compile(r"""([;,|"']+)""")
Places = NDArray[np.uint8]


def places_of(text: str) -> Places:
    """Return each character's number in the model, shape (characters,)."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    return np.where(points < _ALPHABET, _table()[np.minimum(points, _ALPHABET - 1)], OTHER).astype(np.uint8)


def unexplained_bits(words: Mapping[str, float]) -> float:
    """Return the bits of words that nothing explains; `words` has how often each occurs."""
    bits = _bits_beyond_usual(list(words))
    odd = {word: beyond for word, beyond in zip(words, bits.tolist(), strict=True) if beyond > 0}
    most, uses = math.log2(len(odd) + 1), math.fsum(words[word] for word in odd)
    return math.fsum(
        beyond + max(0.0, words[word] - 1) * min(beyond, most, math.log2(uses / words[word]))
        for word, beyond in odd.items()
    )


def words_of(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word with a letter or sign occurs, public identifiers left out."""
    found: Counter[str] = Counter()
    whole: list[str] = []
    for text in texts:
        if len(text) <= LIMITS.longest:
            whole.append(text)
            continue
        more = len(text) / LIMITS.longest
        part = _counted(text[: LIMITS.longest])
        found.update({word: round(times * more) for word, times in part.items()})
    # All at once: a table has a million cells of one word each. No identifier goes on in the next line.
    found.update(_counted("\n".join(whole)))
    return Counter({word: times for word, times in found.items() if not _is_number(word)})


def _counted(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word, times in Counter(_PUBLIC.sub(" ", text).split()).items():
        # The separators are kept as words: they may be the code.
        parts = filter(None, _SEPARATORS.split(word)) if len(word) >= LIMITS.least_joined else (word,)
        for part in parts:
            found[part] += times
    return found


def _is_number(word: str) -> bool:
    return all(each.isdigit() or each in "+-.,;:%()[]<>=*/|" for each in word) and any(map(str.isdigit, word))


def _bits_beyond_usual(words: list[str]) -> NDArray[np.float64]:
    """Return what each word costs beyond the usual, in bits; negative where it costs less."""
    if not words:
        return np.empty(0)
    places = places_of(f"  {'  '.join(words)} ").astype(np.int64)
    costs = _costs()[(places[:-2] * CHARACTERS + places[1:-1]) * CHARACTERS + places[2:]].astype(np.float64)
    here = places[2:]
    costs = costs / _SCALE + np.where(here == DIGIT, _DIGIT_BITS, 0.0)
    costs = np.where(here == OTHER, LIMITS.other_bits, costs)
    sums = np.concatenate([[0.0], np.cumsum(costs - LIMITS.usual)])
    sizes = np.array([len(word) for word in words])
    first = np.concatenate([[0], np.cumsum(sizes + 2)[:-1]])
    ends = costs[first + sizes] - LIMITS.usual_end
    return np.asarray(sums[first + sizes] - sums[first] + ends, np.float64)


@cache
def _costs() -> Places:
    """Return what a character costs after two others, in sixteenths of a bit, shape (characters ** 3,)."""
    stored = read_fitted(FITTED)["sixteenths_of_a_bit"]
    return np.frombuffer(zlib.decompress(base64.b85decode(stored)), np.uint8)


@cache
def _table() -> Places:
    known = {letter: 1 + place for place, letter in enumerate(LETTERS)}
    known |= {sign: DIGIT + 1 + place for place, sign in enumerate(SIGNS)}
    table = np.full(_ALPHABET, OTHER, np.uint8)
    for point in range(_ALPHABET):
        character = chr(point)
        if character.isspace() or not character.isprintable():
            table[point] = BLANK
        elif character.isdigit():
            table[point] = DIGIT
        else:
            # Accents aside: an umlaut costs what its vowel does.
            table[point] = known.get(unicodedata.normalize("NFKD", character)[0].lower(), OTHER)
    return table
