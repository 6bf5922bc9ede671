"""Formulas of derived columns: arithmetic over columns, parsed and evaluated without running any code.

`p21002 / (p50 / 100) ** 2`: numbers, column names (in quotes if they are not plain words), + - * / **, and
`log`, `exp`, `sqrt`, `round`, `floor`, `min`, `max`, `first` (the second where the first has no value),
`above` (1 from a limit on, 0 below it) and `years` (completed between two dates). A missing input gives a
missing result.
"""

import ast
import keyword
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.errors import UsageError
from strongroom.thresholds import Thresholds, threshold

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest: int = threshold(
        4_000, "characters", "cost: bounds parsing and recursion; a sum of 60 items is under 2,000"
    )


LIMITS = _Limits()

_ROUNDING_ERROR = 1e-9  # fixed: relative; a whole number computed in doubles may fall short of itself

_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "log": (1, np.log),
    "exp": (1, np.exp),
    "sqrt": (1, np.sqrt),
    "round": (1, np.round),
    "floor": (1, lambda value: np.floor(value + _ROUNDING_ERROR * np.maximum(1, np.abs(value)))),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
    "first": (2, lambda one, other: np.where(np.isnan(one), other, one)),
    "above": (2, lambda value, limit: np.where(np.isnan(value), np.nan, value >= limit)),
    "years": (2, lambda earlier, later: _completed_years(earlier, later)),  # noqa: PLW0108 - defined below
}


@dataclass(frozen=True)
class Formula:
    """A formula over columns; UsageError for anything but arithmetic."""

    text: str

    def __post_init__(self) -> None:
        _require_arithmetic(self._tree, self.text)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The columns it needs, each once, in the order of the formula."""
        found = [
            (node.col_offset, _column(node))
            for node in ast.walk(self._tree)
            if isinstance(node, ast.expr) and _column(node)
        ]
        return tuple(dict.fromkeys(name for _, name in sorted(found)))

    def evaluate(self, values: Mapping[str, Floats]) -> Floats:
        """Return the result for columns of one shape; NaN where it has none."""
        with np.errstate(all="ignore"):
            found = np.asarray(_value(self._tree, values), np.float64)
        return np.where(np.isfinite(found), found, np.nan)

    @cached_property
    def limits(self) -> tuple[tuple[str, float], ...]:
        """The columns and limits of its `above(column, limit)`."""
        return tuple(
            (_column(node.args[0]), float(node.args[1].value))
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "above"
            and _column(node.args[0])
            and isinstance(node.args[1], ast.Constant)
            and isinstance(node.args[1].value, int | float)
        )

    @cached_property
    def _tree(self) -> ast.expr:
        if len(self.text) > LIMITS.longest:
            raise _refused(self.text)
        try:
            return ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise _refused(self.text) from error


def quoted(name: str) -> str:
    """Return a column's name as a formula has it: in quotes unless it is a plain word."""
    plain = name.isidentifier() and name.isascii() and not keyword.iskeyword(name)
    return name if plain and name not in _FUNCTIONS else repr(name)


def _column(node: ast.AST) -> str:
    """Return the column that a node names; empty for other nodes."""
    if isinstance(node, ast.Name) and node.id not in _FUNCTIONS:
        return node.id
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _completed_years(earlier: Floats, later: Floats) -> Floats:
    """Return the birthdays from one day to another, in days since 1970: 29 February counts on 1 March."""
    known = np.isfinite(earlier) & np.isfinite(later)
    found = np.full(np.broadcast(earlier, later).shape, np.nan)
    start, end = (
        np.broadcast_to(each, found.shape)[known].astype("datetime64[D]") for each in (earlier, later)
    )
    months = [each.astype("datetime64[M]") for each in (start, end)]
    days = [each - month.astype("datetime64[D]") for each, month in zip((start, end), months, strict=True)]
    between = (months[1] - months[0]).astype(np.int64) - (days[1] < days[0])
    found[known] = np.floor_divide(between, 12)
    return found


def _require_arithmetic(node: ast.expr, text: str) -> None:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Constant(value=str(name)) if name:
            return
        case ast.Name():
            return
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _require_arithmetic(operand, text)
            return
        case ast.BinOp(left=left, op=how, right=right) if type(how) in _OPERATIONS:
            _require_arithmetic(left, text)
            _require_arithmetic(right, text)
            return
        case ast.Call(func=ast.Name(id=name), args=given, keywords=[]) if name in _FUNCTIONS:
            if len(given) == _FUNCTIONS[name][0]:
                for each in given:
                    _require_arithmetic(each, text)
                return
    raise _refused(text)


def _value(node: ast.expr, values: Mapping[str, Floats]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name) | ast.Constant(value=str(name)):
            return values[name]
        case ast.UnaryOp(operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=how, right=right):
            return _OPERATIONS[type(how)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=given):
            return _FUNCTIONS[name][1](*(_value(each, values) for each in given))
    raise TypeError(f"{type(node).__name__} was let through")


def _refused(text: str) -> UsageError:
    return UsageError(
        f"{text[:80]!r} is not a formula over columns.",
        hint=f"Use numbers, columns, + - * / ** and {', '.join(_FUNCTIONS)}.",
    )
