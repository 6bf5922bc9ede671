"""Random queries in the gateway's representation, and tables of rows as extreme as an engine allows."""

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa

from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting import SKETCH
from strongroom.disclosure.query.representation import (
    TRUE,
    Call,
    Case,
    Column,
    Compare,
    Condition,
    EventFact,
    EventValue,
    Every,
    Expression,
    Function,
    Key,
    Kind,
    Like,
    Literal,
    Measure,
    Missing,
    Not,
    OneOf,
    Operator,
    Query,
    Some,
    Source,
    Statistic,
    Truth,
)

DEEPEST = 6
_FIRST_LOOKUP = 100
_PEOPLE = {
    "i8": Kind.NUMBER,
    "u8": Kind.NUMBER,
    "i64": Kind.NUMBER,
    "u64": Kind.NUMBER,
    "f32": Kind.NUMBER,
    "f64": Kind.NUMBER,
    "small": Kind.NUMBER,
    "txt": Kind.TEXT,
    "word": Kind.TEXT,
    "d": Kind.DATE,
    "day": Kind.DATE,
    "flag": Kind.BOOLEAN,
}
_EVENTS = {"code": Kind.TEXT, "date": Kind.DATE, "level": Kind.NUMBER, "n": Kind.NUMBER, "yes": Kind.BOOLEAN}
TABLES = {"participants": _PEOPLE, "hospital": _EVENTS, "gp": _EVENTS}

_FLOATS = [
    *(0.0, -0.0, 1.0, -1.0, 2.5, -7.25, 1e-320, -5e-324, 1e15, 1e16, -1e19, 1e100, 1e279, 1e281),
    *(1e308, -1e308, 1.7976931348623157e308, math.inf, -math.inf, math.nan, None),
]
_INTEGERS = [0, 1, -1, 7, 127, -128, 255, 2**31 - 1, -(2**31), 2**53, 2**63 - 1, -(2**63), None]
_TEXTS = [
    "",
    "a",
    "A",
    "I21",
    "I210",
    "o'b",
    "\\",
    "%",
    "_",
    "ß",
    "İ",
    "e\u0301",
    "🏳️‍🌈",
    "\x00",
    "a" * 300,
    None,
]
_LONG = ["a" * 100_000, "é🏳️b" * 25_000]
# Days since 1970: the first and last date of Python, those beyond, and DuckDB's infinite ones.
_DAYS = [
    *(0, 1, -1, 10_956, 11_016, 18_321, -719_162, 2_932_896, -719_163, 2_932_897, 5_000_000, -5_000_000),
    *(2**31 - 2, -(2**31) + 2, 2**31 - 1, -(2**31) + 1, None),
]
_NUMBERS: list[float | int] = [
    *(
        0,
        1,
        -1,
        2,
        7,
        10,
        300,
        -129,
        256,
        2**53 - 1,
        -(2**53) + 1,
        0.1,
        2.5,
        -0.5,
        1e-300,
        1e19,
        1e300,
        -1e308,
    )
]
_PATTERNS = [
    "",
    "%",
    "_",
    "a%",
    "%a",
    "%a%",
    "I2_%",
    "%_a_%",
    "%a_%a_%a_%b",
    "__%__%_",
    "\\%",
    ".*",
    "%é_b%",
    "🏳%",
]
_DATES = [dt.date.min, dt.date.max, dt.date(1970, 1, 1), dt.date(2000, 2, 29), dt.date(2011, 12, 31)]
_LENGTHS = [0, 1, -1, 30, 365, -400, 12, 18, 6_999_993, -6_999_993, 119_987, -119_987, 3_652_058, -3_652_058]

_ONE = (
    *(Function.NEGATE, Function.ABSOLUTE, Function.FLOOR, Function.CEILING),
    *(Function.LOGARITHM, Function.EXPONENTIAL, Function.ROOT),
)
_TWO = (Function.ADD, Function.SUBTRACT, Function.MULTIPLY, Function.DIVIDE, Function.REMAINDER)
_SAME = (Function.LEAST, Function.GREATEST, Function.COALESCE)
_STARTS = (Function.START_OF_MONTH, Function.START_OF_YEAR)
_STEPS = (Function.PLUS_DAYS, Function.PLUS_MONTHS)
_PAIRS = (Statistic.CORRELATION, Statistic.SLOPE, Statistic.INTERCEPT, Statistic.R_SQUARED)


