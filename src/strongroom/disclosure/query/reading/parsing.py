"""Parsing SQL into a syntax tree, after checking that the parser can take it.

The parser is recursive and tries joins without ON in every order, so nesting and joins are limited on the
tokens, before it runs.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.errors import QueryError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest: int = threshold(
        20_000, "characters", "cost: the parser works through the text before any other limit applies"
    )
    most_nested: int = threshold(
        20,
        "levels",
        "cost: the parser takes up to 25 stack frames for each bracket or CASE, and Python has 1,000",
    )
    deepest: int = threshold(
        60,
        "levels",
        "cost: reading takes up to seven stack frames a level of the syntax tree, and Python has 1,000",
    )
    most_joins: int = threshold(
        8, "joins", "cost: the parser takes twice as long for each further join without ON, 0.1 s for ten"
    )
    most_lists: int = threshold(
        60, "square brackets", "cost: the parser's time grows with the square of their number"
    )
    most_selects: int = threshold(
        20, "SELECTs", "judgement: a flow chart of exclusions has about ten steps; each SELECT costs privacy"
    )


LIMITS = _Limits()

_PREFIXES = {
    TokenType.NOT,
    TokenType.DASH,
    TokenType.PLUS,
    TokenType.TILDE,
    TokenType.INTERVAL,
    TokenType.EXISTS,
    TokenType.FROM,
    TokenType.PARAMETER,
}
_CHAINS = (exp.And, exp.Or, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Union)
_OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
_CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
_HINT = "Split it into several queries."


def parsed(sql: str) -> exp.Query:
    """Return the syntax tree of one SELECT, or of a union; QueryError for anything else."""
    if len(sql) > LIMITS.longest:
        raise QueryError(f"A query has at most {LIMITS.longest:,} characters.", hint=_HINT)
    try:
        _check_tokens(sqlglot.tokenize(sql, read="duckdb"))
        statements = sqlglot.parse(sql, read="duckdb")
    except (SqlglotError, RecursionError):
        raise QueryError(
            "The SQL has a syntax error.", hint="Write SELECT … FROM participants WHERE … GROUP BY …."
        ) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise QueryError("A query must be one SELECT statement.", hint="Send one statement at a time.")
    _check_tree(statements[0])
    return statements[0]


def selects(statement: exp.Query) -> tuple[exp.Select, ...]:
    """Return the SELECTs of a statement in the order of their rows; QueryError unless all are UNION ALL."""
    found = []
    waiting: list[Any] = [statement]
    while waiting:
        node = waiting.pop()
        if node is not statement and not isinstance(node, exp.Select):
            only(node, ("this", "expression", "distinct"))
        if isinstance(node, exp.Union):
            if node.args.get("distinct"):
                raise QueryError("UNION removes repeated rows.", hint="Write UNION ALL.")
            waiting += [node.expression, node.this]
        elif isinstance(node, exp.Subquery):
            only(node, ("this",))
            waiting.append(node.this)
        elif isinstance(node, exp.Select):
            found.append(node)
        else:
            raise refusal(node, "a query is one SELECT, or several with UNION ALL between them")
    if len(found) > LIMITS.most_selects:
        raise QueryError(f"A query has at most {LIMITS.most_selects} SELECTs in a UNION ALL.", hint=_HINT)
    return tuple(found)


def _check_tokens(tokens: Sequence[Token]) -> None:
    if max(_depths(tokens), default=0) > LIMITS.most_nested:
        raise QueryError(
            f"The query is nested more than {LIMITS.most_nested} levels deep (brackets, CASE, NOT).",
            hint=_HINT,
        )
    if max(_joins(tokens), default=0) > LIMITS.most_joins:
        raise QueryError(f"A query has at most {LIMITS.most_joins} joins without ON or USING.", hint=_HINT)
    if sum(token.token_type is TokenType.L_BRACKET for token in tokens) > LIMITS.most_lists:
        raise QueryError(f"A query has at most {LIMITS.most_lists} lists in square brackets.", hint=_HINT)


def _depths(tokens: Sequence[Token]) -> Iterator[int]:
    """Yield how deeply each token is nested: in brackets, CASE … END, and signs before an operand."""
    levels: list[int] = []
    depth = before = 0
    for place, token in enumerate(tokens):
        kind = token.token_type
        if kind in _OPENING or _is_if_then(tokens, place):
            levels.append(before + 1)
            depth, before = depth + before + 1, 0
        elif kind in _CLOSING:
            depth, before = depth - (levels.pop() if levels else 0), 0
        else:
            before = before + 1 if kind in _PREFIXES else 0
        yield depth + before


def _is_if_then(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether a token begins IF … THEN … END, rather than the function IF(…)."""
    following = tokens[place + 1].token_type if place + 1 < len(tokens) else None
    return tokens[place].text.upper() == "IF" and following is not TokenType.L_PAREN


def _joins(tokens: Sequence[Token]) -> Iterator[int]:
    """Yield, for each token, how many joins before it have neither ON nor USING."""
    found = 0
    for token in tokens:
        if token.token_type in (TokenType.ON, TokenType.USING, TokenType.SELECT):
            found = 0
        found += token.token_type is TokenType.JOIN
        yield found


def _check_tree(statement: exp.Query) -> None:
    """Refuse a tree that is too deep; chains such as a + b + c are read without nesting."""
    waiting: list[tuple[Any, int]] = [(statement, 1)]
    while waiting:
        node, level = waiting.pop()
        if level > LIMITS.deepest:
            raise QueryError(f"The query is nested more than {LIMITS.deepest} levels deep.", hint=_HINT)
        for inner in node.iter_expressions():
            chained = isinstance(node, _CHAINS) and inner is node.this
            waiting.append((inner, level + (not chained)))
