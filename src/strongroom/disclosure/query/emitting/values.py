"""Expressions and conditions as SQL that gives a value or NULL for any row and never an engine error."""

import datetime as dt
from collections.abc import Callable, Mapping

from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.representation import (
    Band,
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
from strongroom.thresholds import Thresholds, threshold

PERSON = "person"

_TYPES = {Kind.NUMBER: "DOUBLE", Kind.TEXT: "STRING", Kind.DATE: "DATE", Kind.BOOLEAN: "BOOLEAN"}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    largest_exponent: int = threshold(
        700, "exponent", "derived: exp(709.78) is the largest double; above this the result overflows"
    )


LIMITS = _Limits()


_TOO_LARGE = "1e300"
_EPOCH = "DATE '1970-01-01'"
_SIGNS = {Function.ADD: "+", Function.SUBTRACT: "-", Function.MULTIPLY: "*"}
_PLAIN = {
    Function.ABSOLUTE: "abs",
    Function.FLOOR: "floor",
    Function.CEILING: "ceil",
    Function.LEAST: "least",
    Function.GREATEST: "greatest",
    Function.COALESCE: "coalesce",
    Function.LOWER: "lower",
    Function.UPPER: "upper",
    Function.LEFT: "left",
    Function.YEAR: "year",
    Function.MONTH: "month",
    Function.ROUND: "round",
}
_FACTS = {EventFact.LEAST: "min", EventFact.GREATEST: "max", EventFact.MEAN: "avg"}


class Values:
    """Writes expressions and conditions in one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def expression(self, of: Expression) -> str:
        """Return an expression as SQL."""
        match of:
            case Column():
                return f"{alias(of.source)}.{self._dialect.identifier(of.name)}"
            case Literal():
                return self._literal(of)
            case Case():
                return self._case(of)
            case EventValue():
                return self._event_value(of)
            case Call():
                return self._call(of)
            case Band():
                raise TypeError("a band is replaced by its limits before SQL is written")

    def finite(self, of: Expression) -> str:
        """Return a number as SQL; NULL where it is not finite or above 1e300."""
        number = self._number(of)
        return f"CASE WHEN abs({number}) < {_TOO_LARGE} THEN {number} END"

    def measured(self, of: Expression) -> str:
        """Return a number as SQL, for a date its days since 1970: the input of sums and quantiles."""
        if of.kind is not Kind.DATE:
            return self.finite(of)
        return f"CAST({self._dialect.days_between(_EPOCH, self.expression(of))} AS DOUBLE)"

    def condition(self, of: Condition) -> str:
        """Return a condition as SQL."""
        written: Mapping[type, Callable[..., str]] = {
            Truth: lambda each: "TRUE" if each.value else "FALSE",
            Compare: self._compare,
            OneOf: self._one_of,
            Like: lambda each: f"{self.expression(each.of)} LIKE {self._dialect.text(each.pattern)}",
            Missing: lambda each: f"{self.expression(each.of)} IS NULL",
            Not: lambda each: f"NOT ({self.condition(each.of)})",
            Every: lambda each: " AND ".join(f"({self.condition(part)})" for part in each.of),
            Some: lambda each: " OR ".join(f"({self.condition(part)})" for part in each.of),
        }
        return written[type(of)](of)

    def _compare(self, of: Compare) -> str:
        return f"{self.expression(of.left)} {of.operator.value} {self.expression(of.right)}"

    def _one_of(self, of: OneOf) -> str:
        listed = ", ".join(self._literal(each) for each in of.values)
        return f"{self.expression(of.of)} IN ({listed})"

    def _literal(self, of: Literal) -> str:
        match of.value:
            case None:
                return f"CAST(NULL AS {_TYPES[of.kind]})"
            case bool():
                return "TRUE" if of.value else "FALSE"
            case str():
                return self._dialect.text(of.value)
            case dt.date():
                return f"DATE '{of.value.isoformat()}'"
            case float():
                # Without an exponent a literal is a decimal, and decimals can overflow.
                return f"{of.value:.17e}"
            case _:
                return str(of.value)

    def _number(self, of: Expression) -> str:
        return f"CAST({self.expression(of)} AS DOUBLE)"

    def _case(self, of: Case) -> str:
        branches = " ".join(
            f"WHEN {self.condition(test)} THEN {self.expression(value)}" for test, value in of.branches
        )
        return f"CASE {branches} ELSE {self.expression(of.otherwise)} END"

    def _event_value(self, of: EventValue) -> str:
        dialect, inside = self._dialect, alias(of.source)
        person = dialect.identifier(PERSON)
        value = "count(*)" if of.of is None else f"{_FACTS[of.fact]}({self.expression(of.of)})"
        return (
            f"(SELECT {value} FROM {dialect.identifier(of.table)} AS {inside} "  # noqa: S608 - all of it is quoted
            f"WHERE {inside}.{person} = {alias(0)}.{person} AND ({self.condition(of.where)}))"
        )

    def _call(self, of: Call) -> str:
        if of.function in _SIGNS:
            left, right = (self._number(each) for each in of.arguments)
            return f"({left} {_SIGNS[of.function]} {right})"
        if of.function in _PLAIN:
            # Integers could overflow; doubles cannot.
            numeric = of.kind is Kind.NUMBER and of.arguments[0].kind is Kind.NUMBER
            first, *others = of.arguments
            write = self._number if numeric else self.expression
            rest = [self.expression(each) if isinstance(each, Literal) else write(each) for each in others]
            called = f"{_PLAIN[of.function]}({', '.join([write(first), *rest])})"
            if of.function not in (Function.LEAST, Function.GREATEST):
                return called
            # Engines ignore NULLs in both, so a missing value would become the bound.
            known = " AND ".join(f"{each} IS NOT NULL" for each in (write(first), *rest))
            return f"CASE WHEN {known} THEN {called} END"
        return self._guarded(of)

    def _guarded(self, of: Call) -> str:
        """Write a function that is NULL for arguments at which an engine would raise an error."""
        dialect = self._dialect
        if of.function in (Function.PLUS_DAYS, Function.DAYS_BETWEEN):
            dates = [self.expression(each) for each in of.arguments]
            return dialect.plus_days(*dates) if of.kind is Kind.DATE else dialect.days_between(*dates)
        if of.function in (Function.START_OF_MONTH, Function.START_OF_YEAR):
            part = "month" if of.function is Function.START_OF_MONTH else "year"
            return dialect.start_of(part, self.expression(of.arguments[0]))
        numbers = [self._number(each) for each in of.arguments]
        first, last = numbers[0], numbers[-1]
        return {
            Function.NEGATE: f"(-{first})",
            Function.DIVIDE: f"({first} / nullif({last}, 0))",
            Function.REMAINDER: f"({first} - {last} * floor({first} / nullif({last}, 0)))",
            Function.LOGARITHM: f"CASE WHEN {first} > 0 THEN ln({first}) END",
            Function.ROOT: f"CASE WHEN {first} >= 0 THEN sqrt({first}) END",
            Function.EXPONENTIAL: f"CASE WHEN {first} < {LIMITS.largest_exponent} THEN exp({first}) END",
        }[of.function]


def alias(source: int) -> str:
    """Return the alias of a source in the SQL."""
    return f"t{source}"
