"""The participants selected by a row filter: the custodian's SQL condition over the participants' columns."""

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.columns import stored_column
from strongroom.cohort.model import PARTICIPANT, Cohort
from strongroom.errors import UsageError

# A literal, a quoted name or an unquoted name: enough to find the columns that a condition reads.
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_][A-Za-z0-9_]*""")


def select_participants(cohort: Cohort, where: str) -> NDArray[np.uint32]:
    """Return the sorted ordinals of the participants for whom `where` is true; all of them if it is empty.

    Columns may be written in any spelling that the dictionary resolves, in double quotes where SQL needs
    them. Raises UsageError for a condition that cannot be evaluated; the engine's own message may quote
    values and is withheld.
    """
    if not where.strip():
        return np.sort(cohort.ordinals())
    condition, columns = _condition(cohort, where)
    return _chosen(cohort.participants.reader([PARTICIPANT, *columns]), condition, where)


def filter_columns(cohort: Cohort, where: str) -> list[str]:
    """Return the participants' columns that a row filter reads, by their stored names."""
    return _condition(cohort, where)[1] if where.strip() else []


def rows_passing(cohort: Cohort, where: str, people: pa.Table) -> NDArray[np.bool_]:
    """Tell for each row of a table that has the filter's columns whether it passes; shape (rows,)."""
    if not where.strip():
        return np.ones(people.num_rows, dtype=bool)
    condition, columns = _condition(cohort, where)
    numbered = people.select(columns).append_column(
        PARTICIPANT, pa.array(np.arange(people.num_rows, dtype=np.uint32))
    )
    return np.isin(np.arange(people.num_rows), _chosen(numbered, condition, where))


def _condition(cohort: Cohort, where: str) -> tuple[str, list[str]]:
    columns: set[str] = set()
    condition = _TOKEN.sub(lambda found: _canonical(cohort, found[0], columns), where)
    if not columns:
        raise UsageError(
            f"the row filter {where!r} uses no column of the cohort.",
            hint="Write, for example, --where 'p31 = 1'.",
        )
    return condition, sorted(columns)


def _chosen(people: pa.Table | pa.RecordBatchReader, condition: str, where: str) -> NDArray[np.uint32]:
    import duckdb  # noqa: PLC0415 - most views have no filter

    with duckdb.connect() as engine:
        # The reader is registered before the engine is locked down, so that it can reach nothing else.
        engine.register("participants", people)
        for setting in ("temp_directory = ''", "enable_external_access = false", "lock_configuration = true"):
            engine.execute(f"SET {setting}")
        try:
            chosen = engine.execute(
                f'SELECT "{PARTICIPANT}" FROM participants WHERE ({condition}\n)'  # noqa: S608 - the custodian's own
            ).fetchnumpy()[PARTICIPANT]
        except duckdb.Error:
            raise UsageError(
                f"the row filter {where!r} cannot be evaluated.",
                hint='Give one SQL condition over columns, such as "p31 = 1 AND p21022 > 50".',
            ) from None
    return np.sort(np.asarray(chosen, dtype=np.uint32))


def _canonical(cohort: Cohort, token: str, columns: set[str]) -> str:
    if token.startswith("'"):
        return token
    unquoted = token[1:-1].replace('""', '"') if token.startswith('"') else token
    name = stored_column(cohort, unquoted)
    if cohort.manifest.id_column in (name, unquoted.casefold()) or unquoted.casefold() == PARTICIPANT:
        raise UsageError(
            "a row filter cannot use participants' ids.",
            hint="Select participants by other columns.",
        )
    if name is None:
        return token
    columns.add(name)
    return f'"{name}"'
