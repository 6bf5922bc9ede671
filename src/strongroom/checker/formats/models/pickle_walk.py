"""The static walk over a pickle's opcodes: a stack machine that records what loading would build.

Nothing is imported, called or loaded. The opcodes are those of Python's pickletools.
"""

import pickletools
from collections.abc import Callable
from io import BytesIO
from typing import Any

from numpy.typing import NDArray

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.models import pickle_arrays
from strongroom.checker.formats.models.pickle_values import Made, Name, Outside, Pairs, Type
from strongroom.checker.formats.part import UnreadableError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_steps: int = threshold(
        50_000_000, "operations", "cost: bound of the time to walk a pickle, each step in Python"
    )


LIMITS = _Limits()


_MARK = object()
_IGNORED = {"PROTO", "FRAME"}
_VALUES = {"MARK": _MARK, "NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY: dict[str, Callable[[], Any]] = {
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "EMPTY_DICT": Pairs,
    "EMPTY_SET": list,
}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_REMEMBER = {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"}
_RECALL = {"GET", "BINGET", "LONG_BINGET"}
_NAMES = {"GLOBAL", "STACK_GLOBAL"}
_CALLS = {"REDUCE", "NEWOBJ", "NEWOBJ_EX", "OBJ", "INST"}


Resolve = Callable[[Made], NDArray[Any] | None]


class Machine:
    """Walks one pickle from where a stream stands to its end; `names` are all classes and functions in it.

    `resolve` returns the array that another library's call represents, if any.
    """

    def __init__(self, stream: BytesIO, resolve: Resolve | None = None) -> None:
        self._resolve = resolve
        self.names: list[str] = []
        self._stream = stream
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def run(self) -> Any:
        """Return the root value; raise UnreadableError where the opcodes make no sense."""
        try:
            for step, (opcode, argument, _) in enumerate(pickletools.genops(self._stream)):
                if step > LIMITS.most_steps:
                    raise UnreadableError(
                        ProblemKind.TOO_LARGE, "the pickle has more operations than the limit"
                    )
                if opcode.name == "STOP":
                    return self._stack.pop()
                self._step(opcode.name, argument)
        except (IndexError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise UnreadableError(ProblemKind.UNREADABLE, "a damaged pickle") from error
        raise UnreadableError(ProblemKind.UNREADABLE, "a pickle without an end")

    def _step(self, name: str, argument: Any) -> None:
        if name in _IGNORED:
            return
        if name == "MARK" or name in _VALUES or name in _EMPTY:
            self._stack.append(
                _MARK if name == "MARK" else _EMPTY[name]() if name in _EMPTY else _VALUES[name]
            )
        elif not (self._remember(name, argument) or self._make(name, argument) or self._collect(name)):
            self._constant(name, argument)

    def _remember(self, name: str, argument: Any) -> bool:
        if name in _REMEMBER:
            self._memo[len(self._memo) if argument is None else int(argument)] = self._stack[-1]
        elif name in _RECALL:
            self._stack.append(self._memo[int(argument)])
        return name in _REMEMBER or name in _RECALL

    def _make(self, name: str, argument: Any) -> bool:
        if name in _TUPLES:
            self._stack[-_TUPLES[name] :] = [tuple(self._stack[-_TUPLES[name] :])]
        elif name in _NAMES:
            self._name(argument)
        elif name in _CALLS:
            self._call(name, argument)
        elif name == "BUILD":
            self._build()
        return name in _TUPLES or name in _NAMES or name in _CALLS or name == "BUILD"

    def _collect(self, name: str) -> bool:
        """Do what gathers values from the stack; return whether the opcode was one of these."""
        stack = self._stack
        match name:
            case "APPEND" | "APPENDS" | "ADDITEMS":
                items = [stack.pop()] if name == "APPEND" else self._marked()
                into = stack[-1]
                (into.items if isinstance(into, Made) else into).extend(items)
            case "SETITEM" | "SETITEMS":
                flat = [stack.pop(-2), stack.pop()] if name == "SETITEM" else self._marked()
                pairs = list(zip(flat[::2], flat[1::2], strict=True))
                into = stack[-1]
                (into.items if isinstance(into, Made) else into.pairs).extend(pairs)
            case "LIST" | "FROZENSET":
                stack.append(self._marked())
            case "TUPLE":
                stack.append(tuple(self._marked()))
            case "DICT":
                flat = self._marked()
                stack.append(Pairs(list(zip(flat[::2], flat[1::2], strict=True))))
            case "POP":
                stack.pop()
            case "POP_MARK":
                self._marked()
            case "DUP":
                stack.append(stack[-1])
            case "BINPERSID":
                stack.append(Outside(stack.pop()))
            case _:
                return False
        return True

    def _constant(self, name: str, argument: Any) -> None:
        if argument is None or name.startswith("EXT") or name == "PERSID":
            raise UnreadableError(ProblemKind.UNKNOWN_TYPE, f"unsupported operation {name} in a pickle")
        self._stack.append(argument)

    def _marked(self) -> list[Any]:
        at = len(self._stack) - 1
        while self._stack[at] is not _MARK:
            at -= 1
            if at < 0:
                raise IndexError
        found = self._stack[at + 1 :]
        del self._stack[at:]
        return found

    def _name(self, argument: Any) -> None:
        if argument is None:
            name, module = self._stack.pop(), self._stack.pop()
            full = f"{_word(module)}.{_word(name)}"
        else:
            full = ".".join(str(argument).split(" ", 1))
        self.names.append(full)
        self._stack.append(Name(full))

    def _call(self, opcode: str, argument: Any) -> None:
        stack = self._stack
        if opcode in {"REDUCE", "NEWOBJ"}:
            arguments = stack.pop()
        elif opcode == "NEWOBJ_EX":
            keywords = stack.pop()
            arguments = (*stack.pop(), keywords)
        else:
            held = self._marked()
            if opcode == "INST":
                self._name(argument)
            else:
                stack.append(held.pop(0))
            arguments = tuple(held)
        what = stack.pop()
        if not isinstance(what, Name) or not isinstance(arguments, tuple):
            raise UnreadableError(ProblemKind.ACTIVE_CONTENT, "a pickle that calls a computed function")
        made = pickle_arrays.called(Made(what, arguments))
        if isinstance(made, Made) and self._resolve is not None:
            made.array = self._resolve(made)
        stack.append(made)

    def _build(self) -> None:
        state = self._stack.pop()
        target = self._stack[-1]
        if isinstance(target, Type):
            pickle_arrays.with_state(target, state)
        elif not isinstance(target, Made):
            raise UnreadableError(
                ProblemKind.UNREADABLE, "a pickle that sets the state of a stateless object"
            )
        elif target.what.full == pickle_arrays.WRAPPER:
            target.array = pickle_arrays.wrapped(state, self._stream)
            target.state = self._inner() if target.array is None else None
        else:
            target.array = pickle_arrays.built(target, state)
            target.state = state if target.array is None else None

    def _inner(self) -> Any:
        """Walk the pickle of objects that joblib writes into the middle of another."""
        inner = Machine(self._stream, self._resolve)
        value = inner.run()
        self.names.extend(inner.names)
        return value


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise UnreadableError(ProblemKind.ACTIVE_CONTENT, "a pickle that computes a function's name")
    return value
