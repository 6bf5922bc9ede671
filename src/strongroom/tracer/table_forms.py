"""The tables in which participants are looked for: those of a file, and the same with a row a participant."""

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
