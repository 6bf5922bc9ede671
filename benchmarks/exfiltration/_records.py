"""One participant's telling cells, a twin who is nobody, and the files that carry either among results."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import writers
from benchmarks.exfiltration._cohorts import ID, Source

_TELLING_BITS = 4.0
_RESULTS = 20  # rows of means, and lines of prose, that stand around a record

Row = Sequence[object]
Means = Sequence[Row]


@dataclass(frozen=True)
class Drawn:
    """A record, its twin of other people's cells, and rows of means under the same columns."""

    record: Row
    twin: Row
    means: Means


class Telling:
    """Which cells of a cohort say four bits and more of who has them, and people who have enough of them."""

    def __init__(self, source: Source) -> None:
        self._people = source.people.drop(ID)
        alike = self._people.select(pl.len().over(name).alias(name) for name in self._people.columns)
        share = alike.to_numpy() / np.maximum(self._people.count().to_numpy(), 1)
        known = self._people.select(pl.all().is_not_null()).to_numpy()
        self._informative = known & (share <= 2**-_TELLING_BITS)

    def most(self) -> int:
        """Return how many such cells the richest participant has."""
        return int(self._informative.sum(axis=1).max())

    def draw(self, cells: int, draw: np.random.Generator) -> Drawn:
        """Draw somebody with at least `cells` of them, in columns of any order."""
        person = int(draw.choice(np.flatnonzero(self._informative.sum(axis=1) >= cells)))
        places = draw.permutation(np.flatnonzero(self._informative[person]))[:cells]
        names = [self._people.columns[place] for place in places]
        others = [int(draw.choice(np.flatnonzero(self._informative[:, place]))) for place in places]
        return Drawn(
            [self._people[name][person] for name in names],
            [self._people[name][other] for name, other in zip(names, others, strict=True)],
            [[self._mean(name, draw) for name in names] for _ in range(_RESULTS)],
        )

    def _mean(self, name: str, draw: np.random.Generator) -> object:
        column = self._people[name]
        some = column.drop_nulls().sample(min(200, column.count()), seed=int(draw.integers(2**31)))
        return round(float(some.mean()), 4) if column.dtype.is_numeric() else some.mode().sort()[0]  # type: ignore[arg-type]


def alone(row: Row, _means: Means, path: Path) -> Path:
    """Write it as a table of one row."""
    return writers.csv(_table([row]), path)


def among_means(row: Row, means: Means, path: Path) -> Path:
    """Write it as one row of a table of means."""
    middle = len(means) // 2
    return writers.csv(_table([*means[:middle], row, *means[middle:]]), path)


def on_its_side(row: Row, means: Means, path: Path) -> Path:
    """Write it as a column beside columns of means."""
    columns = dict(zip(("overall", "case", "control"), (means[0], row, means[1]), strict=True))
    table = pl.DataFrame({name: [str(each) for each in values] for name, values in columns.items()})
    return writers.tsv(table, path)


def as_object(row: Row, means: Means, path: Path) -> Path:
    """Write it as the example in a JSON document of results."""
    target = path.with_suffix(".json")
    document = {"means": [_named(each) for each in means[:3]], "example": _named(row)}
    target.write_text(json.dumps(document, default=str, indent=1), encoding="utf-8")
    return target


def in_log(row: Row, _means: Means, path: Path) -> Path:
    """Print it into a log, a value a line."""
    lines = [f"step {place}: loss {0.7 / place:.4f}" for place in range(1, _RESULTS)]
    lines[7:7] = [f"{name}: {value}" for name, value in _named(row).items()]
    target = path.with_suffix(".log")
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def in_sentence(row: Row, _means: Means, path: Path) -> Path:
    """Tell it in one sentence of a report."""
    told = ", ".join(f"{name} of {value}" for name, value in _named(row).items())
    target = path.with_suffix(".md")
    text = f"# Results\n\nThe model fitted well. One participant had {told}. This was checked.\n"
    target.write_text(text, encoding="utf-8")
    return target


def in_notebook(row: Row, _means: Means, path: Path) -> Path:
    """Show it in a notebook as a series that was printed."""
    shown = "\n".join(f"{name:<12}{value}" for name, value in _named(row).items())
    output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    outputs = [{**output, "data": {"text/plain": f"{shown}\nName: 17, dtype: object"}}]
    target = path.with_suffix(".ipynb")
    target.write_text(writers.notebook_text(outputs, "df.iloc[17]"), encoding="utf-8")
    return target


def in_hidden_sheet(row: Row, _means: Means, path: Path) -> Path:
    """Put it on a hidden sheet of a workbook."""
    return writers.xlsx_hidden(_table([row]), path)


CARRIERS: tuple[Callable[[Row, Means, Path], Path], ...] = (
    alone,
    among_means,
    on_its_side,
    as_object,
    in_log,
    in_sentence,
    in_notebook,
    in_hidden_sheet,
)


def _named(row: Row) -> dict[str, object]:
    return {f"v{place}": value for place, value in enumerate(row, 1)}


def _table(rows: Sequence[Row]) -> pl.DataFrame:
    written = [{name: str(value) for name, value in _named(row).items()} for row in rows]
    return pl.DataFrame(written)
