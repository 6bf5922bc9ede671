"""Large tables of other formats than text: searched for ids in every row, and kept as a sample."""

from collections.abc import Iterator
from typing import Self

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from strongroom.checker.contents.found import Artefact, FoundTable
from strongroom.checker.contents.id_query import NO_IDS, IdQuery
from strongroom.checker.contents.row_sample import EvenSample
from strongroom.checker.formats.tables.cell_ends import Bytes
from strongroom.checker.formats.tables.id_search.search import IdSearch
from strongroom.checker.formats.tables.large_delimited import wider
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sampled_bytes: int = threshold(1 << 26, "bytes", "cost: larger tables are kept as a sample")
    whole_bytes: int = threshold(1 << 27, "bytes", "cost: tables of one file kept whole, in all")
    small_bytes: int = threshold(1 << 22, "bytes", "cost: tables kept whole once that room is used up")
    batch_rows: int = threshold(1 << 16, "rows", "cost: memory of one batch as text")


LIMITS = _Limits()
SAMPLED_BYTES = LIMITS.sampled_bytes
WHOLE_BYTES = LIMITS.whole_bytes
SMALL_BYTES = LIMITS.small_bytes
BATCH_ROWS = LIMITS.batch_rows


_RETURN, _SPACE = (np.uint8(ord(letter)) for letter in "\r ")


class Sampling:
    """Decides which of a file's tables are kept whole: small ones, as long as there is room."""

    def __init__(self, id_query: IdQuery) -> None:
        self._id_query = id_query
        self._room = WHOLE_BYTES

    def kept(self, found: Artefact) -> Iterator[Artefact]:
        """Yield a sample of a table that is too large to send, and anything else unchanged."""
        if self._id_query == NO_IDS or not isinstance(found, FoundTable) or found.rows is not None:
            yield found
            return
        most = SAMPLED_BYTES if self._room > 0 else SMALL_BYTES
        if found.table.nbytes >= most and can_be_searched(found.table.schema):
            yield _sampled(found, self._id_query)
        else:
            self._room -= found.table.nbytes
            yield found


def _sampled(found: FoundTable, id_query: IdQuery) -> FoundTable:
    with TableSearch(found.where, found.table.schema, id_query) as search:
        for batch in found.table.to_batches(max_chunksize=BATCH_ROWS):
            search.feed(pa.Table.from_batches([batch]))
        sample = search.found()
    return FoundTable(found.where, sample.table, found.origin, sample.rows, sample.possible_ids)


def can_be_searched(schema: pa.Schema) -> bool:
    """Return whether a table's cells can be written as text: none is nested."""
    return len(schema) > 0 and not any(
        pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
        for kind in schema.types
    )


class Widening:
    """Widens the types of a table's batches to hold all values so far."""

    def __init__(self, names: list[str]) -> None:
        self.schema = pa.schema([(name, pa.null()) for name in names])

    def widened(self, batch: pa.Table) -> pa.Table:
        """Return a batch in types that only grow wider."""
        kinds = [wider(*pair) for pair in zip(self.schema.types, batch.schema.types, strict=True)]
        self.schema = pa.schema(list(zip(self.schema.names, kinds, strict=True)))
        return batch.cast(self.schema, safe=False)


class TableSearch:
    """Takes a table batch by batch; use it as a context manager."""

    def __init__(self, where: str, schema: pa.Schema, id_query: IdQuery) -> None:
        self._where = where
        self._search = IdSearch(id_query, ",", len(schema))
        self._quoted = False
        self._sample = EvenSample(where, seed=id_query.seed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._search.__exit__(*error)

    def feed(self, batch: pa.Table) -> None:
        """Add rows; raise UnreadableError for more possible ids than can be kept."""
        if batch.num_rows:
            self._sample.feed(batch)
            self._search.search(self._as_text(batch))

    def found(self) -> FoundTable:
        """Return the sample, and the possible ids of all rows."""
        kept = self._sample.found()
        possible_ids = None if kept.rows is None else self._search.found()
        return FoundTable(self._where, kept.table, kept.origin, kept.rows, possible_ids)

    def _as_text(self, batch: pa.Table) -> Bytes:
        if not self._quoted:
            try:
                return _written(batch, "none")
            except pa.ArrowInvalid:
                self._quoted = True  # a cell holds a comma, a quote or a line feed
        return _written(batch, "needed")


def _written(batch: pa.Table, quoting: str) -> Bytes:
    sink = pa.BufferOutputStream()
    arrow_csv.write_csv(batch, sink, arrow_csv.WriteOptions(include_header=False, quoting_style=quoting))
    text = np.frombuffer(sink.getvalue(), np.uint8)
    if len(text) and (text.min() == 0 or (text == _RETURN).any()):
        return np.where((text == 0) | (text == _RETURN), _SPACE, text)
    return text
