"""A cohort with its secret plan, and the copies of 20,000 recipients; only the leaked cells are made.

Recipients' keys follow from a number, so that the copy of any of them can be made when it is needed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from benchmarks.attribution._attacks import Held
from benchmarks.attribution._cohorts import FORMULAS
from numpy.typing import NDArray

from strongroom.cohort import PARTICIPANT, Cohort, TableKind
from strongroom.matching import Index
from strongroom.tracer.fingerprint import Code, MarkPlan, MarkRule, marker_of
from strongroom.tracer.fingerprint.planning.cohort_plan import plan_fingerprint
from strongroom.tracer.fingerprint.settings import DEFAULT_STRENGTH, MarkSettings, Risk

Floats = NDArray[np.float64]

RECIPIENTS = 20_000
_POOL = 5_000
# A column is fine when so many of its people's cells carry a mark at 2 %.
_FINE = 0.6
_FEWEST, _DOZEN = 5, 12


@dataclass(frozen=True)
class Recipients:
    """The keys of `count` recipients; numbers past `count` are outsiders' keys."""

    seed: int
    count: int = RECIPIENTS

    def key(self, number: int) -> bytes:
        """Return a recipient's key, 32 bytes."""
        return hashlib.sha256(f"recipient {self.seed} {number}".encode()).digest()

    @cached_property
    def keys(self) -> list[bytes]:
        """Return all recipients' keys."""
        return [self.key(number) for number in range(self.count)]


