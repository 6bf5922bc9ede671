"""Primary and secondary suppression: hide small counts, then further cells until no total reveals them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import read_table
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.recoverable_cells import MOST_HIDDEN, recoverable
from strongroom.disclosure.output_rules.safe_table import SafeTable
from strongroom.disclosure.output_rules.small_counts import below_threshold

Counts = NDArray[np.float64]
Mask = NDArray[np.bool_]


def suppress(
    table: Any,
    *,
    policy: str | RulePolicy = "ons",
    row_totals: Counts | None = None,
    column_totals: Counts | None = None,
    total: str | None = None,
) -> SafeTable:
    """Suppress the counts that the policy forbids, then others until no total reveals a suppressed one.

    Takes the arguments of `check_table`. Next to a revealed cell, the cell of fewest people is suppressed;
    where that does not help, and with more than 60 suppressed cells, the totals that reveal cells are
    suppressed too, as are totals below the threshold. The result is safe against the linear programme of
    `recoverable`; it may suppress more cells than necessary. Method: primary and secondary suppression
    (Hundepool et al. 2012, sections 4.3 and 4.4), by a heuristic of our own.
    """
    given, rule = read_table(table, total=total), policy_of(policy)
    across = given.row_totals if row_totals is None else np.asarray(row_totals, np.float64)
    down = given.column_totals if column_totals is None else np.asarray(column_totals, np.float64)
    cells = given.numbers
    least = float(rule.zero and not np.isnan(cells).any())
    first = np.isnan(cells) | _forbidden(cells, rule)
    state = _State(cells, first, _publishable(across, rule), _publishable(down, rule), rule.smallest, least)
    while True:
        after = state.safer()
        if after is None:
            break
        state = after
    shown = np.where(state.hidden, np.nan, cells)
    return SafeTable(given, shown, state.across, state.down, state.hidden & ~first)


def _forbidden(counts: Counts, rule: RulePolicy) -> Mask:
    forbidden: Mask = below_threshold(counts, rule.smallest) | ((counts == 0) & (not rule.zero))
    return forbidden


def _publishable(totals: Counts | None, rule: RulePolicy) -> Counts | None:
    return None if totals is None else np.where(_forbidden(totals, rule), np.nan, totals)


@dataclass(frozen=True)
class _State:
    """A table during suppression: its suppressed cells and the totals still published."""

    cells: Counts
    hidden: Mask
    across: Counts | None
    down: Counts | None
    smallest: int
    least: float

    def safer(self) -> "_State | None":
        """Return the table with one more cell or total suppressed, None if nothing is revealed."""
        many = np.count_nonzero(self.hidden) > MOST_HIDDEN
        revealed = self.hidden & self._totalled() if many else self._revealed()
        if not revealed.any():
            return None
        beside = None if many else self._beside(revealed)
        if beside is None:
            return replace(self, across=_without(self.across, revealed), down=_without(self.down, revealed.T))
        hidden = self.hidden.copy()
        hidden[beside] = True
        return replace(self, hidden=hidden)

    def _revealed(self) -> Mask:
        revealed = np.zeros(self.cells.shape, np.bool_)
        for each in recoverable(
            self.cells,
            self.hidden,
            row_totals=self.across,
            column_totals=self.down,
            smallest=self.smallest,
            least=self.least,
        ):
            revealed[each.row, each.column] = True
        return revealed

    def _totalled(self, revealed: Mask | None = None) -> Mask:
        """Tell which cells are in a row or column with a published total (and with a revealed cell)."""
        chosen = np.ones(self.cells.shape, np.bool_) if revealed is None else revealed
        known = np.zeros(self.cells.shape, np.bool_)
        if self.across is not None:
            known |= (chosen.any(axis=1) & np.isfinite(self.across))[:, None]
        if self.down is not None:
            known |= (chosen.any(axis=0) & np.isfinite(self.down))[None, :]
        return known

    def _beside(self, revealed: Mask) -> tuple[int, int] | None:
        """Return the cell of fewest people in a row or column, with a total, of a revealed cell."""
        # A 0 protects nothing: suppressed cells are known not to be 0.
        known = ~self.hidden & (self.cells > 0)
        free = self._totalled(revealed) & known
        if not free.any():
            # The cells suppressed to protect it need protection themselves.
            free = self._totalled(self.hidden) & known
        if not free.any():
            return None
        place = int(np.argmin(np.where(free, self.cells, np.inf)))
        row, column = (int(each) for each in np.unravel_index(place, self.cells.shape))
        return row, column


def _without(totals: Counts | None, revealed: Mask) -> Counts | None:
    """Return the row totals without those of rows with a revealed cell."""
    return None if totals is None else np.where(revealed.any(axis=1), np.nan, totals)
