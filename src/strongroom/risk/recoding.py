"""Changes that make a column say less: what a custodian can try before a view is granted.

A shift moves a person's dates by a number of days that nobody outside knows. Whoever knows the true day then
has to accept every day within reach, so a shift by up to N days is measured as days in groups of 2 N + 1;
what an attacker learns who sees several shifted dates of one person is not in that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.errors import UsageError
from strongroom.risk.columns import CodedColumn, located

_FORMS = (
    "drop:COLUMN, coarsen:COLUMN:WIDTH, top:COLUMN:VALUE, bottom:COLUMN:VALUE, month:COLUMN, year:COLUMN, "
    "shift:COLUMN:DAYS"
)
_HINT = f"Write changes as {_FORMS}, with | between them."


@dataclass(frozen=True)
class Change:
    """One change to one column; `column` as asked for, `amount` None for changes that need none."""

    verb: str
    column: str
    amount: float | None = None

    @property
    def words(self) -> str:
        """Say the change for a reader."""
        amount = "" if self.amount is None else f"{self.amount:g}"
        return _WORDS[self.verb].format(column=self.column, amount=amount)


_WORDS = {
    "drop": "leave out {column}",
    "coarsen": "{column} in steps of {amount}",
    "top": "{column} no higher than {amount}",
    "bottom": "{column} no lower than {amount}",
    "month": "{column} to the month",
    "year": "{column} to the year",
    "shift": "{column} shifted by up to {amount} days",
}
_WITHOUT_AMOUNT = {"drop", "month", "year"}


def read_changes(text: str) -> list[Change]:
    """Read `drop:p53|coarsen:p34:5|shift:hesin_diag.epistart:30`; UsageError for anything else."""
    return [_change(part.strip()) for part in text.split("|") if part.strip()]


def changed(column: CodedColumn, change: Change) -> CodedColumn | None:
    """Return the column as the change leaves it, None when it leaves nothing; UsageError if it cannot be."""
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
        raise UsageError(f"{text!r} needs a number at its end.", hint=_HINT) from error
    if not np.isfinite(number) or (verb in {"coarsen", "shift"} and number <= 0):
        raise UsageError(f"{text!r} needs a number above 0.", hint=_HINT)
    return Change(verb, column, number)


def _coarsened(column: CodedColumn, width: float) -> CodedColumn:
    if pa.types.is_string(column.levels.type) or pa.types.is_large_string(column.levels.type):
        # A code's beginning is its chapter or group, as with ICD-10.
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
        raise UsageError(f"{column.name} has no numbers or dates to change.", hint="Try drop.")
    after = pa.array(change(column.numbers()))
    if pa.types.is_temporal(column.levels.type):
        # Dates stay dates: a scenario may ask for their month.
        after = pc.floor(after).cast(pa.int32()).cast(pa.date32())
    return _relevelled(column, after)


def _relevelled(column: CodedColumn, to: pa.Array) -> CodedColumn:
    """Give each level its new value: levels that become one are one."""
    levels = pc.unique(to)
    levels = levels.take(pc.sort_indices(levels))
    places = np.append(located(to, levels), np.uint32(len(levels))).astype(np.uint32)
    return replace(column, codes=places[column.codes], levels=levels)


def _require_dates(column: CodedColumn) -> None:
    if not pa.types.is_temporal(column.levels.type):
        raise UsageError(f"{column.name} holds no dates.", hint="Use coarsen for numbers.")


_RECODE: dict[str, Callable[[CodedColumn, float], CodedColumn]] = {
    "coarsen": _coarsened,
    "top": _topped,
    "bottom": _bottomed,
    "month": lambda column, _: _floored(column, "month"),
    "year": lambda column, _: _floored(column, "year"),
    "shift": _shifted,
}
