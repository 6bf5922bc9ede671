"""A home as a Python object: what the command line does, for programs and notebooks.

Get one from `strongroom.open(home)`. Every method calls the same action as the command of its name and
returns plain values; nothing of the database is handed out.
"""

import getpass
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from strongroom.checker import Report
from strongroom.disclosure.gateway import Answer
from strongroom.ledger import VerificationReport
from strongroom.portal.data.cohorts import CohortSource, add_cohort
from strongroom.portal.data.views import add_project, write_project_view
from strongroom.portal.enclave.jobs import DUMMY_PEOPLE, Order
from strongroom.portal.home import Home, create_home, open_home, use_database_of
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.outputs.job_account import account
from strongroom.portal.outputs.job_outputs import run_and_submit
from strongroom.portal.outputs.questions import Wish, ask_question
from strongroom.portal.oversight.ledger_audit import export_ledger, prove_entry, verify_ledger
from strongroom.portal.oversight.tracing import Papers, trace_file
from strongroom.portal.projects.actions import revoke_project
from strongroom.tracer import Attribution

AnyPath = str | PathLike[str]


@dataclass(frozen=True)
class RoomLedger:
    """The ledger of a home."""

    _home: Home
    _by: str

    def verify(self, *, checkpoints: Sequence[str] = ()) -> VerificationReport:
        """Recompute every hash, signature and checkpoint; raises VerificationError where one does not fit.

        `checkpoints` are the texts of checkpoints kept elsewhere, which the ledger must continue.
        """
        use_database_of(self._home)
        return verify_ledger(self._home, checkpoints=checkpoints)

    def export(self, to: AnyPath) -> Path:
        """Write the whole ledger to the new file `to`, and the offline verifier beside it."""
        use_database_of(self._home)
        export_ledger(self._home, to=Path(to), by=self._by)
        return Path(to)

    def prove(self, number: int) -> dict[str, object]:
        """Return entry `number` (from 0) with the proof that it is in the ledger."""
        use_database_of(self._home)
        return prove_entry(self._home, number)


@dataclass(frozen=True)
class Room:
    """An open home. Paths may be strings; errors are those of `strongroom.errors`."""

    _home: Home
    _by: str

    @property
    def path(self) -> Path:
        """The home's directory."""
        return self._home.path

    @property
    def ledger(self) -> RoomLedger:
        """The ledger of this home."""
        return RoomLedger(self._home, self._by)

    def add_cohort(
        self,
        name: str,
        *,
        participants: AnyPath,
        dictionary: AnyPath,
        id_column: str,
        events: Mapping[str, AnyPath] | None = None,
        genotypes: AnyPath | None = None,
        declared: Collection[str] = (),
    ) -> int:
        """Take a cohort into the vault; return how many participants it has.

        `events` names each event table's file, `genotypes` the prefix of PLINK files, and `declared` the
        columns that are known to hold direct identifiers and are kept anyway.
        """
        source = CohortSource(
            participants=Path(participants),
            dictionary=Path(dictionary),
            id_column=id_column,
            events={table: Path(file) for table, file in (events or {}).items()},
            genotypes=None if genotypes is None else Path(genotypes),
            declared=declared,
        )
        row, _ = add_cohort(self._opened(), name=name, source=source, by=self._by)
        return int(row.manifest["participants"])

    def add_project(
        self,
        slug: str,
        *,
        cohort: str,
        institution: str,
        columns: Sequence[str],
        where: str = "",
        risk: str = "normal",
    ) -> int:
        """Approve a project and issue its marked view; return how many rows of participants that holds."""
        view = add_project(
            self._opened(),
            slug=slug,
            institution=institution,
            cohort_name=cohort,
            columns=columns,
            where=where,
            risk=risk,
            by=self._by,
        )
        return int(view.participants)

    def write_view(self, project: str, to: AnyPath) -> list[Path]:
        """Write a project's marked view to a new directory as Parquet, for custodians; return the files."""
        _, files = write_project_view(self._opened(), slug=project, to=Path(to), by=self._by)
        return files

    def revoke(self, project: str, *, reason: str) -> None:
        """Revoke a project and destroy the key of its files, for good."""
        revoke_project(self._opened(), slug=project, reason=reason, by=self._by)

    def check(
        self,
        paths: Sequence[AnyPath],
        *,
        project: str | None = None,
        cohort: str | None = None,
        release_to: AnyPath | None = None,
    ) -> Report:
        """Judge files that a project (or, for a custodian, anyone who saw the cohort) wants to take out.

        With `release_to`, a verdict of release writes rebuilt copies to that directory. The check is entered
        in the ledger whatever its verdict.
        """
        home = self._opened()
        _, report = check_outputs(
            home,
            [Path(path) for path in paths],
            through=airlock(project=project, cohort=cohort),
            by=self._by,
            release_to=None if release_to is None else Path(release_to),
        )
        return report

    def run(
        self,
        project: str,
        script: AnyPath,
        *,
        outputs: Sequence[str] = (),
        inputs: Sequence[AnyPath] = (),
        seed: int = 0,
        dummy: bool = False,
        release_to: AnyPath | None = None,
    ) -> dict[str, Any]:
        """Run a Python or R script beside a project's view; return what its researcher is told.

        `outputs` names the files below /outputs that may leave, which a run on `dummy` data does not need.
        They are checked as by `check`; with `release_to`, a verdict of release writes copies there.
        """
        order = Order(
            script=Path(script),
            inputs=[Path(path) for path in inputs],
            outputs=tuple(outputs),
            seed=seed,
            dummy=DUMMY_PEOPLE if dummy else 0,
        )
        to = None if release_to is None else Path(release_to)
        done = run_and_submit(self._opened(), slug=project, order=order, by=self._by, release_to=to)
        return account(done)

    def query(
        self,
        project: str,
        sql: str,
        *,
        noise: float | None = None,
        groups_each: int | None = None,
        epsilon: float | None = None,
    ) -> Answer:
        """Answer a question in SQL about a project's participants; with `epsilon`, with differential privacy.

        `noise` is the standard deviation of a count's noise in people, `groups_each` the number of groups in
        which a person's events count. Raises QueryError for a question that cannot be asked, RefusedError
        where too little of the project's budget is left.
        """
        wish = Wish(noise, groups_each, epsilon)
        return ask_question(self._opened(), slug=project, sql=sql, by=self._by, wish=wish).answer

    def trace(
        self,
        file: AnyPath,
        *,
        cohort: str | None = None,
        report: AnyPath | None = None,
        evidence: AnyPath | None = None,
    ) -> Attribution:
        """Say which project's view a file came from; without `cohort`, every cohort is compared.

        `report` and `evidence` name new files: a page for investigators, and what a third party needs to
        verify an accusation.
        """
        papers = Papers(
            report=None if report is None else Path(report),
            evidence=None if evidence is None else Path(evidence),
        )
        return trace_file(self._opened(), Path(file), by=self._by, cohort=cohort, papers=papers)

    def _opened(self) -> Home:
        """Return the home, with Django's one connection on its database: a process may have several rooms."""
        use_database_of(self._home)
        return self._home


def open_room(home: AnyPath, *, create: bool, by: str | None) -> Room:
    """Open a home; see `strongroom.open`. Django must be set up."""
    # A notebook runs an event loop, from which Django refuses to be called. A call to a room blocks the loop
    # for as long as it lasts, as any other computation of a cell does.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    opened = (create_home if create else open_home)(Path(home))
    return Room(opened, by or f"{getpass.getuser()} (library)")
