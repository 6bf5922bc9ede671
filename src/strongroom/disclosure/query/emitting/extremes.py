"""The statement for the bounds of a stored column, or of the number of a person's events."""

from collections.abc import Sequence

from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.emitting.values import PERSON, Values
from strongroom.disclosure.query.representation import Column, Kind


def extremes(
    table: str, column: str, kind: Kind, dialect: Dialect, *, events: bool, shares: Sequence[float] = ()
) -> str:
    """Return the statement that counts the people with a value (n), and finds quantiles of it (v0, v1…).

    With `events`, a person's value is the mean over their rows; for the column "" it is their number of rows.
    """
    place = Column(0, column, kind)
    measured = "1.0" if not column else Values(dialect).measured(place)
    value = measured if not events else f"{'sum' if not column else 'avg'}({measured})"
    by = f"\nGROUP BY t0.{dialect.identifier(PERSON)}" if events else ""
    shown = ["count(x) AS n"] + [
        f"percentile_disc({share:.17e}) WITHIN GROUP (ORDER BY x) AS v{number}"
        for number, share in enumerate(shares)
    ]
    rows = f"SELECT {value} AS x FROM {dialect.identifier(table)} AS t0{by}"  # noqa: S608 - our own
    return f"SELECT {', '.join(shown)}\nFROM ({rows}) AS people"
