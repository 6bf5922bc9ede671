"""Random SQL statements in the gateway's grammar about the invented cohort, to compare two worlds.

About half of the conditions are met because of the target's secret. Some statements are refused by the
reader; a refusal must not depend on the secret either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from strongroom.disclosure.redteam.world import Facts
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    depth: int = threshold(
        3, "levels", "cost: deeper statements take longer and are refused more often, and find no more"
    )
    target: float = threshold(
        0.35, "share", "judgement: most statements should depend on the secret in at least one place"
    )
    joins: float = threshold(0.35, "share", "judgement: statements about people and events alike")


LIMITS = _Limits()

_T = TypeVar("_T")
_NUMBERS = ("p.sex", "p.age", "p.region", "p.smoker", "p.income", "p.ill", "p.bmi", "p.rare", "p.drawn")
_EVENT_NUMBERS = ("code", "level")
_LITERALS = ("0", "1", "-1", "2", "9", "50", "0.5", "1e9", "-1e300", "1e308", "9007199254740993", "1e-300")
_COUNT = "SELECT COUNT(*) AS m0 FROM participants p"
_DAYS = ("1900-01-01", "1950-06-15", "1970-01-01", "2010-12-31", "0001-01-01", "9999-12-31")
_STEPS = ("1", "52", "999999", "999999", "999999", "999999", "999999", "50000000")
_UNITS = ("DAY", "WEEK", "MONTH", "YEAR")
_ONE_NUMBER = ("ABS", "FLOOR", "CEIL", "ROUND", "LN", "EXP", "SQRT", "-")
_SIGNS = ("=", "<>", "<", "<=", ">", ">=")


@dataclass
class Statements:
    """Draws statements; the same seed gives the same ones."""

    facts: Facts
    draw: np.random.Generator

    def one(self) -> str:
        """Return a statement, sometimes of two queries."""
        joins = self._joins()
        first = self._select(joins)
        if not self._chance(0.04):
            return first
        parts = [self._condition(2, []) for _ in range(2)]
        return " UNION ALL ".join(f"{_COUNT} WHERE {each}" for each in parts)

    def _joins(self) -> int:
        return int(self.draw.integers(1, 4)) if self._chance(LIMITS.joins) else 0

    def _select(self, joins: int) -> str:
        names = [f"h{place}" for place in range(joins)]
        tables = "participants p" + "".join(self._join(name, names[:n]) for n, name in enumerate(names))
        if self._chance(0.06) and not joins:
            return self._banded()
        keys = [self._value(2, names) for _ in range(int(self.draw.choice([0, 0, 1, 1, 2, 3])))]
        measures = [self._measure(names) for _ in range(int(self.draw.integers(1, 4)))]
        listed = [f"{each} AS k{n}" for n, each in enumerate(keys)]
        listed += [f"{each} AS m{n}" for n, each in enumerate(measures)]
        where = f" WHERE {self._condition(LIMITS.depth, names)}" if self._chance(0.6) else ""
        more = self._group_by(len(keys)) + self._having() + self._order(len(keys))
        return f"SELECT {', '.join(listed)} FROM {tables}{where}{more}"  # noqa: S608 - an attack

    def _banded(self) -> str:
        where = f" WHERE {self._condition(1, [])}" if self._chance(0.5) else ""
        band = f"NTILE({self._of(('2', '3', '4'))}) OVER (ORDER BY {self._number(1, [])})"
        ranked = f"WITH r AS (SELECT *, {band} AS q FROM participants p{where})"  # noqa: S608 - an attack
        return f"{ranked} SELECT q, COUNT(*) AS m0 FROM r GROUP BY q{self._having()}"  # noqa: S608 - an attack

    def _join(self, name: str, earlier: list[str]) -> str:
        kind = self._of(("JOIN", "JOIN", "LEFT JOIN"))
        on = f" AND {self._condition(1, [*earlier[-1:], name])}" if self._chance(0.5) else ""
        return f" {kind} hospital {name} ON {name}.eid = p.eid{on}"

    def _group_by(self, keys: int) -> str:
        if not keys:
            return ""
        names = ", ".join(f"k{n}" for n in range(keys))
        return f" GROUP BY ROLLUP ({names})" if self._chance(0.15) else f" GROUP BY {names}"

    def _having(self) -> str:
        return f" HAVING m0 {self._of(_SIGNS)} {self._of(('0', '20', '100'))}" if self._chance(0.15) else ""

    def _order(self, keys: int) -> str:
        if not self._chance(0.3):
            return ""
        label = self._of([*(f"k{n}" for n in range(keys)), "m0"])
        return f" ORDER BY {label}{self._of(('', ' DESC'))}{self._of(('', ' LIMIT 1', ' LIMIT 5'))}"

    def _measure(self, names: list[str]) -> str:  # noqa: PLR0911 - one a kind
        where = f" FILTER (WHERE {self._condition(2, names)})" if self._chance(0.3) else ""
        match int(self.draw.integers(9)):
            case 0 | 1 | 2:
                return f"COUNT(*){where}"
            case 3:
                return f"COUNT({self._value(2, names)}){where}"
            case 4:
                return f"{self._of(('AVG', 'SUM', 'STDDEV', 'VARIANCE'))}({self._number(2, names)}){where}"
            case 5:
                pair = f"{self._number(1, names)}, {self._number(1, names)}"
                return f"{self._of(('CORR', 'REGR_SLOPE', 'REGR_INTERCEPT', 'REGR_R2'))}({pair}){where}"
            case 6:
                return f"QUANTILE_CONT({self._number(1, names)}, {self._of(('0.1', '0.5', '0.9'))}){where}"
            case 7:
                return f"COUNT(DISTINCT {self._value(1, names)}){where}"
            case _:
                return f"COUNT(*){where} {self._of(('/', '-', '*'))} COUNT({self._value(1, names)})"

    def _value(self, depth: int, names: list[str]) -> str:
        return self._of((self._number, self._number, self._date, self._text))(depth, names)

    def _number(self, depth: int, names: list[str]) -> str:  # noqa: PLR0911 - one a kind
        if depth == 0:
            columns = [*_NUMBERS, *(f"{name}.{each}" for name in names for each in _EVENT_NUMBERS)]
            return self._of(columns) if self._chance(0.8) else self._of(_LITERALS)
        one, other = (self._number(depth - 1, names) for _ in range(2))
        match int(self.draw.integers(9)):
            case 0 | 1:
                return self._number(0, names)
            case 2:
                return f"({one} {self._of(('+', '-', '*', '/', '%'))} {other})"
            case 3:
                return f"{self._of(_ONE_NUMBER)}({one})"
            case 4:
                return f"CASE WHEN {self._condition(depth - 1, names)} THEN {one} ELSE {other} END"
            case 5:
                return f"{self._of(('LEAST', 'GREATEST', 'COALESCE'))}({one}, {other})"
            case 6:
                return f"{self._of(('YEAR', 'MONTH'))}({self._date(depth - 1, names)})"
            case 7:
                days = f"{self._date(depth - 1, names)}, {self._date(depth - 1, names)}"
                return f"DATE_DIFF('day', {days})"
            case _:
                return self._event_fact(depth - 1, names)

    def _event_fact(self, depth: int, names: list[str]) -> str:
        fact = self._of(("COUNT(*)", "MIN(e.level)", "MAX(e.code)", "AVG(e.level)"))
        where = f"e.eid = p.eid AND {self._condition(depth, [*names[:1], 'e'])}"
        return f"(SELECT {fact} FROM hospital e WHERE {where})"  # noqa: S608 - an attack

    def _date(self, depth: int, names: list[str]) -> str:
        if depth == 0 or self._chance(0.3):
            found = self._of(["p.born", "p.born", *(f"{name}.day" for name in names), "literal"])
            return f"DATE '{self._of(_DAYS)}'" if found == "literal" else found
        inner = self._date(depth - 1, names)
        if self._chance(0.25):
            return f"CAST(DATE_TRUNC('{self._of(('month', 'year'))}', {inner}) AS DATE)"
        if self._chance(0.3):
            return f"CASE WHEN {self._condition(depth - 1, names)} THEN {inner} ELSE p.born END"
        return f"({inner} {self._of('+-')} INTERVAL {self._of(_STEPS)} {self._of(_UNITS)})"

    def _text(self, depth: int, names: list[str]) -> str:
        if depth == 0 or self._chance(0.3):
            return self._of(("p.town", "p.town", "'Ely'", "''"))
        inner = self._text(depth - 1, names)
        match int(self.draw.integers(4)):
            case 0:
                return f"LEFT({inner}, {self._of(('1', '1', '2', '3', '100', '5000000000'))})"
            case 1:
                return f"{self._of(('UPPER', 'LOWER'))}({inner})"
            case 2:
                return f"CASE WHEN {self._condition(depth - 1, names)} THEN {inner} ELSE 'Ely' END"
            case _:
                return f"COALESCE({inner}, '?')"

    def _condition(self, depth: int, names: list[str]) -> str:  # noqa: PLR0911 - one a kind
        if self._chance(LIMITS.target):
            return self._of(
                (self.facts.secret.replace("drawn", "p.drawn").replace("ill", "p.ill"), "p.ill = 1")
            )
        if depth == 0:
            return self._compared(0, names)
        one, other = (self._condition(depth - 1, names) for _ in range(2))
        match int(self.draw.integers(10)):
            case 0 | 1:
                return f"({one} AND {other})"
            case 2 | 3:
                return f"({one} OR {other})"
            case 4:
                return f"NOT ({one})"
            case 5:
                value = self._value(depth - 1, names)
                return f"{value} IS {self._of(('', 'NOT '))}NULL"
            case 6:
                return f"{self._number(depth - 1, names)} IN (1, 2, 9, 45)"
            case 7:
                where = f"e.eid = p.eid AND {self._condition(depth - 1, [*names[:1], 'e'])}"
                return f"EXISTS (SELECT 1 FROM hospital e WHERE {where})"  # noqa: S608 - an attack
            case 8:
                return f"{self._text(depth - 1, names)} LIKE '{self._of(('%', 'E%', '_ly', ''))}'"
            case _:
                return self._compared(depth - 1, names)

    def _compared(self, depth: int, names: list[str]) -> str:
        kind = self._of((self._number, self._number, self._date, self._text))
        return f"{kind(depth, names)} {self._of(_SIGNS)} {kind(depth, names)}"

    def _chance(self, share: float) -> bool:
        return bool(self.draw.random() < share)

    def _of(self, values: Sequence[_T]) -> _T:
        return values[int(self.draw.integers(len(values)))]
