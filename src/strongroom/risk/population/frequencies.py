"""Frequencies of frequencies: the number of classes of a sample with one, two, three ... people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, repr=False)
class Frequencies:
    """`classes[i]` classes have `sizes[i]` people each; sizes ascend and every count is positive."""

    sizes: NDArray[np.int64]
    classes: NDArray[np.int64]

    @classmethod
    def of(cls, sizes: NDArray[np.int64]) -> "Frequencies":
        """Count the classes of each size."""
        return cls(*np.unique(sizes[sizes > 0], return_counts=True))

    @property
    def people(self) -> int:
        """The number of people in the sample."""
        return int(self.sizes @ self.classes)

    @property
    def uniques(self) -> int:
        """The number of people who are unique."""
        return int(self.classes[self.sizes == 1].sum())

    def redrawn(self, draw: np.random.Generator) -> "Frequencies":
        """Return a bootstrap sample of the classes, of the same number."""
        count = int(self.classes.sum())
        again = draw.multinomial(count, self.classes / count)
        return Frequencies(self.sizes[again > 0], again[again > 0].astype(np.int64))
