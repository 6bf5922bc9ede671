"""A single column of participants' values, in the order of a view or in none."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import FoundText
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.row_match import REVIEWED
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, SUBMIT_SUMMARY, Rule
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.matching import BEYOND_CHANCE
from strongroom.matching.rows.row_order import match_lone_column, match_order
from strongroom.matching.values.comparable import Values, canonical_values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_values: int = threshold(
        12,
        "values",
        "judgement: fewer values of one column may be chance at one in 10^6",
    )
    most_columns: int = threshold(
        64,
        "columns of a table",
        "cost: each column is compared with every order; wider tables are row-match's",
    )
    few_columns: int = threshold(
        3, "columns of a table", "judgement: a column among more is judged with them by row-match"
    )
    most_alone: int = threshold(
        2_000,
        "rows",
        "cost: the comparison without an order counts every value; longer columns are recognised by order",
    )


LIMITS = _Limits()


_VALUE = re.compile(r"[-+]?\d[\d.,:/-]*")


_VALUES = Rule(
    "sequence/values",
    "The {values:,} values of this column match participants' values ({how}).",
    SUBMIT_SUMMARY,
    PERSON_LEVEL,
)


class Sequences:
    """Compares each column with the cohort's in the orders of its views, and by the values alone."""

    name = "sequence"
    protects_against = "one column of participants' values, in the order of a view or in none"
    rules = (_VALUES,)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding, for the column that chance explains least."""
        found = [
            finding
            for where, values, only_column in _columns(examined)
            for finding in [self._judged(where, values, evidence, only_column=only_column)]
            if finding is not None
        ]
        if found:
            yield max(found, key=lambda each: (each.severity is Verdict.BLOCK, each.bits))

    def _judged(
        self, where: str, values: Values | None, evidence: Evidence, *, only_column: bool
    ) -> Finding | None:
        if values is None or len(values.keys) < LIMITS.least_values:
            return None
        orders = [order.rows for order in evidence.orders]
        match = match_order(values, orders, evidence.columns, evidence.index)
        if match is None or (only_column and match.log10_chance > REVIEWED):
            match = match_lone_column(values, evidence.columns, evidence.index) or match
        if match is None or match.log10_chance > REVIEWED or match.agreeing <= evidence.policy.rows_allowed:
            return None
        label = f" ({evidence.orders[match.order].label})" if match.order >= 0 else ""
        return _VALUES.finding(
            Verdict.BLOCK if match.log10_chance <= BEYOND_CHANCE else Verdict.REVIEW,
            where,
            {"values": match.values, "how": match.how},
            detail=f"The column is {match.column}, {match.how}{label}; {match.agreeing:,} agree where chance "
            f"gives {match.expected:,.1f}; chance gives as much in 1 of 10^{-match.log10_chance:.0f} files.",
            participants=match.agreeing,
            rows=match.agreeing,
            chance=match.expected,
            bits=-match.log10_chance * float(np.log2(10)),
        )


def _columns(examined: Examined) -> Iterator[tuple[str, Values | None, bool]]:
    """Yield columns, with whether each has few beside it; of a text its lines of a single value."""
    artefact = examined.found
    if isinstance(artefact, FoundText):
        cells = single_values(artefact.text)
        if cells:
            yield artefact.where, canonical_values(pa.array(cells, pa.string())), True
    # A sample of the rows has lost the order.
    if not isinstance(examined, ExaminedTable) or examined.found.rows is not None:
        return
    artefact = examined.found
    few = artefact.table.num_columns <= LIMITS.few_columns and artefact.table.num_rows <= LIMITS.most_alone
    for place, name in enumerate(artefact.table.column_names[: LIMITS.most_columns]):
        yield f"{artefact.where} > column {place + 1} ({name})", examined.comparable.values(place), few


def single_values(text: str) -> list[str]:
    """Return the lines of a text that are a single value each, none if they are few."""
    lines = [line.strip() for line in text.splitlines()]
    cells = [line for line in lines if _VALUE.fullmatch(line)]
    return cells if len(cells) >= LIMITS.least_values else []
