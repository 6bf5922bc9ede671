"""Refusing a part of a query: which part, why, and what to write instead."""

from collections.abc import Collection
from typing import Any

from sqlglot import exp

from strongroom.errors import QueryError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest: int = threshold(
        60, "characters", "judgement: one line of a terminal together with the reason; more hides the reason"
    )


LIMITS = _Limits()


def refusal(node: exp.Expr | str, why: str, *, hint: str = "") -> QueryError:
    """Return the error that quotes the SQL of `node` and says why it is refused."""
    words = node if isinstance(node, str) else node.sql(dialect="duckdb")
    shown = words if len(words) <= LIMITS.longest else f"{words[: LIMITS.longest]}…"
    return QueryError(f"Query refused at '{shown}': {why}.", hint=hint)


def only(node: exp.Expr, allowed: Collection[str]) -> None:
    """Refuse a node with parts not in `allowed`: SQL that is not read must not be accepted."""
    for name, value in node.args.items():
        if name not in allowed and _is_present(value):
            part = value[0] if isinstance(value, list) else value
            shown = part if isinstance(part, exp.Expr) else node
            raise refusal(shown, f"{name.strip('_')} is not supported here")


def _is_present(value: Any) -> bool:
    return value is not None and value is not False and value != []
