"""An invented cohort to attack: the secret of one person, the target, is decided by a coin toss.

It is stored three times: as the value `ill`, as an event of code 9, and as the only value of `rare`.

The attacker knows every column of everybody except the secret: the strongest possible background knowledge.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.overlap_audit import SketchBits, sketch_bits
from strongroom.disclosure.gateway.context import EngineError
from strongroom.disclosure.query.emitting import SKETCH
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Kind, Statement
from strongroom.disclosure.query.schema import Schema, Table
from strongroom.thresholds import Thresholds, threshold

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
            "bmi": Kind.NUMBER,
            "rare": Kind.NUMBER,
            "born": Kind.DATE,
            "town": Kind.TEXT,
        },
    ),
    (Table("hospital", {"code": Kind.NUMBER, "level": Kind.NUMBER, "day": Kind.DATE}),),
)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    smoking_prevalence: float = threshold(
        0.3, "share", "judgement: common enough that conditions on it leave large groups"
    )
    illness_prevalence: float = threshold(
        0.4, "share", "judgement: near one half, where the secret is least predictable from the others"
    )
    missing: float = threshold(
        0.1, "share", "judgement: measurements of a cohort are missing as often; only NULL's paths matter"
    )
    stride: int = threshold(
        617,
        "people",
        "judgement: a prime, so that groups start at different people",
    )


LIMITS = _Limits()


_SECRETS = ("ill", "rare", "hospital")


@lru_cache(16_384)
def read(sql: str) -> Statement:
    """Return a statement about the cohort; attacks ask the same ones often. QueryError as by the gateway."""
    return read_statement(sql, SCHEMA)


@dataclass(frozen=True)
class Facts:
    """The attacker's knowledge: each person's columns, and the row of the target.

    `drawn`, the minute a person's blood was drawn, is unique. `income` is largest for the target.
    """

    people: Mapping[str, NDArray[Any]]
    target: int

    @property
    def size(self) -> int:
        """The number of people."""
        return len(self.people["drawn"])

    @property
    def secret(self) -> str:
        """The condition that only the target meets, if the secret is yes."""
        return f"(drawn = {self.people['drawn'][self.target]} AND ill = 1)"

    def condition(self, members: NDArray[np.int64]) -> str:
        """Return a condition that exactly these people meet: ranges of minutes, which are short to write."""
        minutes = np.sort(self.people["drawn"][members])
        runs = np.split(minutes, np.flatnonzero(np.diff(minutes) > 1) + 1)
        alone = [str(run[0]) for run in runs if len(run) == 1]
        parts = [f"drawn BETWEEN {run[0]} AND {run[-1]}" for run in runs if len(run) > 1]
        parts += [f"drawn IN ({', '.join(alone)})"] if alone else []
        return f"({' OR '.join(parts)})"

    def others(self, place: int) -> NDArray[np.int64]:
        """Return everybody except the target by the minute, from a start that depends on the place.

        Minutes are independent of all other columns, so that the first of them are a random group.
        """
        order = np.roll(np.argsort(self.people["drawn"]), place * LIMITS.stride)
        return np.asarray(order[order != self.target], np.int64)


class LocalEngine:
    """DuckDB in this process over one version of the cohort; results are cached."""

    def __init__(self, tables: Mapping[str, pa.Table], cache: dict[str, pa.Table]) -> None:
        import duckdb  # noqa: PLC0415 - slow to load, and only this command needs it

        self._connection = duckdb.connect(config={"threads": 1})
        for name, table in tables.items():
            self._connection.register(f"{name}_in", table)
            self._connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM "{name}_in"')  # noqa: S608 - our own
        self._shared, self._own = cache, dict[str, pa.Table]()

    def run(self, sql: str) -> pa.Table:
        """Return the rows of one statement; both versions share results that do not involve the secret.

        Raises EngineError, as the confined engine of a gateway does.
        """
        import duckdb  # noqa: PLC0415 - as above

        cache = self._own if any(each in sql for each in _SECRETS) else self._shared
        if sql not in cache:
            try:
                cache[sql] = self._connection.sql(sql).to_arrow_table()
            except duckdb.Error as error:
                raise EngineError from error
        return cache[sql]


@dataclass(frozen=True)
class World:
    """One invented cohort of `people`, in two versions: the target's secret is no, or yes."""

    people: int
    seed: int
    _cache: dict[str, pa.Table] = field(default_factory=dict)

    @cached_property
    def facts(self) -> Facts:
        """The attacker's knowledge."""
        return Facts({name: each for name, each in self._columns.items() if name != "ill"}, self._target)

    @cached_property
    def sketch_bits(self) -> SketchBits:
        """Each person's sketch bit."""
        return sketch_bits(self.seed.to_bytes(32, "big"), self.people)

    def engine(self, *, secret: bool) -> LocalEngine:
        """Return an engine over the version with this secret."""
        return self._engines[int(secret)]

    @cached_property
    def _engines(self) -> tuple[LocalEngine, LocalEngine]:
        no, yes = (LocalEngine(self._tables(secret=secret), self._cache) for secret in (False, True))
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
            "smoker": (draw.random(self.people) < LIMITS.smoking_prevalence).astype(np.int64),
            "income": income,
            "ill": (draw.random(self.people) < LIMITS.illness_prevalence).astype(np.int64),
            "bmi": _with_missing(np.round(draw.normal(27, 5, self.people), 1), draw),
            "born": np.datetime64("1940-01-01") + draw.integers(0, 11_000, self.people),
            "town": draw.choice(["Ely", "ely", "Cambridge", "", "Älmhult"], self.people),
        }

    def _tables(self, *, secret: bool) -> dict[str, pa.Table]:
        columns = {name: each.copy() for name, each in self._columns.items()}
        columns["ill"][self._target] = int(secret)
        ordinals = np.arange(self.people)
        # The same secret again, as an event.
        ill = np.flatnonzero(columns["ill"])
        person = np.concatenate([np.repeat(ordinals, 2), ill])
        code = np.concatenate([np.tile([1, 2], self.people), np.full(len(ill), 9)])
        level = (person * 7 + code) % 5
        day = self._columns["born"][person] + 20_000 + code * 30
        hospital = {"person": person, "code": code, "level": level, "day": day}
        keyed = {"person": ordinals, SKETCH: self.sketch_bits}
        columns["bmi"] = pa.array(columns["bmi"], from_pandas=True)
        # And as a measurement that nobody else has.
        rare = np.where((ordinals == self._target) & secret, 250.0, np.nan)
        columns["rare"] = pa.array(rare, from_pandas=True)
        return {"participants": pa.table(keyed | columns), "hospital": pa.table(hospital)}


def _with_missing(values: NDArray[np.float64], draw: np.random.Generator) -> NDArray[np.float64]:
    """Return values of which one in ten is missing (NaN)."""
    return np.where(draw.random(len(values)) < LIMITS.missing, np.nan, values)
