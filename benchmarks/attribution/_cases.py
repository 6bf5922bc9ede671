"""The cases of a run: which attack on which cohort, how large, how many colluders, with which parameters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np
from benchmarks.attribution._attacks import Attack, Leak, all_attacks
from benchmarks.attribution._world import World


@dataclass(frozen=True)
class Case:
    """One file to trace; `seed` and the rest make it again. `colluders` is 0 where nobody is guilty."""

    cohort: str
    number: int
    name: str
    rows: int
    columns: int
    colluders: int
    parameters: Mapping[str, Any]
    seed: tuple[int, ...]

    @property
    def label(self) -> str:
        """What the case is called in a list."""
        chosen = "".join(f", {name} {value}" for name, value in self.parameters.items())
        return f"{self.name} ({self.rows:,} x {self.columns}, c={self.colluders}{chosen})"


@dataclass(frozen=True)
class Plan:
    """What a run covers; `only` are names or numbers of attacks, none for all.

    With `files`, an attack has so many files in all: its sizes, colluders and parameters are taken in turn.
    """

    repeats: int
    seed: int
    held_out: bool = False
    only: Sequence[str] = field(default_factory=tuple)
    files: int | None = None


def cases(plan: Plan, world: World) -> Iterator[Case]:
    """Yield the cases for one cohort; a piece larger than the cohort is as large as that allows."""
    for attack in all_attacks():
        if plan.only and attack.name not in plan.only and str(attack.number) not in plan.only:
            continue
        lines = list(_lines(attack, plan, world))
        if plan.files is None:
            turns = [(line, place) for line in lines for place in range(plan.repeats)]
        else:
            turns = [(lines[turn % len(lines)], turn // len(lines)) for turn in range(plan.files) if lines]
        for line, place in turns:
            yield replace(line, seed=(*line.seed, place))


def _lines(attack: Attack, plan: Plan, world: World) -> Iterator[Case]:
    """Yield an attack's cases without their repeats: every size, number of colluders and parameter set."""
    people, fine = len(world.ordinals), len(world.fine)
    for rows, columns in dict.fromkeys(
        (min(rows, people), min(columns, fine)) for rows, columns in attack.sizes
    ):
        for colluders in attack.colluders:
            for chosen in attack.settings(held_out=plan.held_out):
                words = (world.name, attack.name, rows, columns, colluders, chosen)
                yield Case(
                    world.name,
                    attack.number,
                    attack.name,
                    rows,
                    columns,
                    colluders,
                    chosen,
                    (plan.seed, *map(_word, words)),
                )


def make(case: Case, world: World, foreign: World | None) -> tuple[Leak, list[int]]:
    """Make a case's file; returns it and the numbers of the guilty recipients."""
    attack: Attack = next(each for each in all_attacks() if each.name == case.name)
    draw = np.random.default_rng(case.seed)
    people, names = world.pick(case.rows, case.columns, draw)
    count = world.recipients.count
    guilty = [int(number) for number in draw.choice(count, case.colluders, replace=False)]
    keys = [world.recipients.key(number) for number in guilty]
    if guilty:
        copies = np.array([world.copy(key, people, names) for key in keys])
    else:
        outsider = world.recipients.key(count + int(draw.integers(count)))
        copies = np.array([world.original(people, names), world.copy(outsider, people, names)])
    held = world.held(copies, people, names, draw, foreign)
    leak = attack.make(held, draw, **case.parameters)
    # Columns shuffled each by itself are nobody's rows: whoever held them is as innocent as anybody.
    return leak, guilty if (leak.people >= 0).any() else []


def _word(value: object) -> int:
    return value if isinstance(value, int) else crc32(str(value).encode())
