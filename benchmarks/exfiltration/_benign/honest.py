"""What an honest researcher starts from, and how a benign class is registered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Draw = np.random.Generator
Files = Sequence[Path]


@dataclass(frozen=True)
class Analysis:
    """The cohort, some of its telling numeric columns, where to write, and chance."""

    people: pl.DataFrame
    numbers: list[str]
    folder: Path
    draw: Draw

    def path(self, name: str) -> Path:
        """Return where a file of that name goes."""
        return self.folder / name

    def write(self, name: str, text: str) -> list[Path]:
        """Write a text and return it as the files of the class."""
        self.path(name).write_text(text, encoding="utf-8")
        return [self.path(name)]

    def csv(self, name: str, table: pl.DataFrame, *, tabs: bool = False) -> list[Path]:
        """Write a table and return it as the files of the class."""
        table.write_csv(self.path(name), separator="\t" if tabs else ",")
        return [self.path(name)]

    def complete(self, columns: int) -> pl.DataFrame:
        """Return the people without gaps in some of the columns, as floats."""
        chosen = [str(name) for name in self.draw.permutation(self.numbers)[:columns]]
        return self.people.select(pl.col(chosen).cast(pl.Float64)).drop_nulls()

    def fit(self, columns: int) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64], int]:
        """Regress one column on others: terms, estimates, standard errors, and how many people."""
        table = self.complete(columns + 1)
        held = table.to_numpy()
        predictors = np.column_stack([np.ones(len(held)), held[:, 1:]])
        estimates, *_ = np.linalg.lstsq(predictors, held[:, 0], rcond=None)
        left = held[:, 0] - predictors @ estimates
        variance = left @ left / max(len(held) - predictors.shape[1], 1)
        errors = np.sqrt(np.diag(np.linalg.pinv(predictors.T @ predictors)) * variance)
        return ["(Intercept)", *table.columns[1:]], estimates, errors, len(held)


@dataclass(frozen=True)
class Benign:
    """One benign class, or a part of it: its number in the notes, its generator, its parameters."""

    number: int
    name: str
    make: Callable[..., Files]
    grid: tuple[Mapping[str, Any], ...]


def benign(number: int, **parameters: Sequence[Any]) -> Callable[[Callable[..., Files]], Benign]:
    """Make a generator benign class `number`, with every combination of its parameters."""
    grid = tuple(dict(zip(parameters, values, strict=True)) for values in product(*parameters.values()))

    def register(make: Callable[..., Files]) -> Benign:
        return Benign(number, make.__name__, make, grid)

    return register
