"""How large and how deeply nested the parts of a query are, so that nothing later can be overwhelmed.

Common table expressions that name one another can double a query at each step although its text is short,
and a chain of them can nest it without end.
"""

from dataclasses import dataclass, field

from strongroom.disclosure.query.representation import Call, Function, parts_of
from strongroom.errors import QueryError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_parts: int = threshold(
        20_000, "parts", "cost: the SQL for the engine grows with the number of parts"
    )
    most_levels: int = threshold(
        80,
        "levels",
        "cost: functions that walk a query take up to six stack frames a level, and Python has 1,000",
    )


LIMITS = _Limits()

_REPEATED = {
    Function.LEAST: 2,
    Function.GREATEST: 2,
    Function.REMAINDER: 3,
    Function.LOGARITHM: 2,
    Function.ROOT: 2,
    Function.EXPONENTIAL: 2,
}
"""How often the SQL for an engine repeats the arguments of a function."""


@dataclass
class Sizes:
    """The number of parts and of levels of the parts of a query that were measured so far."""

    _known: dict[int, tuple[object, int, int]] = field(default_factory=dict)

    def check(self, part: object) -> None:
        """Measure a part whose own parts are measured already; QueryError if it is too large."""
        _, parts, levels = self._measured(part)
        if levels > LIMITS.most_levels:
            raise QueryError(
                f"An expression is nested more than {LIMITS.most_levels} levels deep.",
                hint="A sum of many terms is nested once per term: split it into several queries.",
            )
        if parts > LIMITS.most_parts:
            raise QueryError("The query is too long.", hint="Split it into several queries.")

    def _measured(self, part: object) -> tuple[object, int, int]:
        found = self._known.get(id(part))
        if found is None:
            inner = [self._measured(each)[1:] for each in parts_of(part)]
            repeated = _REPEATED.get(part.function, 1) if isinstance(part, Call) else 1
            parts = 1 + repeated * sum(each for each, _ in inner)
            levels = max((each for _, each in inner), default=0) + (not isinstance(part, tuple))
            # The part is kept, so that its id is not used again.
            found = self._known[id(part)] = (part, parts, levels)
        return found
