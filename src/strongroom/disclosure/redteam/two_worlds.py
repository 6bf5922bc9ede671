"""Two worlds that differ in one person's secret: does anything but the paid noisy numbers differ?

Statements are asked of both versions of a cohort with the same noise. Then

- no engine may fail, and columns, notes and the number of the engine's statements must be the same;
- the true numbers may differ by no more than was paid: the sum of their squared differences, in units of the
  noise, is at most the price;
- groups with one name, and so with one noise, must be one group;
- and if the second world's noise makes up for the differences, so that all noisy numbers are the same, the
  answers must be the same to the last row: they depend on nothing else.

Prices, refusals and errors come before the engine runs, from the statement, the bounds and the balance.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise import CellNoise
from strongroom.disclosure.answer_noise.cell_noise import Keys, Numbers
from strongroom.disclosure.answer_noise.influence import Balance
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule
from strongroom.disclosure.gateway import (
    Answer,
    ColumnReader,
    Gateway,
    Noise,
    Protection,
    QueriedView,
    ask,
    charge_for,
    numbers_of,
)
from strongroom.disclosure.gateway.bands import band_query, bands_of
from strongroom.disclosure.gateway.context import EngineError
from strongroom.disclosure.gateway.group_names import written
from strongroom.disclosure.gateway.groups import Groups, keys_of, results_of
from strongroom.disclosure.gateway.query_cost import sets_of
from strongroom.disclosure.gateway.value_bounds import FoundBounds, Place, measure_bounds
from strongroom.disclosure.query.emitting import DUCKDB, How, PersonLimits, emit
from strongroom.disclosure.query.emitting.sums import SUMS, UNIT
from strongroom.disclosure.query.representation import Query, Statement, Statistic
from strongroom.disclosure.redteam.world import SCHEMA, World, read
from strongroom.errors import QueryError, StrongroomError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    rounding: float = threshold(
        1e-9, "relative", "derived: noise added to a sum and taken off again leaves an error of a double"
    )


LIMITS = _Limits()

Name = tuple[int, str, float]
"""The noise of one number: its key, its statistic and its standard deviation."""


class _MadeUpFor(CellNoise):
    """Noise less what a number differs by between the worlds."""

    def __init__(self, secret: bytes, moved: Mapping[Name, float]) -> None:
        super().__init__(secret)
        self._moved = moved

    def integers(self, keys: Keys, *, of: str, deviation: float) -> NDArray[np.int64]:
        """Return the noise of counts."""
        moved = [round(self._moved.get((int(key), of, deviation), 0.0)) for key in keys]
        return super().integers(keys, of=of, deviation=deviation) - np.array(moved, np.int64)

    def normals(self, keys: Keys, *, of: str, deviation: float) -> Numbers:
        """Return the noise of sums."""
        moved = [self._moved.get((int(key), of, deviation), 0.0) for key in keys]
        return super().normals(keys, of=of, deviation=deviation) - np.array(moved, np.float64)


@dataclass
class TwoWorlds:
    """Both versions of a world behind a gateway with one noise, and what a project has paid for.

    `findings` lists every difference that should not be.
    """

    world: World
    rule: ReleaseRule
    secret: bytes
    budget: float
    findings: list[str] = field(default_factory=list, init=False)
    counted: Counter[str] = field(default_factory=Counter, init=False)
    _balance: Balance = field(init=False)
    _moved: dict[Name, float] = field(default_factory=dict, init=False)
    _true: dict[Name, float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._balance = Balance(self.budget)
        self._view = QueriedView(np.ones(self.world.people, np.bool_))

    def ask(self, sql: str, *, noise: float | None = None) -> Answer:
        """Ask both worlds, add to `findings` what differs, and return the first one's answer.

        Raises QueryError and RefusedError as the gateway does; both worlds are refused alike.
        """
        chosen = Noise(noise or self.rule.noise, self.rule.groups_each)
        try:
            statement = read(sql)
            charge = charge_for(numbers_of(statement, self._view.name, chosen), chosen, self._balance.paid)
            bounds = self._bounds_of_both(sql, statement)
            self._balance = self._balance.after(charge)
        except StrongroomError as error:
            self.counted[f"refused: {type(error).__name__}"] += 1
            raise
        return self._answer(_Asking(sql, statement, bounds, chosen))

    def _answer(self, asking: "_Asking") -> Answer:
        first = self._gateway(asking, CellNoise(self.secret), secret=False)
        answer = ask(asking.statement, first).answer
        try:
            self._take_numbers(asking)
        except EngineError:
            self.findings.append(f"an engine fails: {asking.sql}")
            return answer
        second = self._gateway(asking, _MadeUpFor(self.secret, self._moved), secret=True)
        again = ask(asking.statement, second).answer
        self.counted["answered"] += 1
        self.counted["with rows"] += bool(answer.rows)
        for what, one, other in (
            ("columns", answer.columns, again.columns),
            ("notes", (answer.notes, answer.hidden), (again.notes, again.hidden)),
            ("statements of the engine", len(first.statements), len(second.statements)),
        ):
            self._compare(asking.sql, what, one, other)
        if not (_same(answer.rows, again.rows) and _same(answer.noise, again.noise)):
            self.findings.append(f"an answer depends on more than its noisy numbers: {asking.sql}")
        return answer

    def _take_numbers(self, asking: "_Asking") -> None:
        """Compare the true numbers with what was paid."""
        depends = False
        for query in asking.statement.queries:
            for one in (*(band_query(query, band) for band in bands_of(query)), query):
                depends |= self._add(*(self._numbers(asking, one, secret=each) for each in (False, True)))
        self.counted["depends on the secret"] += depends
        moved = math.fsum((value / name[2]) ** 2 for name, value in self._moved.items())
        if moved > self._balance.spent * (1 + LIMITS.rounding):
            self.findings.append(f"moved {moved:.4f}, paid {self._balance.spent:.4f}: {asking.sql}")

    def _add(self, no: Mapping[Name, float], yes: Mapping[Name, float]) -> bool:
        moved = {name: yes.get(name, 0.0) - no.get(name, 0.0) for name in no.keys() | yes.keys()}
        self._moved |= moved
        return any(moved.values())

    def _numbers(self, asking: "_Asking", query: Query, *, secret: bool) -> dict[Name, float]:
        noise = _MadeUpFor(self.secret, self._moved) if secret else CellNoise(self.secret)
        gateway = self._gateway(asking, noise, secret=secret)
        found: dict[Name, float] = {}
        known = found if secret else self._true
        for each in sets_of(gateway.without_bands(query)):
            for key, of, value in _of_set(each, gateway):
                name = (key, of, asking.noise.deviation)
                if known.setdefault(name, value) != value:
                    self.findings.append(f"different groups have one name: {asking.sql}")
                found[name] = value
        return found

    def _gateway(self, asking: "_Asking", noise: CellNoise, *, secret: bool) -> Gateway:
        protection = Protection(self.rule, noise, hashlib.sha256(self.secret).hexdigest())
        engine = self.world.engine(secret=secret)
        return Gateway(engine, self._view, protection, asking.bounds, asking.noise)

    def _bounds_of_both(self, sql: str, statement: Statement) -> FoundBounds:
        """Return the bounds of a statement's columns; QueryError if its values have none.

        Whether there are any must be the same. Their values come from noisy ranks that are found once and not
        charged: both worlds go on with the first one's.
        """
        bounds, other = (self._bounds(statement, secret=each) for each in (False, True))
        if isinstance(bounds, QueryError) or isinstance(other, QueryError):
            self._compare(sql, "errors", str(bounds), str(other))
            raise QueryError(str(bounds))
        self._compare(sql, "columns with values", _with_values(bounds), _with_values(other))
        self.counted["bounds of a column differ"] += bounds != other
        return bounds

    def _bounds(self, statement: Statement, *, secret: bool) -> FoundBounds | QueryError:
        protection = Protection(self.rule, CellNoise(self.secret))
        reader = ColumnReader(SCHEMA, self.world.engine(secret=secret), self._view, protection)
        try:
            return reader.bounds_for(statement.queries)
        except QueryError as error:
            return error

    def _compare(self, sql: str, what: str, one: object, other: object) -> None:
        if one != other:
            self.findings.append(f"{what} differ: {sql}")


@dataclass(frozen=True)
class _Asking:
    """A statement that is paid for, the bounds of its columns and its noise."""

    sql: str
    statement: Statement
    bounds: FoundBounds
    noise: Noise


def _with_values(bounds: FoundBounds) -> set[Place]:
    return {place for place, found in bounds.items() if found is not None}


def _of_set(query: Query, gateway: Gateway) -> Iterator[tuple[int, str, float]]:
    """Yield the key, the statistic and the true value of every number of a query without bands."""
    bounds = measure_bounds(query, gateway.bounds)
    emitted = emit(
        query, DUCKDB, bounds, How(PersonLimits(gateway.noise.groups_each, gateway.protection.salt))
    )
    cells, distributions = results_of(emitted, gateway.engine)
    groups = Groups(query, cells, gateway.view, gateway.protection, gateway.noise)
    yield from _each(groups.names(), "people", groups.integers("people"))
    for place, measure in enumerate(query.measures):
        if measure.statistic in (Statistic.QUANTILE, Statistic.DISTINCT):
            if place in distributions:
                bins = distributions[place]
                named = dict(zip(groups.keys, groups.names(measure.of).tolist(), strict=True))
                of, quantile = written(measure.of), measure.statistic is Statistic.QUANTILE
                lines = zip(
                    keys_of(bins, len(query.keys)),
                    bins["bin"].to_pylist(),
                    bins["people"].to_pylist(),
                    strict=True,
                )
                for key, value, people in lines:
                    label = int(value) if quantile else repr(value)
                    keys = gateway.protection.noise.keys([f"{named[key]}/{of}/{label}"])
                    yield int(keys[0]), "quantile" if quantile else "distinct", float(people)
        elif measure.statistic in SUMS and (place in bounds or measure.statistic is Statistic.PRESENT):
            of = written(measure.of)
            for name in SUMS[measure.statistic]:
                values = groups.integers(f"m{place}_{name}")
                if name == "n":
                    yield from _each(groups.names(measure.of), "people", values)
                else:
                    yield from _each(groups.names(measure.of), f"{name}/{of}", values / UNIT)


def _each(keys: Keys, of: str, values: NDArray[np.int64] | Numbers) -> Iterator[tuple[int, str, float]]:
    yield from ((int(key), of, float(value)) for key, value in zip(keys, values, strict=True))


def _same(one: Sequence[Sequence[object]], other: Sequence[Sequence[object]]) -> bool:
    """Tell whether two tables are the same but for the rounding of doubles."""
    return len(one) == len(other) and all(
        len(row) == len(its) and all(map(_equal, row, its)) for row, its in zip(one, other, strict=True)
    )


def _equal(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=LIMITS.rounding) or (math.isnan(one) and math.isnan(other))
    return one == other
