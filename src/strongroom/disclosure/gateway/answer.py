"""An answer as the researcher gets it: the rows, the noise of each number, and notes."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from strongroom.disclosure.query.representation import Order, Query, Statement

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Answer:
    """Columns in the order of the SELECT, rows of plain values (None: hidden), and notes.

    `noise` has the shape of `rows`: the standard deviation of each number's noise, None for keys and hidden
    values. `hidden` says that small groups are left out; whether there were any is not revealed.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    hidden: bool = False
    noise: tuple[Row, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the document `strongroom query --json` prints."""
        return {
            "columns": list(self.columns),
            "rows": [[_plain(value) for value in row] for row in self.rows],
            "noise": [list(row) for row in self.noise],
            "notes": list(self.notes),
            "groups_hidden": self.hidden,
        }

    def to_csv(self) -> str:
        """Return the rows as CSV with a header and columns `NAME_noise`; hidden values are empty."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        places = self._numbers()
        writer.writerow([*self.columns, *(f"{self.columns[place]}_noise" for place in places)])
        for row, noise in zip(self.rows, self.noise or [()] * len(self.rows), strict=True):
            values = [*map(_plain, row), *(noise[place] for place in places)]
            writer.writerow(["" if value is None else value for value in values])
        return written.getvalue()

    def to_arrow(self, *, noise: bool = True) -> pa.Table:
        """Return the rows as a table, with columns `NAME_noise`; the notes are in its metadata."""
        columns = {name: [row[place] for row in self.rows] for place, name in enumerate(self.columns)}
        if noise:
            columns |= {
                f"{self.columns[place]}_noise": [row[place] for row in self.noise]
                for place in self._numbers()
            }
        table = pa.table({name: pa.array(values) for name, values in columns.items()})
        return table.replace_schema_metadata({"notes": "\n".join(self.notes)})

    def _numbers(self) -> list[int]:
        """Return the positions of columns with noise in any row."""
        return [
            place for place in range(len(self.columns)) if any(row[place] is not None for row in self.noise)
        ]


def sortable(query: Query, order: Sequence[Order]) -> Query:
    """Return a query whose rows also have what only ORDER BY needs, after the columns of the answer."""
    unshown = dict.fromkeys(each.label for each in order if each.label not in query.columns)
    return replace(query, columns=(*query.columns, *unshown))


def sorted_answer(
    rows: Iterable[tuple[Row, Row]], of: Statement, *, notes: tuple[str, ...], hidden: bool
) -> Answer:
    """Return rows of `sortable` queries, with their noise, as an answer by ORDER BY and LIMIT."""
    query = of.queries[0]
    labels = sortable(query, of.order).columns
    found = list(rows)
    # Hidden values sort last.
    for each in reversed(of.order):
        place = labels.index(each.label)
        shown = [row for row in found if row[0][place] is not None]
        missing = [row for row in found if row[0][place] is None]
        found = sorted(shown, key=lambda row: row[0][place], reverse=each.descending) + missing
    width, kept = len(query.columns), found[: of.most]
    return Answer(
        columns=query.columns,
        rows=tuple(values[:width] for values, _ in kept),
        notes=notes,
        hidden=hidden,
        noise=tuple(noise[:width] for _, noise in kept),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
