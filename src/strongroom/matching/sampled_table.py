"""The rows of a table that are tested, and the values of its columns there in comparable form."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.matching.recognised import Places
from strongroom.matching.values.comparable import Values, canonical_values
from strongroom.matching.values.comparable_table import ComparableTable, distinct_names
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sample: int = threshold(
        2_000,
        "rows",
        "cost: rows tested of a longer table; 2,000 find a table of which one row in a hundred is a "
        "participant's",
    )
    most_columns: int = threshold(
        2_000,
        "columns",
        "cost: a hundred times as many as identify a person; transposed tables are turned elsewhere",
    )


LIMITS = _Limits()
SAMPLED_ROWS = LIMITS.sample


@dataclass(frozen=True, repr=False)
class SampledTable:
    """The rows of a table to test, and the values of its columns there, in comparable form."""

    rows: Places
    values: dict[str, Values]

    @classmethod
    def of(cls, whole: ComparableTable, draw: np.random.Generator) -> "SampledTable":
        """Draw up to 2,000 rows, spread over the whole table, and up to 2,000 columns."""
        table = whole.table
        rows = spread_sample(table.num_rows, LIMITS.sample, draw)
        places = spread_sample(table.num_columns, LIMITS.most_columns, draw).tolist()
        if len(rows) < table.num_rows:
            return cls(
                rows, comparable_rows(table.rename_columns(distinct_names(table)).select(places), rows)
            )
        names = distinct_names(table)
        return cls(rows, _single({names[place]: whole.values(place) for place in places}))


def comparable_rows(table: pa.Table, rows: Places) -> dict[str, Values]:
    """Put the chosen rows of every column in comparable form; columns without single values are left out."""
    taken = table if len(rows) == table.num_rows else table.take(pa.array(rows))
    return _single({name: canonical_values(taken.column(name)) for name in table.column_names})


def comparable_columns(whole: ComparableTable) -> dict[str, Values]:
    """Return all columns in comparable form under unique names; those without single values are left out."""
    return _single({name: whole.values(place) for place, name in enumerate(distinct_names(whole.table))})


def _single(found: Mapping[str, Values | None]) -> dict[str, Values]:
    return {name: values for name, values in found.items() if values is not None}


def spread_sample(total: int, most: int, draw: np.random.Generator) -> Places:
    """Draw one row from each of `most` equal stretches; all rows if there are no more."""
    if total <= most:
        return np.arange(total)
    edges = np.linspace(0, total, most + 1)
    return np.unique(np.floor(edges[:-1] + draw.random(most) * np.diff(edges)).astype(np.int64))


def first_of_equal_rows(values: Mapping[str, Values]) -> NDArray[np.int64]:
    """Return where each distinct row first occurs: repeated rows must not drown out the others."""
    table = np.column_stack([each.keys for each in values.values()])
    # Compared as bits, so that missing values are equal.
    _, first = np.unique(table.view(np.int64), axis=0, return_index=True)
    return np.sort(first)


def at_rows(values: Mapping[str, Values], rows: NDArray[np.int64]) -> dict[str, Values]:
    """Return the columns' values in some rows."""
    return {name: each.at(rows) for name, each in values.items()}
