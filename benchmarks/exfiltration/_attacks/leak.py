"""What an attack starts from, and how it says what it handed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

Draw = np.random.Generator


@dataclass(frozen=True)
class Handed:
    """Requests in order, each a list of files; how many people and cells they carry.

    `remains` tells whether a copy that leaves still carries any of them; without it whatever leaves does.
    """

    requests: tuple[tuple[Path, ...], ...]
    people: int
    cells: int
    remains: Callable[[bytes], bool] | None = None


@dataclass(frozen=True)
class Leak:
    """People to be carried out: their ids, some of their columns, their events and genotypes.

    `people` has shape (size, 1 + columns), the id first; `cohort` is the whole table, for aggregates to hide
    among; `genotypes` has shape (size, variants), -1 for a missing call; `events` has the id column too.
    """

    people: pl.DataFrame
    cohort: pl.DataFrame
    folder: Path
    draw: Draw
    events: pl.DataFrame | None = None
    genotypes: NDArray[np.int8] | None = None

    @property
    def id_column(self) -> str:
        """The name of the id column."""
        return self.people.columns[0]

    @property
    def ids(self) -> pl.Series:
        """Who they are, in the order of the rows."""
        return self.people[self.id_column]

    @property
    def rows(self) -> pl.DataFrame:
        """The people without their ids."""
        return self.people.drop(self.id_column)

    @property
    def disguised(self) -> pl.DataFrame:
        """The people without ids, under other names, rows and columns shuffled."""
        rows = self.rows[self.draw.permutation(len(self.people))]
        rows = rows.select([rows.columns[place] for place in self.draw.permutation(rows.width)])
        return renamed(rows)

    @property
    def numbers(self) -> pl.DataFrame:
        """Their columns that are numbers, as floats."""
        return self.rows.select(pl.selectors.numeric().cast(pl.Float64))

    def path(self, name: str) -> Path:
        """Return where a file of that name goes."""
        return self.folder / name

    def hand_in(self, *files: Path, cells: int | None = None) -> Handed:
        """Hand in files as one request; it carries every person in every column unless `cells` says less."""
        return self.hand_in_turn([files], cells=cells)

    def hand_in_turn(self, requests: Sequence[Sequence[Path]], *, cells: int | None = None) -> Handed:
        """Hand in several requests, one after the other."""
        size = len(self.people)
        carried = size * (self.people.width - 1) if cells is None else cells
        return Handed(tuple(tuple(files) for files in requests), size, carried)


@dataclass(frozen=True)
class Attack:
    """One way out: its class, its parameters, what it needs of a cohort, its largest size."""

    number: int
    name: str
    make: Callable[..., Handed]
    grid: tuple[Mapping[str, Any], ...]
    needs: str = ""
    most: int = 10_000_000
    title: str = field(default="", compare=False)

    def settings(self, *, held_out: bool) -> list[Mapping[str, Any]]:
        """Return the parameter sets of the development two thirds, or of the third kept aside."""
        return [chosen for chosen in self.grid if is_held_out(self.name, chosen) == held_out]


COLUMNS = (5, 6, 8, 12, 15, 30)  # how many columns are carried: a parameter of every attack


def attack(
    number: int, *, needs: str = "", most: int = 10_000_000, **parameters: Sequence[Any]
) -> Callable[[Callable[..., Handed]], Attack]:
    """Make a generator an attack of class `number`, tried with every combination of its parameters."""
    named = {"columns": COLUMNS, **parameters}
    grid = tuple(dict(zip(named, values, strict=True)) for values in product(*named.values()))

    def register(make: Callable[..., Handed]) -> Attack:
        title = (make.__doc__ or "").partition("\n")[0]
        return Attack(number, make.__name__, make, grid, needs, most, title)

    return register


def is_held_out(name: str, chosen: Mapping[str, Any]) -> bool:
    """Say whether a parameter set is of the third looked at once: by its own text, so for good."""
    return crc32(f"{name} {sorted(chosen.items())}".encode()) % 3 == 0


def renamed(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table under names that say nothing."""
    return table.rename({name: f"v{number}" for number, name in enumerate(table.columns, 1)})
