"""Rows of event tables: a diagnosis or operation with its date, with or without ids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, Rule
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.matching import log10_tail
from strongroom.matching.storage.events import NO_DAY, CohortEvents
from strongroom.matching.values.comparable import ValueKind, canonical_values, is_text
from strongroom.matching.values.comparable_table import ComparableTable

_FEWEST = 6
_MOST_ROWS, _GLANCED = 50_000, 1_000
_CODES_KNOWN = 0.5
# A code with its dots and spaces; the longest of a classification has twelve characters without.
_LONGEST = 16
_BITS = 30.0
_PERMUTATIONS = 20
# Dates shifted by a constant: up to so many days either way, found on so many pairs of rare codes.
_FARTHEST = 3_660
_PROBES, _MOST_DAYS = 400, 2_000


_EVENTS = Rule(
    "codes-with-dates/events",
    "{hits:,} of {pairs:,} code-date pairs are participants' events; {expected} are expected by chance.",
    "Submit counts of events instead.",
    PERSON_LEVEL,
)
_SHIFTED = Rule(
    "codes-with-dates/shifted-events",
    "{hits:,} of {pairs:,} code-date pairs are participants' events with dates shifted by {shift:+,} days; "
    "{expected} are expected by chance.",
    "Submit counts of events instead.",
    PERSON_LEVEL,
)


class CodesWithDates:
    """Counts a table's code-date pairs that are the cohort's, compared with its dates permuted."""

    name = "codes-with-dates"
    protects_against = "rows of event tables: diagnoses or operations with their dates, even if shifted"
    rules = (_EVENTS, _SHIFTED)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for the pair of columns that agrees best with the cohort's events."""
        if not isinstance(examined, ExaminedTable):
            return
        some = examined.comparable.part(0, _MOST_ROWS)
        columns = _words_and_dates(some)
        # Only a table with both needs the cohort's events, which have to be decrypted.
        if columns is None or not evidence.index.events:
            return
        found = [
            agreement
            for words, days in _pairs_of_columns(some, *columns, evidence.index.events)
            for length, events in evidence.index.events.items()
            for agreement in [_agreement(words, days, length, events)]
            if agreement is not None
        ]
        if found:
            yield self._finding(examined.found, max(found, key=lambda each: each.bits))

    def _finding(self, found: FoundTable, agreement: "_Agreement") -> Finding:
        return (_SHIFTED if agreement.shift else _EVENTS).finding(
            Verdict.BLOCK,
            found.where,
            {
                "hits": agreement.hits,
                "pairs": agreement.pairs,
                "expected": f"{agreement.expected:,.1f}",
                "shift": agreement.shift,
            },
            rows=agreement.hits,
            chance=agreement.expected,
            bits=agreement.bits,
        )


@dataclass(frozen=True)
class _Agreement:
    pairs: int
    hits: int
    expected: float
    bits: float
    shift: int


def _words_and_dates(some: ComparableTable) -> tuple[list[int], list[int]] | None:
    """Return the columns that may hold codes and those that hold dates, or None where there are not both."""
    words, dates = [], []
    for place in range(some.table.num_columns):
        column = some.column(place)
        text = is_text(column.type)
        glanced = _glance(column) if text else column
        if _is_dated(column.type) or (text and _are_dates(some, place, glanced)):
            dates.append(place)
        elif text and _are_short(glanced):
            words.append(place)
    return (words, dates) if words and dates and some.table.num_rows >= _FEWEST else None


def _glance(column: pa.Array) -> pa.Array:
    """Return cells of a column, evenly over all that are filled."""
    filled = column.drop_null()
    if len(filled) <= _GLANCED:
        return filled
    return filled.take(pa.array(np.linspace(0, len(filled) - 1, _GLANCED).astype(np.int64)))


def _are_short(words: pa.Array) -> bool:
    lengths = pc.utf8_length(words.cast(pa.string())).to_numpy(zero_copy_only=False)
    return bool(np.count_nonzero(lengths <= _LONGEST) >= max(_CODES_KNOWN * len(words), 1))


def _are_dates(some: ComparableTable, place: int, glanced: pa.Array) -> bool:
    whole = len(glanced) == some.table.num_rows
    values = some.values(place) if whole else canonical_values(glanced)
    return values is not None and values.kind is ValueKind.DATE


def _pairs_of_columns(
    some: ComparableTable, words: Sequence[int], dates: Sequence[int], events: Mapping[int, CohortEvents]
) -> Iterator[tuple[pa.Array, NDArray[np.int64]]]:
    """Yield each column of the cohort's codes with each of dates."""
    columns = [some.column(place) for place in words]
    coded = [column for column in columns if _holds_codes(column.slice(0, _GLANCED), events)]
    for place in dates if coded else ():
        values = some.values(place)
        if values is not None and values.kind is ValueKind.DATE:
            days = np.where(np.isnan(values.keys), NO_DAY, values.keys).astype(np.int64)
            yield from ((each, days) for each in coded)


def _holds_codes(words: pa.Array, events: Mapping[int, CohortEvents]) -> bool:
    filled = len(words) - words.null_count
    return any(
        np.count_nonzero(each.places(words, length) >= 0) >= max(_CODES_KNOWN * filled, 1)
        for length, each in events.items()
    )


def _is_dated(kind: pa.DataType) -> bool:
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _agreement(
    words: pa.Array, days: NDArray[np.int64], length: int, events: CohortEvents
) -> _Agreement | None:
    places = events.places(words, length)
    dated = days != NO_DAY
    if np.count_nonzero(dated & (places >= 0)) < max(_FEWEST, _CODES_KNOWN * np.count_nonzero(dated)):
        return None
    pairs = np.unique(np.column_stack([places, days])[dated & (places >= 0)], axis=0)
    plain = _tested(pairs, events, shift=0, bar=_BITS)
    if plain is not None:
        return plain
    shift = _likeliest_shift(pairs, events)
    return _tested(pairs, events, shift=shift, bar=_BITS + np.log2(2 * _FARTHEST)) if shift else None


def _tested(pairs: NDArray[np.int64], events: CohortEvents, *, shift: int, bar: float) -> _Agreement | None:
    """Return the agreement of different pairs (code's place, day) if chance does not explain it."""
    total = len(pairs)
    if total < _FEWEST:
        return None
    codes, days = pairs[:, 0], pairs[:, 1] + shift
    hits = int(np.count_nonzero(events.holds(codes, days)))
    draw = np.random.default_rng(0)
    by_chance = [np.count_nonzero(events.holds(codes, draw.permutation(days))) for _ in range(_PERMUTATIONS)]
    # One more hit than was counted: with a rate of zero any hit would be proof.
    rate = (float(np.sum(by_chance)) + 1) / (_PERMUTATIONS * total)
    bits = -log10_tail(hits, total, min(rate, 0.999)) * np.log2(10)
    return _Agreement(total, hits, rate * total, float(bits), shift) if bits >= bar else None


def _likeliest_shift(pairs: NDArray[np.int64], events: CohortEvents) -> int:
    """Return the shift under which most pairs of codes with few dates are the cohort's, 0 for none."""
    votes = np.zeros(2 * _FARTHEST + 1, np.int64)
    probed = 0
    for place, day in np.random.default_rng(0).permutation(pairs):
        held = events.days_of(int(place))
        if 0 < len(held) <= _MOST_DAYS:
            apart = held - day
            votes[apart[np.abs(apart) <= _FARTHEST] + _FARTHEST] += 1
            probed += 1
        if probed == _PROBES:
            break
    return int(np.argmax(votes)) - _FARTHEST if probed else 0
