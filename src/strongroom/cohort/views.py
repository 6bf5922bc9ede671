"""A view: the copy of a cohort that one project receives.

It holds approved columns of approved participants under the project's own pseudonyms. Rows are in the order
of the pseudonyms, so their order reveals nothing about the cohort's own order and cannot be used to link two
projects.

A `Marker` changes each table before it is written: this is where the fingerprint is applied. Decoys are
invented people, whose rows are written among the others.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from strongroom.cohort.columns import stored_column
from strongroom.cohort.dictionary import Role
from strongroom.cohort.keys import new_key, wrap
from strongroom.cohort.model import PARTICIPANT, Cohort, StoredTable, TableKind
from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.cohort.store import EncryptedTable, EncryptedTableWriter, file_sha256
from strongroom.errors import UsageError
from strongroom.ids import RandomBytes, new_id, system_random
from strongroom.progress import Progress, silent
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    batch: int = threshold(
        65_536,
        "rows",
        "cost: rows written at a time, as many as a row group of the store has",
    )


LIMITS = _Limits()


DecoyTables = Mapping[str, pa.Table]
"""Rows of invented people, by table: their ordinals in `PARTICIPANT`, from the manifest's capacity on, and
the columns of the view in the cohort's own types."""


class Marker(Protocol):
    """Changes the values of a view before they are written."""

    def needs(self, table: str, names: Sequence[str]) -> list[str]:
        """Return the columns it needs besides those of the view; they are not written."""

    def __call__(self, table: str, ordinals: NDArray[np.uint32], batch: pa.Table) -> pa.Table:
        """Return what is written for the participants with `ordinals`: the same rows, order and schema."""


class Unmarked:
    """Changes nothing: a view without a fingerprint."""

    def needs(self, table: str, names: Sequence[str]) -> list[str]:  # noqa: ARG002 - Marker
        """Return nothing."""
        return []

    def __call__(self, table: str, ordinals: NDArray[np.uint32], batch: pa.Table) -> pa.Table:  # noqa: ARG002 - Marker
        """Return the batch."""
        return batch


_UNMARKED = Unmarked()


@dataclass(frozen=True)
class ViewPlan:
    """The columns of each table that a view contains, by the cohort's own names."""

    columns: Mapping[str, tuple[str, ...]]

    def names(self) -> list[str]:
        """Return every column as `column`, or `table.column` outside the participants' table."""
        return [
            name if table == TableKind.PARTICIPANTS.value else f"{table}.{name}"
            for table, names in self.columns.items()
            for name in names
        ]


def usual_columns(cohort: Cohort) -> list[str]:
    """Return the participants' columns that views usually contain: no identifiers and no free text."""
    unusual = {Role.ID, Role.DIRECT_IDENTIFIER, Role.FREE_TEXT}
    hidden = {PARTICIPANT, cohort.manifest.id_column}
    return [
        name
        for name in cohort.table_description(TableKind.PARTICIPANTS.value).columns
        if name not in hidden
        and ((field := cohort.dictionary.resolve(name)) is None or field.role not in unusual)
    ]


def plan_view(cohort: Cohort, columns: Sequence[str]) -> ViewPlan:
    """Resolve the requested columns, in any of the spellings researchers use; `TABLE.*` means a whole table.

    Raises UsageError for columns the cohort does not have, for its id and for direct identifiers: a project
    gets its own pseudonyms, and no names.
    """
    plan: dict[str, dict[str, None]] = {TableKind.PARTICIPANTS.value: {}}
    unknown: list[str] = []
    for asked in columns:
        found = list(_resolve(cohort, asked.strip()))
        if not found:
            unknown.append(asked.strip())
        for table, name in found:
            plan.setdefault(table, {})[name] = None
    if unknown:
        raise UsageError(
            f"cohort {cohort.name!r} has no column {', '.join(unknown)}.",
            hint="'strongroom cohort show NAME --json' lists its tables and columns.",
        )
    if not any(plan.values()):
        raise UsageError("a view needs at least one column.", hint="Name them with --columns a,b,c or @FILE.")
    for asked_names in plan.values():
        _refuse_identifying(cohort, list(asked_names))
    return ViewPlan({table: tuple(names) for table, names in plan.items()})


