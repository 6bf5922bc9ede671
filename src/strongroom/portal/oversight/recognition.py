"""The recognition of a file repeated for a second party: with the plan alone, without any project's key."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from strongroom.canonical import digest
from strongroom.checker.found_tables import tables_read
from strongroom.cohort.store import file_sha256
from strongroom.errors import AlreadyExistsError, UsageError
from strongroom.matching import CohortColumns
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index
from strongroom.portal.home import Home
from strongroom.portal.outputs.settings import reader_limits
from strongroom.portal.oversight.case import hashes_of, sheet_plans, sheets_of
from strongroom.portal.oversight.trace_register import entries_of
from strongroom.progress import Progress, silent
from strongroom.tracer.parts import Parts
from strongroom.tracer.reading import reaches_of
from strongroom.tracer.reading_sheet import SheetRow
from strongroom.tracer.tracing import Search
from strongroom.tracer.verdict import FALSE_ACCUSATION_BOUND


@dataclass(frozen=True)
class RecognisedAgain:
    """Which rows of a file are whose, and the ledger's entries on its reading: the same, and others."""

    sha256: str
    sheets: dict[str, str]
    rows: int
    same: tuple[int, ...]
    different: tuple[int, ...]


def recognise_again(
    home: Home, path: Path, *, cohort: str, to: Path, by: str, progress: Progress = silent
) -> RecognisedAgain:
    """Recognise the rows of a file, write whose they are, and compare with what the ledger has of it.

    The rows are written as CSV with the participant's ordinal, which is in the evidence too.
    """
    if not path.is_file():
        raise UsageError(f"{path} is not a file.", hint="Name the file that surfaced.")
    if to.exists():
        raise AlreadyExistsError(f"{to} exists already.", hint="Choose another name.")
    row = find_cohort(cohort)
    stored, index = open_cohort(home, row), open_index(home, row)
    held = CohortColumns(stored, index)
    plans = {digest(each.statement): each for each in sheet_plans(home, row, stored)}
    reaches = reaches_of([each.plan for each in plans.values()])
    limits = reader_limits(home)
    search = Search(held, index, reaches, FALSE_ACCUSATION_BOUND, Parts())
    ours = list(search.through(tables_read(path, limits=limits).tables, progress).ours.values())
    sha256 = file_sha256(path)
    sheets = sheets_of((path, sha256, limits), ours, held, plans)
    rows = max((each.rows for each in sheets.values()), key=len, default=())
    _write(to, rows)
    made = hashes_of(sheets)
    entered = [(index, entry["facts"]) for index, entry in entries_of("file.read")]
    of_it = [(index, facts["sheets"]) for index, facts in entered if facts["sha256"] == sha256]
    answer = RecognisedAgain(
        sha256,
        made,
        sum(each.person is not None for each in rows),
        tuple(index for index, sheets in of_it if sheets == made),
        tuple(index for index, sheets in of_it if sheets != made),
    )
    with act(home, by=by) as record:
        record(
            "file.recognised", path.name, sha256=sha256, cohort=row.name, sheets=made, same=list(answer.same)
        )
    return answer


def _write(to: Path, rows: Iterable[SheetRow]) -> None:
    with to.open("x", newline="", encoding="utf-8") as file:
        written = csv.writer(file)
        written.writerow(["row", "participant"])
        written.writerows([each.row + 1, "" if each.person is None else each.person] for each in rows)
