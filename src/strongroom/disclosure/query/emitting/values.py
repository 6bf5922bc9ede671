"""Expressions and conditions as SQL that gives a value or NULL for any row and never an engine error.

- Arithmetic is in doubles, which become infinite where integers would overflow; functions get no argument for
which they are undefined.
- Dates stay within the years 1 to 9999 (`dates`).
- A text is compared or shortened, never converted.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping

from strongroom.disclosure.query.emitting.dates import Dates
from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.representation import (
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
    Kind,
    Like,
    Literal,
    Missing,
    Not,
    OneOf,
    Some,
    Truth,
)
from strongroom.errors import QueryError
from strongroom.thresholds import Thresholds, threshold

PERSON = "person"

_TYPES = {Kind.NUMBER: "DOUBLE", Kind.TEXT: "STRING", Kind.DATE: "DATE", Kind.BOOLEAN: "BOOLEAN"}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    largest: float = threshold(
        1e280,
        "number",
        "derived: the sum of 10^28 values stays below 1.8e308, the largest double; larger values are missing",
    )
    largest_exponent: int = threshold(
        700, "exponent", "derived: exp(709.78) is the largest double; above this the result overflows"
    )
    longest_text: int = threshold(
        2**31 - 1, "characters", "derived: engines count characters in 32 bits, and no text is longer"
    )
    most_unknown: int = threshold(
        1_000,
        "characters",
        "cost: an engine compiles each _ of a LIKE pattern into a part of an automaton of limited size",
    )
    longest_sql: int = threshold(
        1_000_000,
        "characters",
        "cost: a function that names its argument twice doubles its length at each level of nesting; an IN "
        "list of 5,000 long texts is shorter",
    )


LIMITS = _Limits()


_EPOCH = "DATE '1970-01-01'"
_SIGNS = {Function.ADD: "+", Function.SUBTRACT: "-", Function.MULTIPLY: "*"}
_PLAIN = {
    Function.ABSOLUTE: "abs",
    Function.FLOOR: "floor",
    Function.CEILING: "ceil",
    Function.COALESCE: "coalesce",
    Function.LOWER: "lower",
    Function.UPPER: "upper",
    Function.YEAR: "year",
    Function.MONTH: "month",
    Function.ROUND: "round",
    Function.LEAST: "least",
    Function.GREATEST: "greatest",
}
_DOUBLES = (
    *_SIGNS,
    Function.DIVIDE,
    Function.REMAINDER,
    Function.NEGATE,
    Function.LOGARITHM,
    Function.ROOT,
    Function.EXPONENTIAL,
)
_OF_DATES = (Function.PLUS_DAYS, Function.PLUS_MONTHS, Function.START_OF_MONTH, Function.START_OF_YEAR)
_FACTS = {
    EventFact.LEAST: "min",
    EventFact.GREATEST: "max",
    EventFact.MEAN: "avg",
    EventFact.DISTINCT: "count",
}


class Values:
    """Writes expressions and conditions in one dialect.

    `tables` are the names of tables that replace those of sub-queries, by source number.
    """

    def __init__(self, dialect: Dialect, tables: Mapping[int, str] | None = None) -> None:
        self._dialect = dialect
        self._tables = tables or {}
        self._dates = Dates(dialect, self.expression, self._number, self._stored)

    def expression(self, of: Expression) -> str:
        """Return an expression as SQL; QueryError if it is too long."""
        match of:
            case Column():
                return self._dates.column(of) if of.kind is Kind.DATE else self._stored(of)
            case Literal():
                return self._literal(of)
            case Case():
                return _checked(self._case(of))
            case EventValue():
                return _checked(self._event_value(of))
            case Call():
                return _checked(self._call(of))
        raise TypeError("a band is replaced by its limits before SQL is written")

    def key(self, of: Expression) -> str:
        """Return an expression to group by: numbers that are not finite are missing, and -0.0 is 0.0."""
        return self.as_key(self.expression(of), of.kind)

    def as_key(self, sql: str, kind: Kind) -> str:
        """Return the value of SQL as `key` does."""
        if kind is not Kind.NUMBER:
            return sql
        low, high = _double(-LIMITS.largest), _double(LIMITS.largest)
        return f"CASE WHEN {sql} BETWEEN {low} AND {high} THEN {sql} + 0 END"

    def finite(self, of: Expression) -> str:
        """Return a number as SQL, for a date its days since 1970; NULL where it is too large to add up."""
        if of.kind is Kind.DATE:
            return self.measured(of)
        number = self._number(of)
        return f"CASE WHEN abs({number}) < {_double(LIMITS.largest)} THEN {number} END"

    def measured(self, of: Expression) -> str:
        """Return what `finite` does where nothing is added up: any number, also an infinite one."""
        if of.kind is not Kind.DATE:
            return self.expression(of)
        return self._dialect.days_between(_EPOCH, self.expression(of))

    def condition(self, of: Condition) -> str:
        """Return a condition as SQL; QueryError if it is too long."""
        written: Mapping[type, Callable[..., str]] = {
            Truth: lambda each: "TRUE" if each.value else "FALSE",
            Compare: self._compare,
            OneOf: self._one_of,
            Like: self._like,
            Missing: lambda each: f"{self._stored(each.of)} IS NULL",
            Not: lambda each: f"NOT ({self.condition(each.of)})",
            Every: lambda each: self._joined(each, "AND"),
            Some: lambda each: self._joined(each, "OR"),
        }
        return _checked(written[type(of)](of))

    def _joined(self, of: Every | Some, word: str) -> str:
        parts = [f"({self.condition(part)})" for part in flattened(of, type(of))]
        return f" {word} ".join(parts) if parts else str(word == "AND").upper()

    def _compare(self, of: Compare) -> str:
        return f"{self._stored(of.left)} {of.operator.value} {self._stored(of.right)}"

    def _one_of(self, of: OneOf) -> str:
        listed = ", ".join(self._literal(each) for each in of.values)
        return f"{self._stored(of.of)} IN ({listed})" if listed else "FALSE"

    def _like(self, of: Like) -> str:
        if of.pattern.count("_") > LIMITS.most_unknown:
            raise QueryError(f"A LIKE pattern has at most {LIMITS.most_unknown:,} times '_'.")
        return self._dialect.like(self.expression(of.of), _storable(of.pattern))

    def _stored(self, of: Expression) -> str:
        """Return an expression for a comparison, which every stored date allows."""
        if isinstance(of, Column):
            return f"{alias(of.source)}.{self._dialect.identifier(of.name)}"
        return self.expression(of)

    def _literal(self, of: Literal) -> str:
        match of.value:
            case None:
                return f"CAST(NULL AS {_TYPES[of.kind]})"
            case bool():
                return "TRUE" if of.value else "FALSE"
            case str():
                return self._dialect.text(_storable(of.value))
            case dt.date():
                return f"DATE '{of.value.isoformat()}'"
            case float():
                return _double(of.value)
            case _:
                return str(of.value)

    def _number(self, of: Expression) -> str:
        """Return a number as a double; integers could overflow."""
        if isinstance(of, Literal) and isinstance(of.value, int | float):
            return _double(float(of.value))
        if isinstance(of, Call) and of.function in _DOUBLES:
            return self.expression(of)
        return f"CAST({self.expression(of)} AS DOUBLE)"

    def _case(self, of: Case) -> str:
        branches = " ".join(
            f"WHEN {self.condition(test)} THEN {self.expression(value)}" for test, value in of.branches
        )
        otherwise = self.expression(of.otherwise)
        return f"CASE {branches} ELSE {otherwise} END" if branches else otherwise

    def _event_value(self, of: EventValue) -> str:
        dialect, inside = self._dialect, alias(of.source)
        person = dialect.identifier(PERSON)
        value = "count(*)"
        distinct = "DISTINCT " if of.fact is EventFact.DISTINCT else ""
        if of.of is not None:
            value = f"{_FACTS[of.fact]}({distinct}{self._aggregated(of.of, of.fact, inside)})"
        table = self._tables.get(of.source) or dialect.identifier(of.table)
        return (
            f"(SELECT {value} FROM {table} AS {inside} "  # noqa: S608 - all of it is quoted
            f"WHERE {inside}.{person} = {alias(0)}.{person} AND ({self.condition(of.where)}))"
        )

    def _aggregated(self, of: Expression, fact: EventFact, inside: str) -> str:
        """Return what a sub-query takes the minimum, maximum or mean of."""
        value = self._number(of) if fact is EventFact.MEAN else self.expression(of)
        # An aggregate of nothing but outer columns would be one of the outer query.
        return f"CASE WHEN {inside}.{self._dialect.identifier(PERSON)} IS NOT NULL THEN {value} END"

    def _call(self, of: Call) -> str:
        if of.function in _SIGNS:
            left, right = (self._number(each) for each in of.arguments)
            return f"({left} {_SIGNS[of.function]} {right})"
        if of.function in _OF_DATES:
            return self._dates.call(of)
        if of.function in _PLAIN:
            return self._plain(of)
        if of.function is Function.LEFT:
            text, count = of.arguments
            length = count.value if isinstance(count, Literal) and isinstance(count.value, int) else 0
            return f"left({self.expression(text)}, {min(max(length, 0), LIMITS.longest_text)})"
        if of.function is Function.DAYS_BETWEEN:
            return self._dialect.days_between(*(self.expression(each) for each in of.arguments))
        return self._guarded(of)

    def _plain(self, of: Call) -> str:
        numeric = of.kind is Kind.NUMBER and of.arguments[0].kind is Kind.NUMBER
        first, *others = of.arguments
        write = self._number if numeric else self.expression
        written = [write(first)]
        written += [self.expression(each) if isinstance(each, Literal) else write(each) for each in others]
        called = f"{_PLAIN[of.function]}({', '.join(written)})"
        if of.function not in (Function.LEAST, Function.GREATEST):
            return called
        # Engines ignore NULLs in both, so a missing value would become the bound.
        known = [
            f"{sql} IS NOT NULL"
            for sql, each in zip(written, of.arguments, strict=True)
            if not isinstance(each, Literal) or each.value is None
        ]
        return f"CASE WHEN {' AND '.join(known)} THEN {called} END" if known else called

    def _guarded(self, of: Call) -> str:
        """Write a function of numbers that is NULL for arguments at which an engine would raise an error."""
        numbers = [self._number(each) for each in of.arguments]
        first, last = numbers[0], numbers[-1]
        return {
            Function.NEGATE: f"(-({first}))",
            Function.DIVIDE: f"({first} / {_not_zero(of.arguments[-1], last)})",
            Function.REMAINDER: f"({first} - {last} * floor({first} / {_not_zero(of.arguments[-1], last)}))",
            Function.LOGARITHM: f"CASE WHEN {first} > 0 THEN ln({first}) END",
            Function.ROOT: f"CASE WHEN {first} >= 0 THEN sqrt({first}) END",
            Function.EXPONENTIAL: f"CASE WHEN {first} < {LIMITS.largest_exponent} THEN exp({first}) END",
        }[of.function]


def alias(source: int) -> str:
    """Return the alias of a source in the SQL."""
    return f"t{source}"


def flattened(of: Condition, kind: type[Every | Some]) -> Iterator[Condition]:
    """Yield the parts of nested conjunctions (Every) or disjunctions (Some), in their order."""
    left = [of]
    while left:
        part = left.pop()
        if isinstance(part, kind):
            left += reversed(part.of)
        else:
            yield part


def _not_zero(of: Expression, sql: str) -> str:
    if isinstance(of, Literal) and of.value:
        return sql
    return f"CASE WHEN {sql} <> 0 THEN {sql} END"


def _double(value: float) -> str:
    # Without an exponent a literal is a decimal, and decimals can overflow.
    return f"{value:.17e}" if math.isfinite(value) else "CAST(NULL AS DOUBLE)"


def _storable(text: str) -> str:
    """Return a text without halves of characters, which no engine stores."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _checked(sql: str) -> str:
    if len(sql) > LIMITS.longest_sql:
        raise QueryError("The query is too long once written out.", hint="Nest fewer functions.")
    return sql
