"""A population table: how many people of the population share each combination of values (k-map)."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.dictionary import ColumnName
from strongroom.errors import InputError
from strongroom.risk.columns import CodedColumn, located, one_spelling
from strongroom.risk.recoding import Change, changed

PERSONS = "persons"
"""The population table's column with the number of people per row; without it each row is one person."""


def read_population(file: Path, columns: tuple[CodedColumn, ...]) -> tuple[pa.Table, tuple[str, ...]]:
    """Read a CSV or Parquet file with some of the columns; return the table and the names of those columns.

    Raises InputError if it cannot be read or has none of the columns.
    """
    if not file.is_file():
        raise InputError("the file does not exist.", file=file, hint="Use a CSV or Parquet file.")
    source = "read_parquet" if file.suffix.lower() in {".parquet", ".pq"} else "read_csv"
    with duckdb.connect() as engine:
        try:
            table = engine.sql(f"SELECT * FROM {source}(?)", params=[str(file)]).to_arrow_table()  # noqa: S608 - one of two names
        except duckdb.Error as error:
            raise InputError("is not a table.", file=file, hint="Use a CSV or Parquet file.") from error
    written = {_same(name): name for name in table.column_names}
    shared = [column.name for column in columns if _same(column.name) in written]
    if not shared:
        raise InputError(
            "has none of the columns assessed.", file=file, hint="Use the cohort's column names."
        )
    persons = [PERSONS] if PERSONS in table.column_names else []
    read = {name: _as_the_cohorts(file, table.column(written[_same(name)]), columns, name) for name in shared}
    return pa.table(read | {name: table.column(name) for name in persons}), tuple(shared)


def changed_population(population: pa.Table, changes: Sequence[Change]) -> pa.Table:
    """Return the population table with the same changes as the cohort."""
    for change in changes:
        if change.column not in population.column_names:
            continue
        place = population.column_names.index(change.column)
        after = changed(CodedColumn.of(change.column, population.column(place)), change)
        if after is None:
            population = population.remove_column(place)
        else:
            values = after.levels.take(pa.array(after.codes, mask=after.missing))
            population = population.set_column(place, change.column, values)
    return population


def population_classes(
    population: pa.Table, columns: list[CodedColumn], of: NDArray[np.int64], classes: int
) -> tuple[NDArray[np.int64], int]:
    """Return the number of people of the population in each class of the cohort, and the population's size.

    `of` is the class of each of the cohort's rows under `columns`. The population must have all of
    them.
    """
    persons = _persons(population)
    key = np.zeros(population.num_rows, np.int64)
    own = np.zeros(len(of), np.int64)
    for column in columns:
        values = population.column(column.name).combine_chunks()
        try:
            values = one_spelling(values.cast(column.levels.type))
        except pa.ArrowInvalid as error:
            raise InputError(f"has values that are not {column.levels.type}.", column=column.name) from error
        codes = located(values, column.levels).astype(np.int64)
        # A value that is not in the cohort must not be treated as missing.
        codes[(codes == len(column.levels)) & values.is_valid().to_numpy(zero_copy_only=False)] += 1
        size = len(column.levels) + 2
        joined = np.concatenate([own, key]) * size + np.concatenate([column.codes, codes])
        _, dense = np.unique(joined, return_inverse=True)
        own, key = dense[: len(of)], dense[len(of) :]
    span = int(max(own.max(initial=0), key.max(initial=0))) + 1
    outside = np.bincount(key, persons, minlength=span).astype(np.int64)
    sizes = np.zeros(classes, np.int64)
    sizes[of] = outside[own]
    return sizes, int(persons.sum())


def _as_the_cohorts(
    file: Path, values: pa.ChunkedArray, columns: tuple[CodedColumn, ...], name: str
) -> pa.ChunkedArray:
    kind = next(column.levels.type for column in columns if column.name == name)
    try:
        return values.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(f"has values that are not {kind}.", file=file, column=name) from error


def _persons(population: pa.Table) -> NDArray[np.float64]:
    if PERSONS not in population.column_names:
        return np.ones(population.num_rows)
    persons = population.column(PERSONS).cast(pa.float64()).fill_null(0).to_numpy()
    if (persons < 0).any():
        raise InputError("has negative counts of people.", column=PERSONS)
    return np.asarray(persons, np.float64)


def _same(name: str) -> str:
    """Return the same text for every spelling of a column's name."""
    place = ColumnName.parse(name)
    return name.casefold() if place is None else place.rap
