"""The reading sheet of a file: which row is whose, and what its marked cells show, before any key is used.

A sheet opens rows in an order that the file's hash determines, until there are enough cells, and there is one
sheet for each published number of cells. Their hashes are entered in the ledger before anybody is accused.
What a cell shows is computed by the functions of `offline_verifier`, which reads the cells again from the
file.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.canonical import digest
from strongroom.matching import CohortColumns, Recognition
from strongroom.matching.noise_models.gaussian import fitted_noise
from strongroom.matching.recognised import RecognisedColumn
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.commitments.statements import Statement
from strongroom.tracer.fingerprint.code import Code
from strongroom.tracer.fingerprint.date_shifts import Movable
from strongroom.tracer.fingerprint.plan import MarkPlan
from strongroom.tracer.fingerprint.rules import DATE, MarkRule
from strongroom.tracer.offline_verifier import (
    DATE_STYLES,
    IDENTITY,
    SHEET_FORMAT,
    SIZES,
    CellRead,
    Opened,
    Table,
    day,
    level_of,
    number,
    order_of_rows,
    read_row,
    read_table,
    rounded,
    shown_as,
    tables_of,
    usual_half,
)

Floats = NDArray[np.float64]
_DECIMALS = 6  # fixed: the index keeps six decimals


class _Limits(Thresholds):
    """The numbers this module decides by."""

    agreeing: float = threshold(
        0.99, "share of cells", "judgement: a table read by other rules agrees in nearly no cell"
    )
    same: float = threshold(
        1e-6, "share of a value", "derived: the six decimals of values in comparable form"
    )
    most_opened: int = threshold(
        65_536, "rows", "cost: memory of their cells as text; a sheet opens at most 65,536 cells"
    )
    compared: int = threshold(500, "rows", "cost: cells compared to find a file's table again")
    fitted: int = threshold(4_000, "rows", "cost: cells by which a column's transform and noise are fitted")
    bent: float = threshold(
        0.05,
        "share of the distance between the two values",
        "judgement: a line that is off by less hardly changes a reading; the rest is noise",
    )
    shift: float = threshold(
        0.25, "SDs of the noise", "derived: as noise it adds 3 % to its SD, which hardly changes a reading"
    )
    few_columns: int = threshold(
        3, "columns", "judgement: fewer opened values seldom show whose row it is; others count as a choice"
    )
    least_fitted: int = threshold(8, "cells", "judgement: fewer cells of a column do not fit its noise")


LIMITS = _Limits()
# Knots of a column's transform: two are a line, more follow a curve. judgement: 129 follow any smooth one.
_KNOTS = (2, 9, 33, 129)


Reader = Callable[[Collection[int]], Mapping[str, Table]]
"""Returns the tables of a file, by a name, with these of their rows."""


@dataclass(frozen=True)
class LeakedFile:
    """A leaked file: its SHA-256, and how its tables are read again, as text.

    `others` reads the formats that `offline_verifier` cannot read alone.
    """

    path: Path
    sha256: str
    others: Reader = field(repr=False)

    def tables(self, wanted: Collection[int]) -> Iterator[tuple[str, Table]]:
        """Yield the tables of the file by a name, those first that anybody can read."""
        # A file made to break a plain reader is read by the confined ones.
        with suppress(Exception):
            for name in tables_of(self.path):
                yield name, read_table(self.path, name, wanted)
        yield from self.others(wanted).items()


@dataclass(frozen=True)
class SheetRow:
    """A row of the file, the participant it is, and its cells; `person` is None where none was recognised."""

    row: int
    person: int | None
    cells: tuple[CellRead | None, ...] = ()

    @property
    def read(self) -> int:
        """How many cells were read."""
        return sum(each is not None for each in self.cells)

    def plain(self) -> dict[str, Any]:
        """Return the sheet's form."""
        if self.person is None:
            return {"row": self.row, "person": None}
        cells = [None if each is None else each.plain() for each in self.cells]
        return {"row": self.row, "person": self.person, "cells": cells}


