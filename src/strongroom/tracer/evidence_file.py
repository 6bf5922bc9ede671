"""The evidence of a case: what a third party needs to verify an accusation with `offline_verifier`.

It opens what was committed to before, only for the rows of the reading sheet: the plan's draws and the
project's bits in blocks of 64 participants of one column, and the values of the columns that were read. No
key is part of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.attribution import ExampleCell
from strongroom.tracer.commitments.leaves import (
    bit_messages,
    block_hashes,
    draw_messages,
    opened_record,
)
from strongroom.tracer.commitments.statements import Statement, opened_rules, rule_salt
from strongroom.tracer.commitments.tree import BLOCK, levels_of, siblings
from strongroom.tracer.fingerprint.code import Code
from strongroom.tracer.fingerprint.date_shifts import DATES
from strongroom.tracer.fingerprint.rules import DATE
from strongroom.tracer.offline_verifier import ERRORS, FORMAT, LEVELS, log10_e_value, log10_needed
from strongroom.tracer.reading_sheet import ReadingSheets, SheetPlan


class _Limits(Thresholds):
    """The numbers this module decides by."""

    examples: int = threshold(6, "cells", "judgement: a reader sees how cells are compared; more repeat it")


LIMITS = _Limits()
_HEAD = 33  # fixed: bytes of a leaf before its content: a tag, the column, the block, the salt


@dataclass(frozen=True, repr=False)
class AccusedCopy:
    """The copy of one accused: its key is used, and never shown."""

    project: str
    institution: str
    key: bytes
    statement: Statement


@dataclass(frozen=True)
class OpenedCase:
    """What the evidence opens, without the ledger's proofs, and the accused whom it shows."""

    size: int
    content: Mapping[str, Any] = field(repr=False)
    accused: tuple[Mapping[str, Any], ...] = field(repr=False)

    @property
    def cells(self) -> int:
        """How many marked cells the evidence opens."""
        return sum(cell is not None for row in self.content["sheet"]["rows"] for cell in row.get("cells", ()))


def smallest_size(
    sheets: ReadingSheets, copies: Sequence[AccusedCopy], facts: Mapping[str, Any]
) -> tuple[int, tuple[AccusedCopy, ...]] | None:
    """Return the fewest cells by which most of the accused are shown, and who; None if nobody is.

    `facts` are those of the ledger's entry on the reading: recipients and the bound.
    """
    best: tuple[int, tuple[AccusedCopy, ...]] | None = None
    for size in sheets.sizes:
        needed = log10_needed(facts, sheets.sheet(size))
        shown = tuple(each for each in copies if _log10_e(sheets, size, each) >= needed)
        if shown and (best is None or len(shown) > len(best[1])):
            best = size, shown
    return best


