"""Participants' ids: a list of them is a leak by itself, in a table, a text or code."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText
from strongroom.checker.detectors.base import Evidence, KnownIds
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, Rule, counted
from strongroom.checker.table_types.examined import Examined
from strongroom.matching import log10_tail
from strongroom.thresholds import Thresholds, threshold

# The characters an id in prose or code may have; any other ends it.
_WORDS = re.compile(r"[\w.-]+")
_EXACT = 2.0**53  # fixed: whole numbers a float64 holds exactly


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_transposed: int = threshold(
        64, "rows", "cost: only short tables are also read as a list of all their cells"
    )
    longest_single: int = threshold(
        15, "characters", "judgement: a longer cell may hold several ids; single ids are shorter"
    )
    least_ids: int = threshold(
        3, "ids", "judgement: one or two numbers may be ids by chance in any long text"
    )
    # log2 of how unlikely the hits must be by chance, over everything one file is searched for.
    least_bits: float = threshold(30.0, "bits", "derived: one in 10^9 by chance, log2(10^9) = 30")


LIMITS = _Limits()


IDS = Rule(
    "participant-ids/ids",
    "Contains {ids} ({label}).",
    "Remove the ids from data, text and code; they never leave.",
    PERSON_LEVEL,
)


class ParticipantIds:
    """Counts ids beyond those expected by chance: where ids fill their range, any number is one."""

    name = "participant-ids"
    protects_against = "lists of participants' ids or pseudonyms, in a column, in text or in code"
    rules = (IDS,)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for each kind of id with too many hits, at the place that has most."""
        artefact = examined.found
        for known in evidence.known_ids:
            ids = known.ordered
            if len(ids) == 0:
                continue
            search = _text_hits if ids.dtype.kind in "UO" else _number_hits
            found = [(where, search(cells, ids)) for where, cells in cells_of(artefact)]
            if isinstance(artefact, FoundTable) and artefact.rows is not None:
                found += _found_in_all_rows(artefact, ids)
            yield from _findings(known, found, evidence)


def _findings(known: KnownIds, found: Sequence[tuple[str, "_Hits"]], evidence: Evidence) -> Iterator[Finding]:
    enough = max(evidence.policy.ids_allowed, LIMITS.least_ids - 1)
    sure = [
        (where, hits) for where, hits in found if hits.distinct > enough and hits.bits >= LIMITS.least_bits
    ]
    if not sure:
        return
    where, hits = max(sure, key=lambda each: each[1].distinct)
    yield IDS.finding(
        Verdict.BLOCK,
        where,
        {"ids": counted(hits.distinct, "participant id"), "label": known.label},
        detail=f"{hits.expected:,.1f} are expected by chance.",
        participants=hits.distinct,
        rows=hits.rows,
        chance=hits.expected,
        bits=hits.bits,
    )


def _found_in_all_rows(table: FoundTable, ids: NDArray[Any]) -> list[tuple[str, "_Hits"]]:
    """Judge what a reader found in all rows of a sampled table; an id counts as one row."""
    if table.possible_ids is None:
        raise ValueError("a sample of a table whose rows were not searched")
    found = []
    for column in table.possible_ids:
        if ids.dtype.kind in "UO":
            hits = _text_hits(pa.chunked_array([pa.array(column.words(), pa.string())]), ids)
        else:
            numbers = column.numbers()
            inside = numbers[(numbers >= ids[0]) & (numbers <= ids[-1])]
            hits = _judged(inside, int(np.count_nonzero(_are_ids(inside, ids))), ids)
        found.append(
            (
                f"{table.where} > column {column.column + 1} ({table.table.column_names[column.column]})",
                hits,
            )
        )
    return found


@dataclass(frozen=True)
class _Hits:
    distinct: int = 0
    rows: int = 0
    expected: float = 0.0
    bits: float = 0.0


def cells_of(artefact: Artefact) -> Iterator[tuple[str, pa.ChunkedArray]]:
    """Yield each column of a table, and where else a list may be; of a text its words."""
    if isinstance(artefact, FoundText):
        yield artefact.where, pa.chunked_array([pa.array(_WORDS.findall(artefact.text), pa.string())])
    if not isinstance(artefact, FoundTable):
        return
    table = artefact.table
    yield f"{artefact.where} > column names", pa.chunked_array([pa.array(table.column_names, pa.string())])
    for place, name in enumerate(table.column_names):
        where, column = f"{artefact.where} > column {place + 1} ({name})", table.column(place)
        yield where, column
        if _is_text(column.type):
            yield where, _packed(column)
    if table.num_rows <= LIMITS.most_transposed:
        # A transposed list has one id in each column.
        cells = [str(cell) for row in table.to_pylist() for cell in row.values() if cell is not None]
        yield f"{artefact.where} > rows", pa.chunked_array([pa.array(cells, pa.string())])


