"""Writing dummy tables in the shape of a project's view, for code that is written outside."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from strongroom.cohort.store import fresh_directory
from strongroom.cohort.views import plan_view
from strongroom.disclosure.dummy import DummyTable, dummy_tables
from strongroom.errors import UsageError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import find_project, require_active
from strongroom.portal.projects.models import Project

_README = """# Dummy tables

Every value here is invented from the data dictionary. No participant's data was used, and the tables say
nothing about anyone: values are uniform and columns independent. Use them to write code, not for results.

Tables have the names, columns, types and id of the view, so the same code runs on both.
"""


def write_dummies(home: Home, *, slug: str, to: Path, by: str, people: int) -> list[Path]:
    """Write a dummy of each table of a project's view as Parquet to a new directory; returns these files.

    A README beside them says that they are invented.

    Raises UsageError if `to` exists and is not empty, and RefusedError once the project is revoked.
    """
    if people < 1:
        raise UsageError(
            "dummy tables need at least one row.", hint="Use --participants with a number above 0."
        )
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise UsageError(f"{to} exists and is not empty.", hint="Choose a new directory with --to.")
    project = find_project(slug)
    require_active(project)
    made = dummies_of(home, project, people=people)
    with act(home, by=by) as record:
        record("dummy.written", slug, to=str(to), participants=people, tables=sorted(made))
    if to.exists():
        to.rmdir()
    with fresh_directory(to) as directory:
        (directory / "README.md").write_text(_README, encoding="utf-8")
        write_tables(made, directory)
    return [to / f"{name}.parquet" for name in made]


def write_tables(tables: Mapping[str, pa.Table], directory: Path) -> None:
    """Write each table to a Parquet file of its name."""
    for name, table in tables.items():
        # As an open file: Arrow takes only names that are UTF-8.
        with (directory / f"{name}.parquet").open("wb") as file:
            pq.write_table(table, file, compression="zstd")


def dummies_of(home: Home, project: Project, *, people: int) -> dict[str, pa.Table]:
    """Return a dummy of each table of a project's view, by name."""
    cohort = open_cohort(home, find_cohort(project.cohort_name))
    shapes = {
        table: DummyTable(
            cohort.table_description(table).kind,
            pa.schema([cohort.table(table).schema.field(name) for name in names]),
        )
        for table, names in plan_view(cohort, project.columns).columns.items()
    }
    return dummy_tables(shapes, cohort.dictionary, id_column=cohort.manifest.id_column, people=people)
