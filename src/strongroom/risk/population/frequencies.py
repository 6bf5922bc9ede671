"""Frequencies of frequencies: how many classes of a sample have one, two, three ... people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Frequencies:
    """`classes[i]` classes have `sizes[i]` people each; sizes rise and none has no class."""

    sizes: NDArray[np.int64]
    classes: NDArray[np.int64]

    @classmethod
    def of(cls, sizes: NDArray[np.int64]) -> "Frequencies":
        """Count the classes of each size."""
        return cls(*np.unique(sizes[sizes > 0], return_counts=True))

    @property
    def people(self) -> int:
        """How many people the sample has."""
        return int(self.sizes @ self.classes)

    @property
    def uniques(self) -> int:
        """How many of them are alone in their class."""
        return int(self.classes[self.sizes == 1].sum())

    def redrawn(self, draw: np.random.Generator) -> "Frequencies":
        """Draw as many classes again, with replacement: what another sample might have shown."""
        count = int(self.classes.sum())
        again = draw.multinomial(count, self.classes / count)
        return Frequencies(self.sizes[again > 0], again[again > 0].astype(np.int64))
