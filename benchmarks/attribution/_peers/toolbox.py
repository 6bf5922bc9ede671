"""Published schemes run from checkouts of their authors' code, in processes of their own.

`tanjascats/fingerprinting-toolbox` and `tanjascats/NCorr-FP` are in no package registry. Whoever has cloned
them names the folder, and a Python that has what they need; `authors.py` and `authors_ncorr.py` then ask
them. What they cannot take is spared them: values are handed over as whole numbers of grid steps, missing
ones as the column's median; for the block scheme rows in the order of the original, those gone as they were.
"""

import os
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from benchmarks.attribution._peers.scheme import Floats, Ints, Rows, Scheme

from benchmarks import elsewhere

_PYTHON = "STRONGROOM_TOOLBOX_PYTHON"
_TOOLBOX, _NCORR = "fingerprinting-toolbox", "NCorr-FP"


class Authors(Scheme):
    """One scheme of theirs; `share` of the rows becomes their own number. `folder` is the checkout."""

    repository: ClassVar[str] = _TOOLBOX
    program: ClassVar[str] = "authors.py"
    kind: ClassVar[str]
    folder: ClassVar[Path]

    @classmethod
    def module(cls) -> Path:
        """Return where in the checkout their code is."""
        return Path("schemes", f"{cls.kind}_scheme", f"{cls.kind}_scheme.py")

    def mark(self, recipient: int) -> Floats:
        """See `Scheme`."""
        answer = self._ask(do="mark", recipient=recipient)
        whole = np.array(answer["values"], np.float64)
        changed = np.isfinite(self.original.values) & (whole != self._whole)
        return np.where(changed, whole * self.steps, self.original.values)

    def accused(self, found: Rows) -> list[int]:
        """Accuse whom their code names."""
        keys, whole = self._handed(found)
        if not len(keys):
            return []
        answer = self._ask(do="accuse", found_keys=keys.tolist(), found=whole.tolist())
        return [int(each) for each in answer["accused"]]

    @property
    def rows(self) -> float:
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
        python = os.environ.get(_PYTHON)
        return elsewhere.ask(
            Path(__file__).with_name(self.program),
            {
                "checkout": str(self.folder),
                "scheme": self.kind,
                "recipients": self.recipients,
                "rows": self.rows,
                "significant": self.significant,
                "keys": self.original.keys.tolist(),
                "original": self._whole.tolist(),
                **question,
            },
            python=Path(python) if python else None,
        )


class AuthorsAK(Authors):
    """Agrawal and Kiernan's marks with Li, Swarup and Jajodia's string, as the toolbox has it."""

    kind, name = "ak", "toolbox: AK with a string (authors' code)"


class AuthorsTwoLevel(Authors):
    """Guo, Wang and Li's."""

    kind, name = "two_level", "toolbox: two-level (authors' code)"

    @property
    def rows(self) -> float:
        """Half of the marks are of either level."""
        return max(1, round(2 / self.share))


class AuthorsBlock(Authors):
    """Liu and others', which leaves the program when the first recipient's blocks do not spell a string."""

    kind, name = "block", "toolbox: block (authors' code)"

    @property
    def rows(self) -> float:
        """The side of a block of bits."""
        return max(2, round((1 / self.share) ** 0.5))

    def _arranged(self, at: Ints, whole: Ints) -> tuple[Ints, Ints]:
        """Put the rows back where they were: blocks are of rows in their order."""
        table = self._whole.copy()
        table[at] = whole
        return self.original.keys, table


class AuthorsNCorr(Authors):
    """NCorr-FP with its Tardos code."""

    repository, program, kind = _NCORR, "authors_ncorr.py", "ncorr"
    name = "NCorr-FP (authors' code)"

    @classmethod
    def module(cls) -> Path:
        """See `Authors`."""
        return Path("NCorrFP", "NCorrFP.py")

    @property
    def rows(self) -> float:
        """One row of so many is marked; it need not be a whole number."""
        return 1 / self.share


def authors(checkouts: Path | None) -> list[type[Authors]]:
    """Return the schemes whose authors' code is in a folder of checkouts, bound to it."""
    kinds = () if checkouts is None else (AuthorsAK, AuthorsTwoLevel, AuthorsBlock, AuthorsNCorr)
    return [
        type(each.__name__, (each,), {"folder": (checkouts / each.repository).resolve()})
        for each in kinds
        if checkouts is not None and (checkouts / each.repository / each.module()).exists()
    ]