@dataclass(frozen=True)
class ReadingSheets:
    """What was read of one table under one plan; `sheet` gives the part with a number of cells.

    `positions` are those of the sheet's columns, in their order.
    """

    head: Mapping[str, Any]
    positions: tuple[str, ...]
    rows: tuple[SheetRow, ...] = field(repr=False)

    @property
    def sizes(self) -> list[int]:
        """The numbers of cells for which there is a sheet: those reached, or one for all rows."""
        total = sum(each.read for each in self.rows)
        reached = [size for size in SIZES if size <= total]
        if total and len(reached) < len(SIZES) and len(self.rows) == self.head["table"]["rows"]:
            reached.append(SIZES[len(reached)])
        return reached

    def opened(self, size: int) -> tuple[SheetRow, ...]:
        """Return the rows that a sheet of this size opens."""
        read, rows = 0, []
        for each in self.rows:
            if read >= size:
                break
            rows.append(each)
            read += each.read
        return tuple(rows)

    def sheet(self, size: int) -> dict[str, Any]:
        """Return the sheet of this size, as plain values without floats."""
        return {**self.head, "size": size, "rows": [each.plain() for each in self.opened(size)]}

    @property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each sheet, by its size."""
        return {str(size): digest(self.sheet(size)) for size in self.sizes}


@dataclass(frozen=True, repr=False)
class SheetPlan:
    """A plan, its key, what was committed to when it was made, and whose dates it shifts, by ordinal."""

    plan: MarkPlan
    key: bytes
    statement: Statement
    movable: Movable | None = None


def reading_sheets(
    file: LeakedFile, recognitions: Sequence[Recognition], held: CohortColumns, plan: SheetPlan
) -> ReadingSheets | None:
    """Return what the table with most recognised rows shows under a plan; None where nothing can be shown.

    Only rows that are almost certainly one participant's are read, in columns that were committed to and
    follow the cohort's by a monotonic curve. No project's key is involved.
    """
    for recognition in sorted(recognitions, key=lambda each: -each.pairs.sure_people):
        dated = {name for name, rule in plan.plan.rules.items() if rule.form == DATE}
        found = _found_again(file, recognition, dated)
        if found is None:
            continue
        subject = _Subject(file, *found, recognition, held, plan)
        columns = [each for each in map(subject.column, _readable(recognition, plan)) if each is not None]
        marked = [each for each in columns if "density" in each.rule]
        columns = marked if len(marked) >= LIMITS.few_columns else columns
        columns = sorted(columns, key=lambda each: int(each.plain["at"]))
        if marked:
            return subject.sheets(columns)
    return None


def _found_again(
    file: LeakedFile, recognition: Recognition, dated: Collection[str]
) -> tuple[str, Table, "_Places"] | None:
    """Return the name of the recognised table, the rows to open, and where its columns are."""
    compared = recognition.surest.rows[: LIMITS.compared]
    total = max((len(each) for each in recognition.values.values()), default=0)
    if len(compared) == 0:
        return None
    wanted = {*order_of_rows(file.sha256, total)[: LIMITS.most_opened], *compared.tolist()}
    for name, table in file.tables(wanted):
        found = _places(table, recognition, compared, dated) if table.rows == total else {}
        if found:
            return name, table, found
    return None


_Places = Mapping[str, tuple[int, str]]
"""Where each recognised column is, and the style of its dates, "" for numbers."""


def _places(
    table: Table, recognition: Recognition, rows: NDArray[np.int64], dated: Collection[str]
) -> _Places:
    """Return, for each recognised column, the column of a table that has its numbers, or its dates."""
    read: dict[str, Floats] = {}
    found: dict[str, tuple[int, str]] = {}
    for column in recognition.columns:
        values = recognition.values[column.file_column][rows][:, None]
        for style in ("", *DATE_STYLES) if column.cohort_column in dated else ("",):
            if style not in read:
                read[style] = _read_as(table, rows, style)
            same = np.abs(read[style] - values) <= LIMITS.same * np.maximum(np.abs(values), 1)
            same |= np.isnan(read[style]) & np.isnan(values)
            taken = [place for place, _ in found.values()]
            share = np.where(np.isin(np.arange(table.columns), taken), 0.0, same.mean(axis=0))
            best = int(share.argmax())
            if share[best] >= LIMITS.agreeing:
                found[column.file_column] = best, style
                break
    return found


def _read_as(table: Table, rows: NDArray[np.int64], style: str) -> Floats:
    """Return the cells of some rows as numbers, or as dates of a style, shape (rows, columns)."""
    cells = [[table.at(row, place) for place in range(table.columns)] for row in rows.tolist()]
    return np.array([[day(each, style) if style else number(each) for each in row] for row in cells])


def _readable(recognition: Recognition, plan: SheetPlan) -> list[RecognisedColumn]:
    """Return the columns that were committed to and follow the cohort's by a curve, each position once.

    Dates share one position: of them the first is read, and the others show whose row it is.
    """
    found: dict[str, RecognisedColumn] = {}
    for column in recognition.columns:
        name = column.cohort_column
        if (
            name in plan.statement["rules"]
            and name not in plan.plan.derived
            and column.others_part is None
            and column.transform.forward is not None
        ):
            rule = plan.plan.rules[name]
            found.setdefault(name if rule.form == DATE else rule.column, column)
    return list(found.values())


@dataclass(frozen=True)
class _Column:
    """One column of the sheet: its form in the sheet, its rule, and by person value, draw and level."""

    plain: Mapping[str, Any]
    rule: Mapping[str, Any]
    values: Floats = field(repr=False)
    drawn: NDArray[np.uint16] = field(repr=False)
    levels: NDArray[np.uint8] = field(repr=False)

    movable: Movable | None = field(default=None, repr=False)

    def opened(self, person: int) -> Opened:
        """Return what the sheet opens of one person, by ordinal."""
        movable = self.movable is None or bool(self.movable[person])
        value, drawn = float(self.values[person]), int(self.drawn[person])
        return Opened(value, drawn, level_of(int(self.levels[person])), movable)


@dataclass(frozen=True, repr=False)
class _Subject:
    """A recognised table of a file, with the plan by which it is read."""

    file: LeakedFile
    name: str
    table: Table
    places: _Places
    recognition: Recognition
    held: CohortColumns
    plan: SheetPlan

    def column(self, column: RecognisedColumn) -> _Column | None:
        """Return a column of the sheet with its transform and noise; None if it cannot be read."""
        found = self.places.get(column.file_column)
        rule = self.plan.plan.rules[column.cohort_column]
        sure = self.recognition.surest.at(slice(LIMITS.fitted))
        if found is None or len(sure.rows) < LIMITS.least_fitted:
            return None
        code, people = Code(self.plan.key), self.plan.statement["people"]
        coarse, fine, levels = code.draw_bytes(rule.column, people)
        values = np.full(people, np.nan)
        stored = self.held.values(column.cohort_column, decimals=_DECIMALS)
        values[self.held.ordinals(np.arange(self.held.people))] = stored
        chosen, low, high = self._sides(rule, code, stored[sure.people], self.held.ordinals(sure.people))
        texts = self.recognition.values[column.file_column][sure.rows[chosen]]
        usual = float(usual_half(rule.to_json()))
        fitted = _unchanged(column, texts, low, high, usual) or _fitted(
            column, texts, low, high, sure.certainty[chosen]
        )
        if fitted is None:
            return None
        plain = {"at": found[0], "name": column.file_column, "column": column.cohort_column, **fitted}
        plain |= {"dates": found[1]} if found[1] else {}
        plain["usual_half"] = usual_half(rule.to_json())
        drawn = coarse.astype(np.uint16) << np.uint16(8) | fine
        movable = self.plan.movable if rule.form == DATE else None
        return _Column(plain, rule.to_json(), values, drawn, levels, movable)

    def _sides(
        self, rule: MarkRule, code: Code, own: Floats, ordinals: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], Floats, Floats]:
        """Return the cells that fit a column, a mask, and their two values: equal ones where unmarked."""
        if rule.density == 0:
            known = np.isfinite(own)
            return known, own[known], own[known]
        densities = rule.densities(own)
        if rule.form == DATE and self.plan.movable is not None:
            densities = densities * self.plan.movable[ordinals]
        positions = code.marked(rule.column, ordinals, densities, rise=rule.rise)
        carries = np.isin(ordinals, positions.ordinals)
        marks, which = own[carries], np.argsort(np.argsort(ordinals[carries]))
        cells = positions.at(np.argsort(positions.ordinals)[which])
        low, high = (
            rule.nudged(marks, np.full(len(marks), bit), cells.levels, cells.raised) for bit in (False, True)
        )
        return carries, low, high

    def sheets(self, columns: Sequence[_Column]) -> ReadingSheets:
        """Read rows in the order of the file's hash until the largest number of cells is reached."""
        order = order_of_rows(self.file.sha256, self.table.rows)[: LIMITS.most_opened]
        sure = self.recognition.surest
        whose = dict(zip(sure.rows.tolist(), self.held.ordinals(sure.people).tolist(), strict=True))
        plain, rules = [each.plain for each in columns], [each.rule for each in columns]
        rows: list[SheetRow] = []
        taken: set[int] = set()
        total = 0
        for row in order:
            person = whose.get(row)
            cells = None
            if person is not None and person not in taken:
                opened = [each.opened(person) for each in columns]
                cells = read_row([self.table.at(row, each["at"]) for each in plain], opened, plain, rules)
            if person is None or cells is None:
                rows.append(SheetRow(row, None))
                continue
            taken.add(person)
            rows.append(SheetRow(row, person, tuple(cells)))
            total += rows[-1].read
            if total >= SIZES[-1]:
                break
        head = {
            "format": SHEET_FORMAT,
            "file_sha256": self.file.sha256,
            "plan": digest(self.plan.statement),
            "table": {
                "name": self.name,
                "rows": self.table.rows,
                "columns": self.table.columns,
            },
            "columns": plain,
        }
        return ReadingSheets(head, tuple(each.rule["column"] for each in columns), tuple(rows))


