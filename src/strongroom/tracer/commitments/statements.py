"""What is committed to when a plan is made and a view is issued; a statement's digest enters the ledger.

The statements are part of the evidence of a case: they have roots and names of columns, no key and no value.
"""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.canonical import digest
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.commitments.leaves import (
    SALT_BYTES,
    bit_messages,
    block_hashes,
    draw_messages,
    record_hashes,
)
from strongroom.tracer.commitments.tree import root_of
from strongroom.tracer.fingerprint.code import Code
from strongroom.tracer.fingerprint.date_shifts import DATES
from strongroom.tracer.fingerprint.plan import MarkPlan
from strongroom.tracer.fingerprint.rules import DATE, DECIMAL, DOSAGE, DOUBLE, SINGLE, MarkRule


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_unmarked: int = threshold(
        4, "columns", "cost: a hash for each value of each participant; four measurements identify a row"
    )


LIMITS = _Limits()

PLAN_FORMAT = "strongroom-plan-commitment/1"
VIEW_FORMAT = "strongroom-view-commitment/1"
OPENED_FORMS = frozenset({DECIMAL, SINGLE, DOUBLE, DOSAGE, DATE})
"""The forms of columns whose two values anybody can compute again from an opened value."""
Statement = dict[str, Any]


@dataclass(frozen=True, repr=False)
class CommittedPlan:
    """A plan's statement, and the hash of every participant's record, 32 bytes each by ordinal.

    The hashes are kept: after a withdrawal they cannot be computed from the cohort again.
    """

    statement: Statement
    records: bytes


def opened_rules(plan: MarkPlan) -> dict[str, MarkRule]:
    """Return the rules of the marked columns that a case can open, by column, in order of their names.

    Dates of events are in tables with several rows a participant, of which no record is committed to.
    """
    rules = {name: plan.rules[name] for name in sorted(plan.marked)}
    return {
        name: rule
        for name, rule in rules.items()
        if rule.form in OPENED_FORMS and not (rule.form == DATE and "." in name)
    }


def committed_columns(plan: MarkPlan, bits: Mapping[str, float]) -> list[str]:
    """Return the columns whose values a plan commits to, and `DATES` where some are of dates.

    The most telling of the columns without marks are added: of a file with marks in dates alone, or in few
    columns, they show whose row it is. `bits` is the information of each column's values.
    """
    rules = opened_rules(plan)
    if not rules:
        return []
    others = [name for name, rule in plan.rules.items() if rule.density == 0 and rule.form == DECIMAL]
    others = [name for name in others if name not in plan.derived and name in bits]
    others = sorted(others, key=lambda name: (-bits[name], name))[: LIMITS.most_unmarked]
    return [*rules, *others, *([DATES] if any(rule.form == DATE for rule in rules.values()) else [])]


def positions_of(plan: MarkPlan) -> list[str]:
    """Return the columns of positions that a case can open, sorted."""
    return sorted({rule.column for rule in opened_rules(plan).values()})


def committed_plan(
    plan: MarkPlan, key: bytes, values: Mapping[str, NDArray[np.float64]], people: int
) -> CommittedPlan:
    """Commit to a plan, to the draws of its key, and to the cohort's values.

    `values` has each of `committed_columns` by ordinal, shape (people,), NaN where missing; of `DATES`, 1 for
    whose dates may be shifted and 0 for others.
    """
    code, rules = Code(key), {name: plan.rules[name] for name in values if name != DATES}
    positions = positions_of(plan)
    draws = chain.from_iterable(block_hashes(draw_messages(code, each, people)) for each in positions)
    records = list(record_hashes(code, values)) if rules else []
    statement = {
        "format": PLAN_FORMAT,
        "plan": plan.digest,
        "people": people,
        "positions": positions,
        "values": list(values),
        "rules": {name: digest([rule_salt(key, name), rule.to_json()]) for name, rule in rules.items()},
        "draws": root_of(draws).hex() if positions else "",
        "records": root_of(records).hex() if records else "",
    }
    return CommittedPlan(statement, b"".join(records))


def bits_root(plan: Statement, project_key: bytes, positions: Collection[str]) -> str:
    """Return the root over the bits of a view that contains these positions, "" if it contains none."""
    code, held = Code(project_key), held_positions(plan, positions)
    leaves = chain.from_iterable(block_hashes(bit_messages(code, each, plan["people"])) for each in held)
    return root_of(leaves).hex() if held else ""


def held_positions(plan: Statement, positions: Collection[str]) -> list[str]:
    """Return the plan's positions that are among those of a view, in the plan's order."""
    return [each for each in plan["positions"] if each in positions]


def view_statement(plan: Statement, *, release: str, positions: Collection[str], bits: str) -> Statement:
    """Return the statement of one view; `bits` is its `bits_root`."""
    return {
        "format": VIEW_FORMAT,
        "release": release,
        "plan": digest(plan),
        "people": plan["people"],
        "positions": held_positions(plan, positions),
        "bits": bits,
    }


def rule_salt(key: bytes, column: str) -> str:
    """Return what hides a column's rule until it is opened, in hexadecimal."""
    return hmac.digest(key, b"rule/" + column.encode(), "sha256")[:SALT_BYTES].hex()