def tables(seed: int) -> dict[str, pa.Table]:
    """Return 60 people of extreme values, and about 150 events in either of two tables."""
    draw = Random(seed)
    people = 60
    marks = [1 << draw.randrange(64) for _ in range(people)]
    participants = {
        "person": pa.array(range(people), pa.int64()),
        SKETCH: pa.array(np.array(marks, np.uint64)),
        "i8": _column(draw, [0, 1, -1, 127, -128, None], people, pa.int8()),
        "u8": _column(draw, [0, 1, 255, None], people, pa.uint8()),
        "i64": _column(draw, _INTEGERS, people, pa.int64()),
        "u64": _column(draw, [0, 1, 2**63, 2**64 - 1, None], people, pa.uint64()),
        "f32": _column(
            draw, [0.0, -0.0, 1.5, 3.4e38, -3.4e38, 1e-45, math.inf, math.nan, None], people, pa.float32()
        ),
        "f64": _column(draw, _FLOATS, people, pa.float64()),
        "small": _column(draw, [None, *(each / 10 for each in range(200, 400, 7))], people, pa.float64()),
        "txt": _column(draw, _TEXTS, people, pa.string(), _LONG),
        "word": _column(draw, ["a", "b", "abc", None], people, pa.string()),
        "d": _dates(draw, _DAYS, people),
        "day": _dates(draw, list(range(14_000, 15_000, 31)), people),
        "flag": _column(draw, [True, False, None], people, pa.bool_()),
    }
    return {"participants": pa.table(participants)} | {
        name: _events(draw, people) for name in ("hospital", "gp")
    }


def _events(draw: Random, people: int) -> pa.Table:
    rows = 150
    return pa.table(
        {
            "person": pa.array([draw.randrange(people) for _ in range(rows)], pa.int64()),
            "code": _column(draw, _TEXTS, rows, pa.string()),
            "date": _dates(draw, _DAYS, rows),
            "level": _column(draw, _FLOATS, rows, pa.float64()),
            "n": _column(draw, _INTEGERS, rows, pa.int64()),
            "yes": _column(draw, [True, False, None], rows, pa.bool_()),
        }
    )


def _column(
    draw: Random, values: Sequence[Any], rows: int, kind: pa.DataType, once: Sequence[Any] = ()
) -> pa.Array:
    """Return every value at least once, those of `once` exactly once."""
    found = [*once, *values, *(draw.choice(values) for _ in range(rows))][:rows]
    draw.shuffle(found)
    return pa.array(found, kind)


def _dates(draw: Random, days: Sequence[int | None], rows: int) -> pa.Array:
    return _column(draw, days, rows, pa.int32()).cast(pa.date32())


