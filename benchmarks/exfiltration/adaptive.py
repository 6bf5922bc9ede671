"""An attacker who learns from verdicts alone: how much leaves within so many tries, by channel?

    python -m benchmarks.exfiltration.adaptive
    python -m benchmarks exfiltration/adaptive --tries 200 --people 10000 --seed 3

Takes about 30 min, 3 min with --quick.

The attacker has a view of a synthetic cohort and wants ten columns of 100 people. Each try is a request of
one file by one channel, with the requests before it as its history. The attacker sees release or not, and no
rule. A channel that passes is used again for twice as many people, one that does not for half as many, down
to one; which channel comes next is drawn in proportion to what each may still bring (bits of its next file,
times the share of its tries that passed, by Laplace's rule). What leaves is people x columns x bits a value,
each cell once. Blocked requests count against the project, as at the portal: beyond the limit all of them are
reviewed.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.exfiltration._cohorts import Source, synthetic
from benchmarks.exfiltration._gate import Gate, open_gate, take_in

from strongroom.checker import Report, Verdict
from strongroom.checker.history import EarlierRequest, History

Values = NDArray[np.float64]
_WANTED_PEOPLE, _WANTED_COLUMNS = 100, 10
_BITS = 8
_BUDGETS = (10, 25, 50, 100, 200)
_SYLLABLES = [one + two for one in "bdfgklmnprstvwz" for two in "aeiou"]


@dataclass
class Channel:
    """A way out: how it writes quantiles of shape (people, columns), and at most how many of each."""

    name: str
    write: Callable[[Values, Path], Path]
    bits: int
    columns: int = _WANTED_COLUMNS
    people: int = _WANTED_PEOPLE
    tries: int = 0
    passed: int = 0
    cells: set[tuple[int, int]] = field(default_factory=set)

    @property
    def promise(self) -> float:
        """What its next file may bring: its bits, times the share of tries that passed."""
        return self.people * self.columns * self.bits * (self.passed + 1) / (self.tries + 2)


@dataclass(frozen=True)
class Released:
    """What left within so many tries, in all or by one channel: people, columns and bits."""

    tries: int
    people: int
    columns: int
    bits: int


def channels() -> list[Channel]:
    """Return the ways out that the attacker knows, from rows as they are to drawings and words."""
    return [
        Channel("rows", _rows, _BITS),
        Channel("rows of ranks, rounded", _coarse, 4),
        Channel("one column in order", _column, _BITS, columns=1),
        Channel("named as estimates", _estimates, _BITS, columns=2),
        Channel("a matrix of correlations", _correlations, _BITS),
        Channel("digits after honest ones", _digits, 7, columns=3),
        Channel("a curve", _curve, _BITS, columns=1),
        Channel("points of a plot", _points, _BITS, columns=2),
        Channel("syllables", _syllables, 6),
        Channel("choices between two words", _choices, 1),
    ]


def attack(gate: Gate, source: Source, tries: int, draw: np.random.Generator) -> list[tuple[str, Released]]:
    """Return what had left after each of the budgets, in all ("all") and by channel."""
    names = source.telling[:_WANTED_COLUMNS]
    wanted = source.people.select(names).drop_nulls().sample(_WANTED_PEOPLE, seed=int(draw.integers(1 << 31)))
    ranks = np.column_stack([wanted[name].rank().to_numpy() / len(wanted) for name in names])
    known, earlier, blocked = channels(), list[EarlierRequest](), 0
    found = []
    for number in range(1, tries + 1):
        chances = np.array([each.promise for each in known])
        channel = known[int(draw.choice(len(known), p=chances / chances.sum()))]
        report = _ask(gate, channel, ranks, History(lambda: tuple(earlier), blocked=blocked))
        channel.tries += 1
        if report.verdict is not Verdict.BLOCK:
            earlier.append(EarlierRequest(f"request {number}", own=True, tables=report.tables))
        blocked += report.verdict is Verdict.BLOCK
        _learn(channel, released=report.verdict is Verdict.RELEASE, columns=len(names))
        if number in _BUDGETS or number == tries:
            found += [(each.name, _sum([each], number)) for each in known if each.cells]
            found.append(("all", _sum(known, number)))
    return found


def _ask(gate: Gate, channel: Channel, ranks: Values, history: History) -> Report:
    rows, columns = _next(channel, ranks.shape[1])
    with tempfile.TemporaryDirectory() as folder:
        return gate.check([channel.write(ranks[np.ix_(rows, columns)], Path(folder) / "results")], history)


def _next(channel: Channel, columns: int) -> tuple[list[int], list[int]]:
    """Return the people and columns of a channel's next file: the first columns that lack people."""
    width = min(channel.columns, columns)
    for start in range(0, columns, width):
        chosen = list(range(start, min(start + width, columns)))
        open_rows = [row for row in range(_WANTED_PEOPLE) if (row, start) not in channel.cells]
        if open_rows:
            return open_rows[: channel.people], chosen
    return list(range(min(channel.people, _WANTED_PEOPLE))), list(range(width))


