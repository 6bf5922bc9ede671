"""Cell-key perturbation as ONS publishes it: keys added up, and a table that says what is added to a count.

Each record has a key of 0 to 255; the sum of a cell's keys modulo 256 is the cell's. The table has a row for
each count up to 750; larger counts use its last 250 rows over and over. What is too small after the change is
hidden. Source: Office for National Statistics, cell-key-perturbation 3.1.0 (MIT), whose results these are.

`strongroom query` uses `release.CellNoise` instead, whose changes come of a keyed hash: sums of small keys
carry relations between groups over to their changes.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import given_table, groups_of
from strongroom.disclosure.output_rules.safe_table import ShownTable
from strongroom.errors import UsageError

Counts = NDArray[np.float64]
Keys = NDArray[np.int64]

_KEYS, _BAND = 256, 250


class Changes(Protocol):
    """Draws a change for each key, as `release.CellNoise` does."""

    def changes(self, keys: NDArray[np.uint64], *, of: str) -> NDArray[np.int64]:
        """Return the change of each group."""


@dataclass(frozen=True)
class PerturbationTable:
    """What is added to a count: `values` has shape (counts from 1, keys from 0)."""

    values: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or len(self.values) < _BAND:  # noqa: PLR2004 - counts and keys
            raise UsageError(
                f"a perturbation table has at least {_BAND} rows of counts, and columns of keys."
            )

    @classmethod
    def ten_five(cls) -> "PerturbationTable":
        """Return the table of ONS's '10-5 rule': below 10 nothing is left, and the rest goes to fives."""
        counts = np.arange(1, 751)
        nearest = np.where(counts < 10, 0, (counts + 2) // 5 * 5)  # noqa: PLR2004 - the rule's name
        return cls(np.repeat((nearest - counts)[:, None], _KEYS, axis=1))

    def of(self, counts: Counts, keys: Keys) -> NDArray[np.int64]:
        """Return the change of each count (any shape) under its cell key; of nobody it is 0."""
        if len(keys.ravel()) and not 0 <= int(keys.min()) <= int(keys.max()) < self.values.shape[1]:
            raise UsageError(f"cell keys are 0 to {self.values.shape[1] - 1}.")
        rows = len(self.values)
        whole = np.nan_to_num(counts).astype(np.int64)
        place = np.where(whole <= rows, whole, (whole - 1) % _BAND + rows - _BAND + 1)
        return np.where(whole > 0, self.values[np.maximum(place, 1) - 1, keys], 0)


def cell_keys(record_keys: Any, groups: Any, *, modulus: int = _KEYS) -> tuple[Keys, Keys, tuple[Any, ...]]:
    """Return each group's cell key and count, and the groups in order, from records' keys and groups.

    `record_keys` and `groups` have shape (records,). A record without a key counts and adds nothing to it.
    """
    keys = np.nan_to_num(np.asarray(record_keys, np.float64)).astype(np.int64)
    codes, names = groups_of(groups, len(keys))
    sums = np.bincount(codes, weights=keys, minlength=len(names)).astype(np.int64)
    return sums % modulus, np.bincount(codes, minlength=len(names)).astype(np.int64), names


def perturb(
    table: Any,
    keys: Any,
    changes: PerturbationTable | Changes,
    *,
    smallest: int = 10,
    total: str | None = None,
) -> ShownTable:
    """Change counts of people as their cell keys say, then hide what is below `smallest`.

    `table` as in `check_table`; `keys` has the shape of its cells without totals. Totals are not made:
    perturbed cells do not add up, and each total has a key and a change of its own. With a
    `PerturbationTable` the keys are sums (`cell_keys`); with `CellNoise` they are exclusive ors.
    """
    given = given_table(table, total=total)
    shaped = np.asarray(keys).reshape(given.numbers.shape)
    if isinstance(changes, PerturbationTable):
        change = changes.of(given.numbers, shaped.astype(np.int64))
    else:
        change = changes.changes(shaped.astype(np.uint64).ravel(), of="people").reshape(shaped.shape)
    changed = np.where(given.numbers > 0, np.maximum(given.numbers + change, 0), given.numbers)
    shown = np.where(changed < smallest, np.nan, changed)
    return ShownTable(given, shown, None, None, np.zeros(shown.shape, np.bool_))
