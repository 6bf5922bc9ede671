"""The tables in which participants are looked for: those of a file, joined, and with a row a participant."""

from collections.abc import Iterator, Sequence
from itertools import islice

import pyarrow as pa

from strongroom.matching.rows.reshaped import reshaped
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_forms: int = threshold(
        3, "forms of a table", "cost: each is aligned like a table; the likeliest are first"
    )


LIMITS = _Limits()


def joined_tables(tables: Sequence[pa.Table]) -> list[pa.Table]:
    """Return the tables of a file, those with the same columns as one, in order of appearance.

    A nested document has a small table for each person, and an archive may have one for each site.
    """
    alike: dict[tuple[str, ...], list[pa.Table]] = {}
    for table in tables:
        alike.setdefault(tuple(table.column_names), []).append(table)
    return [each[0] if len(each) == 1 else _joined(each) for each in alike.values()]


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    columns = [_column([table.column(place) for table in tables]) for place in range(tables[0].num_columns)]
    return pa.table(columns, names=tables[0].column_names)


def _column(parts: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Return the parts as one column; of different types as text, of nested ones as missing."""
    kinds = {each.type for each in parts}
    if len(kinds) == 1:
        return pa.chunked_array([chunk for each in parts for chunk in each.chunks], kinds.pop())
    texts = [
        pa.nulls(len(each), pa.string()) if pa.types.is_nested(each.type) else each.cast(pa.string())
        for each in parts
    ]
    return pa.chunked_array(
        [chunk for each in texts for chunk in (each.chunks if isinstance(each, pa.ChunkedArray) else [each])],
        pa.string(),
    )


def other_forms(tables: Sequence[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables in which each row is one participant, where a table may have had another shape.

    A table with more rows than columns is never read as transposed.
    """
    for table in tables:
        forms = (
            form.table
            for form in reshaped(table)
            if form.how != "transposed" or table.num_columns > table.num_rows
        )
        yield from islice(forms, LIMITS.most_forms)
