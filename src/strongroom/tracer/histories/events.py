"""Events in comparable form, by code and day: those of a file and those of the cohort."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from strongroom.cohort import Cohort
from strongroom.cohort.model import PARTICIPANT
from strongroom.matching.recognised import Floats, Places
from strongroom.matching.storage.events import NO_DAY, CohortEvents, days_of, pack
from strongroom.matching.values.comparable import ValueKind, canonical_values, is_text
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.rules import DATE, Reaches


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(6, "rows", "judgement: fewer rows identify nobody beyond chance")
    codes_known: float = threshold(0.5, "share of values", "judgement: a column of other codes knows fewer")
    least_repeats: float = threshold(
        1.05, "rows a value", "judgement: a column whose values hardly repeat holds no rows together"
    )
    least_groups: int = threshold(5, "groups", "judgement: fewer groups are a category such as sex")
    most_groupings: int = threshold(3, "columns", "cost: each is tried with every pair of codes and dates")
    rarest: float = threshold(1e-4, "people a day", "judgement: keeps one rare code from deciding alone")


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class HeldEvents:
    """The cohort's events of one table: packed codes and days in order, whose they are, and code frequencies.

    `moves` are the days by which dates may have been shifted.
    """

    keys: Places
    ordinals: Places
    often: Floats
    moves: tuple[int, ...]


@dataclass(frozen=True, repr=False)
class FileEvents:
    """A file's events: the position of each code, its day, and the number of its group of rows.

    Only the first `length` characters of codes count, all if that is 0.
    """

    length: int
    places: Places
    days: Places
    groups: Places

    def grouped(self, groups: Places | None) -> "FileEvents":
        """Return the events with known code and day, grouped by a column or not at all."""
        known = (self.places >= 0) & (self.days != NO_DAY)
        rows = self.groups if groups is None else groups
        numbers = np.unique(rows[known], return_inverse=True)[1]
        return FileEvents(self.length, self.places[known], self.days[known], numbers)

    def shuffled(self, seed: int) -> "FileEvents":
        """Return the events with the days permuted between rows."""
        return replace(self, days=np.random.default_rng(seed).permutation(self.days))


def codes_and_dates(table: pa.Table, events: Mapping[int, CohortEvents]) -> Iterator[FileEvents]:
    """Yield each pair of a file's columns that hold the cohort's codes and dates."""
    if not events or table.num_rows < LIMITS.least_rows:
        return
    texts = [found for each in table.columns if is_text(each.type) for found in _coded(each, events)]
    for column in table.columns if texts else ():
        values = canonical_values(column)
        if values is not None and values.kind is ValueKind.DATE:
            days = np.where(np.isnan(values.keys), NO_DAY, np.floor(values.keys)).astype(np.int64)
            yield from (FileEvents(length, places, days, np.arange(len(days))) for length, places in texts)


def _coded(column: pa.ChunkedArray, events: Mapping[int, CohortEvents]) -> list[tuple[int, Places]]:
    """Return the positions of a column's codes, at the length at which most are known, if half are."""
    words, filled = column.combine_chunks(), len(column) - column.null_count
    found = [(length, each.places(words, length)) for length, each in events.items()]
    length, places = max(found, key=lambda each: int(np.count_nonzero(each[1] >= 0)))
    return [(length, places)] if np.count_nonzero(places >= 0) >= max(LIMITS.codes_known * filled, 1) else []


def held_events(
    cohort: Cohort, events: CohortEvents, length: int, reaches: Reaches
) -> Iterator[tuple[str, str, HeldEvents]]:
    """Yield each pair of a code column and a date column in the cohort's event tables."""
    for name, table in cohort.events.items():
        kinds = {field.name: field.type for field in table.schema if field.name != PARTICIPANT}
        for date in (each for each, kind in kinds.items() if pa.types.is_date(kind)):
            rules = [rule for rule in reaches.get(f"{name}.{date}", ()) if rule.form == DATE]
            moves = {0, *(round(way * rule.amplitude) for rule in rules for way in (-1, 1))}
            for code in (each for each, kind in kinds.items() if is_text(kind)):
                read = table.read([PARTICIPANT, code, date])
                places = events.places(read.column(code).combine_chunks(), length)
                whose = read.column(PARTICIPANT).to_numpy().astype(np.int64)
                keys, ordinals, often = _packed_up(places, days_of(read.column(date)), whose)
                yield (
                    f"{name}.{code}",
                    f"{name}.{date}",
                    HeldEvents(keys, ordinals, often, tuple(sorted(moves))),
                )


def _packed_up(places: Places, days: Places, whose: Places) -> tuple[Places, Places, Floats]:
    """Return codes with days in order, whose they are, and how many people have each code a day."""
    known = (places >= 0) & (days != NO_DAY)
    keys, whose = pack(places[known], days[known]), whose[known]
    order = np.lexsort((whose, keys))
    keys, whose = keys[order], whose[order]
    first = (np.diff(keys, prepend=-1) != 0) | (np.diff(whose, prepend=-1) != 0)
    span = max(int(np.ptp(days[known])), 1) if known.any() else 1
    counts = np.bincount(places[known][order][first], minlength=int(places.max(initial=0)) + 1)
    return keys[first], whose[first], np.maximum(counts / span, LIMITS.rarest)


def groupings(table: pa.Table) -> list[Places | None]:
    """Return how rows may be grouped: not at all, or by columns whose values repeat a few times each."""
    found: list[Places | None] = [None]
    for column in table.columns:
        if column.null_count or not (pa.types.is_integer(column.type) or is_text(column.type)):
            continue
        groups = column.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        each = table.num_rows / (groups.max(initial=0) + 1)
        if each > LIMITS.least_repeats and groups.max(initial=0) >= LIMITS.least_groups:
            found.append(groups)
    return found[: 1 + LIMITS.most_groupings]
