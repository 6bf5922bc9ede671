"""The columns of an answer: keys, statistics, and figures computed from them."""

from dataclasses import dataclass, field, replace

from sqlglot import exp

from strongroom.disclosure.query.reading.from_clause import has_aggregate
from strongroom.disclosure.query.reading.literals import read_literal
from strongroom.disclosure.query.reading.measures import is_aggregate, read_measures
from strongroom.disclosure.query.reading.refusals import refusal
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    ANSWER,
    Column,
    Condition,
    Expression,
    Figure,
    Key,
    Kind,
    Measure,
    Statistic,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_columns: int = threshold(
        60, "columns", "judgement: wider than any table a paper prints; each column costs queries"
    )


LIMITS = _Limits()


@dataclass
class AnswerColumns:
    """What a SELECT shows, and the statistics its figures need; labels that are not shown begin with #.

    `nodes` are the keys' nodes by label.
    """

    scope: Scope
    shown: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    hidden_keys: list[Key] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    nodes: dict[str, exp.Expr] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    _waiting: list[tuple[str, exp.Expr]] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def read(self, nodes: list[exp.Expr]) -> None:
        """Read the columns of a SELECT; figures wait until `finish`."""
        self._taken |= {each.alias.casefold() for each in nodes if each.alias}
        for place, node in enumerate(nodes):
            self._read_one(node.unalias(), self._label(node, place))
        if len(self.shown) > LIMITS.most_columns:
            raise refusal("SELECT", f"an answer has at most {LIMITS.most_columns} columns")

    def finish(self) -> None:
        """Read the figures, when all keys are known."""
        for label, node in self._waiting:
            self.figures.append(Figure(label, self.answer_scope().read_expression(node)))

    def condition(self, node: exp.Expr) -> Condition:
        """Return a condition on the answer (HAVING)."""
        return self.answer_scope().read_condition(node)

    def label_of(self, node: exp.Expr) -> str:
        """Return the label of the column with an expression's values, which may be a column not shown."""
        found = self.answer_scope().read_expression(node)
        if isinstance(found, Column):
            return found.name
        label = self._unused("#order")
        self.figures.append(Figure(label, found))
        return label

    def answer_scope(self) -> Scope:
        """Return the scope in which aggregates and keys are columns of the answer."""
        return replace(self.scope, aggregate=self._of_answer)

    def labelled(self, name: str) -> str | None:
        """Return the column shown under a name, ignoring case."""
        return next((each for each in self.shown if each.casefold() == name.casefold()), None)

    def _read_one(self, node: exp.Expr, label: str) -> None:
        self.places.append(label)
        if is_aggregate(node):
            measures = read_measures(node, label, self.scope)
            self.measures += measures
            self.shown += [each.label for each in measures]
            return
        self.shown.append(label)
        if has_aggregate(node) or self._names_statistic(node):
            self._waiting.append((label, node))
        elif read_literal(node) is not None:
            self.figures.append(Figure(label, self.scope.read_expression(node)))
        else:
            key = Key(label, self.scope.read_expression(node))
            self.keys.append(key)
            self.nodes[label] = node
            aliases = {**self.scope.aliases, label.casefold(): key.of}
            self.scope = replace(self.scope, aliases=aliases)

    def _names_statistic(self, node: exp.Expr) -> bool:
        """Tell whether a node names an earlier column that is a statistic, and no column of a table."""
        statistics: list[Measure | Figure] = [*self.measures, *self.figures]
        labels = {each.label.casefold() for each in statistics}
        labels |= {label.casefold() for label, _ in self._waiting}
        named = (each for each in node.find_all(exp.Column) if not each.table)
        return any(each.name.casefold() in labels and not self.scope.has_own(each) for each in named)

    def _label(self, node: exp.Expr, place: int) -> str:
        if isinstance(node, exp.Star) or (node.is_star and not isinstance(node, exp.Count)):
            raise refusal(
                node, "individual rows are not available", hint="Use COUNT(*) or another aggregate."
            )
        if node.alias:
            return self._once(node.alias, node)
        name = "count" if isinstance(node, exp.Count) and node.is_star else node.alias_or_name
        name = name or node.output_name or (node.key if has_aggregate(node) else f"column_{place + 1}")
        return self._unused("count" if name == "*" else name)

    def _once(self, label: str, node: exp.Expr) -> str:
        if label in self.shown:
            raise refusal(node, "two columns of the answer have this name")
        return label

    def _unused(self, label: str) -> str:
        found, number = label, 1
        while found.casefold() in self._taken:
            number += 1
            found = f"{label}_{number}"
        self._taken.add(found.casefold())
        return found

    def _of_answer(self, node: exp.Expr) -> Expression | None:
        if is_aggregate(node):
            return self._statistic(node)
        for label, own in self.nodes.items():
            if node == own:
                return self._key(label)
        return self._named(node) if isinstance(node, exp.Column) else None

    def _statistic(self, node: exp.Expr) -> Expression:
        found = read_measures(node, "", self.scope)
        if len(found) > 1:
            raise refusal(node, "a list of quantiles cannot be part of an expression")
        wanted = found[0]
        for each in self.measures:
            if replace(each, label="") == wanted:
                return _column(each)
        made = replace(wanted, label=self._unused("#"))
        self.measures.append(made)
        return _column(made)

    def _named(self, node: exp.Column) -> Expression:
        label = self.labelled(node.name) if not node.table else None
        if label is not None:
            return self._shown(label)
        found = self.scope.read_expression(node)
        for key in (*self.keys, *self.hidden_keys):
            if key.of == found:
                return Column(ANSWER, key.label, found.kind)
        raise refusal(node, f"{node.name} is neither in GROUP BY nor in an aggregate", hint="Add GROUP BY.")

    def _shown(self, label: str) -> Expression:
        measures = [_column(each) for each in self.measures if each.label == label]
        others: list[Figure | Key] = [*self.figures, *self.keys]
        found = measures + [Column(ANSWER, label, each.of.kind) for each in others if each.label == label]
        if not found:
            # A figure names a later one.
            raise refusal(label, "the column is used before it is computed", hint="Repeat its expression.")
        return found[0]

    def _key(self, label: str) -> Expression:
        return next(Column(ANSWER, label, each.of.kind) for each in self.keys if each.label == label)


def _column(measure: Measure) -> Column:
    quantile = measure.statistic is Statistic.QUANTILE
    return Column(ANSWER, measure.label, measure.of[0].kind if quantile else Kind.NUMBER)
