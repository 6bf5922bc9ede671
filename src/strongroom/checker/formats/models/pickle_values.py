"""What a pickle would build, recorded but not built: names of classes, their arguments and states."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(eq=False)
class Name:
    """A class or function a pickle names, e.g. "numpy.ndarray"."""

    full: str


@dataclass(eq=False, repr=False)
class Made:
    """An object a pickle would make by calling `what`; nothing is called. An array has its values too."""

    what: Name
    arguments: tuple[Any, ...] = ()
    state: Any = None
    items: list[Any] = field(default_factory=list)
    array: NDArray[Any] | None = None


@dataclass(eq=False, repr=False)
class Pairs:
    """A dictionary as pairs, since recorded objects have no hash."""

    pairs: list[tuple[Any, Any]] = field(default_factory=list)

    def get(self, key: str) -> Any:
        """Return the last value under a text key, or None."""
        return next((value for name, value in reversed(self.pairs) if name == key), None)


@dataclass(eq=False)
class Outside:
    """Something the pickle refers to outside itself: a storage of torch."""

    key: Any


@dataclass(eq=False)
class Type:
    """A NumPy type; `known` is None until its state came."""

    known: np.dtype[Any]
