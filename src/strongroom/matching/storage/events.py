"""The cohort's events as stored in the index: which codes occur with which dates, without participants."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, Cohort
from strongroom.matching.storage.value_lists import Arrays
from strongroom.thresholds import Thresholds, threshold

CODE_LENGTHS = (0, 3)
"""A code is compared in full (0), or by its first three characters, which in ICD-10 name the disease."""

_DAY_BITS = 20  # fixed: format of the index: the low bits of a pair hold the day
_DAY_ZERO = 1 << (_DAY_BITS - 1)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest_code: int = threshold(
        12,
        "characters",
        "judgement: longer texts are descriptions; ICD-10, OPCS-4 and Read codes have at most seven "
        "characters",
    )


LIMITS = _Limits()


_Dated = tuple[NDArray[np.int64], NDArray[np.int64]]


AsVisible = Callable[[str, pa.Table], pa.Table]


def _unchanged(_table: str, rows: pa.Table) -> pa.Table:
    return rows


@dataclass(frozen=True, repr=False)
class CohortEvents:
    """`codes` are sorted hashes; `pairs` are distinct pairs of a code's number and a date, sorted."""

    codes: NDArray[np.int64]
    pairs: NDArray[np.int64]

    def places(self, words: pa.Array, length: int) -> NDArray[np.int64]:
        """Return the number of each code, -1 for codes the cohort does not have; shape (words,)."""
        hashes, coded = _hashed(words, length)
        at = np.minimum(np.searchsorted(self.codes, hashes), max(len(self.codes) - 1, 0))
        known = np.where(self.codes[at] == hashes, at, -1) if len(self.codes) else np.full(len(hashes), -1)
        return np.where(coded < 0, -1, np.append(known, -1)[coded])

    def holds(self, places: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which codes, by number, occur with which dates, in days since 1970; shapes as given."""
        wanted = pack(places, days)
        at = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        held: NDArray[np.bool_] = (self.pairs[at] == wanted) & (places >= 0)
        return held

    def days_of(self, place: int) -> NDArray[np.int64]:
        """Return the dates on which any participant has a code."""
        first, last = np.searchsorted(self.pairs, [place << _DAY_BITS, (place + 1) << _DAY_BITS])
        return (self.pairs[first:last] & ((1 << _DAY_BITS) - 1)) - _DAY_ZERO


def event_arrays(cohort: Cohort, visible: AsVisible = _unchanged) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield what `open_events` reads, by name; every text column is a code, paired with every date column.

    `visible` returns the rows of a table and their ordinals, with the values visible to a project.
    """
    found: dict[int, list[_Dated]] = {length: [] for length in CODE_LENGTHS}
    for name, table in cohort.events.items():
        for code, date in _codes_and_dates(table.schema):
            read = visible(name, table.read([PARTICIPANT, code, date]))
            for length, parts in found.items():
                parts.append(_dated(read.column(code), read.column(date), length))
    for length, parts in found.items():
        if parts:
            hashes, days = (np.concatenate(each) for each in zip(*parts, strict=True))
            codes_held, places = np.unique(hashes, return_inverse=True)
            yield f"events:{length}:codes", codes_held
            yield f"events:{length}:pairs", np.unique(pack(places, days))


def open_events(stored: Arrays) -> dict[int, CohortEvents]:
    """Decrypt an index's pairs of codes and dates, by the characters of the code that count (0: all)."""
    return {
        length: CohortEvents(*(stored.array(f"events:{length}:{part}") for part in ("codes", "pairs")))
        for length in CODE_LENGTHS
        if f"events:{length}:codes" in stored.names
    }


def add_events(held: CohortEvents, length: int, tables: Sequence[pa.Table]) -> CohortEvents:
    """Return the pairs with those of more tables added; codes that the cohort does not have are skipped.

    `length` is how many characters of a code count, 0 for all.
    """
    packed_more = [np.empty(0, np.int64)]
    for table in tables:
        for code, date in _codes_and_dates(table.schema):
            hashes, days = _dated(table.column(code), table.column(date), length)
            at = np.minimum(np.searchsorted(held.codes, hashes), max(len(held.codes) - 1, 0))
            known = held.codes[at] == hashes if len(held.codes) else np.zeros(len(hashes), bool)
            packed_more.append(pack(at[known], days[known]))
    more = np.unique(np.concatenate(packed_more))
    at = np.searchsorted(held.pairs, more)
    new = np.append(held.pairs, -1)[at] != more
    return CohortEvents(held.codes, np.insert(held.pairs, at[new], more[new]))


NO_DAY = -(1 << (_DAY_BITS - 1))
"""The day of a missing date."""


def days_of(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return dates as days since 1970, NO_DAY for missing ones."""
    days = column.combine_chunks().cast(pa.date32(), safe=False).cast(pa.int32()).fill_null(NO_DAY)
    return np.asarray(days, np.int64)


def pack(places: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return codes' numbers and days, each pair as one integer."""
    shifted: NDArray[np.int64] = (np.asarray(places, np.int64) << _DAY_BITS) | np.clip(
        days + _DAY_ZERO, 0, (1 << _DAY_BITS) - 1
    )
    return shifted


def unpack(pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the codes' numbers and the days of packed pairs."""
    return pairs >> _DAY_BITS, (pairs & ((1 << _DAY_BITS) - 1)) - _DAY_ZERO


def _codes_and_dates(schema: pa.Schema) -> list[tuple[str, str]]:
    """Return the pairs of a code column and a date column."""
    kinds = {field.name: field.type for field in schema if field.name != PARTICIPANT}
    codes = [name for name, kind in kinds.items() if pa.types.is_string(kind) or pa.types.is_dictionary(kind)]
    dates = [name for name, kind in kinds.items() if pa.types.is_date(kind) or pa.types.is_timestamp(kind)]
    return [(code, date) for code in codes for date in dates]


def _dated(codes: pa.ChunkedArray, dates: pa.ChunkedArray, length: int) -> _Dated:
    """Return the distinct pairs of a code, as its hash, and a day."""
    days = days_of(dates)
    hashes, coded = _hashed(codes.combine_chunks(), length)
    kept = (coded >= 0) & (days != NO_DAY)
    distinct = np.unique(pack(coded[kept], days[kept]))
    places, day = unpack(distinct)
    return hashes[places], day


def _hashed(words: pa.Array, length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return hashes of the distinct words, and each cell's word number, -1 for missing and non-codes."""
    if pa.types.is_dictionary(words.type):
        words = words.cast(words.type.value_type)
    plain = pc.replace_substring(pc.utf8_upper(pc.utf8_trim_whitespace(words.cast(pa.string()))), ".", "")
    if length:
        plain = pc.utf8_slice_codeunits(plain, 0, length)
    coded = plain.dictionary_encode()
    listed = coded.dictionary.to_pylist()
    fits = np.array([0 < len(word) <= LIMITS.longest_code for word in listed] or [False])
    hashes = np.array([_hash(word) for word in listed], np.int64)
    which = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return hashes, np.where((which >= 0) & fits[np.maximum(which, 0)], which, -1)


def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest()) >> 1
