"""Reused memory: touching new pages in every step costs as much as the step itself."""

import numpy as np
from numpy.typing import NDArray


class Scratch:
    """Named arrays of the longest length ever requested; they keep their last content."""

    def __init__(self) -> None:
        self._held: dict[str, NDArray[np.uint8]] = {}

    def bytes(self, name: str, size: int) -> NDArray[np.uint8]:
        """Return the array of a name, `size` long."""
        held = self._held.get(name)
        if held is None or len(held) < size:
            held = self._held[name] = np.empty(size + size // 8, np.uint8)
        return held[:size]

    def bools(self, name: str, size: int) -> NDArray[np.bool_]:
        """Return the array of a name, `size` long, as truth values."""
        return self.bytes(name, size).view(np.bool_)
