"""Round counts as a policy asks, and add totals up again from what was rounded."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import given_table
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.safe_table import ShownTable
from strongroom.disclosure.output_rules.small_counts import small

Counts = NDArray[np.float64]


def round_counts(
    table: Any,
    *,
    policy: str | RulePolicy = "opensafely",
    totals: bool = False,
    total: str | None = None,
) -> ShownTable:
    """Hide counts of fewer than `smallest` people and round the others to the policy's step.

    Takes a table as `check_table` does. With `totals`, or where the table has some, they are sums of the
    rounded counts that are shown: rounded apart, they would tell what was rounded away. Source: OpenSAFELY,
    output checking (7 or fewer redacted, the rest to the nearest 5; or to the middle of a step of 6:
    6 * ceil(n / 6) - 3, where 0 stays 0).
    """
    given, rule = given_table(table, total=total), policy_of(policy)
    hidden = np.isnan(given.numbers) | small(given.numbers, rule.smallest)
    if not rule.zero:
        hidden |= given.numbers == 0
    cells = np.where(hidden, np.nan, _to_step(given.numbers, rule))
    across = totals or given.row_totals is not None
    down = totals or given.column_totals is not None
    return ShownTable(
        given,
        cells,
        np.nansum(cells, axis=1) if across else None,
        np.nansum(cells, axis=0) if down else None,
        np.zeros(cells.shape, np.bool_),
    )


def _to_step(counts: Counts, rule: RulePolicy) -> Counts:
    if rule.midpoint:
        middle = np.ceil(counts / rule.step) * rule.step - rule.step // 2
        return np.where(counts == 0, 0.0, middle)
    rounded: Counts = np.floor(counts / rule.step + 0.5) * rule.step
    return rounded
