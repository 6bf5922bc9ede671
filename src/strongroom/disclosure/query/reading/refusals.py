"""Saying no to a part of a query: which part, and how to ask instead."""

from collections.abc import Collection
from typing import Any

from sqlglot import exp

from strongroom.errors import QueryError

_LONGEST = 60


def refusal(node: exp.Expression | str, why: str, *, hint: str = "") -> QueryError:
    """Return the error that names the researcher's own words at `node` and says why they do not fit."""
    words = node if isinstance(node, str) else node.sql(dialect="duckdb")
    shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
    return QueryError(f"'{shown}' cannot be asked: {why}.", hint=hint)


def only(node: exp.Expression, allowed: Collection[str]) -> None:
    """Refuse a node with parts not named in `allowed`: what is not read must not be there."""
    for name, value in node.args.items():
        if name not in allowed and _says_something(value):
            part = value[0] if isinstance(value, list) else value
            shown = part if isinstance(part, exp.Expression) else node
            raise refusal(shown, f"{name.strip('_')} is not understood here")


def _says_something(value: Any) -> bool:
    return value is not None and value is not False and value != []
