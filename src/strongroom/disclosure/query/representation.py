"""A query as values: which people, how they are grouped, which statistics of each group.

A researcher's SQL is parsed into this and discarded; the SQL that an engine runs is written from this. It
cannot express a person's id, a single row, an order of rows or an unaggregated value.

Every expression is total: for any row it gives a value or NULL, never an error that could reveal the row's
content.

Class, field and member names are part of what a group is called (gateway/group_names.py), so renaming one
changes the noise of every answer.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of an expression's value."""

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
    """A function of a row's values; an undefined result is NULL."""

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
    PLUS_MONTHS = "plus_months"


class EventFact(StrEnum):
    """An aggregate over all of one person's events."""

    COUNT = "count"
    LEAST = "least"
    GREATEST = "greatest"
    MEAN = "mean"
    DISTINCT = "distinct"


class Statistic(StrEnum):
    """A statistic of a group of people."""

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
    """A stored column of the source numbered `source` in the query's sources (0: people)."""

    source: int
    name: str
    kind: Kind


@dataclass(frozen=True)
class Literal:
    """A constant; None is NULL."""

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
    """The expression of the first condition that holds, `otherwise` if none does."""

    branches: tuple[tuple["Condition", "Expression"], ...]
    otherwise: "Expression"
    kind: Kind


@dataclass(frozen=True)
class EventValue:
    """An aggregate over a person's rows in an event table that meet `where`, such as the minimum of `of`.

    In `of` and `where`, `source` is the number of the event table; the query's own sources have lower
    numbers.
    """

    fact: EventFact
    table: str
    source: int
    where: "Condition"
    of: "Expression | None"
    kind: Kind


@dataclass(frozen=True)
class Band:
    """The number, from 1, of the one of `parts` equally large groups in which a person's value lies (NTILE).

    The groups' limits come from noisy quantiles of the people who meet `where`. Neither it nor `of` reads a
    joined event table.
    """

    of: "Expression"
    parts: int
    where: "Condition"
    kind: Kind = Kind.NUMBER


Expression = Column | Literal | Call | Case | EventValue | Band


@dataclass(frozen=True)
class Truth:
    """A constant condition."""

    value: bool


@dataclass(frozen=True)
class Compare:
    """A comparison of two expressions of one kind; false if either is NULL."""

    operator: Operator
    left: Expression
    right: Expression


@dataclass(frozen=True)
class OneOf:
    """Whether an expression equals one of the listed values."""

    of: Expression
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Like:
    """Whether a text matches a pattern: `%` matches any text, `_` any one character."""

    of: Expression
    pattern: str


@dataclass(frozen=True)
class Missing:
    """Whether an expression is NULL."""

    of: Expression


@dataclass(frozen=True)
class Not:
    """Negation; as in SQL, the negation of a comparison with NULL is not true either."""

    of: "Condition"


@dataclass(frozen=True)
class Every:
    """True if all conditions hold."""

    of: tuple["Condition", ...]


@dataclass(frozen=True)
class Some:
    """True if at least one condition holds."""

    of: tuple["Condition", ...]


Condition = Truth | Compare | OneOf | Like | Missing | Not | Every | Some

TRUE = Truth(value=True)

ANSWER = -1  # fixed: no table has this source number
"""The `source` of a column of the answer, in a figure or in HAVING; its `name` is the label."""


@dataclass(frozen=True)
class Source:
    """A table of the query: the people's, or an event table joined by person.

    With `required`, people without a row that meets `where` are left out (inner join); otherwise the table's
    columns are NULL for them (left join).
    """

    table: str
    where: Condition = TRUE
    required: bool = True


@dataclass(frozen=True)
class Key:
    """A grouping expression and its name in the answer."""

    label: str
    of: Expression


@dataclass(frozen=True)
class Measure:
    """A statistic of each group and its name in the answer.

    `of` has as many expressions as the statistic needs: none to count people, two for a correlation (y, x).
    `share` is the probability of a quantile, between 0 and 1.
    """

    label: str
    statistic: Statistic
    of: tuple[Expression, ...] = ()
    share: float | None = None


@dataclass(frozen=True)
class Figure:
    """A number computed from shown numbers, such as a ratio of two counts, and its name in the answer.

    The columns of `of` have the source `ANSWER`, so it adds nothing to what the answer reveals.
    """

    label: str
    of: Expression


@dataclass(frozen=True)
class Order:
    """A column to sort the answer by, applied after disclosure control."""

    label: str
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """A query: for the people who meet `where`, grouped by `keys`, the `measures`.

    `sources[0]` is the people's table. `columns` are the labels of the answer in the order of the SELECT:
    of keys, measures and figures, of which some may not be shown. `having` is a condition on the columns of
    the answer (source `ANSWER`); a row without a shown number it needs is left out. `sets` are the positions
    of the keys that each grouping set uses, the others are NULL in its rows; None is one set of all keys.
    `most` limits the rows of the answer, not of the data.
    """

    sources: tuple[Source, ...]
    where: Condition
    keys: tuple[Key, ...]
    measures: tuple[Measure, ...]
    columns: tuple[str, ...]
    order: tuple[Order, ...] = ()
    most: int | None = None
    figures: tuple[Figure, ...] = ()
    having: Condition = TRUE
    sets: tuple[tuple[int, ...], ...] | None = None

    @property
    def about_events(self) -> bool:
        """Whether a person can have several rows, and so belong to several groups."""
        return len(self.sources) > 1

    def columns_read(self) -> dict[str, tuple[str, ...]]:
        """Return the columns the answer depends on, by table, sorted."""
        tables = [source.table for source in self.sources]
        read: dict[str, set[str]] = {table: set() for table in tables}
        parts = (*(source.where for source in self.sources), self.where, *self.keys, *self.measures)
        for part in parts:
            _collect(part, dict(enumerate(tables)), read)
        return {table: tuple(sorted(names)) for table, names in read.items()}


@dataclass(frozen=True)
class Statement:
    """One or more queries whose answers are stacked (UNION ALL); they have the same number of columns.

    The answer has the labels of the first query. `order` and `most` apply to all rows; the queries of a
    union have none of their own.
    """

    queries: tuple[Query, ...]
    order: tuple[Order, ...] = ()
    most: int | None = None


def _collect(part: object, tables: dict[int, str], read: dict[str, set[str]]) -> None:
    if isinstance(part, Column):
        read[tables[part.source]].add(part.name)
        return
    if isinstance(part, EventValue):
        read.setdefault(part.table, set())
        tables = {**tables, part.source: part.table}
    for inner in parts_of(part):
        _collect(inner, tables, read)


def parts_of(part: object) -> Iterator[object]:
    """Yield the fields of a value of this module, or the items of a tuple; of constants, nothing."""
    if isinstance(part, tuple):
        yield from part
    elif isinstance(part, OneOf):
        # Its values are constants, and can be thousands.
        yield part.of
    elif isinstance(part, StrEnum) or not hasattr(part, "__dataclass_fields__"):
        return
    else:
        yield from (getattr(part, name) for name in part.__dataclass_fields__)


def inside(part: object) -> Iterator[object]:
    """Yield a value of this module and all values inside it but the constants of lists; never recursive."""
    waiting = [part]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(parts_of(each))


def of_events(part: object) -> bool:
    """Tell whether an expression's value can differ between the rows of one person."""
    parts = list(inside(part))
    read = {each.source for each in parts if isinstance(each, Column)}
    # An aggregate over all of a person's events has one value, unless it depends on a joined row.
    return bool(read - {0} - {each.source for each in parts if isinstance(each, EventValue)})
