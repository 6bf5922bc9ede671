"""Hide counts of too few people, and as many others as it takes for totals not to give them away."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import given_table
from strongroom.disclosure.output_rules.policies import RulePolicy, policy_of
from strongroom.disclosure.output_rules.recoverable_cells import MOST_HIDDEN, recoverable
from strongroom.disclosure.output_rules.safe_table import ShownTable
from strongroom.disclosure.output_rules.small_counts import small

Counts = NDArray[np.float64]
Mask = NDArray[np.bool_]


def suppress(
    table: Any,
    *,
    policy: str | RulePolicy = "ons",
    row_totals: Counts | None = None,
    column_totals: Counts | None = None,
    total: str | None = None,
) -> ShownTable:
    """Hide the counts that may not be shown, then more of them until no total gives a hidden one away.

    Takes what `check_table` takes. Of the cells beside one that is given away, the one of fewest people is
    hidden next; where that does not help, and with more than 60 hidden cells, the totals that give cells away
    are hidden as well, as are totals of too few people. What is left is safe against the linear programme of
    `recoverable`; the cells hidden are not the fewest possible. Method: primary and secondary suppression
    (Hundepool et al. 2012, sections 4.3 and 4.4), by a heuristic of our own.
    """
    given, rule = given_table(table, total=total), policy_of(policy)
    across = given.row_totals if row_totals is None else np.asarray(row_totals, np.float64)
    down = given.column_totals if column_totals is None else np.asarray(column_totals, np.float64)
    cells = given.numbers
    least = float(rule.zero and not np.isnan(cells).any())
    first = np.isnan(cells) | _forbidden(cells, rule)
    state = _State(cells, first, _shown(across, rule), _shown(down, rule), rule.smallest, least)
    while True:
        after = state.safer()
        if after is None:
            break
        state = after
    shown = np.where(state.hidden, np.nan, cells)
    return ShownTable(given, shown, state.across, state.down, state.hidden & ~first)


def _forbidden(counts: Counts, rule: RulePolicy) -> Mask:
    forbidden: Mask = small(counts, rule.smallest) | ((counts == 0) & (not rule.zero))
    return forbidden


def _shown(totals: Counts | None, rule: RulePolicy) -> Counts | None:
    return None if totals is None else np.where(_forbidden(totals, rule), np.nan, totals)


@dataclass(frozen=True)
class _State:
    """A table on the way to being safe: what is hidden of it, and which totals are still shown."""

    cells: Counts
    hidden: Mask
    across: Counts | None
    down: Counts | None
    smallest: int
    least: float

    def safer(self) -> "_State | None":
        """Return the table with one cell or total more hidden, None where nothing is given away."""
        many = np.count_nonzero(self.hidden) > MOST_HIDDEN
        told = self.hidden & self._totalled() if many else self._told()
        if not told.any():
            return None
        beside = None if many else self._beside(told)
        if beside is None:
            return replace(self, across=_without(self.across, told), down=_without(self.down, told.T))
        hidden = self.hidden.copy()
        hidden[beside] = True
        return replace(self, hidden=hidden)

    def _told(self) -> Mask:
        told = np.zeros(self.cells.shape, np.bool_)
        for each in recoverable(
            self.cells,
            self.hidden,
            row_totals=self.across,
            column_totals=self.down,
            smallest=self.smallest,
            least=self.least,
        ):
            told[each.row, each.column] = True
        return told

    def _totalled(self, told: Mask | None = None) -> Mask:
        """Tell which cells stand in a row or column whose total is shown (and that has a cell given away)."""
        chosen = np.ones(self.cells.shape, np.bool_) if told is None else told
        known = np.zeros(self.cells.shape, np.bool_)
        if self.across is not None:
            known |= (chosen.any(axis=1) & np.isfinite(self.across))[:, None]
        if self.down is not None:
            known |= (chosen.any(axis=0) & np.isfinite(self.down))[None, :]
        return known

    def _beside(self, told: Mask) -> tuple[int, int] | None:
        """Return the cell of fewest people that shares a totalled row or column with a cell given away."""
        # A cell of nobody, shown as 0 elsewhere, protects nothing: hidden cells are known to hold somebody.
        known = ~self.hidden & (self.cells > 0)
        free = self._totalled(told) & known
        if not free.any():
            # What was hidden to protect it needs protection itself.
            free = self._totalled(self.hidden) & known
        if not free.any():
            return None
        place = int(np.argmin(np.where(free, self.cells, np.inf)))
        row, column = (int(each) for each in np.unravel_index(place, self.cells.shape))
        return row, column


def _without(totals: Counts | None, told: Mask) -> Counts | None:
    """Return the totals of rows without those of rows that have a cell given away."""
    return None if totals is None else np.where(told.any(axis=1), np.nan, totals)
