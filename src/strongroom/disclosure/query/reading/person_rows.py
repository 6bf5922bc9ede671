"""The rows that a sub-query has for each person: whether there are any, and aggregates of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.rewriting import (
    as_number,
    both,
    conjuncts,
    ones_of,
    only_where,
    sources_of,
    truth_value,
)
from strongroom.disclosure.query.reading.scope import PersonKey, Scope
from strongroom.disclosure.query.representation import (
    TRUE,
    Call,
    Case,
    Compare,
    Condition,
    EventFact,
    Expression,
    Function,
    Kind,
    Literal,
    Missing,
    Not,
    Operator,
    Source,
)

_ZERO, _ONE = Literal(0, Kind.NUMBER), Literal(1, Kind.NUMBER)
_HINT = "Per person there are COUNT, COUNT(DISTINCT x), MIN, MAX, AVG, SUM, STDDEV and BOOL_OR."


@dataclass(frozen=True)
class PersonRows:
    """The rows of a person: those of `scope`'s tables that meet `where`."""

    scope: Scope
    where: Condition

    def exist(self) -> Condition:
        """Return whether a person has a row."""
        required = [place for place, table in self._tables.items() if table.required]
        if sources_of(self.where) & (set(self._tables) - set(required)):
            raise refusal(
                "LEFT JOIN", "WHERE has a condition on the joined table", hint="Put it in ON, or use JOIN."
            )
        return self._nested(required, self.where)

    def read_by(self, part: object) -> bool:
        """Tell whether a part reads a row's columns, and so is no value of the person."""
        return bool(sources_of(part) & set(self._tables))

    def aggregate(self, node: exp.Expr) -> Expression | None:
        """Return an aggregate as a value of the person, or None for any other node."""
        if isinstance(node, exp.Window):
            raise refusal(node, "a window is not possible per person", hint=_HINT)
        where: Condition = TRUE
        asked = node.this if isinstance(node, exp.Filter | exp.IgnoreNulls) else node
        if isinstance(node, exp.Filter):
            where = self.scope.read_condition(node.expression.this)
        if not isinstance(asked, exp.AggFunc):
            return None
        if type(asked) not in _AGGREGATES:
            raise refusal(node, f"{asked.key} is not available per person", hint=_HINT)
        only(asked, ("this", "big_int"))
        return _AGGREGATES[type(asked)](self, asked, where)

    @property
    def _tables(self) -> Mapping[int, Source]:
        return self.scope.rows.tables

    def _nested(self, places: Sequence[int], where: Condition) -> Condition:
        """Return the condition that the tables have rows that meet `where` together."""
        if not places:
            return where
        first, *rest = places
        parts = list(conjuncts(where))
        later = [each for each in parts if sources_of(each) & set(rest)]
        mine = [each for each in parts if each not in later and first in sources_of(each)]
        others = [each for each in parts if each not in later and each not in mine]
        inside = both(*mine, self._nested(rest, both(*later)))
        source = Source(self._tables[first].table, inside)
        return both(*others, self.scope.reading.exists(source, first))

    def value(self, fact: EventFact, of: Expression | None, where: Condition, node: exp.Expr) -> Expression:
        """Return an aggregate over a person's rows that meet another condition too."""
        if isinstance(of, Case) and len(of.branches) == 1 and of.otherwise == Literal(None, of.kind):
            # MIN(CASE WHEN code = 'x' THEN day END) is the minimum day of the rows with that code.
            ((test, of),) = of.branches
            where = both(where, test)
        tables = set(self._tables)
        read = sources_of(of) & tables or sources_of(where) & tables or tables
        if len(read) != 1:
            raise refusal(node, "an aggregate per person reads one event table", hint=_HINT)
        return self._of_table(read.pop(), fact, of, where, node)

    def _of_table(
        self, place: int, fact: EventFact, of: Expression | None, where: Condition, node: exp.Expr
    ) -> Expression:
        table = self._tables[place]
        others = [each for each, one in self._tables.items() if one.required and each != place]
        if others and fact in (EventFact.COUNT, EventFact.MEAN):
            raise refusal(node, "rows of joined event tables cannot be counted or averaged", hint=_HINT)
        inside = self._nested(others, both(self.where, where)) if table.required else both(table.where, where)
        kind = Kind.NUMBER if of is None or fact is EventFact.DISTINCT else of.kind
        return self.scope.reading.event_value(fact, replace(table, where=inside), place, of, kind)

    def _counted(self, node: exp.Expr, where: Condition) -> Expression:
        """Return COUNT(*), COUNT(x), COUNT(key) or COUNT(DISTINCT x)."""
        of = node.this
        if of is None or isinstance(of, exp.Star):
            return self._all_rows(where, node)
        distinct = isinstance(of, exp.Distinct)
        if isinstance(of, exp.Distinct):
            if len(of.expressions) != 1:
                raise refusal(node, "COUNT(DISTINCT …) takes one column")
            of = of.expressions[0]
        key = self.scope.key(of)
        if key is not None:
            return self._counted_key(key, where, node, distinct=distinct)
        found = self.scope.read_expression(of)
        if not self.read_by((found, where)) and (distinct or not self._tables):
            return _one_if(both(Not(Missing(found)), where))
        if distinct:
            return self.value(EventFact.DISTINCT, only_where(where, found), TRUE, node)
        known = TRUE if isinstance(found, Literal) else Not(Missing(found))
        return self._all_rows(both(where, known), node)

    def _counted_key(self, key: PersonKey, where: Condition, node: exp.Expr, *, distinct: bool) -> Expression:
        if distinct and not self.read_by(where):
            return _one_if(both(key.present, where))
        if key.source in self._tables:
            return self._of_table(key.source, EventFact.COUNT, None, where, node)
        return self._all_rows(both(key.present, where), node)

    def _all_rows(self, where: Condition, node: exp.Expr) -> Expression:
        if not self._tables:
            return _one_if(where)
        counted = self.value(EventFact.COUNT, None, where, node)
        if where == TRUE and not any(each.required for each in self._tables.values()):
            # A person without events has one row in a left join.
            return Call(Function.GREATEST, (counted, _ONE), Kind.NUMBER)
        return counted

    def _chosen(self, node: exp.Expr, where: Condition) -> Expression:
        """Return MIN, MAX, AVG or ANY_VALUE; of a value of the person, it is that value."""
        found = self.scope.read_expression(node.this)
        fact = _FACTS.get(type(node))
        if not self.read_by((found, where)):
            return only_where(where, found)
        if fact is None:
            raise refusal(node, "ANY_VALUE is not certain", hint="Write MIN(…) or MAX(…).")
        if fact is EventFact.MEAN:
            found = _numbered(found, node)
        return self.value(fact, found, where, node)

    def _sum(self, node: exp.Expr, where: Condition) -> Expression:
        found = _numbered(self.scope.read_expression(node.this), node)
        if not self.read_by((found, where)) and not self._tables:
            return only_where(where, found)
        holds = ones_of(found)
        if holds is not None:
            return self.value(EventFact.COUNT, None, both(where, holds), node)
        return _call(Function.MULTIPLY, self._mean(found, where, node), self._number_of(found, where, node))

    def _deviation(self, node: exp.Expr, where: Condition) -> Expression:
        found = _numbered(self.scope.read_expression(node.this), node)
        mean, number = self._mean(found, where, node), self._number_of(found, where, node)
        squares = self._mean(_call(Function.MULTIPLY, found, found), where, node)
        variance = _call(Function.SUBTRACT, squares, _call(Function.MULTIPLY, mean, mean))
        scale = _call(Function.DIVIDE, number, _call(Function.SUBTRACT, number, _ONE))
        return _call(Function.ROOT, _call(Function.MULTIPLY, variance, scale))

    def _mean(self, of: Expression, where: Condition, node: exp.Expr) -> Expression:
        return self.value(EventFact.MEAN, of, where, node)

    def _number_of(self, of: Expression, where: Condition, node: exp.Expr) -> Expression:
        return self.value(EventFact.COUNT, None, both(where, Not(Missing(of))), node)

    def _any(self, node: exp.Expr, where: Condition) -> Expression:
        counted = self._all_rows(both(where, self.scope.read_condition(node.this)), node)
        return truth_value(Compare(Operator.MORE, counted, _ZERO))

    def _all(self, node: exp.Expr, where: Condition) -> Expression:
        counted = self._all_rows(both(where, Not(self.scope.read_condition(node.this))), node)
        return truth_value(Compare(Operator.EQUAL, counted, _ZERO))

    def _counted_if(self, node: exp.Expr, where: Condition) -> Expression:
        return self._all_rows(both(where, self.scope.read_condition(node.this)), node)