def write_view(
    cohort: Cohort,
    plan: ViewPlan,
    members: NDArray[np.uint32],
    *,
    pseudonyms: Pseudonyms,
    into: Path,
    key: bytes,
    mark: Marker = _UNMARKED,
    decoys: DecoyTables | None = None,
    progress: Progress = silent,
    random: RandomBytes = system_random,
) -> tuple[StoredTable, ...]:
    """Write a view's tables to `into`, each under a new key wrapped by the project's `key`.

    `members` are the ordinals of its participants, without those withheld. `decoys` get pseudonyms of the
    same permutation (`pseudonyms` must reach their ordinals) and are marked like participants; their tables
    should have the columns that `mark` needs too. Returns the descriptions of the files written.
    """
    into.mkdir(mode=0o700, parents=True)
    decoys = decoys or {}
    person = _Persons.of(members, decoys, pseudonyms)
    written = []
    with progress("Writing the view", sum(len(names) for names in plan.columns.values())) as advance:
        for table, names in plan.columns.items():
            described = cohort.table_description(table)
            shown = [*names, *mark.needs(table, names)]
            ordinals, values = _rows(cohort, table, shown, person, decoys.get(table))
            values = mark(table, ordinals, values).select(list(names)) if names else values
            file_id, data_key = new_id("file", random=random), new_key(random)
            path = into / f"{table}.parquet"
            id_column = pa.field(cohort.manifest.id_column, pa.int64(), nullable=False)
            schema = pa.schema([id_column, *values.schema])
            with EncryptedTableWriter(path, schema, key=data_key, file_id=file_id) as writer:
                for start in range(0, len(ordinals), LIMITS.batch):
                    chunk = ordinals[start : start + LIMITS.batch]
                    ids = pa.array(person.pseudonym(chunk))
                    writer.write(values.slice(start, len(chunk)).add_column(0, id_column, ids))
            advance(len(names))
            written.append(
                StoredTable(
                    name=table,
                    kind=described.kind,
                    file=path.name,
                    file_id=file_id,
                    rows=len(ordinals),
                    columns=tuple(schema.names),
                    wrapped_key=wrap(key, data_key, context=file_id, random=random),
                    sha256=file_sha256(path),
                )
            )
    return tuple(written)


def unfinished_export(to: Path) -> Path:
    """Return the directory in which an export to `to` is written before it gets its name."""
    return to.with_name(f".{to.name}.partial")


def export_view(directory: Path, tables: Sequence[StoredTable], *, key: bytes, to: Path) -> list[Path]:
    """Write a view's tables as unencrypted Parquet to a new directory, for the custodian; all or none.

    Raises UsageError if `to` exists and is not an empty directory.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise UsageError(f"{to} exists and is not empty.", hint="Name a new directory with --to.")
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = unfinished_export(to)
    try:
        partial.mkdir(mode=0o700)
    except FileExistsError as error:
        raise UsageError(
            f"{partial} exists: an export is running or was interrupted.",
            hint="If it was interrupted, remove that directory.",
        ) from error
    try:
        write_plain(directory, tables, key=key, to=partial)
        if to.exists():
            to.rmdir()
        partial.rename(to)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return [to / stored.file for stored in tables]


def write_plain(
    directory: Path, tables: Sequence[StoredTable], *, key: bytes, to: Path, compression: str = "zstd"
) -> None:
    """Write a view's tables as unencrypted Parquet into a directory, row group by row group."""
    for stored in tables:
        source = EncryptedTable.open(directory, stored, key=key)
        # As an open file: Arrow takes only names that are UTF-8.
        with (
            (to / stored.file).open("wb") as file,
            pq.ParquetWriter(file, source.schema, compression=compression) as writer,
        ):
            for batch in source.batches():
                writer.write_batch(batch)


