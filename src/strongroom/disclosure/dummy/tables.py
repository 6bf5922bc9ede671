"""All dummy tables of a view, joined by invented ids.

Only the dictionary is used: names, types, codes, ranges, precision, sentinels and joins. Values are uniform,
columns independent, and shares of missing values fixed, so nothing about people can be inferred. OpenSAFELY
and others provide such data too (arXiv 2503.14211 discusses what it should be like).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.dictionary import Dictionary
from strongroom.cohort.model import TableKind
from strongroom.disclosure.dummy.columns import DummyColumn
from strongroom.disclosure.dummy.dates import about_death
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    events_each: int = threshold(
        3, "rows per person", "judgement: more than one, so that code must handle several events per person"
    )
    dead: float = threshold(
        0.5, "share of people", "judgement: far more than in a cohort, so that filters of deaths keep rows"
    )


LIMITS = _Limits()
# Numbers of a person's rows, by which event tables are joined, such as `ins_index` in hospital records.
_INDEX = re.compile(r"(^|_)(index|idx|seq)$")
_LABEL = {"strongroom": "dummy: invented from the data dictionary, no participant's data"}


@dataclass(frozen=True)
class DummyTable:
    """A table to generate: its stored columns without the id; `kind` determines the rows per person."""

    kind: TableKind
    schema: pa.Schema


def dummy_tables(
    tables: Mapping[str, DummyTable],
    dictionary: Dictionary,
    *,
    id_column: str,
    people: int,
    seed: int = 0,
) -> dict[str, pa.Table]:
    """Return a dummy of each table, by name, with ids that join them.

    `people` is the number of invented participants. The same arguments give the same tables; the metadata
    of each table says that it is a dummy.
    """
    draw = np.random.default_rng(seed)
    # Seven digits like projects' ids, but outside every range in use: they begin with 9.
    ids = np.sort(draw.choice(1_000_000, people, replace=False)) + 9_000_000
    made = {}
    for name, table in tables.items():
        rows = _row_ids(name, table.kind, ids, draw)
        columns = {id_column: pa.array(rows)}
        for stored in table.schema:
            if _INDEX.search(stored.name.casefold()):
                columns[stored.name] = pa.array(_numbered(rows)).cast(stored.type)
                continue
            column = DummyColumn(stored, dictionary.resolve(stored.name), table.kind)
            columns[stored.name] = column.values(len(rows), draw)
        made[name] = pa.table(columns).replace_schema_metadata(_LABEL)
    return made


def _numbered(rows: NDArray[Any]) -> NDArray[np.int64]:
    """Return each row's number among the rows of its person, from 0; `rows` has their ids, sorted."""
    return np.arange(len(rows)) - np.searchsorted(rows, rows)


def _row_ids(name: str, kind: TableKind, ids: NDArray[Any], draw: np.random.Generator) -> NDArray[Any]:
    """Return the id of each row: one a person, except for events, of which deaths are one at most."""
    if kind is not TableKind.EVENTS:
        return ids
    if about_death(name):
        return np.sort(draw.choice(ids, max(round(len(ids) * LIMITS.dead), 1), replace=False))
    return np.sort(draw.choice(ids, len(ids) * LIMITS.events_each))
