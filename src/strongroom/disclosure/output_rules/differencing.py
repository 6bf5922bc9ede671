"""Differencing: tables about nearly the same people, whose differences are about a few of them."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.count_groups import read_counts
from strongroom.disclosure.output_rules.input_table import InputTable, read_table
from strongroom.disclosure.output_rules.linked_audit import Linkage, audit
from strongroom.disclosure.output_rules.linked_tables import linked_blocks
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


def check_difference(
    table: Any, *earlier: Any, policy: str | RulePolicy = "ons", primary: bool = False
) -> Checked:
    """Check a table of counts against tables published earlier; the result has the new table's cells.

    All tables must count the same people, or nearly. Rows are matched by label and columns by name: bands of
    numbers and dates as intervals, so that 40-49 and 40-50 differ by those aged 50; categories by their text,
    and those found in only one of two tables as merged differently. Tables of different variables have their
    total in common. A row missing from a table counts as 0 there. Arrays are compared by position.

    Disclosive are a difference of 1 to `smallest` - 1 people; a group that no table shows but that all of
    them together bound to so many people; and suppressed counts (nan) that they bound to within `smallest`
    people. With `primary`, suppressed counts are known to be 1 to `smallest` - 1 and may not be determined.
    Rounded counts differ by whole steps and pass. Tables too large to be solved need review. Sources:
    Australian Bureau of Statistics, rules of the DataLab, where a difference must also be of at least ten
    people; Fischetti and Salazar (2001) and the tau-ARGUS manual on the audit of linked tables.
    """
    rule, new, old = policy_of(policy), read_table(table), [read_table(each) for each in earlier]
    if not old:
        raise UsageError("there is no earlier table to compare with.")
    if not new.names or any(not each.names for each in old):
        return _by_position(new, old, rule)
    found = list(audit_tables(new, old, rule.smallest, primary=primary))
    return checked(new.numbers.shape, *_breaches(found, new.numbers.shape))


def audit_tables(
    new: InputTable, earlier: list[InputTable], smallest: int, *, primary: bool = False
) -> Iterator[Linkage]:
    """Audit a labelled table with each earlier one, then with all; UsageError if nothing is shared."""
    mine = read_counts(new)
    theirs = [read_counts(table) for table in earlier]
    for table in theirs:
        pairs = [(one, other) for one in mine for other in table if one.measure == other.measure]
        if not pairs:
            raise UsageError("the two tables have no column in common.")
        for pair in pairs:
            yield from audit(linked_blocks(pair), smallest, primary=primary)
    for one in mine:
        linked = [other for table in theirs for other in table if one.measure == other.measure]
        if len(linked) > 1:
            yield from audit(linked_blocks([one, *linked]), smallest, primary=primary)


def _by_position(new: InputTable, earlier: Iterable[InputTable], rule: RulePolicy) -> Checked:
    found = np.zeros(new.numbers.shape, np.bool_)
    for old in earlier:
        if new.numbers.shape != old.numbers.shape:
            raise UsageError("arrays are compared by position, so they must have the same shape.")
        found |= differ_by_few(new.numbers, old.numbers, rule.smallest)
    return checked(new.numbers.shape, Breach(Reason.DIFFERENCE, Status.FAIL, found))


def _breaches(found: Iterable[Linkage], shape: tuple[int, ...]) -> Iterator[Breach]:
    """Yield one breach for each reason's cells, and one for what concerns no cell of the new table."""
    masks: dict[tuple[Reason, Status], NDArray[np.bool_]] = {}
    elsewhere: dict[tuple[Reason, Status], None] = {}
    for each in found:
        kind = each.reason, each.status
        if not len(each.cells):
            elsewhere[kind] = None
        masks.setdefault(kind, np.zeros(shape, np.bool_))[tuple(each.cells.T)] = True
    yield from (Breach(*kind, mask) for kind, mask in masks.items())
    yield from (Breach(*kind) for kind in elsewhere)
