"""Participants' rows in pieces: columns, or rows, spread over files, sheets and requests.

Pieces of earlier requests of the project count too: one column a week makes a table in the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, Origin
from strongroom.checker.detectors.base import Evidence, JudgedFile
from strongroom.checker.detectors.people.row_match import RowMatchDetector, judged, sampling_seed
from strongroom.checker.detectors.people.single_columns import single_values
from strongroom.checker.detectors.shape.microdata import MicrodataShaped
from strongroom.checker.finding import Finding
from strongroom.checker.history import History, as_kept
from strongroom.checker.rules import applied_by, found_by
from strongroom.checker.table_types.examined import ExaminedTable
from strongroom.matching import recognise
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(
        8, "rows", "judgement: fewer rows do not reach the evidence that row-match needs"
    )
    least_labelled: int = threshold(3, "rows", "judgement: two labels may agree in unrelated tables")
    mostly_lettered: float = threshold(
        0.8, "share of labels", "judgement: a column of labels may hold some numbers, such as years or codes"
    )
    most_columns: int = threshold(
        400, "columns", "cost: bounds the joined table; row-match reads the informative columns first"
    )
    most_pieces: int = threshold(
        200, "tables", "cost: bounds the groups compared in a request, the latest earlier tables first"
    )
    longest_shaped: int = threshold(
        5_000, "rows", "cost: bounds what is typed again; longer pieces are judged by their own shape"
    )


LIMITS = _Limits()


_A_PAIR = 2  # fixed: two tables, or two columns


@dataclass(frozen=True)
class _Piece:
    """A table among those joined; `file` is None for one of an earlier request."""

    file: str | None
    table: pa.Table = field(repr=False)
    total_rows: int
    aligned: bool
    origin: Origin


class SplitColumns:
    """Joins tables of equal length side by side, and tables of equal columns below one another."""

    name = "split"
    protects_against = "participants' rows whose columns, or rows, are spread over files, sheets or requests"
    rules = (
        *applied_by(name, RowMatchDetector.rules),
        *applied_by(name, MicrodataShaped.rules),
    )

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield a finding for every file with a piece of what is recognised together."""
        key = evidence.cohort.key
        pieces = [
            piece
            for file in files
            for artefact in file.artefacts
            for piece in _pieces(file.name, artefact, key)
        ]
        if pieces:
            pieces += _earlier(evidence.history, key)
        for how, group, table in [*_side_by_side(pieces), *_below(pieces)]:
            match = recognise(table, evidence.columns, evidence.index, seed=sampling_seed(evidence))
            before = sum(piece.file is None for piece in group)
            place = f"{len(group)} tables {how}" + (
                f", {before} of them from earlier requests" if before else ""
            )
            found = judged(match, place, table.num_rows, evidence) or _shaped(place, table, group, evidence)
            if found is not None:
                for file in dict.fromkeys(piece.file for piece in group if piece.file is not None):
                    yield file, found_by(self.name, found)


def _shaped(place: str, table: pa.Table, group: Sequence[_Piece], evidence: Evidence) -> Finding | None:
    """Return a finding where pieces of this request, too small to judge by shape, look person-level together.

    Among a project's earlier tables some have as many rows as any other, and together they have no shape.
    """
    if (
        any(piece.file is None for piece in group)
        or table.num_rows > LIMITS.longest_shaped
        or not _submitted_apart(group)
        or _versions(group)
        or any(_has_shape(piece, evidence) for piece in group)
    ):
        return None
    if any(pa.types.is_nested(column.type) for column in table.schema):
        return None
    return next(MicrodataShaped().run(ExaminedTable(FoundTable(place, table)), evidence), None)


def _submitted_apart(group: Sequence[_Piece]) -> bool:
    """Tell whether pieces are separate files, or arrays: a paper has many small tables of one length."""
    files = [piece.file for piece in group if piece.file is not None]
    return len(set(files)) == len(files) or all(piece.origin is Origin.ARRAY for piece in group)


def _versions(group: Sequence[_Piece]) -> bool:
    """Tell whether pieces are versions of one table: the same rows, labelled in words, in the same order."""
    named = {_names_of_rows(piece.table) for piece in group}
    return len(named) == 1 and named != {()}