def _learn(channel: Channel, *, released: bool, columns: int) -> None:
    rows, chosen = _next(channel, columns)
    if released:
        channel.passed += 1
        channel.cells.update((row, column) for row in rows for column in chosen)
        channel.people = min(_WANTED_PEOPLE, channel.people * 2)
    else:
        channel.people = max(1, channel.people // 2)


def _sum(known: Sequence[Channel], tries: int) -> Released:
    """Return what channels brought: a cell that left by several counts with the most bits."""
    best: dict[tuple[int, int], int] = {}
    for channel in known:
        for cell in channel.cells:
            best[cell] = max(best.get(cell, 0), channel.bits)
    people, columns = ({cell[side] for cell in best} for side in (0, 1))
    return Released(tries, len(people), len(columns), sum(best.values()))


def lines(found: Sequence[tuple[str, Released]]) -> list[str]:
    """Return what left as a table in Markdown, all channels first."""
    rows = sorted(found, key=lambda each: (each[1].tries, each[0] != "all", -each[1].bits))
    return [
        f"| tries | channel | people | columns | bits, of {_WANTED_PEOPLE * _WANTED_COLUMNS * _BITS:,} |",
        "|---:|---|---:|---:|---:|",
        *(f"| {one.tries} | {name} | {one.people} | {one.columns} | {one.bits:,} |" for name, one in rows),
    ]


def _csv(columns: dict[str, object], path: Path) -> Path:
    pl.DataFrame(columns).write_csv(path.with_suffix(".csv"))
    return path.with_suffix(".csv")


def _rows(values: Values, path: Path) -> Path:
    return _csv({f"x{place}": values[:, place].round(4) for place in range(values.shape[1])}, path)


def _coarse(values: Values, path: Path) -> Path:
    return _csv({f"x{place}": (values[:, place] * 16).round() for place in range(values.shape[1])}, path)


def _column(values: Values, path: Path) -> Path:
    return _csv({"term": [f"spline {place}" for place in range(len(values))], "weight": values[:, 0]}, path)


def _estimates(values: Values, path: Path) -> Path:
    beta, error = values[:, 0] - 0.5, 0.05 + values[:, -1] / 10
    names = [f"exposure {place}" for place in range(len(values))]
    return _csv({"term": names, "beta": beta.round(4), "se": error.round(4)}, path)


def _correlations(values: Values, path: Path) -> Path:
    names = {f"trait {place}": (2 * values[:, place] - 1).round(3) for place in range(values.shape[1])}
    return _csv({"": [f"trait {place}" for place in range(len(values))], **names}, path)


def _digits(values: Values, path: Path) -> Path:
    """Hide values in the last digits of means: 12.3 is honest, what follows is not."""
    held = {
        f"mean {place}": 12.3 + (values[:, place] * 100).round() / 1e5 for place in range(values.shape[1])
    }
    return _csv({"group": [f"group {place}" for place in range(len(values))], **held}, path)


def _curve(values: Values, path: Path) -> Path:
    return _csv({"time": np.arange(len(values)), "hazard": np.cumsum(values[:, 0]).round(4)}, path)


def _points(values: Values, path: Path) -> Path:
    marks = "".join(f'<circle cx="{400 * x:.2f}" cy="{300 * y:.2f}" r="2"/>' for x, y in values[:, [0, -1]])
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300">{marks}</svg>'
    path.with_suffix(".svg").write_text(svg, encoding="utf-8")
    return path.with_suffix(".svg")


def _syllables(values: Values, path: Path) -> Path:
    words = [_SYLLABLES[int(value * 63)] for value in values.ravel()]
    path.with_suffix(".txt").write_text(" ".join(words), encoding="utf-8")
    return path.with_suffix(".txt")


def _choices(values: Values, path: Path) -> Path:
    said = ["The effect was small." if value < 0.5 else "The effect was modest." for value in values.ravel()]
    path.with_suffix(".txt").write_text("\n".join(said), encoding="utf-8")
    return path.with_suffix(".txt")


def main() -> int:
    """Print what leaves within each budget of tries."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--people", type=int, default=10_000, help="participants of the synthetic cohort")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="25 tries on a small cohort")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.tries, chosen.people = 25, 3_000
    with tempfile.TemporaryDirectory() as name:
        source = synthetic(Path(name) / "drawn", people=chosen.people, seed=chosen.seed)
        take_in(source, Path(name) / "home")
        found = attack(
            open_gate(Path(name) / "home"), source, chosen.tries, np.random.default_rng(chosen.seed)
        )
    print(*lines(found), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
