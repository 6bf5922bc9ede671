"""Ids in a file that were issued to a project: further evidence, besides marks and decoys.

A project's ids are a keyed selection from the cohort's id range. Distinct numbers made without the key each
pass a first test of having been issued (`Pseudonyms.may_be_issued`) independently with a known probability:
the count is binomial, and its tail bounds how often an innocent project's ids would be found. It is
multiplied by the number of columns and projects compared. No participant needs to be recognised; replacing
the ids removes this evidence.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.matching import log10_tail
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.attribution import IdsFound
from strongroom.tracer.content_evidence import IssuedView

Ints = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_numbers: int = threshold(1_000, "numbers", "cost: more say nothing new")
    least_numbers: int = threshold(5, "numbers", "judgement: fewer are no column of ids")
    most_columns: int = threshold(
        8, "columns", "cost: each is compared with every project; the longest first"
    )


LIMITS = _Limits()

_MOST_DIGITS = 18  # fixed: a signed 64-bit integer holds any 18 digits


@dataclass(frozen=True)
class _Column:
    """A file's column: its name and some of its distinct whole numbers, in order."""

    name: str
    numbers: Ints = field(repr=False)

    def may_hold_ids(self, ranges: Iterable[tuple[int, int]]) -> bool:
        """Tell whether enough numbers are in the range of any project's ids; this depends on no key."""
        counts = (np.searchsorted(self.numbers, (low, high + 1)) for low, high in ranges)
        return any(last - first >= LIMITS.least_numbers for first, last in counts)


def issued_ids(
    tables: Sequence[pa.Table], views: Sequence[IssuedView], *, bound: float
) -> tuple[IdsFound, ...]:
    """Return the projects whose ids are in a file with a probability by chance of at most `bound`."""
    projects = {view.project: view for view in views if view.pseudonyms is not None}
    ranges = {(view.pseudonyms.low, view.pseudonyms.high) for view in views if view.pseudonyms is not None}
    inside = (each for each in _columns(tables) if each.may_hold_ids(ranges))
    columns = sorted(inside, key=lambda each: -len(each.numbers))[: LIMITS.most_columns]
    if not columns or not projects:
        return ()
    looked_at = math.log10(len(columns) * len(projects))
    found = []
    for view in projects.values():
        best = min((_held(column, view) for column in columns), key=lambda each: each.log10_chance)
        log10_chance = min(0.0, best.log10_chance + looked_at)
        if log10_chance <= math.log10(bound):
            found.append(
                IdsFound(best.project, best.institution, best.column, best.numbers, best.issued, log10_chance)
            )
    return tuple(sorted(found, key=lambda each: each.log10_chance))


def _held(column: _Column, view: IssuedView) -> IdsFound:
    """Return how many of a column's numbers a project may have been issued, with log10 of the chance."""
    pseudonyms = view.pseudonyms
    if pseudonyms is None:
        raise TypeError("only views with pseudonyms have ids")
    inside = column.numbers[(column.numbers >= pseudonyms.low) & (column.numbers <= pseudonyms.high)]
    issued = int(np.count_nonzero(pseudonyms.possibly_issued(inside)))
    log10_chance = log10_tail(issued, len(inside), pseudonyms.chance)
    return IdsFound(view.project, view.institution, column.name, len(column.numbers), issued, log10_chance)


def _columns(tables: Sequence[pa.Table]) -> Iterator[_Column]:
    """Yield every column of whole numbers, as numbers or text, with several distinct values."""
    for table in tables:
        for name, column in zip(table.column_names, table.columns, strict=True):
            numbers = _whole_numbers(column)
            if len(numbers) >= LIMITS.least_numbers:
                # Evenly spaced in sorted order: independent of any key.
                chosen = np.linspace(0, len(numbers) - 1, min(len(numbers), LIMITS.most_numbers)).astype(
                    np.int64
                )
                yield _Column(name, numbers[chosen])


def _whole_numbers(column: pa.ChunkedArray) -> Ints:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        spelled = pc.match_substring_regex(column, f"^[0-9]{{1,{_MOST_DIGITS}}}$")
        column = column.filter(pc.fill_null(spelled, fill_value=False)).cast(pa.int64())
    elif pa.types.is_floating(column.type):
        values = column.drop_null().to_numpy()
        integers = values[np.isfinite(values) & (values == np.rint(values)) & (np.abs(values) < 2.0**53)]
        return np.unique(integers.astype(np.int64))
    elif not pa.types.is_integer(column.type) or pa.types.is_uint64(column.type):
        return np.empty(0, np.int64)
    return np.unique(column.drop_null().to_numpy().astype(np.int64))
