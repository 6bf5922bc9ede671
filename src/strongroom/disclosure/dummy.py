"""Dummy tables in the structure of a view, made from the data dictionary alone, to write code with.

Only the dictionary is used: names, types, codes, precision, sentinels and joins. Values are uniform, columns
independent, and the share of missing values is the same everywhere, so nothing about people can be inferred.
OpenSAFELY and others provide such data too (arXiv 2503.14211 discusses what it should be like).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.dictionary import Dictionary, Field, ValueType
from strongroom.cohort.model import TableKind
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    missing: float = threshold(
        0.1, "share", "judgement: enough that code which ignores missing values fails on dummy tables too"
    )
    events_each: int = threshold(
        3, "rows per person", "judgement: more than one, so that code must handle several events per person"
    )
    low: float = threshold(0.0, "value", "judgement: arbitrary; nothing about people may enter the range")
    high: float = threshold(100.0, "value", "judgement: arbitrary; nothing about people may enter the range")
    days: int = threshold(
        6_000,
        "days",
        "judgement: arbitrary dates from 2006 to 2022; nothing about people may enter the range",
    )
    sentinels: float = threshold(
        0.02,
        "share",
        "judgement: enough that code which ignores special values such as -1 fails on dummy tables too",
    )
    default_grid: float = threshold(0.01, "value", "judgement: two decimals, as most measurements have")


LIMITS = _Limits()

_FIRST_DAY = np.datetime64("2006-01-01")


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
        rows = (
            np.sort(draw.choice(ids, people * LIMITS.events_each)) if table.kind is TableKind.EVENTS else ids
        )
        columns = {id_column: pa.array(rows)}
        for item in table.schema:
            if table.kind is TableKind.GENOTYPES:
                columns[item.name] = pa.array(draw.integers(0, 3, len(rows))).cast(item.type)
            else:
                columns[item.name] = _column(item, dictionary.resolve(item.name), len(rows), draw)
        made[name] = pa.table(columns).replace_schema_metadata({"strongroom": "dummy: no participant's data"})
    return made


def _column(item: pa.Field, field: Field | None, rows: int, draw: np.random.Generator) -> pa.Array:
    missing = draw.random(rows) < LIMITS.missing if item.nullable else np.zeros(rows, np.bool_)
    if field is not None and field.coding is not None and field.coding.values:
        codes = list(field.coding.values)
        drawn = pa.array([codes[place] for place in draw.integers(0, len(codes), rows)], mask=missing)
        return drawn.cast(item.type)
    if pa.types.is_temporal(item.type):
        days = _FIRST_DAY + draw.integers(0, LIMITS.days, rows).astype("timedelta64[D]")
        return pa.array(days, mask=missing).cast(item.type)
    if pa.types.is_boolean(item.type):
        return pa.array(draw.random(rows) < 0.5, mask=missing)  # noqa: PLR2004 - a fair coin
    if pa.types.is_integer(item.type) or pa.types.is_floating(item.type):
        return _numbers(item, field, draw.uniform(LIMITS.low, LIMITS.high, rows), missing, draw)
    words = [f"dummy {number}" for number in draw.integers(0, 100, rows)]
    return pa.array(words, mask=missing).cast(item.type)


def _numbers(
    item: pa.Field,
    field: Field | None,
    values: NDArray[np.float64],
    missing: NDArray[np.bool_],
    draw: np.random.Generator,
) -> pa.Array:
    whole = pa.types.is_integer(item.type) or (field is not None and field.type is ValueType.INTEGER)
    grid = (
        1.0 if whole else (field.precision if field is not None and field.precision else LIMITS.default_grid)
    )
    found = np.round(np.round(values / grid) * grid, 9)
    if field is not None and field.sentinels:
        special = draw.random(len(found)) < LIMITS.sentinels
        found = np.where(special, draw.choice(np.array(field.sentinels), len(found)), found)
    if pa.types.is_integer(item.type):
        limits = np.iinfo(item.type.to_pandas_dtype())
        return pa.array(np.clip(found, limits.min, limits.max).astype(np.int64), mask=missing).cast(item.type)
    return pa.array(found, mask=missing).cast(item.type)