@dataclass
class Writer:
    """Draws expressions, conditions and queries.

    `columns` are those that can be named at a place; with `looks_up`, sub-queries are drawn as well.
    """

    draw: Random
    columns: tuple[Column, ...] = field(default_factory=lambda: columns_of("participants", 0))
    looks_up: bool = True
    lookups: int = 0

    def expression(self, kind: Kind, depth: int = DEEPEST) -> Expression:
        """Return an expression of a kind, nested up to `depth` levels."""
        if depth <= 0 or self.draw.random() < 0.3:
            return self._leaf(kind)
        chance = self.draw.random()
        if chance < 0.12:
            return self._case(kind, depth)
        if chance < 0.20:
            count = self.draw.randint(1, 3)
            parts = tuple(self.expression(kind, depth - 1) for _ in range(count))
            return Call(self.draw.choice(_SAME), parts, kind)
        if chance < 0.25 and self.looks_up:
            return self._event_value(kind, depth)
        of_kind: dict[Kind, Callable[[int], Expression]] = {
            Kind.NUMBER: self._number,
            Kind.TEXT: self._text,
            Kind.DATE: self._date,
            Kind.BOOLEAN: lambda _: self._leaf(Kind.BOOLEAN),
        }
        return of_kind[kind](depth - 1)

    def condition(self, depth: int = DEEPEST) -> Condition:
        """Return a condition, nested up to `depth` levels."""
        inside = depth - 1
        if depth > 0 and self.draw.random() < 0.35:
            if self.draw.random() < 0.4:
                return Not(self.condition(inside))
            joined = self.draw.choice([Every, Some])
            return joined(tuple(self.condition(inside) for _ in range(self.draw.randint(0, 3))))
        kind = self.draw.choice(list(Kind))
        of = self.expression(kind, inside)
        listed = tuple(self._literal(kind) for _ in range(self.draw.randint(1, 4)))
        text = self.expression(Kind.TEXT, inside)
        operator = self.draw.choice(list(Operator))
        compared = Compare(operator, of, self.expression(kind, inside))
        others = [OneOf(of, listed), Like(text, self._pattern()), Missing(of), Truth(inside % 2 == 0)]
        return self.draw.choice([compared, compared, compared, *others])

    def query(self) -> tuple[Query, dict[int, tuple[Bounds, ...]]]:
        """Return a query and bounds of its measures."""
        sources = [Source("participants")]
        for place in range(1, 1 + self.draw.choice([0, 0, 1, 1, 2, 3])):
            table = self.draw.choice(["hospital", "gp"])
            self.columns += columns_of(table, place)
            where = self.condition(2) if self.draw.random() < 0.5 else TRUE
            sources.append(Source(table, where, required=self.draw.random() < 0.5))
        where = self.condition(3) if self.draw.random() < 0.7 else TRUE
        kinds = [self.draw.choice(list(Kind)) for _ in range(self.draw.choice([0, 1, 1, 2]))]
        keys = tuple(Key(f"key{place}", self.expression(kind, 3)) for place, kind in enumerate(kinds))
        measures = tuple(self._measure(place) for place in range(self.draw.randint(1, 3)))
        bounds = {place: tuple(self._bounds() for _ in each.of) for place, each in enumerate(measures)}
        labels = tuple(each.label for each in (*keys, *measures))
        return Query(tuple(sources), where, keys, measures, labels), bounds

    def _measure(self, place: int) -> Measure:
        statistic = self.draw.choice(list(Statistic))
        if statistic is Statistic.PEOPLE:
            return Measure(f"m{place}", statistic)
        kind = Kind.NUMBER
        if statistic in (Statistic.PRESENT, Statistic.DISTINCT):
            kind = self.draw.choice(list(Kind))
        elif statistic is Statistic.QUANTILE:
            kind = self.draw.choice([Kind.NUMBER, Kind.DATE])
        of = tuple(self.expression(kind, 3) for _ in range(2 if statistic in _PAIRS else 1))
        return Measure(f"m{place}", statistic, of, 0.5 if statistic is Statistic.QUANTILE else None)

    def _bounds(self) -> Bounds:
        low, high = sorted(
            self.draw.choice([0.0, 1.0, -1.0, 40.0, 1e-300, 1e300, -1e300, 1.7e308, -1.7e308, 2e9, 0.1])
            for _ in range(2)
        )
        return Bounds(low, high)

    def _leaf(self, kind: Kind) -> Expression:
        known = [each for each in self.columns if each.kind is kind]
        return self.draw.choice(known) if known and self.draw.random() < 0.8 else self._literal(kind)

    def _literal(self, kind: Kind) -> Literal:
        if self.draw.random() < 0.05:
            return Literal(None, kind)
        values: dict[Kind, Sequence[Any]] = {
            Kind.NUMBER: _NUMBERS,
            Kind.TEXT: [*_TEXTS[:-1], "\ud800"],
            Kind.DATE: _DATES,
            Kind.BOOLEAN: [True, False],
        }
        return Literal(self.draw.choice(values[kind]), kind)

    def _pattern(self) -> str:
        if self.draw.random() < 0.5:
            return self.draw.choice(_PATTERNS)
        return "".join(
            self.draw.choice(["%", "_", "a", "I", "é", ".", "\\", "(", "🏳", "["]) for _ in range(6)
        )

    def _case(self, kind: Kind, depth: int) -> Expression:
        branches = tuple(
            (self.condition(depth - 2), self.expression(kind, depth - 1))
            for _ in range(self.draw.randint(1, 2))
        )
        return Case(branches, self.expression(kind, depth - 1), kind)

    def _number(self, depth: int) -> Expression:
        chance = self.draw.random()
        if chance < 0.5:
            pair = (self.expression(Kind.NUMBER, depth), self.expression(Kind.NUMBER, depth))
            return Call(self.draw.choice(_TWO), pair, Kind.NUMBER)
        if chance < 0.7:
            return Call(self.draw.choice(_ONE), (self.expression(Kind.NUMBER, depth),), Kind.NUMBER)
        if chance < 0.8:
            places = Literal(self.draw.randint(0, 9), Kind.NUMBER)
            return Call(Function.ROUND, (self.expression(Kind.NUMBER, depth), places), Kind.NUMBER)
        if chance < 0.9:
            ends = (self.expression(Kind.DATE, depth), self.expression(Kind.DATE, depth))
            return Call(Function.DAYS_BETWEEN, ends, Kind.NUMBER)
        part = self.draw.choice([Function.YEAR, Function.MONTH])
        return Call(part, (self.expression(Kind.DATE, depth),), Kind.NUMBER)

    def _text(self, depth: int) -> Expression:
        of = self.expression(Kind.TEXT, depth)
        if self.draw.random() < 0.5:
            return Call(self.draw.choice([Function.LOWER, Function.UPPER]), (of,), Kind.TEXT)
        length = self.draw.choice([1, 3, 1_000, 2**31, 5_000_000_000, 2**53])
        return Call(Function.LEFT, (of, Literal(length, Kind.NUMBER)), Kind.TEXT)

    def _date(self, depth: int) -> Expression:
        of = self.expression(Kind.DATE, depth)
        if self.draw.random() < 0.3:
            return Call(self.draw.choice(_STARTS), (of,), Kind.DATE)
        length: Expression = Literal(self.draw.choice(_LENGTHS), Kind.NUMBER)
        if self.draw.random() < 0.15:
            length = self.expression(Kind.NUMBER, depth - 1)
        return Call(self.draw.choice(_STEPS), (of, length), Kind.DATE)

    def _event_value(self, kind: Kind, depth: int) -> Expression:
        table = self.draw.choice(["hospital", "gp"])
        place = _FIRST_LOOKUP + self.lookups
        self.lookups += 1
        outer, self.columns = self.columns, self.columns + columns_of(table, place)
        where = self.condition(min(depth - 2, 2))
        fact = self.draw.choice(
            list(EventFact) if kind is Kind.NUMBER else [EventFact.LEAST, EventFact.GREATEST]
        )
        counted = fact is EventFact.COUNT
        inner = self.draw.choice(list(Kind)) if fact is EventFact.DISTINCT else kind
        of = None if counted else self.expression(inner, min(depth - 2, 1))
        self.columns = outer
        return EventValue(fact, table, place, where, of, kind)