class World:
    """One cohort, the plan of its marks, and whoever received a copy."""

    def __init__(
        self, name: str, cohort: Cohort, index: Index, *, strength: float, seed: int, uniform: bool = True
    ) -> None:
        """Plan a cohort's marks at one strength for all columns, or with the default's exceptions."""
        self.name, self.cohort, self.index, self.strength = name, cohort, index, strength
        self._uniform = uniform
        self.plan_key = hashlib.sha256(f"plan {seed}".encode()).digest()
        self.code = Code(self.plan_key)
        self.recipients = Recipients(seed)
        self._values: dict[str, Floats] = {}

    @cached_property
    def ordinals(self) -> NDArray[np.int64]:
        """The ordinals of the people, in stored order."""
        return self.cohort.ordinals().astype(np.int64)

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """The stored row of every ordinal, -1 where there is none."""
        found = np.full(self.cohort.manifest.capacity, -1, np.int64)
        found[self.ordinals] = np.arange(len(self.ordinals))
        return found

    def values(self, name: str) -> Floats:
        """Return a column in stored order, NaN for no value."""
        if name not in self._values:
            column = self.cohort.participants.read([name]).column(0)
            self._values[name] = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
        return self._values[name]

    def of(self, name: str, ordinals: NDArray[np.int64]) -> Floats:
        """Return these people's values; NaN for nobody."""
        rows = np.where(ordinals < 0, -1, self.places[np.maximum(ordinals, 0)])
        return np.where(rows < 0, np.nan, self.values(name)[np.maximum(rows, 0)])

    @cached_property
    def plan(self) -> MarkPlan:
        """What is done to each column."""
        # More than the default is what partners of high risk get.
        risk = Risk.HIGH if self.strength > DEFAULT_STRENGTH else Risk.NORMAL
        usual = min(self.strength, DEFAULT_STRENGTH)
        settings = MarkSettings(
            strength=usual,
            sensitive=usual if self._uniform else usual / 2,
            high_risk=self.strength,
            formulas=FORMULAS.get(self.name, {}),
            risk=risk,
        )
        return plan_fingerprint(self.cohort, self.index, settings)

    def rule(self, name: str) -> MarkRule:
        """Return what is done to a column."""
        return self.plan.rules[name]

    @cache  # noqa: B019 - a world lives as long as its benchmark
    def spread(self, name: str) -> float:
        """Return a column's SD, without its outermost thousandths."""
        values = self.values(name)
        low, high = np.nanquantile(values, [0.001, 0.999])
        return float(np.nanstd(values[(values >= low) & (values <= high)]))

    @cached_property
    def numeric(self) -> list[str]:
        """The columns of numbers, but for the id."""
        plain = [each.name for each in self.cohort.participants.schema if _is_number(each.type)]
        return [name for name in plain if name not in (PARTICIPANT, self.cohort.manifest.id_column)]

    @cached_property
    def fine(self) -> list[str]:
        """The columns whose cells nearly all carry a mark at 2 %; if there are few, the dozen with most."""
        shares = {name: self._markable(name) for name in self.plan.marked}
        found = [name for name, share in shares.items() if share >= _FINE]
        return found if len(found) >= _FEWEST else sorted(shares, key=lambda name: -shares[name])[:_DOZEN]

    def _markable(self, name: str) -> float:
        # By its grid at 2 %: the same columns whatever this run's strength.
        rule, spread = self.rule(name), self.spread(name)
        density = min(1.0, (0.02 * spread / max(rule.step, 0.02 * spread)) ** 2)
        return density * float(np.mean(rule.densities(self.values(name)))) / rule.density

    def pick(self, rows: int, columns: int, draw: np.random.Generator) -> tuple[NDArray[np.int64], list[str]]:
        """Draw people and fine columns for a leak; fewer where the cohort has no more."""
        people = draw.choice(self.ordinals, min(rows, len(self.ordinals)), replace=False)
        names = draw.permutation(self.fine)[:columns]
        return people, [str(name) for name in names]

    def copy(self, key: bytes, people: NDArray[np.int64], names: Sequence[str]) -> Floats:
        """Return what a recipient was given for these people and columns; shape (people, columns)."""
        marker = marker_of(self.plan, plan_key=self.plan_key, project_key=key)
        needed = [*names, *marker.needs(TableKind.PARTICIPANTS.value, names)]
        order = np.argsort(people)
        table = pa.table({name: pa.array(self.of(name, people[order]), from_pandas=True) for name in needed})
        marked = marker(TableKind.PARTICIPANTS.value, people[order].astype(np.uint32), table)
        copied = np.empty((len(people), len(names)))
        copied[order] = np.column_stack([marked.column(name).to_numpy() for name in names])
        return copied

    def original(self, people: NDArray[np.int64], names: Sequence[str]) -> Floats:
        """Return the cohort's own values; shape (people, columns)."""
        return np.column_stack([self.of(name, people) for name in names])

    def _turned(self, copy: Floats, people: NDArray[np.int64], names: Sequence[str]) -> Floats:
        """Return a copy with every mark turned over: each marked cell the other of its two values."""
        turned = copy.copy()
        for place, name in enumerate(names):
            rule, values = self.rule(name), self.of(name, people)
            cells = rule.positions(self.code, people, values)
            at = np.isin(people, cells.ordinals)
            both = sum(
                rule.nudged(values[at], np.full(cells.ordinals.shape, bit), cells.levels, cells.raised)
                for bit in (False, True)
            )
            turned[at, place] = both - copy[at, place]
        return turned

    def held(
        self,
        copies: Floats,
        people: NDArray[np.int64],
        names: Sequence[str],
        draw: np.random.Generator,
        foreign: "World | None" = None,
    ) -> Held:
        """Put what leakers hold together with what they may know besides."""
        rules = [self.rule(name) for name in names]
        others = draw.choice(self.ordinals, min(_POOL, len(self.ordinals)), replace=False)
        shared = foreign is not None and set(names) <= set(foreign.numeric)
        elsewhere = (
            foreign.original(foreign.ordinals[:_POOL], names) if foreign is not None and shared else None
        )
        own = self.original(others, names)
        return Held(
            copies,
            people,
            tuple(names),
            np.array([self.spread(name) for name in names]),
            np.array([rule.step for rule in rules]),
            np.array([rule.amplitude for rule in rules]),
            own,
            _strangers(own, draw) if elsewhere is None else elsewhere,
            self._turned(copies[0], people, names),
        )


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _strangers(rows: Floats, draw: np.random.Generator) -> Floats:
    """Where no second cohort has the columns: the same margins with nothing to do with one another."""
    return np.column_stack([draw.permutation(column) for column in rows.T])
