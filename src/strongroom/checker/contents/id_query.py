"""The search for ids in every row of a table too large to be sent to the parent: the query, and its result.

A file may compromise its reader, so a reader receives no id: of numeric ids it receives a range, of others
their spelling patterns. The parent compares the possible ids that it returns with the real ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_letters: int = threshold(
        12, "letters", "judgement: enough to tell ids from other words, too few to give any id away"
    )
    kept_digits: int = threshold(
        2,
        "digits",
        "judgement: the range of ids that a reader may learn; more digits give away how ids are handed out",
    )


LIMITS = _Limits()


Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class IdQuery:
    """A range, ends included, that holds the ids that are numbers, and the spellings of those that are words.

    A spelling has for each of a word's first bytes the bytes that may stand there; `lengths` are those of the
    words. `seed` draws the sample of rows that is kept.
    """

    seed: int = 0
    low: int = 0
    high: int = -1
    spellings: tuple[tuple[bytes, ...], ...] = field(default=(), repr=False)
    lengths: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        as_hex = [[each.hex() for each in places] for places in self.spellings]
        return {"seed": self.seed, "range": [self.low, self.high], "spelt": as_hex, "lengths": self.lengths}


NO_IDS = IdQuery()


def from_json(written: Mapping[str, Any]) -> IdQuery:
    """Return what `to_json` wrote."""
    low, high = written["range"]
    letters_allowed = tuple(tuple(bytes.fromhex(each) for each in places) for places in written["spelt"])
    return IdQuery(written["seed"], low, high, letters_allowed, tuple(written["lengths"]))


def query_for_ids(ids: Sequence[NDArray[Any]], seed: int = 0) -> IdQuery:
    """Return the query that misses none of `ids`, each in order and without duplicates."""
    numbers = [each for each in ids if len(each) and each.dtype.kind not in "UO"]
    words = [each for each in ids if len(each) and each.dtype.kind in "UO"]
    low = min((_rounded_down(int(each[0])) for each in numbers), default=0)
    high = max((_rounded_up(int(each[-1])) for each in numbers), default=-1)
    by_length = _spellings([np.char.encode(each.astype(np.str_), "utf-8") for each in words])
    return IdQuery(seed, low, high, tuple(by_length.values()), tuple(by_length))


def _rounded_down(number: int) -> int:
    """Return a number of as many digits that is no larger: the smallest id is an id too."""
    return number - number % _step(number)


def _rounded_up(number: int) -> int:
    return number - number % _step(number) + _step(number) - 1


def _step(number: int) -> int:
    return int(10 ** max(len(str(abs(number))) - LIMITS.kept_digits, 0))


def _spellings(words: Sequence[NDArray[np.bytes_]]) -> dict[int, tuple[bytes, ...]]:
    by_length: dict[int, list[set[int]]] = {}
    for each in words:
        lengths = np.char.str_len(each)
        for length in np.unique(lengths).tolist():
            letters = each[lengths == length].astype(f"S{length}").view(np.uint8).reshape(-1, length)
            places = by_length.setdefault(length, [set() for _ in range(min(length, LIMITS.most_letters))])
            for place, allowed in enumerate(places):
                allowed.update(np.unique(letters[:, place]).tolist())
    return {length: tuple(bytes(sorted(each)) for each in places) for length, places in by_length.items()}


@dataclass(frozen=True)
class PossibleIds:
    """The possible ids in all rows of the column at place `column`, each number or word once.

    `form` is "bits" (one for each number from `low` on), "numbers" (int64, in order), or "words" (of `low`
    bytes each).
    """

    column: int
    form: str
    low: int
    body: bytes = field(repr=False)

    def numbers(self) -> Numbers:
        """Return the numbers, in order; none for words."""
        if self.form == "bits":
            return np.flatnonzero(np.unpackbits(np.frombuffer(self.body, np.uint8))) + self.low
        return np.frombuffer(self.body, np.int64) if self.form == "numbers" else np.empty(0, np.int64)

    def words(self) -> NDArray[np.str_]:
        """Return the words; none for numbers."""
        if self.form != "words":
            return np.empty(0, np.str_)
        return np.char.decode(np.frombuffer(self.body, f"S{self.low}"), "utf-8", "replace")