def _packed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the words of cells long enough to hold several ids."""
    long = column.filter(pc.greater(pc.utf8_length(column), LIMITS.longest_single))
    words = [pc.split_pattern_regex(chunk, r"[^0-9A-Za-z.-]+").flatten() for chunk in long.chunks]
    return pa.chunked_array(words, column.type)


def _number_hits(cells: pa.ChunkedArray, ids: NDArray[np.int64]) -> _Hits:
    """Count whole numbers that are ids, also inside longer words such as "person_1234567"."""
    values = whole_numbers(cells, digits=(len(str(ids[0])), len(str(ids[-1]))))
    distinct = np.unique(values)
    inside = distinct[(distinct >= ids[0]) & (distinct <= ids[-1])]
    return _judged(inside, int(np.count_nonzero(_are_ids(values, ids))), ids)


def _judged(inside: NDArray[np.int64], rows: int, ids: NDArray[np.int64]) -> _Hits:
    """Judge the different numbers of a column within the ids' range; `rows` of its rows are ids."""
    hits = int(np.count_nonzero(_are_ids(inside, ids)))
    if hits == 0:
        return _Hits()
    occupancy = _local_occupancy(inside, ids)
    bits = -log10_tail(hits, len(inside), occupancy) * math.log2(10)
    return _Hits(hits, rows, occupancy * len(inside), bits)


def _are_ids(numbers: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which numbers are ids; the ids are in order, and a search costs less than the union of both."""
    place = np.minimum(np.searchsorted(ids, numbers), len(ids) - 1)
    found: NDArray[np.bool_] = ids[place] == numbers
    return found


def _text_hits(cells: pa.ChunkedArray, ids: NDArray[Any]) -> _Hits:
    """Count texts that are ids; unless ids are common words, none occurs by accident."""
    return _word_hits(pa.chunked_array([_ids_among(cells, ids)]), ids)


def _ids_among(cells: pa.ChunkedArray, ids: NDArray[Any]) -> pa.Array:
    if not _is_text(cells.type):
        return pa.array([], pa.string())
    trimmed = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    found = trimmed.filter(pc.is_in(trimmed, value_set=pa.array(ids, pa.string())))
    return pa.concat_arrays(found.chunks) if found.num_chunks else pa.array([], pa.string())


def _word_hits(found: pa.ChunkedArray, ids: NDArray[Any]) -> _Hits:
    distinct = len(found.unique())
    return _Hits(distinct, len(found), 0.0, distinct * math.log2(len(ids) + 1))


def whole_numbers(cells: pa.ChunkedArray, *, digits: tuple[int, int]) -> NDArray[np.int64]:
    """Return the whole numbers of a column, also those inside words of so many digits; shape (numbers,)."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        cells = cells.cast(kind.value_type)
        kind = cells.type
    if _is_text(kind):
        fewest, most = digits
        # A decimal fraction is no id, but a whole number written as 1234567.0 can be one.
        pattern = rf"(?:^|[^0-9.])(?P<id>[0-9]{{{fewest},{most}}})(?:$|[^0-9.]|\.0*$|\.[^0-9])"
        found = pc.struct_field(pc.extract_regex(cells, pattern), "id")
        return np.asarray(found.drop_null().cast(pa.int64()), np.int64)
    if pa.types.is_integer(kind):
        return np.asarray(cells.drop_null().cast(pa.int64(), safe=False), np.int64)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = np.asarray(cells.drop_null().cast(pa.float64()), np.float64)
        integers = np.isfinite(numbers) & (np.abs(numbers) < _EXACT) & (numbers == np.floor(numbers))
        exact: NDArray[np.int64] = numbers[integers].astype(np.int64)
        return exact
    return np.empty(0, np.int64)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _local_occupancy(inside: NDArray[np.int64], ids: NDArray[np.int64]) -> float:
    """Return the share of whole numbers that are ids in the range the numbers themselves span."""
    if len(inside) == 0:
        return 1.0
    low, high = inside[0], inside[-1]
    held = np.searchsorted(ids, high, "right") - np.searchsorted(ids, low, "left")
    return float(held / (high - low + 1))
