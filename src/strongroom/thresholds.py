"""A number that decides something has a name, a unit and a source.

Each module keeps its own together:

    class _Limits(Thresholds):
        least_rows: int = threshold(20, "rows", "judgement: fewer rows do not show a distribution")


    LIMITS = _Limits()

`tests/test_thresholds.py` forbids numbers elsewhere, and `docs/reference/thresholds.md` lists them all.
A dataclass in each of four hundred modules would take a third of a second whenever a process starts:
its methods are compiled each time (decision 0022).
"""

from typing import Any, ClassVar, NamedTuple, Never

SOURCES = ("derived", "fitted", "cost", "judgement", "standard")
"""Where a number may come from.

derived: follows from a formula or another number. fitted: by the command the reason names. cost: a bound on
time or memory. judgement: chosen for the reason given. standard: published elsewhere, at the place given.
"""


class Declared(NamedTuple):
    """A number as it is declared; `source` is one of SOURCES, a colon, and the reason."""

    value: Any
    unit: str
    source: str


def threshold(value: Any, unit: str, source: str) -> Any:
    """Declare a number of a `Thresholds` class; raise ValueError where `source` names none of SOURCES."""
    kind, _, reason = source.partition(": ")
    if kind not in SOURCES or not reason:
        raise ValueError(f"{source!r} does not say where a number comes from: {', '.join(SOURCES)}")
    return Declared(value, unit, source)


class Thresholds:
    """The numbers of one module, unchangeable; tests make others with `type(LIMITS)(name=value)`."""

    declared: ClassVar[dict[str, Declared]] = {}

    def __init_subclass__(cls) -> None:
        cls.declared = {name: each for name, each in vars(cls).items() if isinstance(each, Declared)}
        for name, each in cls.declared.items():
            setattr(cls, name, each.value)

    def __init__(self, **other: Any) -> None:
        for name, value in other.items():
            if name not in self.declared:
                raise TypeError(f"{type(self).__qualname__} declares no {name}")
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"{name} is declared once and never changes")
