"""Cell-key perturbation as ONS publishes it: the sum of record keys selects the noise from a table.

Each record has a key of 0 to 255; the sum of a cell's record keys modulo 256 is the cell key. The table has a
row for each count up to 750; larger counts reuse its last 250 rows. Counts below the threshold after
perturbation are suppressed. Source: Office for National Statistics, cell-key-perturbation 3.1.0 (MIT), whose
results these are.

`strongroom query` uses `answer_noise.CellNoise` instead, which draws noise from a keyed hash: with sums of
small keys, related groups get related noise.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.input_table import group_codes, read_table
from strongroom.disclosure.output_rules.safe_table import SafeTable
from strongroom.errors import UsageError

Counts = NDArray[np.float64]
Keys = NDArray[np.int64]

_KEYS = 256  # fixed: ONS cell-key-perturbation 3.1.0, record keys are 0 to 255
_BAND = 250  # fixed: ONS cell-key-perturbation 3.1.0, larger counts reuse the last 250 rows


class Changes(Protocol):
    """Draws noise for each key, as `answer_noise.CellNoise` does with a standard deviation."""

    def integers(self, keys: NDArray[np.uint64], *, of: str) -> NDArray[np.int64]:
        """Return the noise of each group."""


@dataclass(frozen=True)
class PerturbationTable:
    """The noise added to a count: `values` has shape (counts from 1, keys from 0)."""

    values: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or len(self.values) < _BAND:  # noqa: PLR2004 - counts and keys
            raise UsageError(f"a perturbation table needs two dimensions and at least {_BAND} rows.")

    @classmethod
    def ten_five(cls) -> "PerturbationTable":
        """Return the table of ONS's '10-5 rule': counts below 10 become 0, others are rounded to 5."""
        counts = np.arange(1, 751)
        nearest = np.where(counts < 10, 0, (counts + 2) // 5 * 5)  # noqa: PLR2004 - the rule's name
        return cls(np.repeat((nearest - counts)[:, None], _KEYS, axis=1))

    def of(self, counts: Counts, keys: Keys) -> NDArray[np.int64]:
        """Return the noise of each count (any shape) under its cell key; 0 for a count of 0."""
        if len(keys.ravel()) and not 0 <= int(keys.min()) <= int(keys.max()) < self.values.shape[1]:
            raise UsageError(f"cell keys must be 0 to {self.values.shape[1] - 1}.")
        rows = len(self.values)
        whole = np.nan_to_num(counts).astype(np.int64)
        place = np.where(whole <= rows, whole, (whole - 1) % _BAND + rows - _BAND + 1)
        return np.where(whole > 0, self.values[np.maximum(place, 1) - 1, keys], 0)


def cell_keys(record_keys: Any, groups: Any, *, modulus: int = _KEYS) -> tuple[Keys, Keys, tuple[Any, ...]]:
    """Return the cell key and count of each group, and the groups in order.

    `record_keys` and `groups` have shape (records,). A record without a key is counted and adds 0 to the cell
    key.
    """
    keys = np.nan_to_num(np.asarray(record_keys, np.float64)).astype(np.int64)
    codes, names = group_codes(groups, len(keys))
    sums = np.bincount(codes, weights=keys, minlength=len(names)).astype(np.int64)
    return sums % modulus, np.bincount(codes, minlength=len(names)).astype(np.int64), names


def perturb(
    table: Any,
    keys: Any,
    changes: PerturbationTable | Changes,
    *,
    smallest: int = 10,
    total: str | None = None,
) -> SafeTable:
    """Add noise to counts by their cell keys, then suppress those below `smallest`.

    `table` as in `check_table`; `keys` has the shape of its cells without totals. No totals are returned:
    perturbed cells do not add up, and each total has its own key and noise. With a `PerturbationTable` the
    keys are sums (`cell_keys`); with other noise they are its own keys.
    """
    given = read_table(table, total=total)
    shaped = np.asarray(keys).reshape(given.numbers.shape)
    if isinstance(changes, PerturbationTable):
        change = changes.of(given.numbers, shaped.astype(np.int64))
    else:
        change = changes.integers(shaped.astype(np.uint64).ravel(), of="people").reshape(shaped.shape)
    changed = np.where(given.numbers > 0, np.maximum(given.numbers + change, 0), given.numbers)
    shown = np.where(changed < smallest, np.nan, changed)
    return SafeTable(given, shown, None, None, np.zeros(shown.shape, np.bool_))
