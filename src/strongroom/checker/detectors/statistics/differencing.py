"""Harmless tables that together reveal a few people, in one request or in successive ones."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact, FoundTable
from strongroom.checker.detectors.base import Evidence, JudgedFile
from strongroom.checker.detectors.statistics.linked_counts import LinkableTable, linked
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.history import History
from strongroom.checker.rules import Rule, counted
from strongroom.disclosure.output_rules.differencing import differ_by_few
from strongroom.disclosure.output_rules.input_table import InputTable
from strongroom.disclosure.output_rules.results import Reason
from strongroom.matching.values.comparable import as_one_array
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows: int = threshold(
        2_000,
        "rows",
        "cost: every table is compared with every earlier one; longer tables of counts are not published",
    )
    least_counts: float = threshold(
        0.8, "share of cells", "judgement: a column of counts may have some suppressed cells or notes"
    )
    least_shared: float = threshold(
        0.8,
        "share of labels",
        "judgement: two versions of a table may differ by a category or two; other tables share fewer labels",
    )
    # Tables about different people may agree within a few by chance; below this probability they do not.
    most_chance: float = threshold(
        1e-3,
        "probability",
        "judgement: tables of different people agree within a few people this rarely; a larger value "
        "reviews small honest tables",
    )
    least_cells: int = threshold(2, "cells", "judgement: one cell may be equal by chance whatever it counts")


LIMITS = _Limits()


_COUNT = r"^\s*(?P<count>\d{1,3}(?:[ ,']\d{3})+|\d+)\s*(?:\(.*\))?\s*$"
_MARKS = r"[ ,']"

Label = tuple[str, int]


_FEW_APART = Rule(
    "differencing/few-apart",
    "{cells} {differ} by fewer than {threshold} from the same counts in {other}: subtracting the tables "
    "describes those few people.",
    "Round both tables, or release only one of them.",
)
_LINKED = Rule(
    "differencing/linked",
    "{cells} {count} nearly the same people as {other} in other groups: combining the tables describes fewer "
    "than {threshold} people.",
    "Use the same groups in both tables, or round both.",
)
_SUPPRESSED = Rule(
    "differencing/suppressed",
    "Combining this table with {other} reveals counts that were suppressed.",
    "Suppress a second count in each table, or the totals, or round both tables.",
)
_UNAUDITED = Rule(
    "differencing/too-large",
    "This table and {other} count the same people in so many groups that what they reveal together cannot be "
    "worked out.",
    "Release fewer groups, or round both tables.",
)
_RULE_OF = {
    Reason.DIFFERENCE: _LINKED,
    Reason.RECOVERABLE: _SUPPRESSED,
    Reason.UNAUDITED: _UNAUDITED,
}


class Differencing:
    """Compares tables of counts cell by cell, and solves those whose groups overlap as one system."""

    name = "differencing"
    protects_against = "tables of the same people that together describe fewer of them than may be shown"
    rules = (_FEW_APART, _LINKED, _SUPPRESSED, _UNAUDITED)

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding for each table that differs from an earlier one by a few people."""
        threshold = evidence.policy.small_count
        present = [(file.name, *each) for file in files for each in _tables_of_counts(file.artefacts)]
        before = list(_earlier(evidence.history)) if present else []
        for name, found, counts in present:
            for other in before:
                cells = _differing(counts, other.counts, threshold)
                if cells:
                    yield name, self._finding(found.where, other.place, cells, threshold)
                    break
            else:
                yield from ((name, each) for each in self._linked(found.where, counts, before, threshold))
            before.append(_Placed(found.where, counts, own=True))

    def _linked(
        self, where: str, counts: "_Counts", before: Sequence["_Placed"], threshold: int
    ) -> Iterator[Finding]:
        """Yield one finding for each rule that a table breaks together with earlier ones."""
        earlier = [other.linkable for other in before]
        found: dict[Reason, tuple[set[tuple[int, int]], str]] = {}
        for each, other in linked(LinkableTable(counts.table, where, own=True), earlier, threshold):
            found.setdefault(each.reason, (set(), other))[0].update(map(tuple, each.cells.tolist()))
        for reason, (cells, other) in found.items():
            facts = {
                "cells": counted(len(cells), "count"),
                "count": "counts" if len(cells) == 1 else "count",
                "threshold": threshold,
                "other": other,
            }
            yield _RULE_OF[reason].finding(Verdict.REVIEW, where, facts, participants=len(cells))

    def _finding(self, where: str, other: str, cells: int, threshold: int) -> Finding:
        facts = {
            "cells": counted(cells, "count"),
            "differ": "differs" if cells == 1 else "differ",
            "threshold": threshold,
            "other": other,
        }
        return _FEW_APART.finding(Verdict.REVIEW, where, facts, participants=cells)


