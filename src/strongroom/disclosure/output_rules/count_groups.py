"""The counts of a table with the group that each counts: its label in every variable."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.detect_rounding import rounding_of
from strongroom.disclosure.output_rules.group_labels import EVERYONE, Group, plain_name, read_groups
from strongroom.disclosure.output_rules.input_table import InputTable

Counts = NDArray[np.float64]
COLUMNS = "\x00columns"
"""The variable whose categories are the columns of a cross table; no label says its name."""
_EVERYONE_COUNTED = re.compile(
    r"(?:n|no|num|number|count|counts|freq|frequency|total|totals|all|overall|size|sum)"
    r"(?: of)?(?: (?:people|persons?|participants?|patients?|individuals?))?"
    r"|people|persons?|participants?|patients?|individuals?|n (?:people|persons|participants|patients)"
)
_HEADINGS = frozenset({"variable", "characteristic", "characteristics", "factor", "covariate"})


@dataclass(frozen=True)
class GroupCounts:
    """Counts, shape (numbers,), nan if suppressed, of one measure: "" counts everyone, "cases" the cases.

    `groups` has one group per count and variable; `cells` says where the counts are in the table's cells,
    shape (numbers, 2), and `spare` how far from the truth rounding may have moved each.
    """

    measure: str
    variables: tuple[str, ...]
    groups: tuple[tuple[Group, ...], ...]
    counts: Counts
    cells: NDArray[np.int64]
    spare: float = 0.0

    @property
    def of_everyone(self) -> NDArray[np.bool_]:
        """Which counts are totals: of everyone in at least one variable."""
        return np.array([EVERYONE in group for group in self.groups], np.bool_)

    def chosen(self, which: NDArray[np.bool_]) -> "GroupCounts":
        """Return some of the counts."""
        groups = tuple(group for group, kept in zip(self.groups, which.tolist(), strict=True) if kept)
        return replace(self, groups=groups, counts=self.counts[which], cells=self.cells[which])


def read_counts(table: InputTable) -> list[GroupCounts]:
    """Return the counts of a labelled table, by measure.

    A column named like "n" or "count" counts everyone. Other columns are measures, and also the categories of
    one variable if they add up to that column in every row, or if there is no such column.
    """
    if table.label_names and plain_name(table.label_names[0]) in _HEADINGS and len(table.label_names) > 1:
        return [counts for part in _by_heading(table) for counts in _read(*part)]
    return list(_read(table, np.arange(len(table.numbers))))


def _by_heading(table: InputTable) -> Iterator[tuple[InputTable, NDArray[np.int64]]]:
    """Split a table of characteristics: the first label names the variable, the second its value."""
    names = [label[0] for label in table.labels]
    for name in dict.fromkeys(names):
        rows = np.flatnonzero([each == name for each in names])
        labels = tuple(table.labels[row][1:] for row in rows)
        yield (
            replace(
                table,
                numbers=table.numbers[rows],
                labels=labels,
                label_names=(name, *table.label_names[2:]),
            ),
            rows,
        )


def _read(table: InputTable, rows: NDArray[np.int64]) -> Iterator[GroupCounts]:
    variables, groups = _row_groups(table)
    spare = _spare(table.numbers)
    names = [plain_name(name) for name in table.names]
    whole = [place for place, name in enumerate(names) if _EVERYONE_COUNTED.fullmatch(name)]
    parts = [place for place in range(len(names)) if place not in whole]

    def counts(measure: str, place: int) -> GroupCounts:
        cells = np.column_stack([rows, np.full(len(rows), place)])
        return GroupCounts(measure, variables, groups, table.numbers[:, place], cells, spare)

    yield from (counts(names[place], place) for place in parts)
    cross = _adds_up(table.numbers, parts, whole)
    if not cross:
        yield from (counts("", place) for place in whole[:1])
        return
    columns = read_groups([table.names[place] for place in parts])
    chosen = [*zip(parts, columns, strict=True), *((place, EVERYONE) for place in whole[:1])]
    yield GroupCounts(
        "",
        (*variables, COLUMNS),
        tuple((*group, column) for _, column in chosen for group in groups),
        np.concatenate([table.numbers[:, place] for place, _ in chosen]),
        np.concatenate([np.column_stack([rows, np.full(len(rows), place)]) for place, _ in chosen]),
        spare,
    )


def _row_groups(table: InputTable) -> tuple[tuple[str, ...], tuple[tuple[Group, ...], ...]]:
    if not table.labels:
        rows = [str(number) for number in range(len(table.numbers))]
        return ("\x00row",), tuple((group,) for group in read_groups(rows))
    if len(set(table.labels)) < len(table.labels):
        # Rows with equal labels differ in something that no label says.
        again = read_groups([" ".join(label) for label in table.labels])
        return (" ".join(map(plain_name, table.label_names)),), tuple((group,) for group in again)
    distinct = []
    for place in range(len(table.label_names)):
        texts = list(dict.fromkeys(label[place] for label in table.labels))
        distinct.append(dict(zip(texts, read_groups(texts), strict=True)))
    variables = tuple(plain_name(name) for name in table.label_names)
    return variables, tuple(
        tuple(known[text] for known, text in zip(distinct, label, strict=True)) for label in table.labels
    )


def _adds_up(numbers: Counts, parts: list[int], whole: list[int]) -> bool:
    """Tell whether columns are the categories of one variable."""
    if len(parts) < 2:  # noqa: PLR2004 - categories
        return False
    if not whole:
        return True
    sums, totals = numbers[:, parts].sum(axis=1), numbers[:, whole[0]]
    known = np.isfinite(sums) & np.isfinite(totals)
    return bool(known.any() and (sums == totals)[known].all())


def _spare(numbers: Counts) -> float:
    """Return how far rounding may have moved a count, whichever way it rounds; 0 for exact counts."""
    rounding = rounding_of(numbers)
    return 0.0 if rounding is None else float(rounding.step - 1)
