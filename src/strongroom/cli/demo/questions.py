"""The SQL queries of the demo's honest researcher, and one that is refused."""

from pathlib import Path

import polars as pl

from strongroom.disclosure.gateway import Answer
from strongroom.thresholds import Thresholds, threshold

_HEIGHT = "p50_i0"
_PRESSURE = "SELECT p31, COUNT(*) AS n, AVG(p4080_i0) AS pressure FROM participants WHERE p50_i0 > 0"
A_ROW = "SELECT p21022, p21001_i0, p4080_i0 FROM participants LIMIT 1"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    tallest: int = threshold(
        5,
        "people",
        "judgement: fewer than the release rule's `similar`, so subtracting the answers targets a small "
        "group",
    )


LIMITS = _Limits()


def pressure_by_sex() -> str:
    """Return an ordinary query."""
    return f"{_PRESSURE} GROUP BY p31 ORDER BY p31"


def without_the_tallest(view: Path) -> str:
    """Return the same query without a few people whom the researcher can single out in the view."""
    heights = pl.read_parquet(view / "participants.parquet", columns=[_HEIGHT])[_HEIGHT].drop_nulls()
    bar = heights.sort(descending=True)[LIMITS.tallest - 1]
    return f"{_PRESSURE} AND {_HEIGHT} < {bar} GROUP BY p31 ORDER BY p31"


def lines(answer: Answer) -> list[str]:
    """Return an answer's rows as lines, the header first."""
    return ["  ".join(str(cell) for cell in row) for row in (answer.columns, *answer.rows)]
