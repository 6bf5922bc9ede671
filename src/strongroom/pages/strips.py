"""Which parts of a table something concerns: the table drawn small, its columns across, its rows down."""

from collections.abc import Sequence
from dataclasses import dataclass

_TALL = 6  # fixed: pixels a band of rows


@dataclass(frozen=True)
class Cell:
    """A drawn cell: left and width in per cent, top in pixels, and what share of it is concerned."""

    left: float
    width: float
    top: int
    share: float


@dataclass(frozen=True)
class Strip:
    """A table's columns, each concerned or not, and for each band of rows the share that is.

    No value of the table is in it.
    """

    title: str
    columns: Sequence[bool]
    bands: Sequence[float]
    description: str

    band_height = _TALL

    @property
    def height(self) -> int:
        """The height of the picture."""
        return _TALL * len(self.bands)

    def cells(self) -> list[Cell]:
        """Return the cells that are concerned."""
        wide = 100 / max(1, len(self.columns))
        return [
            Cell(round(wide * across, 2), round(wide, 2), _TALL * down, round(share, 2))
            for down, share in enumerate(self.bands)
            for across, concerned in enumerate(self.columns)
            if concerned and share
        ]