class _Persons:
    """The people of a view, by ordinal, in the order of their pseudonyms."""

    def __init__(self, ordinals: NDArray[np.uint32], issued: NDArray[np.int64]) -> None:
        order = np.argsort(issued)
        self._issued = issued[order]
        self._rank = np.full(int(ordinals.max(initial=0)) + 1, -1, dtype=np.int64)
        self._rank[ordinals[order]] = np.arange(len(ordinals))

    @classmethod
    def of(cls, members: NDArray[np.uint32], decoys: DecoyTables, pseudonyms: Pseudonyms) -> "_Persons":
        """Combine members and decoys."""
        decoy_ordinals = [table.column(PARTICIPANT).to_numpy() for table in decoys.values()]
        all_ordinals = np.unique(np.concatenate([members, *decoy_ordinals]).astype(np.uint32))
        return cls(all_ordinals, pseudonyms.of(all_ordinals))

    def rank(self, ordinals: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return each ordinal's position among the pseudonyms, -1 for people who are not in the view."""
        known = ordinals < len(self._rank)
        return np.where(known, self._rank[np.where(known, ordinals, 0)], -1)

    def pseudonym(self, ordinals: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return the members' pseudonyms."""
        return self._issued[self._rank[ordinals]]


def _rows(
    cohort: Cohort, table: str, names: Sequence[str], person: _Persons, decoys: pa.Table | None
) -> tuple[NDArray[np.uint32], pa.Table]:
    """Return the ordinals and values of a table's rows in the view, in the order they are written.

    One column at a time, so that at most one copy of the view's table is in memory.
    """
    source = cohort.table(table)
    ordinals = source.read([PARTICIPANT]).column(0).to_numpy()
    if decoys is not None:
        ordinals = np.concatenate([ordinals, decoys.column(PARTICIPANT).to_numpy().astype(np.uint32)])
    rank = person.rank(ordinals)
    # Stable: a person's events keep their order.
    rows = np.argsort(rank, kind="stable")[np.count_nonzero(rank < 0) :]
    chosen = pa.array(rows)
    taken = {name: _with_decoys(source.read([name]).column(0), name, decoys).take(chosen) for name in names}
    return ordinals[rows], pa.table(taken) if names else _no_columns(len(rows))


def _with_decoys(column: pa.ChunkedArray, name: str, decoys: pa.Table | None) -> pa.Array:
    """Return a stored column as one array, with the decoys' values after it; what they lack is missing."""
    if decoys is None:
        return column.combine_chunks()
    kind = column.type
    theirs = (
        decoys.column(name).cast(kind) if name in decoys.column_names else pa.nulls(decoys.num_rows, kind)
    )
    return pa.chunked_array([*column.chunks, *pa.chunked_array(theirs).chunks], kind).combine_chunks()


def _no_columns(rows: int) -> pa.Table:
    return pa.table({"_": pa.nulls(rows)}).drop_columns(["_"])


def _resolve(cohort: Cohort, asked: str) -> Iterator[tuple[str, str]]:
    table, dot, column = asked.partition(".")
    tables = {stored.name: stored for stored in cohort.manifest.tables}
    if dot and table in tables:
        hidden = {PARTICIPANT, cohort.manifest.id_column}
        names = [name for name in tables[table].columns if name not in hidden]
        yield from ((table, name) for name in names if column in (name, "*"))
        return
    name = stored_column(cohort, asked)
    if name is not None:
        yield TableKind.PARTICIPANTS.value, name


def _refuse_identifying(cohort: Cohort, names: Sequence[str]) -> None:
    for name in names:
        field = cohort.dictionary.resolve(name)
        if name == cohort.manifest.id_column or (field is not None and field.role is Role.ID):
            raise UsageError(
                f"{name!r} is the cohort's own id, which no view contains.",
                hint="Leave it out: the view has the project's pseudonyms under that name.",
            )
        if field is not None and field.role is Role.DIRECT_IDENTIFIER:
            raise UsageError(
                f"{name!r} identifies people directly; no view contains it.",
                hint="Leave it out of --columns.",
            )
