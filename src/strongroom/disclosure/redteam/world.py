"""A throw-away cohort to attack: made up people, one of whom has a secret that is a coin toss.

The attacker is told every column of everybody but the secret: the strongest neighbour there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.overlap_audit import Marks, marks
from strongroom.disclosure.query.emitting import MARK
from strongroom.disclosure.query.representation import Kind
from strongroom.disclosure.query.schema import Schema, Table

SCHEMA = Schema(
    Table(
        "participants",
        {
            "drawn": Kind.NUMBER,
            "sex": Kind.NUMBER,
            "age": Kind.NUMBER,
            "region": Kind.NUMBER,
            "smoker": Kind.NUMBER,
            "income": Kind.NUMBER,
            "ill": Kind.NUMBER,
        },
    ),
    (Table("hospital", {"code": Kind.NUMBER}),),
)
_SMOKE, _ILL = 0.3, 0.4
_SECRETS = ("ill", "hospital")


@dataclass(frozen=True)
class Facts:
    """What an attacker knows: each person's columns, and the place of the person they are after.

    `drawn` is the minute a person's blood was drawn: nobody else's. `income` is largest for the target.
    """

    people: Mapping[str, NDArray[Any]]
    target: int

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self.people["drawn"])

    @property
    def secret(self) -> str:
        """The condition that the target, and nobody else, meets if the secret is yes."""
        return f"(drawn = {self.people['drawn'][self.target]} AND ill = 1)"

    def condition(self, members: NDArray[np.int64]) -> str:
        """Return a condition that just these people meet."""
        minutes = np.sort(self.people["drawn"][members])
        return f"drawn IN ({', '.join(map(str, minutes.tolist()))})"

    def others(self, seed: int) -> NDArray[np.int64]:
        """Return everybody but the target, in some order that only the seed decides."""
        order = np.random.default_rng(seed).permutation(self.size)
        return np.asarray(order[order != self.target], np.int64)


class LocalEngine:
    """DuckDB in this process over one version of the cohort; what was worked out once is kept."""

    def __init__(self, tables: Mapping[str, pa.Table], kept: dict[str, pa.Table]) -> None:
        import duckdb  # noqa: PLC0415 - slow to load, and only this command needs it

        self._connection = duckdb.connect(config={"threads": 1})
        for name, table in tables.items():
            self._connection.register(f"{name}_in", table)
            self._connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM "{name}_in"')  # noqa: S608 - our own
        self._shared, self._own = kept, dict[str, pa.Table]()

    def run(self, sql: str) -> pa.Table:
        """Return the rows of one statement; without the secret they are shared by both versions."""
        kept = self._own if any(each in sql for each in _SECRETS) else self._shared
        if sql not in kept:
            kept[sql] = self._connection.sql(sql).to_arrow_table()
        return kept[sql]


@dataclass(frozen=True)
class World:
    """One made-up cohort of so many people, in both versions: the target's secret is no, or yes."""

    people: int
    seed: int
    _kept: dict[str, pa.Table] = field(default_factory=dict)

    @cached_property
    def facts(self) -> Facts:
        """What the attacker knows of it."""
        return Facts({name: each for name, each in self._columns.items() if name != "ill"}, self._target)

    @cached_property
    def marks(self) -> Marks:
        """Each person's mark."""
        return marks(self.seed.to_bytes(32, "big"), self.people)

    def engine(self, *, secret: bool) -> LocalEngine:
        """Return an engine over the version of a secret."""
        return self._engines[int(secret)]

    @cached_property
    def _engines(self) -> tuple[LocalEngine, LocalEngine]:
        no, yes = (LocalEngine(self._tables(secret=secret), self._kept) for secret in (False, True))
        return no, yes

    @property
    def _target(self) -> int:
        return int(np.argmax(self._columns["income"]))

    @cached_property
    def _columns(self) -> dict[str, NDArray[Any]]:
        draw = np.random.default_rng(self.seed)
        income = np.round(draw.lognormal(10, 0.5, self.people), -1)
        income[draw.integers(self.people)] = 1e6
        return {
            "drawn": draw.permutation(self.people) + 1,
            "sex": draw.integers(0, 2, self.people),
            "age": draw.integers(40, 70, self.people),
            "region": draw.integers(0, 10, self.people),
            "smoker": (draw.random(self.people) < _SMOKE).astype(np.int64),
            "income": income,
            "ill": (draw.random(self.people) < _ILL).astype(np.int64),
        }

    def _tables(self, *, secret: bool) -> dict[str, pa.Table]:
        columns = {name: each.copy() for name, each in self._columns.items()}
        columns["ill"][self._target] = int(secret)
        ordinals = np.arange(self.people)
        # The same secret once more, as an event.
        ill = np.flatnonzero(columns["ill"])
        person = np.concatenate([np.repeat(ordinals, 2), ill])
        code = np.concatenate([np.tile([1, 2], self.people), np.full(len(ill), 9)])
        hospital = {"person": person, "code": code}
        keyed = {"person": ordinals, MARK: self.marks}
        return {"participants": pa.table(keyed | columns), "hospital": pa.table(hospital)}