def _names_of_rows(table: pa.Table) -> tuple[str, ...]:
    """Return the first column's words; empty where they do not label each row uniquely."""
    first = table.column(0)
    if not pa.types.is_string(first.type) or table.num_rows < LIMITS.least_labelled:
        return ()
    names = tuple(str(name or "").strip() for name in first.to_pylist())
    lettered = sum(any(map(str.isalpha, name)) for name in names)
    return names if len(set(names)) == len(names) and lettered >= LIMITS.mostly_lettered * len(names) else ()


def _has_shape(piece: _Piece, evidence: Evidence) -> bool:
    """Tell whether a piece is judged by its own shape: enough rows, and more than two columns."""
    return piece.total_rows >= evidence.policy.microdata_rows and piece.table.num_columns > _A_PAIR


def _pieces(file: str | None, artefact: Artefact, key: bytes) -> Iterator[_Piece]:
    if isinstance(artefact, FoundTable) and artefact.table.num_rows > 0:
        yield _piece(file, artefact, key)
    if isinstance(artefact, FoundText):
        values = single_values(artefact.text)
        if values:
            table = pa.table({"values": pa.array(values, pa.string())})
            yield _piece(file, FoundTable(artefact.where, table), key)


def _piece(file: str | None, found: FoundTable, key: bytes) -> _Piece:
    """Return a table as the history keeps it: long ones sampled at the same rows, so that they line up."""
    complete = found.total_rows == found.table.num_rows or found.comparable_sample or file is None
    kept = as_kept(found, key=key)
    return _Piece(file, kept.table, kept.total_rows, aligned=complete, origin=found.origin)


def _earlier(history: History, key: bytes) -> list[_Piece]:
    """Return the pieces of the project's earlier requests, latest first."""
    own = [request for request in history.requests if request.own]
    return [_piece(None, found, key) for request in reversed(own) for found in request.tables]


def _side_by_side(pieces: Sequence[_Piece]) -> Iterator[tuple[str, list[_Piece], pa.Table]]:
    """Yield the tables of each length side by side; rows of a sampled table are no longer aligned."""
    groups: dict[int, list[_Piece]] = {}
    for piece in pieces[: LIMITS.most_pieces]:
        if piece.aligned and piece.table.num_rows >= LIMITS.least_rows:
            groups.setdefault(piece.total_rows, []).append(piece)
    for group in groups.values():
        if len(group) < _A_PAIR or not _is_new(group):
            continue
        columns = [
            (f"{name} (table {number})", piece.table.column(place))
            for number, piece in enumerate(group, 1)
            for place, name in enumerate(piece.table.column_names)
        ][: LIMITS.most_columns]
        places = [f"{name}, column {place}" for place, (name, _) in enumerate(columns, 1)]
        yield "side by side", group, pa.table([column for _, column in columns], names=places)


def _is_new(group: Sequence[_Piece]) -> bool:
    """Tell whether the present request contributes a piece."""
    return any(piece.file is not None for piece in group)


def _below(pieces: Sequence[_Piece]) -> Iterator[tuple[str, list[_Piece], pa.Table]]:
    """Yield tables with the same columns below one another, every cell as text."""
    groups: dict[tuple[str, ...], list[_Piece]] = {}
    for piece in pieces[: LIMITS.most_pieces]:
        groups.setdefault(tuple(piece.table.column_names), []).append(piece)
    for names, group in groups.items():
        if not _is_new(group) or len(group) < _A_PAIR or len(names) < _A_PAIR or len(set(names)) < len(names):
            continue
        schema = pa.schema([(name, pa.string()) for name in names])
        texts = [_as_text(piece.table, schema) for piece in group]
        joined = pa.concat_tables([text for text in texts if text is not None])
        if joined.num_rows >= LIMITS.least_rows:
            yield "below one another", group, joined


def _as_text(table: pa.Table, schema: pa.Schema) -> pa.Table | None:
    if any(pa.types.is_nested(column.type) for column in table.schema):
        return None
    return table.cast(schema)
