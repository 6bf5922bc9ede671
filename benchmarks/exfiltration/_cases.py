"""The cases of a run: which attack, on which cohort, how many people, with which parameters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from benchmarks.exfiltration._attacks import Attack, Leak, all_attacks
from benchmarks.exfiltration._attacks.leak import Handed
from benchmarks.exfiltration._cohorts import ID, Source


@dataclass(frozen=True)
class Case:
    """One thing to judge; `seed` and the rest make the same files again.

    `family` is attack, composition, hard negative, benign, or real.
    """

    family: str
    cohort: str
    number: int
    name: str
    size: int
    parameters: Mapping[str, Any]
    seed: tuple[int, ...]
    path: str = ""

    @property
    def label(self) -> str:
        """What the case is called in a list."""
        chosen = ", ".join(f"{name} {value}" for name, value in self.parameters.items())
        return f"{self.number} {self.name} ({chosen}), {self.size:,} people of {self.cohort}"


@dataclass(frozen=True)
class Plan:
    """What a run covers."""

    sizes: Sequence[int]
    repeats: int
    seed: int
    held_out: bool = False
    only: Sequence[str] = field(default_factory=tuple)


def attack_cases(plan: Plan, sources: Sequence[Source]) -> Iterator[Case]:
    """Yield the attacks over all cohorts: all repeats of the synthetic one, one in four of the others."""
    for source in sources:
        repeats = plan.repeats if source.name == "synthetic" else max(1, plan.repeats // 4)
        for attack in all_attacks():
            if wanted(plan, attack.number, attack.name) and _has(source, attack.needs):
                for size in plan.sizes:
                    if size <= min(attack.most, len(source.people)):
                        # Compositions are one generator of many chains.
                        times = repeats if attack.number else 4 * repeats
                        yield from _repeats(plan, source, attack, size, times)


def wanted(plan: Plan, number: int, name: str) -> bool:
    """Say whether a class is asked for, by number or by name."""
    return not plan.only or name in plan.only or str(number) in plan.only


def case_seed(*words: object) -> tuple[int, ...]:
    """Return a seed of numbers and texts; the same for the same ones."""
    return tuple(word if isinstance(word, int) else crc32(str(word).encode()) for word in words)


def make_attack(case: Case, source: Source, folder: Path) -> Handed:
    """Write an attack's files."""
    attack = next(each for each in all_attacks() if each.name == case.name)
    draw = np.random.default_rng(case.seed)
    parameters = dict(case.parameters)
    leak = take(source, case.size, parameters.pop("columns"), folder, draw, dates=attack.needs == "dates")
    return attack.make(leak, **parameters)


def take(
    source: Source, size: int, columns: int, folder: Path, draw: np.random.Generator, *, dates: bool = False
) -> Leak:
    """Draw people and columns to be carried out."""
    chosen = source.pick(columns, draw, dates=dates)
    rows = draw.choice(len(source.people), size, replace=False)
    people = source.people.select(ID, *chosen)[rows]
    events = source.events
    if events is not None:
        events = events.filter(events[ID].is_in(people[ID].implode()))
    genotypes = None if source.genotypes is None else source.genotypes[rows]
    return Leak(people, source.people, folder, draw, events, genotypes)


def _repeats(plan: Plan, source: Source, attack: Attack, size: int, repeats: int) -> Iterator[Case]:
    settings = attack.settings(held_out=plan.held_out)
    seed = case_seed(plan.seed, source.name, attack.name, size)
    draw = np.random.default_rng(seed)
    kinds = _by_kind(settings)
    order = draw.permutation(len(kinds))
    for place in range(repeats):
        kind = kinds[order[place % len(order)]]
        chosen = kind[int(draw.integers(len(kind)))]
        family = "composition" if attack.number == 0 else "attack"
        yield Case(family, source.name, attack.number, attack.name, size, chosen, (*seed, place))


def _by_kind(settings: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Group parameter sets that differ in the number of columns alone, so that few repeats see every kind."""
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for each in settings:
        kinds.setdefault(str({name: each[name] for name in each if name != "columns"}), []).append(each)
    return list(kinds.values())


def _has(source: Source, needs: str) -> bool:
    held = {
        "": True,
        "events": source.events is not None,
        "genotypes": source.genotypes is not None,
        "dates": len(source.dates) >= 3,
    }
    return held[needs]
