"""The tables in a file, for whoever wants to compare it and not release it."""

from pathlib import Path

import pyarrow as pa

from strongroom.checker.artefacts import FoundProblem, FoundTable, Limits
from strongroom.checker.isolation import read_file
from strongroom.errors import InputError


def read_tables(path: Path, *, limits: Limits | None = None) -> list[pa.Table]:
    """Return every table found in a file of any kind the readers open, archives and documents included.

    Raises InputError where nothing in it could be read.
    """
    content = read_file(path, limits=limits or Limits())
    tables = [artefact.table for artefact in content.artefacts if isinstance(artefact, FoundTable)]
    problems = [artefact for artefact in content.artefacts if isinstance(artefact, FoundProblem)]
    if not tables and problems:
        raise InputError(
            f"no table can be read: {problems[0].kind.value}.",
            file=path,
            hint="Name a table, or a document or an archive that holds one.",
        )
    return tables
