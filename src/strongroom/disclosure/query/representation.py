"""A question about a cohort, as values: who is meant, how they are grouped, what is asked of each group.

Researchers write SQL; it is read into this and thrown away, and what an engine runs is written from this.
There is no way to say a person's id here, nor to ask for a row, an order of rows or a value as it stands.

Every expression is total: it has a value, or none, for any row, and never an error that could tell what the
row holds.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum


class Kind(StrEnum):
    """What sort of value an expression has."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    BOOLEAN = "boolean"


class Operator(StrEnum):
    """A comparison of two values of one kind."""

    EQUAL = "="
    UNEQUAL = "<>"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class Function(StrEnum):
    """What can be made of a row's values; a result that does not exist is none at all."""

    ADD = "add"
    SUBTRACT = "subtract"
    MULTIPLY = "multiply"
    DIVIDE = "divide"
    REMAINDER = "remainder"
    NEGATE = "negate"
    ABSOLUTE = "absolute"
    FLOOR = "floor"
    CEILING = "ceiling"
    ROUND = "round"
    LOGARITHM = "logarithm"
    EXPONENTIAL = "exponential"
    ROOT = "root"
    LEAST = "least"
    GREATEST = "greatest"
    COALESCE = "coalesce"
    LOWER = "lower"
    UPPER = "upper"
    LEFT = "left"
    YEAR = "year"
    MONTH = "month"
    START_OF_MONTH = "start_of_month"
    START_OF_YEAR = "start_of_year"
    DAYS_BETWEEN = "days_between"
    PLUS_DAYS = "plus_days"


class EventFact(StrEnum):
    """What is said of a person's events, all of them together."""

    COUNT = "count"
    LEAST = "least"
    GREATEST = "greatest"
    MEAN = "mean"


class Statistic(StrEnum):
    """What is asked of a group of people."""

    PEOPLE = "people"
    PRESENT = "present"
    DISTINCT = "distinct"
    SUM = "sum"
    MEAN = "mean"
    DEVIATION = "deviation"
    VARIANCE = "variance"
    QUANTILE = "quantile"
    CORRELATION = "correlation"
    SLOPE = "slope"
    INTERCEPT = "intercept"
    R_SQUARED = "r_squared"


@dataclass(frozen=True)
class Column:
    """A value as it is recorded, of a row of the source at `place` in the query's sources (0: people)."""

    source: int
    name: str
    kind: Kind


@dataclass(frozen=True)
class Literal:
    """A constant; None is no value."""

    value: float | int | str | bool | dt.date | None
    kind: Kind


@dataclass(frozen=True)
class Call:
    """A function of expressions."""

    function: Function
    arguments: tuple["Expression", ...]
    kind: Kind


@dataclass(frozen=True)
class Case:
    """The expression of the first condition that holds, `otherwise` where none does."""

    branches: tuple[tuple["Condition", "Expression"], ...]
    otherwise: "Expression"
    kind: Kind


@dataclass(frozen=True)
class EventValue:
    """A fact of a person's rows in an event table where `where` holds: their number, or the least of `of`.

    Inside `of` and `where` the event table's columns stand at the source numbered `source`, beyond those of
    the query itself.
    """

    fact: EventFact
    table: str
    source: int
    where: "Condition"
    of: "Expression | None"
    kind: Kind


Expression = Column | Literal | Call | Case | EventValue


@dataclass(frozen=True)
class Truth:
    """Always so, or never."""

    value: bool


@dataclass(frozen=True)
class Compare:
    """Two expressions of one kind, compared; false where either has no value."""

    operator: Operator
    left: Expression
    right: Expression


@dataclass(frozen=True)
class OneOf:
    """Whether an expression has one of the values listed."""

    of: Expression
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Like:
    """Whether a text fits a pattern: `%` stands for any text, `_` for any one character."""

    of: Expression
    pattern: str


@dataclass(frozen=True)
class Missing:
    """Whether an expression has no value."""

    of: Expression


@dataclass(frozen=True)
class Not:
    """The opposite: a comparison with a missing value is neither, as in SQL."""

    of: "Condition"


@dataclass(frozen=True)
class Every:
    """All conditions hold."""

    of: tuple["Condition", ...]


@dataclass(frozen=True)
class Some:
    """At least one condition holds."""

    of: tuple["Condition", ...]


Condition = Truth | Compare | OneOf | Like | Missing | Not | Every | Some

TRUE = Truth(value=True)


@dataclass(frozen=True)
class Source:
    """A table that takes part: the people's, or one of events, joined person by person.

    With `required`, people without a row that meets `where` are left out; otherwise its columns have no value
    for them.
    """

    table: str
    where: Condition = TRUE
    required: bool = True


@dataclass(frozen=True)
class Key:
    """What groups are told apart by, and the name it has in the answer."""

    label: str
    of: Expression


@dataclass(frozen=True)
class Measure:
    """What is asked of each group, and the name it has in the answer.

    `of` has as many expressions as the statistic needs: none to count people, two for a correlation (y, x).
    `share` is a quantile's, between 0 and 1.
    """

    label: str
    statistic: Statistic
    of: tuple[Expression, ...] = ()
    share: float | None = None


@dataclass(frozen=True)
class Order:
    """How the rows of the answer are sorted, by a label; done after the answer is made safe."""

    label: str
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """A question: of the people who meet `where`, for each combination of `keys`, the `measures`.

    `sources[0]` is the people's table. `columns` are the labels of the answer in the order asked for; `most`
    limits the rows of the answer, not of the data.
    """

    sources: tuple[Source, ...]
    where: Condition
    keys: tuple[Key, ...]
    measures: tuple[Measure, ...]
    columns: tuple[str, ...]
    order: tuple[Order, ...] = ()
    most: int | None = None

    @property
    def about_events(self) -> bool:
        """Whether a person may stand in several rows, and so in several groups."""
        return len(self.sources) > 1

    def columns_read(self) -> dict[str, tuple[str, ...]]:
        """Return which columns of which table the answer depends on, sorted."""
        tables = [source.table for source in self.sources]
        read: dict[str, set[str]] = {table: set() for table in tables}
        parts = (*(source.where for source in self.sources), self.where, *self.keys, *self.measures)
        for part in parts:
            _collect(part, dict(enumerate(tables)), read)
        return {table: tuple(sorted(names)) for table, names in read.items()}


def _collect(part: object, tables: dict[int, str], read: dict[str, set[str]]) -> None:
    if isinstance(part, Column):
        read[tables[part.source]].add(part.name)
        return
    if isinstance(part, EventValue):
        read.setdefault(part.table, set())
        tables = {**tables, part.source: part.table}
    for inner in _parts(part):
        _collect(inner, tables, read)


def _parts(part: object) -> Iterator[object]:
    """Yield what a value of this module is made of, tuples taken apart."""
    if isinstance(part, tuple):
        yield from part
    elif isinstance(part, StrEnum) or not hasattr(part, "__dataclass_fields__"):
        return
    else:
        yield from (getattr(part, each.name) for each in fields(part))  # type: ignore[arg-type]


def of_events(part: object) -> bool:
    """Tell whether an expression's value may differ between the rows of one person."""
    if isinstance(part, Column):
        return part.source > 0
    # A fact of all of somebody's events is one.
    return not isinstance(part, EventValue) and any(of_events(inner) for inner in _parts(part))
