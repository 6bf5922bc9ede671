"""Round counts to a policy's step, and recompute totals from the rounded counts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import read_table
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.safe_table import SafeTable
from strongroom.disclosure.output_rules.small_counts import below_threshold

Counts = NDArray[np.float64]


def round_counts(
    table: Any,
    *,
    policy: str | RulePolicy = "opensafely",
    totals: bool = False,
    total: str | None = None,
) -> SafeTable:
    """Suppress counts below `smallest` and round the others to the policy's step.

    Takes a table as `check_table` does. With `totals`, or if the table has totals, these are sums of the
    published rounded counts: totals rounded separately would reveal the rounding. Source: OpenSAFELY,
    output checking (7 or fewer redacted, the rest to the nearest 5; or to the middle of a step of 6:
    6 * ceil(n / 6) - 3, where 0 stays 0).
    """
    given, rule = read_table(table, total=total), policy_of(policy)
    hidden = np.isnan(given.numbers) | below_threshold(given.numbers, rule.smallest)
    if not rule.zero:
        hidden |= given.numbers == 0
    cells = np.where(hidden, np.nan, _to_step(given.numbers, rule))
    across = totals or given.row_totals is not None
    down = totals or given.column_totals is not None
    return SafeTable(
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