def _unchanged(
    column: RecognisedColumn, values: Floats, low: Floats, high: Floats, half: float
) -> dict[str, Any] | None:
    """Return the plain form of a column whose values are those of the copy: it leaves nothing to choose."""
    if not np.array_equal(column.transform(low), low, equal_nan=True):
        return None
    off = np.minimum(np.abs(values - low), np.abs(values - high))
    off = off[np.isfinite(off)]
    if len(off) < LIMITS.least_fitted or np.mean(off <= max(half / 10, 1e-9)) < LIMITS.agreeing:
        return None
    return {"knots": IDENTITY, "noise": "0.0", "half": repr(half)}


def _fitted(
    column: RecognisedColumn, values: Floats, low: Floats, high: Floats, certainty: Floats
) -> dict[str, Any] | None:
    """Return the knots of a column's transform, its noise and half its step, as the sheet has them."""
    same = np.array_equal(column.transform(low), low, equal_nan=True)
    curve = (IDENTITY, 0.0) if same else _knots(column, np.concatenate([low, high]))
    if curve is None:
        return None
    knots, off = curve
    below, above = (np.array([shown_as(knots, each) for each in side.tolist()]) for side in (low, high))
    usable = np.isfinite(values) & np.isfinite(below) & np.isfinite(above)
    if np.count_nonzero(usable) < LIMITS.least_fitted:
        return None
    middle, apart = (below + above)[usable] / 2, np.abs(above - below)[usable] / 2
    noise = fitted_noise(values[usable] - middle, apart, column.half, certainty[usable])
    # A transform counts against the evidence; a shift far below the noise is noise.
    kept = same and abs(noise.shift) <= LIMITS.shift * noise.spread
    shift, off = (0.0, noise.shift) if kept else (noise.shift, off)
    return {
        "knots": IDENTITY if kept else [[x, repr(float(y) + shift)] for x, y in knots],
        "noise": rounded(float(np.hypot(noise.spread, off))),
        "half": rounded(float(column.half)),
    }


def _knots(column: RecognisedColumn, sides: Floats) -> tuple[list[list[str]], float] | None:
    """Return the fewest knots through which lines follow a column's transform, and how far they are off."""
    sides = np.unique(sides[np.isfinite(sides)])
    shown = column.transform(sides)
    sides, shown = sides[np.isfinite(shown)], shown[np.isfinite(shown)]
    if len(sides) < LIMITS.least_fitted or shown[0] == shown[-1]:
        return None
    step = np.median(np.abs(np.diff(shown)))
    best: tuple[list[list[str]], float] | None = None
    for count in _KNOTS:
        at = np.unique(np.linspace(0, len(sides) - 1, count).round().astype(int))
        rises = np.diff(shown[at]) * np.sign(shown[-1] - shown[0])
        if (rises < 0).any():
            continue
        off = float(np.abs(np.interp(sides, sides[at], shown[at]) - shown).max())
        if best is None or off < best[1]:
            best = [[repr(float(sides[each])), repr(float(shown[each]))] for each in at], off
        if off <= LIMITS.bent * step:
            break
    return best