def columns_of(table: str, place: int) -> tuple[Column, ...]:
    """Return the columns of a table as a source."""
    return tuple(Column(place, name, kind) for name, kind in TABLES[table].items())


def shrunk(of: Any, fails: Callable[[Any], bool]) -> Any:
    """Return a smaller expression or condition of the same kind that still fails."""
    smaller = True
    while smaller:
        smaller = False
        for each in _simpler(of):
            if fails(each):
                of, smaller = each, True
                break
    return of


def _simpler(of: Any) -> list[Any]:
    """Return the expression's parts of its kind, and the expression with one part made simpler."""
    found = [each for each in _inside(of) if _same(each, of)]
    for name in (each.name for each in fields(of)):
        value = getattr(of, name)
        if isinstance(value, tuple):
            for place, part in enumerate(value):
                found += [
                    replace(of, **{name: (*value[:place], other, *value[place + 1 :])})
                    for other in _changed(part)
                ]
        elif is_dataclass(value):
            found += [replace(of, **{name: other}) for other in _changed(value)]
    return found


def _changed(part: Any) -> list[Any]:
    if isinstance(part, tuple):
        return [
            (*part[:place], each, *part[place + 1 :])
            for place, inner in enumerate(part)
            for each in _changed(inner)
        ]
    if not is_dataclass(part):
        return []
    plain = [] if not hasattr(part, "kind") else [Column(0, _COLUMN_OF[part.kind], part.kind)]
    return [each for each in plain if each != part and not isinstance(part, Literal)] + _simpler(part)


_COLUMN_OF = {Kind.NUMBER: "f64", Kind.TEXT: "txt", Kind.DATE: "d", Kind.BOOLEAN: "flag"}


def _same(each: Any, of: Any) -> bool:
    return getattr(each, "kind", None) is getattr(of, "kind", None)


def _inside(of: Any) -> list[Any]:
    found = []
    for each in fields(of):
        value = getattr(of, each.name)
        parts = value if isinstance(value, tuple) else (value,)
        for part in parts:
            found += [one for one in (part if isinstance(part, tuple) else (part,)) if is_dataclass(one)]
    return found
