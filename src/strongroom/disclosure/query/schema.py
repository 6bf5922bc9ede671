"""The tables and columns of a view that a query can name.

The person key joins tables and counts people; it is never a value, so it is no column.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from strongroom.disclosure.query.representation import Kind


@dataclass(frozen=True)
class Table:
    """A table as researchers see it: its columns and the kind of value in each.

    `spellings` gives other ways to write a column's name, in lower case.
    """

    name: str
    columns: Mapping[str, Kind]
    spellings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Schema:
    """The tables of a view: `people` has one row per participant, `events` any number.

    `person` are the names of the person key, which every table has, ignoring case.
    """

    people: Table
    events: tuple[Table, ...] = ()
    person: tuple[str, ...] = ("eid",)

    def table(self, name: str) -> Table | None:
        """Return a table by its name, ignoring case, or None."""
        folded = name.casefold()
        return next((table for table in self.tables() if table.name.casefold() == folded), None)

    def tables(self) -> Iterable[Table]:
        """Yield the people's table, then those of events."""
        yield self.people
        yield from self.events
