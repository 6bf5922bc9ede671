"""Formulas of derived columns: arithmetic over columns, parsed and evaluated without running any code.

`p21002 / (p50 / 100) ** 2`: numbers, column names, + - * / **, and `log`, `exp`, `sqrt`, `round`, `min`,
`max` and `first` (the second where the first has no value). A missing input gives a missing result.
"""

import ast
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
        400, "characters", "cost: bounds parsing and recursion; the longest known formula is under 100"
    )


LIMITS = _Limits()

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
    "min": (2, np.minimum),
    "max": (2, np.maximum),
    "first": (2, lambda one, other: np.where(np.isnan(one), other, one)),
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
        found = [node for node in ast.walk(self._tree) if isinstance(node, ast.Name)]
        ordered = sorted(found, key=lambda node: node.col_offset)
        return tuple(dict.fromkeys(node.id for node in ordered if node.id not in _FUNCTIONS))

    def evaluate(self, values: Mapping[str, Floats]) -> Floats:
        """Return the result for columns of one shape; NaN where it has none."""
        with np.errstate(all="ignore"):
            found = np.asarray(_value(self._tree, values), np.float64)
        return np.where(np.isfinite(found), found, np.nan)

    @cached_property
    def _tree(self) -> ast.expr:
        if len(self.text) > LIMITS.longest:
            raise _refused(self.text)
        try:
            return ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise _refused(self.text) from error


def _require_arithmetic(node: ast.expr, text: str) -> None:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
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
        case ast.Name(id=name):
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
        hint="Use numbers, columns, + - * / ** and log, exp, sqrt, round, min, max or first.",
    )