@dataclass(frozen=True)
class _Counts:
    """A table of counts: its rows by label, and its cells of shape (rows, columns); NaN is no count."""

    rows: dict[Label, int] = field(repr=False)
    columns: tuple[str, ...]
    cells: NDArray[np.float64] = field(repr=False)
    table: InputTable = field(repr=False)


@dataclass(frozen=True)
class _Placed:
    place: str
    counts: _Counts
    own: bool

    @cached_property
    def linkable(self) -> LinkableTable:
        """The table for the audit of linked tables."""
        return LinkableTable(self.counts.table, self.place, self.own)


def _earlier(history: History) -> Iterator[_Placed]:
    for request in history.requests:
        if request.noisy:
            # Its difference from exact counts is noise, and says nothing of single people.
            continue
        for found, counts in _tables_of_counts(request.tables):
            # This project must not learn another project's file names.
            place = f"{request.name}, {found.where}" if request.own else request.name
            yield _Placed(place, counts, own=request.own)


def _tables_of_counts(artefacts: Iterable[Artefact]) -> Iterator[tuple[FoundTable, _Counts]]:
    for found in artefacts:
        counts = _counts(found) if isinstance(found, FoundTable) else None
        if isinstance(found, FoundTable) and counts is not None:
            yield found, counts


def _counts(found: FoundTable) -> _Counts | None:
    """Return a table's counts, or None where it has none or is too long to be a table of counts."""
    table = found.table
    if found.total_rows > LIMITS.most_rows or table.num_rows == 0:
        return None
    numbers = _numbers(table)
    read = [_as_counts(numbers.get(place)) for place in range(table.num_columns)]
    chosen = [place for place, cells in enumerate(read) if cells is not None]
    if not chosen or (len(chosen) == 1 and table.num_columns == 1):
        return None  # unlabelled numbers match anything
    names = [_labels(table.column(place)) for place, cells in enumerate(read) if cells is None]
    counts_by_name: Counter[str] = Counter()
    rows: dict[Label, int] = {}
    for number in range(table.num_rows):
        label = "\x1f".join(name[number] for name in names)
        rows[label, counts_by_name[label]] = number
        counts_by_name[label] += 1
    cells = np.column_stack([cells for cells in read if cells is not None])
    called = table.column_names
    labelled = [called[place] for place, each in enumerate(read) if each is None]
    unlinked = InputTable(
        cells, tuple(zip(*names, strict=True)), tuple(called[place] for place in chosen), tuple(labelled)
    )
    return _Counts(
        rows, tuple(called[place].casefold() for place in chosen), cells, _with_numeric_labels(unlinked)
    )


def _with_numeric_labels(table: InputTable) -> InputTable:
    """Take a first column of ascending numbers (ages, years) for the labels of rows that have no others."""
    first = table.numbers[:, 0]
    if table.labels or table.numbers.shape[1] == 1 or not (np.diff(first) > 0).all():
        return table
    labels = tuple((f"{number:.0f}",) for number in first.tolist())
    return InputTable(table.numbers[:, 1:], labels, table.names[1:], table.names[:1])