def open_case(
    sheets: ReadingSheets,
    plan: SheetPlan,
    copies: Sequence[AccusedCopy],
    facts: Mapping[str, Any],
    *,
    values: Mapping[str, NDArray[np.float64]],
    records: Sequence[bytes],
) -> OpenedCase | None:
    """Return the evidence against the accused, None if the sheets show nobody.

    `values` has each column of the plan's statement by ordinal, `records` every record's committed hash.
    """
    found = smallest_size(sheets, copies, facts)
    if found is None:
        return None
    size, shown = found
    rows = [each for each in sheets.opened(size) if each.person is not None]
    names = [each["column"] for each in sheets.head["columns"]]
    rules = {name: plan.plan.rules[name] for name in names}
    dated = [DATES] if any(rule.form == DATE for rule in rules.values()) else []
    code, people = Code(plan.key), plan.statement["people"]
    wanted = {
        (rule.column, row.person // BLOCK)
        for rule in rules.values()
        for row in rows
        if row.person is not None and rule.density > 0
    }
    content = {
        "format": FORMAT,
        "sheet": sheets.sheet(size),
        "plan": plan.statement,
        "rules": {name: {"salt": rule_salt(plan.key, name), "rule": rules[name].to_json()} for name in names},
        "draws": _opened_blocks(
            plan.statement["positions"],
            wanted,
            {each: draw_messages(code, each, people) for each in plan.statement["positions"]},
        ),
        "records": {
            "leaves": {
                str(row.person): opened_record(code, row.person, values, [*names, *dated])
                for row in rows
                if row.person is not None
            },
            "nodes": siblings(levels_of(records), {row.person for row in rows if row.person is not None}),
        },
    }
    return OpenedCase(size, content, tuple(_accused(each, sheets, size) for each in shown))


def exposed_cells(opened: OpenedCase, plan: SheetPlan) -> int:
    """Return how many marked cells whoever has the accused's copy could restore by the evidence.

    In an opened block, of 64 participants, it shows which cells are marked, and by which bit.
    """
    rules = {rule.column: rule for rule in opened_rules(plan.plan).values()}
    blocks: set[str] = set()
    for each in opened.accused:
        blocks |= set(each["bits"]["leaves"])
    return round(sum(rules[each.rpartition("/")[0]].density * BLOCK for each in blocks))


def example_cells(sheets: ReadingSheets, size: int, copy: AccusedCopy) -> tuple[ExampleCell, ...]:
    """Return the first cells that the sheet opens, without values: what was read, and what the copy holds."""
    code, people = Code(copy.key), copy.statement["people"]
    found: list[ExampleCell] = []
    for row in sheets.opened(size):
        for position, column, cell in zip(sheets.positions, sheets.head["columns"], row.cells, strict=False):
            if cell is None or row.person is None or position not in copy.statement["positions"]:
                continue
            holds = code.bit_bytes(position, people)[row.person] < LEVELS[cell.level]
            upwards = cell.high > cell.low
            found.append(
                ExampleCell(
                    row.row + 1,
                    column["at"] + 1,
                    column["column"],
                    bool(cell.reads) == upwards,
                    bool(holds) == upwards,
                    ERRORS[cell.reliability],
                )
            )
            if len(found) == LIMITS.examples:
                return tuple(found)
    return tuple(found)


def _accused(copy: AccusedCopy, sheets: ReadingSheets, size: int) -> dict[str, Any]:
    code, statement = Code(copy.key), copy.statement
    wanted = {
        (position, row.person // BLOCK)
        for row in sheets.opened(size)
        for position, cell in zip(sheets.positions, row.cells, strict=False)
        if cell is not None and row.person is not None and position in statement["positions"]
    }
    messages = {each: bit_messages(code, each, statement["people"]) for each in statement["positions"]}
    return {
        "project": copy.project,
        "institution": copy.institution,
        "statement": statement,
        "bits": _opened_blocks(statement["positions"], wanted, messages),
    }


def _log10_e(sheets: ReadingSheets, size: int, copy: AccusedCopy) -> float:
    """Return log10 of the e-value of a copy, of the cells that the sheet of this size opens."""
    code, people = Code(copy.key), copy.statement["people"]
    held = {
        each: code.bit_bytes(each, people) for each in sheets.positions if each in copy.statement["positions"]
    }
    cells = [
        (cell.level, cell.reliability, cell.reads, int(held[position][row.person] < LEVELS[cell.level]))
        for row in sheets.opened(size)
        for position, cell in zip(sheets.positions, row.cells, strict=False)
        if cell is not None and row.person is not None and position in held
    ]
    return log10_e_value(cells)


def _opened_blocks(
    positions: Sequence[str], wanted: set[tuple[str, int]], messages: Mapping[str, NDArray[np.uint8]]
) -> dict[str, Any]:
    """Open these blocks of these columns: their content and salts, and the nodes that lead to the root."""
    if not positions:
        return {"leaves": {}, "nodes": {}}
    levels = levels_of(chain.from_iterable(block_hashes(messages[each]) for each in positions))
    count = len(messages[positions[0]])
    leaves = {}
    for column, block in sorted(wanted):
        message = messages[column][block].tobytes()
        leaves[f"{column}/{block}"] = {"salt": message[17:_HEAD].hex(), "bytes": message[_HEAD:].hex()}
    places = {positions.index(column) * count + block for column, block in wanted}
    return {"leaves": leaves, "nodes": siblings(levels, places)}
