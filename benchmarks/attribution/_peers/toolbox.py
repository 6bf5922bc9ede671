"""The public toolbox's schemes, run from a checkout of its authors' code in a process of its own.

`tanjascats/fingerprinting-toolbox` is in no package registry. Whoever has cloned it names the folder and a
Python that has what it needs; `authors.py` then asks it. What it cannot take is spared it: values are handed
over as whole numbers of grid steps, missing ones as the column's median; rows in the order of the original
and those that are gone as they were.
"""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.attribution._peers.scheme import Floats, Ints, Rows, Scheme

from benchmarks import elsewhere

REPOSITORY = "fingerprinting-toolbox"
COMMIT = "657845fe46b64fbe63ba2c82e669912457467438"
_HERE = Path("schemes", "ak_scheme", "ak_scheme.py")
_PYTHON = "STRONGROOM_TOOLBOX_PYTHON"


@dataclass(frozen=True)
class Checkout:
    """A folder with the toolbox's code, and the Python to run it with."""

    folder: Path
    python: Path | None

    @classmethod
    def of(cls, checkouts: Path | None) -> "Checkout | None":
        """Return the checkout among a folder's, or None; the Python is that of the environment variable."""
        folder = None if checkouts is None else (checkouts / REPOSITORY).resolve()
        if folder is None or not (folder / _HERE).exists():
            return None
        python = os.environ.get(_PYTHON)
        return cls(folder, Path(python) if python else None)


class Authors(Scheme):
    """One scheme of the toolbox; `share` of the rows becomes its own whole number."""

    kind: str
    checkout: Checkout

    def mark(self, recipient: int) -> Floats:
        """See `Scheme`."""
        answer = self._ask(do="mark", recipient=recipient)
        whole = np.array(answer["values"], np.float64)
        changed = np.isfinite(self.original.values) & (whole != self._whole)
        return np.where(changed, whole * self.steps, self.original.values)

    def accused(self, found: Rows) -> list[int]:
        """Accuse the one recipient the toolbox names, if any."""
        keys, whole = self._handed(found)
        if not len(keys):
            return []
        named = int(self._ask(do="accuse", found_keys=keys.tolist(), found=whole.tolist())["accused"])
        return [named] if named >= 0 else []

    @property
    def rows(self) -> int:
        """One row of so many is marked, each level; the side of a block."""
        return max(1, round(1 / self.share))

    @cached_property
    def _whole(self) -> Ints:
        filled = np.where(
            np.isfinite(self.original.values),
            self.original.values,
            np.nanmedian(self.original.values, axis=0),
        )
        return np.round(filled / self.steps).astype(np.int64)

    def _handed(self, found: Rows) -> tuple[Ints, Ints]:
        """Return the keys and whole numbers of a leak's rows that were in the original, each once."""
        keys, first = np.unique(found.keys, return_index=True)
        order = np.argsort(self.original.keys)
        at = order[np.minimum(np.searchsorted(self.original.keys[order], keys), len(order) - 1)]
        known = self.original.keys[at] == keys
        at, first = at[known], first[known]
        whole = self._whole[at]
        shown = np.round(found.values[first] / self.steps[found.columns])
        whole[:, found.columns] = np.where(np.isfinite(shown), shown, whole[:, found.columns])
        return self._arranged(at, whole)

    def _arranged(self, at: Ints, whole: Ints) -> tuple[Ints, Ints]:
        return self.original.keys[at], whole

    def _ask(self, **question: Any) -> dict[str, Any]:
        return elsewhere.ask(
            Path(__file__).with_name("authors.py"),
            {
                "checkout": str(self.checkout.folder),
                "scheme": self.kind,
                "recipients": self.recipients,
                "rows": self.rows,
                "significant": self.significant,
                "keys": self.original.keys.tolist(),
                "original": self._whole.tolist(),
                **question,
            },
            python=self.checkout.python,
        )


class AuthorsAK(Authors):
    """Agrawal and Kiernan's marks with Li, Swarup and Jajodia's string, as the toolbox has it."""

    kind, name = "ak", "toolbox: AK with a string (authors' code)"


class AuthorsTwoLevel(Authors):
    """Guo, Wang and Li's."""

    kind, name = "two_level", "toolbox: two-level (authors' code)"

    @property
    def rows(self) -> int:
        """Half of the marks are of either level."""
        return max(1, round(2 / self.share))


class AuthorsBlock(Authors):
    """Liu and others', which leaves the program when the first recipient's blocks do not spell a string."""

    kind, name = "block", "toolbox: block (authors' code)"

    @property
    def rows(self) -> int:
        """The side of a block of bits."""
        return max(2, round((1 / self.share) ** 0.5))

    def _arranged(self, at: Ints, whole: Ints) -> tuple[Ints, Ints]:
        """Put the rows back where they were: blocks are of rows in their order."""
        table = self._whole.copy()
        table[at] = whole
        return self.original.keys, table


def schemes(checkout: Checkout) -> list[type[Authors]]:
    """Return the toolbox's schemes, bound to a checkout."""
    return [
        type(each.__name__, (each,), {"checkout": checkout})
        for each in (AuthorsAK, AuthorsTwoLevel, AuthorsBlock)
    ]
