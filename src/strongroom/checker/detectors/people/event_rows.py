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
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_pairs: int = threshold(
        6, "pairs", "judgement: 30 bits need at least six pairs of codes that hardly anyone has on that day"
    )
    rows_read: int = threshold(50_000, "rows of a table", "cost: bounds the comparison with permuted dates")
    cells_sampled: int = threshold(
        1_000,
        "cells of a column",
        "cost: what a column holds shows in a sample; only columns of codes and dates are read further",
    )
    least_known: float = threshold(
        0.5,
        "share of cells",
        "judgement: a column of the cohort's codes may hold some that the cohort lacks; other words "
        "hardly hit any",
    )
    # A code with its dots and spaces; the longest of a classification has twelve characters without.
    longest_code: int = threshold(
        16,
        "characters",
        "judgement: the longest codes of a classification have twelve, and dots and spaces are added",
    )
    least_bits: float = threshold(30.0, "bits", "derived: one in 10^9 by chance, log2(10^9) = 30")
    permutations: int = threshold(
        20,
        "permutations",
        "cost: each permutation costs as much as the comparison itself; 20 estimate the rate well enough",
    )
    # Dates shifted by a constant: up to so many days either way, found on so many pairs of rare codes.
    largest_shift: int = threshold(
        3_660,
        "days",
        "judgement: de-identified dates are shifted by up to ten years; more shifts make chance "
        "agreement likelier",
    )
    probes: int = threshold(
        400, "pairs", "cost: bounds the search for a shift, which one vote per pair of rare codes decides"
    )
    most_days: int = threshold(
        2_000, "days of a code", "cost: codes with more dates agree with any shift and take the longest"
    )
    highest_rate: float = threshold(
        0.999,
        "share of pairs",
        "derived: a bound on chance needs a rate below 1; pairs that agree so often by chance prove nothing",
    )


LIMITS = _Limits()


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
        some = examined.comparable.part(0, LIMITS.rows_read)
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
    return (words, dates) if words and dates and some.table.num_rows >= LIMITS.least_pairs else None


def _glance(column: pa.Array) -> pa.Array:
    """Return cells of a column, evenly over all that are filled."""
    filled = column.drop_null()
    if len(filled) <= LIMITS.cells_sampled:
        return filled
    return filled.take(pa.array(np.linspace(0, len(filled) - 1, LIMITS.cells_sampled).astype(np.int64)))


def _are_short(words: pa.Array) -> bool:
    lengths = pc.utf8_length(words.cast(pa.string())).to_numpy(zero_copy_only=False)
    return bool(np.count_nonzero(lengths <= LIMITS.longest_code) >= max(LIMITS.least_known * len(words), 1))


def _are_dates(some: ComparableTable, place: int, glanced: pa.Array) -> bool:
    all_rows = len(glanced) == some.table.num_rows
    values = some.values(place) if all_rows else canonical_values(glanced)
    return values is not None and values.kind is ValueKind.DATE


def _pairs_of_columns(
    some: ComparableTable, words: Sequence[int], dates: Sequence[int], events: Mapping[int, CohortEvents]
) -> Iterator[tuple[pa.Array, NDArray[np.int64]]]:
    """Yield each column of the cohort's codes with each of dates."""
    columns = [some.column(place) for place in words]
    coded = [column for column in columns if _holds_codes(column.slice(0, LIMITS.cells_sampled), events)]
    for place in dates if coded else ():
        values = some.values(place)
        if values is not None and values.kind is ValueKind.DATE:
            days = np.where(np.isnan(values.keys), NO_DAY, values.keys).astype(np.int64)
            yield from ((each, days) for each in coded)


def _holds_codes(words: pa.Array, events: Mapping[int, CohortEvents]) -> bool:
    filled = len(words) - words.null_count
    return any(
        np.count_nonzero(each.places(words, length) >= 0) >= max(LIMITS.least_known * filled, 1)
        for length, each in events.items()
    )


def _is_dated(kind: pa.DataType) -> bool:
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _agreement(
    words: pa.Array, days: NDArray[np.int64], length: int, events: CohortEvents
) -> _Agreement | None:
    places = events.places(words, length)
    dated = days != NO_DAY
    if np.count_nonzero(dated & (places >= 0)) < max(
        LIMITS.least_pairs, LIMITS.least_known * np.count_nonzero(dated)
    ):
        return None
    pairs = np.unique(np.column_stack([places, days])[dated & (places >= 0)], axis=0)
    plain = _tested(pairs, events, shift=0, bar=LIMITS.least_bits)
    if plain is not None:
        return plain
    shift = _likeliest_shift(pairs, events)
    return (
        _tested(pairs, events, shift=shift, bar=LIMITS.least_bits + np.log2(2 * LIMITS.largest_shift))
        if shift
        else None
    )


def _tested(pairs: NDArray[np.int64], events: CohortEvents, *, shift: int, bar: float) -> _Agreement | None:
    """Return the agreement of different pairs (code's place, day) if chance does not explain it."""
    total = len(pairs)
    if total < LIMITS.least_pairs:
        return None
    codes, days = pairs[:, 0], pairs[:, 1] + shift
    hits = int(np.count_nonzero(events.holds(codes, days)))
    draw = np.random.default_rng(0)
    by_chance = [
        np.count_nonzero(events.holds(codes, draw.permutation(days))) for _ in range(LIMITS.permutations)
    ]
    # One more hit than was counted: with a rate of zero any hit would be proof.
    rate = (float(np.sum(by_chance)) + 1) / (LIMITS.permutations * total)
    bits = -log10_tail(hits, total, min(rate, LIMITS.highest_rate)) * np.log2(10)
    return _Agreement(total, hits, rate * total, float(bits), shift) if bits >= bar else None


def _likeliest_shift(pairs: NDArray[np.int64], events: CohortEvents) -> int:
    """Return the shift under which most pairs of codes with few dates are the cohort's, 0 for none."""
    votes = np.zeros(2 * LIMITS.largest_shift + 1, np.int64)
    probed = 0
    for place, day in np.random.default_rng(0).permutation(pairs):
        held = events.days_of(int(place))
        if 0 < len(held) <= LIMITS.most_days:
            apart = held - day
            votes[apart[np.abs(apart) <= LIMITS.largest_shift] + LIMITS.largest_shift] += 1
            probed += 1
        if probed == LIMITS.probes:
            break
    return int(np.argmax(votes)) - LIMITS.largest_shift if probed else 0
