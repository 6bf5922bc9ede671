"""GROUP BY: expressions, names, positions, ALL, and the grouping sets of ROLLUP and CUBE."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

from sqlglot import exp

from strongroom.disclosure.query.reading.answer_columns import AnswerColumns
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.representation import Expression, Key
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_sets: int = threshold(
        16, "grouping sets", "cost: a CUBE of four columns; each set costs privacy as a query does"
    )


LIMITS = _Limits()
_Sets = list[tuple[Expression, ...]]
Sets = tuple[tuple[int, ...], ...]


def read_group(select: exp.Select, columns: AnswerColumns) -> Sets | None:
    """Add the keys that are not shown; return those of each grouping set, or None for one set of all."""
    group = select.args.get("group")
    if group is None:
        if columns.keys:
            label = columns.keys[0].label
            raise refusal(select, f"{label} is not an aggregate", hint=f"Add GROUP BY {label}.")
        return None
    only(group, ("expressions", "all", "rollup", "cube"))
    if group.args.get("all"):
        return None
    return _Grouping(select, columns).read(group)


@dataclass
class _Grouping:
    select: exp.Select
    columns: AnswerColumns

    def read(self, group: exp.Group) -> Sets | None:
        nodes = list(group.expressions)
        for name, kind in (("rollup", exp.Rollup), ("cube", exp.Cube)):
            given = group.args.get(name) or []
            if given:
                nodes = [kind(expressions=given[0].expressions or nodes)]
        plain = not any(isinstance(each, exp.Rollup | exp.Cube | exp.GroupingSets) for each in nodes)
        parts = [self._sets(each) for each in nodes]
        number = 1
        for each in parts:
            number *= len(each)
        if number > LIMITS.most_sets:
            raise refusal(group, f"a query has at most {LIMITS.most_sets} grouping sets")
        found = [tuple(of for part in chosen for of in part) for chosen in product(*parts)]
        keys = self._keys([of for each in found for of in each])
        if plain:
            return None
        return tuple(dict.fromkeys(_places(each, keys) for each in found))

    def _keys(self, by: Sequence[Expression]) -> list[Key]:
        """Return all keys, those that are not shown last; QueryError if one that is shown is missing."""
        columns = self.columns
        missing = [key.label for key in columns.keys if key.of not in by]
        if missing:
            raise refusal(
                self.select, f"{missing[0]} is selected but not in GROUP BY", hint="Add it to GROUP BY."
            )
        shown = [key.of for key in columns.keys]
        hidden = [of for of in dict.fromkeys(by) if of not in shown]
        columns.hidden_keys += [Key(f"#group_{place}", of) for place, of in enumerate(hidden)]
        return [*columns.keys, *columns.hidden_keys]

    def _sets(self, node: exp.Expr) -> _Sets:
        if isinstance(node, exp.GroupingSets):
            return [each for inner in node.expressions for each in self._sets(inner)]
        if isinstance(node, exp.Tuple):
            return [tuple(of for each in node.expressions for of in self._one(each))]
        if not isinstance(node, exp.Rollup | exp.Cube):
            return [self._one(node)]
        parts = [self._sets(each)[0] for each in node.expressions]
        if len(parts) > LIMITS.most_sets:
            raise refusal(node, f"a query has at most {LIMITS.most_sets} grouping sets")
        if isinstance(node, exp.Rollup):
            chosen = [parts[:length] for length in range(len(parts), -1, -1)]
        else:
            chosen = _subsets(parts, node)
        return [tuple(of for part in each for of in part) for each in chosen]

    def _one(self, node: exp.Expr) -> tuple[Expression, ...]:
        """Return the key of a node: none for a constant column such as 'men' AS sex."""
        node = node.unnest()
        columns = self.columns
        label = None
        if isinstance(node, exp.Literal) and not node.is_string:
            place = int(node.name) if node.name.isdigit() else 0
            if not 1 <= place <= len(columns.places):
                raise refusal(node, "GROUP BY names no such column")
            label = columns.places[place - 1]
        elif isinstance(node, exp.Column) and not node.table:
            label = columns.labelled(node.name)
        if label is None:
            label = next((each for each, own in columns.nodes.items() if own == node), None)
        if label is None:
            return (columns.scope.read_expression(node),)
        if any(each.label == label for each in columns.figures):
            return ()
        for key in columns.keys:
            if key.label == label:
                return (key.of,)
        raise refusal(node, f"{label} is an aggregate, so it cannot be in GROUP BY")


def _subsets(parts: list[tuple[Expression, ...]], node: exp.Expr) -> list[list[tuple[Expression, ...]]]:
    if 2 ** len(parts) > LIMITS.most_sets:
        raise refusal(node, f"a query has at most {LIMITS.most_sets} grouping sets")
    sizes = range(len(parts), -1, -1)
    return [list(each) for size in sizes for each in combinations(parts, size)]


def _places(chosen: Sequence[Expression], keys: Sequence[Key]) -> tuple[int, ...]:
    return tuple(place for place, key in enumerate(keys) if key.of in chosen)
