"""Differencing: two tables about nearly the same people, whose difference is about a few of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import InputTable, read_table
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Breach, Checked, Reason, Status, checked
from strongroom.errors import UsageError

Counts = NDArray[np.float64]


def differ_by_few(one: Counts, other: Counts, smallest: int) -> NDArray[np.bool_]:
    """Tell which counts (of one shape) differ by at least one and fewer than `smallest` people."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(one - other)
        found: NDArray[np.bool_] = (apart > 0) & (apart < smallest)
    return found


def check_difference(table: Any, earlier: Any, *, policy: str | RulePolicy = "ons") -> Checked:
    """Check a table of counts against one published earlier; the result has the new table's cells.

    Rows are matched by label and columns by name, in arrays by position; a row missing from one table counts
    as 0 there. Two rounded counts differ by 0 or by whole steps and pass. Source: Australian Bureau of
    Statistics, rules of the DataLab, where a difference must also be of at least ten people.
    """
    rule, new, old = policy_of(policy), read_table(table), read_table(earlier)
    before, removed = _beside(new, old)
    found = differ_by_few(new.numbers, before, rule.smallest)
    differs = bool(((removed > 0) & (removed < rule.smallest)).any())
    breaches = [Breach(Reason.DIFFERENCE, Status.FAIL)] if differs else []
    return checked(new.numbers.shape, Breach(Reason.DIFFERENCE, Status.FAIL, found), *breaches)


def _beside(new: InputTable, old: InputTable) -> tuple[Counts, Counts]:
    """Return the old table's cells in the layout of the new one, and the cells of removed rows."""
    if not new.names or not old.names:
        if new.numbers.shape != old.numbers.shape:
            raise UsageError("arrays are compared by position, so they must have the same shape.")
        return old.numbers, np.zeros(0)
    columns = [old.names.index(name) if name in old.names else -1 for name in new.names]
    if not any(place >= 0 for place in columns):
        raise UsageError("the two tables have no column in common.")
    row_of = {label: row for row, label in enumerate(old.labels)}
    if not new.labels and len(new.numbers) != len(old.numbers):
        raise UsageError("rows without labels are compared by position, so both tables need the same number.")
    rows = [row_of.get(label, -1) for label in new.labels] or list(range(len(new.numbers)))
    padded = np.zeros((len(old.numbers) + 1, len(old.names) + 1))
    padded[:-1, :-1], padded[:, -1] = old.numbers, np.nan
    removed = sorted(set(range(len(old.numbers))) - set(rows))
    return padded[np.ix_(rows, columns)], old.numbers[
        np.ix_(removed, [each for each in columns if each >= 0])
    ]
