"""An answer as the researcher gets it: the rows, and notes on how they were protected."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import pyarrow as pa

from strongroom.disclosure.query.representation import Order


@dataclass(frozen=True)
class Answer:
    """Columns in the order of the SELECT, rows of plain values (None: hidden), and notes about both.

    `hidden` says that small groups are left out; whether there were any is not revealed.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()
    hidden: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the document `strongroom query --json` prints."""
        plain = [[_plain(value) for value in row] for row in self.rows]
        return {
            "columns": list(self.columns),
            "rows": plain,
            "notes": list(self.notes),
            "groups_hidden": self.hidden,
        }

    def to_csv(self) -> str:
        """Return the rows as CSV with a header; hidden values are empty."""
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([["" if value is None else _plain(value) for value in row] for row in self.rows])
        return written.getvalue()

    def to_arrow(self) -> pa.Table:
        """Return the rows as a table; the notes are in its metadata."""
        columns = [[row[place] for row in self.rows] for place in range(len(self.columns))]
        table = pa.table({name: pa.array(values) for name, values in zip(self.columns, columns, strict=True)})
        return table.replace_schema_metadata({"notes": "\n".join(self.notes)})


def ordered(
    rows: Sequence[tuple[Any, ...]], columns: Sequence[str], order: Sequence[Order], most: int | None
) -> tuple[tuple[Any, ...], ...]:
    """Return rows by ORDER BY and LIMIT; hidden values sort last."""
    found = list(rows)
    for each in reversed(order):
        place = list(columns).index(each.label)
        shown = [row for row in found if row[place] is not None]
        missing = [row for row in found if row[place] is None]
        found = sorted(shown, key=itemgetter(place), reverse=each.descending) + missing
    return tuple(found[:most])


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
