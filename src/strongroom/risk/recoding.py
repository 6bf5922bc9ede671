"""Recodings that reduce a column's detail, for a custodian to try before granting a view.

A shift moves all of a person's dates by a secret number of days. An attacker who knows the true date must
then consider every date within N days, so a shift by up to N days is measured as dates in groups of 2 N + 1.
This ignores what an attacker can infer from several shifted dates of one person.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.errors import UsageError
from strongroom.risk.columns import CodedColumn, located, one_spelling

_FORMS = (
    "drop:COLUMN, coarsen:COLUMN:WIDTH, top:COLUMN:VALUE, bottom:COLUMN:VALUE, month:COLUMN, year:COLUMN, "
    "shift:COLUMN:DAYS"
)
_HINT = f"Write changes as {_FORMS}, separated by |."


@dataclass(frozen=True)
class Change:
    """One change to one column; `column` as the user wrote it, `amount` None for changes without one."""

    verb: str
    column: str
    amount: float | None = None

    @property
    def words(self) -> str:
        """The change in words."""
        amount = "" if self.amount is None else f"{self.amount:g}"
        return _WORDS[self.verb].format(column=self.column, amount=amount)


_WORDS = {
    "drop": "drop {column}",
    "coarsen": "group {column} in steps of {amount}",
    "top": "top-code {column} at {amount}",
    "bottom": "bottom-code {column} at {amount}",
    "month": "round {column} to the month",
    "year": "round {column} to the year",
    "shift": "shift {column} by up to {amount} days",
}
_WITHOUT_AMOUNT = {"drop", "month", "year"}


def read_changes(text: str) -> list[Change]:
    """Parse `drop:p53|coarsen:p34:5|shift:hesin_diag.epistart:30`; UsageError for anything else."""
    return [_change(part.strip()) for part in text.split("|") if part.strip()]


def changed(column: CodedColumn, change: Change) -> CodedColumn | None:
    """Return the changed column; None if it is dropped, UsageError if the change does not apply to it."""
    if change.verb == "drop":
        return None
    return _RECODE[change.verb](column, change.amount or 0.0)


def to_months(column: CodedColumn) -> CodedColumn:
    """Return a column of dates by month."""
    return _floored(column, "month")


def _change(text: str) -> Change:
    verb, _, rest = text.partition(":")
    column, _, amount = rest.rpartition(":") if verb not in _WITHOUT_AMOUNT else (rest, "", "")
    if verb not in _WORDS or not column:
        raise UsageError(f"{text!r} is not a change.", hint=_HINT)
    if verb in _WITHOUT_AMOUNT:
        return Change(verb, column)
    try:
        number = float(amount)
    except ValueError as error:
        raise UsageError(f"{text!r} must end with a number.", hint=_HINT) from error
    if not np.isfinite(number) or (verb in {"coarsen", "shift"} and number <= 0):
        raise UsageError(f"{text!r} must end with a number above 0.", hint=_HINT)
    return Change(verb, column, number)


def _coarsened(column: CodedColumn, width: float) -> CodedColumn:
    if pa.types.is_string(column.levels.type) or pa.types.is_large_string(column.levels.type):
        # The first characters of a code are its chapter or group, as in ICD-10.
        return _relevelled(column, pc.utf8_slice_codeunits(column.levels, 0, int(width)))
    return _by_number(column, lambda numbers: np.floor(numbers / width) * width)


def _topped(column: CodedColumn, highest: float) -> CodedColumn:
    return _by_number(column, lambda numbers: np.minimum(numbers, highest))


def _bottomed(column: CodedColumn, lowest: float) -> CodedColumn:
    return _by_number(column, lambda numbers: np.maximum(numbers, lowest))


def _shifted(column: CodedColumn, days: float) -> CodedColumn:
    _require_dates(column)
    return _coarsened(column, 2 * np.floor(days) + 1)


def _floored(column: CodedColumn, unit: str) -> CodedColumn:
    _require_dates(column)
    return _relevelled(column, pc.floor_temporal(column.levels, unit=unit))


def _by_number(
    column: CodedColumn, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> CodedColumn:
    if not column.ordered:
        raise UsageError(f"{column.name} has no numbers or dates.", hint="Use drop instead.")
    after = pa.array(change(column.numbers()))
    if pa.types.is_temporal(column.levels.type):
        # Dates remain dates: a scenario may need their month.
        after = pc.floor(after).cast(pa.int32()).cast(pa.date32())
    return _relevelled(column, after)


def _relevelled(column: CodedColumn, to: pa.Array) -> CodedColumn:
    """Give each level its new value and merge levels that become equal."""
    to = one_spelling(to)
    levels = pc.unique(to)
    levels = levels.take(pc.sort_indices(levels))
    places = np.append(located(to, levels), np.uint32(len(levels))).astype(np.uint32)
    return replace(column, codes=places[column.codes], levels=levels)


def _require_dates(column: CodedColumn) -> None:
    if not pa.types.is_temporal(column.levels.type):
        raise UsageError(f"{column.name} has no dates.", hint="Use coarsen for numbers.")


_RECODE: dict[str, Callable[[CodedColumn, float], CodedColumn]] = {
    "coarsen": _coarsened,
    "top": _topped,
    "bottom": _bottomed,
    "month": lambda column, _: _floored(column, "month"),
    "year": lambda column, _: _floored(column, "year"),
    "shift": _shifted,
}
