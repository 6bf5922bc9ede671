"""What a job finds in /data: the project's view, or dummy tables of the same shape, and the dictionary."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from strongroom.cohort import Cohort as StoredCohort
from strongroom.cohort import StoredTable
from strongroom.cohort.views import plan_view, write_plain
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.dummies import dummies_of, write_tables
from strongroom.portal.data.models import View
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import project_key
from strongroom.portal.projects.models import KeyPurpose, Project

Fill = Callable[[Path], None]


def view_files(home: Home, view: View) -> Fill:
    """Return what writes a view to a directory; the key is taken now, so that a revoked project has none."""
    key = project_key(home, view.project, KeyPurpose.FILES)
    tables = [StoredTable.from_json(table) for table in view.tables]
    described = _dictionary(home, view.project)

    def fill(directory: Path) -> None:
        # Faster to write than zstd, and to read; memory holds a tenth more.
        write_plain(home.vault / view.directory, tables, key=key, to=directory, compression="snappy")
        _describe(directory, described)

    return fill


def dummy_files(home: Home, project: Project, *, people: int) -> Fill:
    """Return what writes dummy tables of a project's view: no value of them is a participant's."""
    tables = dummies_of(home, project, people=people)
    described = _dictionary(home, project)

    def fill(directory: Path) -> None:
        write_tables(tables, directory)
        _describe(directory, described)

    return fill


def with_csv(fill: Fill) -> Fill:
    """Return what also writes every table as CSV, for R, which reads no Parquet by itself."""

    def filled(directory: Path) -> None:
        from pyarrow import csv  # noqa: PLC0415 - only for R

        fill(directory)
        for path in sorted(directory.glob("*.parquet")):
            with path.open("rb") as source, path.with_suffix(".csv").open("wb") as target:
                parquet = pq.ParquetFile(source)
                with csv.CSVWriter(target, parquet.schema_arrow) as writer:
                    for batch in parquet.iter_batches():
                        writer.write_batch(_plain(batch))

    return filled


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch without dictionaries, which Arrow does not write as CSV."""
    columns = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _describe(directory: Path, described: Iterable[Mapping[str, Any]]) -> None:
    with (directory / "dictionary.json").open("w", encoding="utf-8") as file:
        json.dump(list(described), file, indent=1, ensure_ascii=False)


def _dictionary(home: Home, project: Project) -> list[dict[str, Any]]:
    """Return what the dictionary says of each column of a project's view."""
    cohort = open_cohort(home, find_cohort(project.cohort_name))
    plan = plan_view(cohort, project.columns)
    return [_column(cohort, table, name) for table, names in plan.columns.items() for name in names]


def _column(cohort: StoredCohort, table: str, name: str) -> dict[str, Any]:
    field = cohort.dictionary.resolve(name)
    if field is None:
        return {"table": table, "column": name}
    return {
        "table": table,
        "column": name,
        "title": field.title,
        "type": field.type.value,
        "units": field.units,
        "codes": {} if field.coding is None else dict(field.coding.values),
    }
