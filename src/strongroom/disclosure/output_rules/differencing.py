"""Two tables about almost the same people: what one has and the other has not are a few people's."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import GivenTable, given_table
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.results import Checked, Mark, Reason, Status, checked
from strongroom.errors import UsageError

Counts = NDArray[np.float64]


def apart_by_few(one: Counts, other: Counts, smallest: int) -> NDArray[np.bool_]:
    """Tell which counts (of one shape) differ by somebody, but by fewer than `smallest` people."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(one - other)
        found: NDArray[np.bool_] = (apart > 0) & (apart < smallest)
    return found


def check_difference(table: Any, earlier: Any, *, policy: str | RulePolicy = "ons") -> Checked:
    """Check a table of counts against one that was shown before; the result has the new table's cells.

    Rows go together by their labels and columns by their names, of arrays by place; a row that only one of
    the two has holds nobody in the other. Counts that both are rounded differ by nothing or by a step and
    pass. Source: Australian Bureau of Statistics, rules of the DataLab, where the difference must be of at
    least ten people as well.
    """
    rule, new, old = policy_of(policy), given_table(table), given_table(earlier)
    before, left_out = _beside(new, old)
    found = apart_by_few(new.numbers, before, rule.smallest)
    lost = bool(((left_out > 0) & (left_out < rule.smallest)).any())
    marks = [Mark(Reason.DIFFERENCE, Status.FAIL)] if lost else []
    return checked(new.numbers.shape, Mark(Reason.DIFFERENCE, Status.FAIL, found), *marks)


def _beside(new: GivenTable, old: GivenTable) -> tuple[Counts, Counts]:
    """Return the old table's cells in the places of the new one's, and those of rows that are gone."""
    if not new.names or not old.names:
        if new.numbers.shape != old.numbers.shape:
            raise UsageError("two arrays are compared by place, so they must have one shape.")
        return old.numbers, np.zeros(0)
    columns = [old.names.index(name) if name in old.names else -1 for name in new.names]
    if not any(place >= 0 for place in columns):
        raise UsageError("the two tables have no column in common.")
    row_of = {label: row for row, label in enumerate(old.labels)}
    if not new.labels and len(new.numbers) != len(old.numbers):
        raise UsageError("rows without labels are compared by place, so there must be as many in both.")
    rows = [row_of.get(label, -1) for label in new.labels] or list(range(len(new.numbers)))
    padded = np.zeros((len(old.numbers) + 1, len(old.names) + 1))
    padded[:-1, :-1], padded[:, -1] = old.numbers, np.nan
    gone = sorted(set(range(len(old.numbers))) - set(rows))
    return padded[np.ix_(rows, columns)], old.numbers[np.ix_(gone, [each for each in columns if each >= 0])]
