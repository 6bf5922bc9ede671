"""What must be reached, as cases: the project's own list, each with the share of files to be solved."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.attribution._attacks.collusion import STRATEGIES
from benchmarks.attribution._cases import Case
from benchmarks.attribution._run import Outcome
from benchmarks.attribution._world import World


@dataclass(frozen=True)
class Goal:
    """One line of the list: an attack of one size at one strength, and how much of it must be solved.

    `rule` is `all` (every guilty named) or `any` (one of them at least); `share` of the repeats must do so.
    """

    title: str
    attack: str
    rows: int
    columns: int
    strength: float
    colluders: int = 1
    parameters: tuple[tuple[str, Any], ...] = ()
    rule: str = "all"
    share: float = 1.0

    def solved(self, outcome: Outcome) -> bool:
        """Say whether a file was attributed as this line wants it, and nobody innocent named."""
        enough = outcome.case.colluders if self.rule == "all" else 1
        return outcome.named >= enough and outcome.accused == 0


def goals() -> list[Goal]:
    """Return the list."""
    return [*_pieces(), *_coalitions(), *_failures_of_the_prototype()]


def goal_cases(goal: Goal, world: World, *, repeats: int, seed: int) -> Iterator[Case]:
    """Yield a line's cases."""
    numbers = {"verbatim": 2, "few_colluders": 11, "many_colluders": 11, "noised": 7, "alone_in_disguise": 13}
    for place in range(repeats):
        yield Case(
            world.name,
            numbers[goal.attack],
            goal.attack,
            goal.rows,
            goal.columns,
            goal.colluders,
            dict(goal.parameters),
            (seed, goal.rows, goal.columns, goal.colluders, round(1_000 * goal.strength), place),
        )


def _pieces() -> Iterator[Goal]:
    for rows, columns in ((10, 10), (20, 5), (40, 3)):
        yield Goal(f"{rows} x {columns} verbatim", "verbatim", rows, columns, 0.02)
    yield Goal("100 x 10 verbatim", "verbatim", 100, 10, 0.01)
    disguised = (("rounding", 0.1),)
    for strength in (0.02, 0.01):
        title = "1,000 x 6, no ids, noise .05 SD, rounded .1 SD"
        yield Goal(title, "alone_in_disguise", 1_000, 6, strength, 1, disguised)


def _coalitions() -> Iterator[Goal]:
    for strength in (0.02, 0.01):
        for colluders in (2, 3, 5):
            for how in STRATEGIES:
                parameters = (("how", how),)
                title = f"{colluders} colluders, {how}"
                yield Goal(title, "few_colluders", 2_000, 10, strength, colluders, parameters, "all", 0.95)
    for colluders in (8, 10):
        for how in STRATEGIES:
            title = f"{colluders} colluders, {how}"
            yield Goal(title, "many_colluders", 20_000, 10, 0.02, colluders, (("how", how),), "any")


def _failures_of_the_prototype() -> Iterator[Goal]:
    for rows, columns, sds in ((2_000, 5, 0.1), (3_000, 30, 0.5)):
        parameters = (("shape", "gaussian"), ("sds", sds))
        yield Goal(f"noise {sds} SD", "noised", rows, columns, 0.02, 1, parameters)
