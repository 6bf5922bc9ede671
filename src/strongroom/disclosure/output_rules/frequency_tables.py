"""Tables of counts of people: each cell, what rows and columns tell together, and what totals give away."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import given_table
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.recoverable_cells import recoverable
from strongroom.disclosure.output_rules.results import Checked, Mark, Mask, Reason, Status, checked
from strongroom.disclosure.output_rules.small_counts import small

Counts = NDArray[np.float64]


def check_table(
    table: Any,
    *,
    policy: str | RulePolicy = "ons",
    row_totals: Counts | None = None,
    column_totals: Counts | None = None,
    total: str | None = None,
) -> Checked:
    """Check a table of counts of people that is to be shown as it is; nan, or nothing, is a hidden cell.

    `table` is an array of shape (rows, columns), or a pyarrow, polars or pandas table whose columns of
    numbers are the counts and whose others label the rows; `total` then names the column and row of totals,
    which for an array are given apart. The result's cells are those without the totals.

    Found are counts of too few people, of nobody where the policy forbids it, that are not rounded as it
    asks, groups who are all in one category, and hidden cells that totals give away; `policy` is a name in
    `POLICIES` or settings of one's own. Sources: SDAP, Handbook on Statistical Disclosure Control for Outputs
    (2019); Hundepool et al. (2012), chapters 4 and 5; the policies' own pages, in the reference.
    """
    given, rule = given_table(table, total=total), policy_of(policy)
    cells = given.numbers
    across = given.row_totals if row_totals is None else np.asarray(row_totals, np.float64)
    down = given.column_totals if column_totals is None else np.asarray(column_totals, np.float64)
    hidden = np.isnan(cells)
    rounded = rule.midpoint or rule.step > 1
    told = np.zeros(cells.shape, np.bool_)
    for interval in recoverable(
        cells, hidden, row_totals=across, column_totals=down, smallest=rule.smallest, least=float(rule.zero)
    ):
        told[interval.row, interval.column] = True
    totals = [each for each in (across, down) if each is not None]
    few_in_total = any(bool(small(each, rule.smallest).any()) for each in totals)
    return checked(
        cells.shape,
        Mark(Reason.FEW, Status.FAIL, small(cells, rule.smallest)),
        *([Mark(Reason.FEW, Status.FAIL)] if few_in_total else []),
        Mark(Reason.ZERO, Status.FAIL, (cells == 0) & (not rule.zero)),
        Mark(Reason.UNROUNDED, Status.FAIL, ~hidden & ~_is_rounded(cells, rule) & rounded),
        Mark(Reason.CLASS, Status.REVIEW, one_class(cells, rule.one_class)),
        Mark(Reason.RECOVERABLE, Status.FAIL, told),
    )


def one_class(cells: Counts, share: float = 1.0) -> Mask:
    """Tell which cells (shape (rows, columns)) hold `share` or more of the people of their row or column.

    Whoever is known to be in that row is then known to be in that cell (group or class disclosure; 90 % in
    the ESSnet guidelines, 2015, 100 % in most). A line with one cell only, or with a hidden one, is none.
    """
    found = np.zeros(cells.shape, np.bool_)
    for axis in (0, 1):
        if cells.shape[axis] > 1:
            totals = cells.sum(axis=axis, keepdims=True)
            with np.errstate(invalid="ignore"):
                found |= (cells >= share * totals) & (totals > 0)
    return found


def _is_rounded(cells: Counts, rule: RulePolicy) -> Mask:
    with np.errstate(invalid="ignore"):
        rest = cells % rule.step
    offset = rule.step // 2 if rule.midpoint else 0
    rounded: Mask = (cells == 0) | (rest == offset)
    return rounded