def _numbers(table: pa.Table) -> dict[int, NDArray[np.float64]]:
    """Return the columns of numbers and of texts as numbers, by place; NaN is none.

    Texts are read together: a transposed table has thousands of columns, and each would cost a call.
    """
    kinds = list(enumerate(table.schema.types))
    found = {
        place: np.asarray(table.column(place).cast(pa.float64(), safe=False).to_numpy(), np.float64)
        for place, kind in kinds
        if pa.types.is_integer(kind) or pa.types.is_floating(kind)
    }
    texts = [place for place, kind in kinds if pa.types.is_string(kind) or pa.types.is_large_string(kind)]
    if texts:
        joined = pa.concat_arrays(
            [as_one_array(table.column(place)).cast(pa.large_string()) for place in texts]
        )
        counts = pc.struct_field(pc.extract_regex(joined, _COUNT), "count")
        read = pc.replace_substring_regex(counts, _MARKS, "").cast(pa.float64())
        rows = read.to_numpy(zero_copy_only=False).reshape(len(texts), -1)
        found |= dict(zip(texts, rows, strict=True))
    return found


def _as_counts(cells: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    """Return a column's whole numbers of at least 0, or None where it mostly holds something else."""
    if cells is None:
        return None
    with np.errstate(invalid="ignore"):
        whole_numbers = np.isfinite(cells) & (cells >= 0) & (cells == np.floor(cells))
    if np.count_nonzero(whole_numbers) < max(1.0, LIMITS.least_counts * np.count_nonzero(~np.isnan(cells))):
        return None
    return np.where(whole_numbers, cells, np.nan)


def _labels(column: pa.ChunkedArray) -> list[str]:
    return [str(cell).strip().casefold() for cell in column.to_pylist()]


def _differing(one: _Counts, other: _Counts, threshold: int) -> int:
    """Return how many cells differ by 1 to `threshold` - 1 in columns that are otherwise the same, or 0."""
    pairs = _paired(one.columns, other.columns)
    for rows in _lined_up(one, other):
        mine, theirs = (counts.cells[list(chosen)] for counts, chosen in zip((one, other), rows, strict=True))
        cells = sum(_apart(mine[:, left], theirs[:, right], threshold) for left, right in pairs)
        if cells:
            return cells
    return 0


def _lined_up(one: _Counts, other: _Counts) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield matching rows: by label or, as limits of groups move with one person, by position."""
    shared = one.rows.keys() & other.rows.keys()
    if shared and len(shared) >= LIMITS.least_shared * max(len(one.rows), len(other.rows)):
        yield tuple(one.rows[label] for label in shared), tuple(other.rows[label] for label in shared)
    elif len(one.cells) == len(other.cells):
        yield tuple(range(len(one.cells))), tuple(range(len(one.cells)))


def _apart(mine: NDArray[np.float64], theirs: NDArray[np.float64], threshold: int) -> int:
    """Return how many cells of two columns differ, where all differ little and not by chance."""
    known = ~np.isnan(mine) & ~np.isnan(theirs)
    # A number repeated in every row of both is one agreement, not many.
    both = np.unique(np.column_stack([mine[known], theirs[known]]), axis=0)
    near, size = differ_by_few(both[:, 0], both[:, 1], threshold), both.max(axis=1, initial=0.0)
    if len(both) < LIMITS.least_cells or np.any(~near & (both[:, 0] != both[:, 1])):
        return 0
    # The chance that each pair lies so close, were the two counts of different people.
    accident = float(np.sum(np.log(np.minimum(1.0, (2 * threshold - 1) / np.maximum(size, 1.0)))))
    return int(np.count_nonzero(near)) if accident < np.log(LIMITS.most_chance) else 0


def _paired(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return matching columns: by name, or by position where all names differ."""
    first = {name: place for place, name in reversed(list(enumerate(other)))}
    by_name = [(place, first[name]) for place, name in enumerate(one) if name in first]
    if by_name:
        return by_name
    return [(place, place) for place in range(len(one))] if len(one) == len(other) else []
