"""Frequency tables: small cells, class disclosure, and suppressed cells that totals reveal."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import read_table
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.recoverable_cells import recoverable
from strongroom.disclosure.output_rules.results import Breach, Checked, Mask, Reason, Status, checked
from strongroom.disclosure.output_rules.small_counts import below_threshold

Counts = NDArray[np.float64]


def check_table(
    table: Any,
    *,
    policy: str | RulePolicy = "ons",
    row_totals: Counts | None = None,
    column_totals: Counts | None = None,
    total: str | None = None,
) -> Checked:
    """Check a table of counts of people before publication; nan or null is a suppressed cell.

    `table` is an array of shape (rows, columns), or a pyarrow, polars or pandas table whose columns of
    numbers are the counts and whose other columns label the rows; `total` then names the column and row of
    totals, which an array passes separately. The result has the cells without the totals.

    Finds counts below the threshold, zeros and unrounded counts where the policy forbids them, class
    disclosure, and suppressed cells that totals reveal; `policy` is a name in `POLICIES` or a `RulePolicy`.
    Sources: SDAP, Handbook on Statistical Disclosure Control for Outputs (2019); Hundepool et al. (2012),
    chapters 4 and 5; the policies' own pages, in the reference.
    """
    given, rule = read_table(table, total=total), policy_of(policy)
    cells = given.numbers
    across = given.row_totals if row_totals is None else np.asarray(row_totals, np.float64)
    down = given.column_totals if column_totals is None else np.asarray(column_totals, np.float64)
    hidden = np.isnan(cells)
    rounded = rule.midpoint or rule.step > 1
    revealed = np.zeros(cells.shape, np.bool_)
    for interval in recoverable(
        cells, hidden, row_totals=across, column_totals=down, smallest=rule.smallest, least=float(rule.zero)
    ):
        revealed[interval.row, interval.column] = True
    totals = [each for each in (across, down) if each is not None]
    few_in_total = any(bool(below_threshold(each, rule.smallest).any()) for each in totals)
    return checked(
        cells.shape,
        Breach(Reason.FEW, Status.FAIL, below_threshold(cells, rule.smallest)),
        *([Breach(Reason.FEW, Status.FAIL)] if few_in_total else []),
        Breach(Reason.ZERO, Status.FAIL, (cells == 0) & (not rule.zero)),
        Breach(Reason.UNROUNDED, Status.FAIL, ~hidden & ~_is_rounded(cells, rule) & rounded),
        Breach(Reason.CLASS, Status.REVIEW, class_disclosure(cells, rule.one_class)),
        Breach(Reason.RECOVERABLE, Status.FAIL, revealed),
    )


def class_disclosure(cells: Counts, share: float = 1.0) -> Mask:
    """Tell which cells (shape (rows, columns)) have `share` or more of the people of their row or column.

    A person known to be in that row is then known to be in that cell (group or class disclosure; 90 % in the
    ESSnet guidelines, 2015, 100 % in most). Rows and columns with one cell, or a suppressed one, do not
    count.
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