def _one_if(condition: Condition) -> Expression:
    return _ONE if condition == TRUE else Case(((condition, _ONE),), _ZERO, Kind.NUMBER)


def _numbered(found: Expression, node: exp.Expr) -> Expression:
    number = as_number(found)
    if number.kind is not Kind.NUMBER:
        raise refusal(node, f"expected a number, found a {number.kind}")
    return number


def _call(function: Function, *of: Expression) -> Expression:
    return Call(function, of, Kind.NUMBER)


_FACTS: Mapping[type[exp.Expr], EventFact] = {
    exp.Min: EventFact.LEAST,
    exp.Max: EventFact.GREATEST,
    exp.Avg: EventFact.MEAN,
}
_Reader = Callable[[PersonRows, exp.Expr, Condition], Expression]
_AGGREGATES: Mapping[type[exp.Expr], _Reader] = {
    exp.Count: PersonRows._counted,  # noqa: SLF001 - the table of its own methods
    exp.CountIf: PersonRows._counted_if,  # noqa: SLF001
    exp.Min: PersonRows._chosen,  # noqa: SLF001
    exp.Max: PersonRows._chosen,  # noqa: SLF001
    exp.Avg: PersonRows._chosen,  # noqa: SLF001
    exp.AnyValue: PersonRows._chosen,  # noqa: SLF001
    exp.Sum: PersonRows._sum,  # noqa: SLF001
    exp.Stddev: PersonRows._deviation,  # noqa: SLF001
    exp.StddevSamp: PersonRows._deviation,  # noqa: SLF001
    exp.LogicalOr: PersonRows._any,  # noqa: SLF001
    exp.LogicalAnd: PersonRows._all,  # noqa: SLF001
}
