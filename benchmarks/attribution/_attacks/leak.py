"""What leakers hold, and what they let out: numbers, whose they are, how a value became what is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Draw = np.random.Generator
Floats = NDArray[np.float64]
Shown = Callable[[Floats], Floats]
NOBODY = -1


@dataclass(frozen=True)
class Held:
    """The copies of the colluders: `copies` of shape (colluders, rows, columns), NaN for no value.

    `people` are the ordinals of the rows, `spreads`, `steps` and `amplitudes` of shape (columns,) the SD, the
    grid and the nudge, which an attacker may know; their bits they do not. `pool` are rows of other people of
    the colluders' copies, to learn from, shape (others, columns), and `foreign` rows of another cohort.
    `opposite` has every mark of the first copy turned over: nobody holds it.
    """

    copies: Floats
    people: NDArray[np.int64]
    names: tuple[str, ...]
    spreads: Floats
    steps: Floats
    amplitudes: Floats
    pool: Floats
    foreign: Floats
    opposite: Floats

    @property
    def first(self) -> Floats:
        """The first colluder's copy."""
        return self.copies[0]

    def leak(self, values: Floats) -> "Leak":
        """Let these values out, on the cohort's own scale and grid, rows and columns as they were."""
        return Leak(values, self.people, self.names, self.names, tuple(_same for _ in self.names), self.steps)


@dataclass(frozen=True)
class Leak:
    """A leaked table of shape (rows, columns), and the truth about it for the decoder given alignment.

    `people` is the ordinal of each row's person or NOBODY, `names` the cohort's name of each column and
    `titles` what the file calls it, `shown` how a value of the cohort's scale reads in the file before
    rounding to `grids`. `scale` says that the values are no longer the cohort's own: the damage cannot be
    given in SDs then.
    """

    values: Floats
    people: NDArray[np.int64]
    names: tuple[str, ...]
    titles: tuple[str, ...]
    shown: tuple[Shown, ...]
    grids: Floats
    scaled: bool = False
    texts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def rows(self, chosen: NDArray[np.integer]) -> "Leak":
        """Return these rows in this order; repeats are allowed."""
        return replace(self, values=self.values[chosen], people=self.people[chosen])

    def shuffled(self, draw: Draw) -> "Leak":
        """Return the rows and columns in another order, columns under names that say nothing."""
        rows, columns = draw.permutation(len(self.people)), draw.permutation(len(self.names))
        return replace(
            self,
            values=self.values[np.ix_(rows, columns)],
            people=self.people[rows],
            names=tuple(self.names[place] for place in columns),
            titles=tuple(f"v{number}" for number in range(1, len(columns) + 1)),
            shown=tuple(self.shown[place] for place in columns),
            grids=self.grids[columns],
            texts={int(np.flatnonzero(columns == place)[0]): labels for place, labels in self.texts.items()},
        )


@dataclass(frozen=True)
class Attack:
    """One way to leak: its number in the notes, its parameters, sizes as (rows, columns), and colluders."""

    number: int
    name: str
    make: Callable[..., Leak]
    grid: tuple[Mapping[str, Any], ...]
    sizes: tuple[tuple[int, int], ...]
    colluders: tuple[int, ...]
    title: str

    def settings(self, *, held_out: bool) -> list[Mapping[str, Any]]:
        """Return the parameter sets to develop with, or the third kept aside, where there are three."""
        if len(self.grid) < 3:
            return [] if held_out else list(self.grid)
        return [chosen for chosen in self.grid if is_held_out(self.name, chosen) == held_out]


def attack(
    number: int,
    *,
    sizes: Sequence[tuple[int, int]] = ((2_000, 10),),
    colluders: Sequence[int] = (1,),
    **parameters: Sequence[Any],
) -> Callable[[Callable[..., Leak]], Attack]:
    """Make a generator an attack of kind `number`, tried with every combination of its parameters."""
    grid = tuple(dict(zip(parameters, values, strict=True)) for values in product(*parameters.values()))

    def register(make: Callable[..., Leak]) -> Attack:
        title = (make.__doc__ or "").partition("\n")[0]
        return Attack(number, make.__name__, make, grid, tuple(sizes), tuple(colluders), title)

    return register


def is_held_out(name: str, chosen: Mapping[str, Any]) -> bool:
    """Say whether a parameter set is of the third looked at once: by its own text, so for good."""
    return crc32(f"{name} {sorted(chosen.items())}".encode()) % 3 == 0


def to_grid(values: Floats, grids: Floats) -> Floats:
    """Round each column to its grid; where the grid is 0, not at all."""
    step = np.where(grids > 0, grids, 1.0)
    return np.where(grids > 0, np.round(values / step) * step, values)


def _same(values: Floats) -> Floats:
    return values
