"""A case: what a trace enters in the ledger before keys are used, and the evidence it leaves.

The reading of the file (`tracer.reading_sheet`) is entered before any project's key is compared with it, with
the number of recipients and the bound an accusation must meet. The evidence opens what the sheet needs of the
commitments made when the plan was made and the view issued, with the ledger's proofs.
"""

import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction

from strongroom.canonical import digest
from strongroom.checker.contents.found import Limits
from strongroom.checker.found_tables import text_tables
from strongroom.clock import timestamp
from strongroom.cohort import Cohort as StoredCohort
from strongroom.matching import CohortColumns, Recognition
from strongroom.portal.acts.transactions import act, ledger, seal
from strongroom.portal.data.fingerprints import (
    committed_values,
    fingerprint_key,
    open_plan,
    plan_key,
    release_name,
)
from strongroom.portal.data.models import Cohort, PlanCommitment, View
from strongroom.portal.home import LEDGER_KEY, Home
from strongroom.portal.outputs.settings import reader_limits
from strongroom.portal.oversight.trace_register import entries_of, traces_until
from strongroom.portal.projects.actions import project_key
from strongroom.portal.projects.models import KeyPurpose
from strongroom.tracer import FALSE_ACCUSATION_BOUND, Attribution, IssuedView
from strongroom.tracer import offline_verifier as verifier
from strongroom.tracer.attribution import CaseFacts, IssuedCopy
from strongroom.tracer.commitments.statements import view_statement
from strongroom.tracer.evidence_file import AccusedCopy, OpenedCase, example_cells, exposed_cells, open_case
from strongroom.tracer.parts import Parts
from strongroom.tracer.reading_sheet import LeakedFile, ReadingSheets, SheetPlan, reading_sheets

_RECORD_BYTES = 32  # fixed: SHA-256
_NO_SHEET = (
    "no evidence could be opened: no table of the file can be shown again cell by cell, or its columns "
    "follow the cohort's in a way that cannot be written down."
)
_TOO_FEW = "no evidence could be opened: the cells that can be opened are fewer than it requires."
_NOT_COMMITTED = (
    "no evidence could be opened: the view was issued before views committed to their bits block by block."
)


def sheet_plans(home: Home, row: Cohort, cohort: StoredCohort) -> list[SheetPlan]:
    """Return the cohort's plans that were committed to, with the key common to all projects."""
    kept = PlanCommitment.objects.filter(plan__cohort=row).select_related("plan__cohort").defer("records")
    key = plan_key(home, row)
    plans = [(open_plan(home, each.plan), each.statement) for each in kept]
    return [SheetPlan(plan, key, statement, plan.movable(cohort)) for plan, statement in plans]


def sheets_of(
    of: tuple[Path, str, Limits],
    recognitions: Sequence[Recognition],
    held: CohortColumns,
    plans: Mapping[str, SheetPlan],
) -> dict[str, ReadingSheets]:
    """Return the reading sheets of a file, by plan (its statement's digest); no project's key is used.

    `of` is the file, its SHA-256, and the limits under which it is read.
    """
    path, sha256, limits = of

    def read_again(wanted: Collection[int]) -> dict[str, verifier.Table]:
        tables = text_tables(path, wanted, limits=limits)
        return {name: verifier.Table(*each) for name, each in tables.items()}

    if not recognitions:
        return {}
    file = LeakedFile(path, sha256, read_again)
    found = {name: reading_sheets(file, recognitions, held, plan) for name, plan in plans.items()}
    return {name: sheets for name, sheets in found.items() if sheets is not None}


def hashes_of(sheets: Mapping[str, ReadingSheets]) -> dict[str, str]:
    """Return the hash of every sheet as the ledger has it: by the plan and the number of cells."""
    return {
        f"{name[:16]}/{size}": made for name, each in sheets.items() for size, made in each.hashes.items()
    }


@dataclass
class Case:
    """One trace of one file in one cohort; it is filled as the trace proceeds.

    `files` is how many variants of the file are known to have been made.
    """

    home: Home
    row: Cohort
    stored: StoredCohort
    path: Path
    sha256: str
    views: Sequence[IssuedView]
    by: str
    files: int = 1
    entry: int = -1
    facts: dict[str, Any] = field(default_factory=dict)
    sheets: dict[str, ReadingSheets] = field(default_factory=dict)
    plans: dict[str, SheetPlan] = field(default_factory=dict)
    parts: Parts = field(default_factory=Parts)

    def enter(self, recognitions: Sequence[Recognition], held: CohortColumns) -> float:
        """Enter the reading in the ledger; return the bound that an accusation must meet."""
        self.plans = {digest(each.statement): each for each in sheet_plans(self.home, self.row, self.stored)}
        file = self.path, self.sha256, reader_limits(self.home)
        read = partial(sheets_of, file, recognitions, held, self.plans)
        self.sheets = self.parts.run("Writing down what was read", read) or {}
        hashes = hashes_of(self.sheets)
        number = traces_until(self.sha256, self.row.name, hashes)
        bound = FALSE_ACCUSATION_BOUND / (number**2 * self.files)
        self.facts = {
            "sha256": self.sha256,
            "cohort": self.row.name,
            "revision": self.row.revision,
            "sheets": hashes,
            "recipients": max(self._recipients(), 1),
            "traces": number,
            "files": self.files,
            "bound": repr(bound),
        }
        with act(self.home, by=self.by) as record:
            self.entry = record("file.read", self.path.name, **self.facts)
        return bound

    def answered(self, answer: Attribution) -> Attribution:
        """Add to an answer what the ledger holds of the case."""
        copies = [each for each in (self._issued(suspect.project) for suspect in answer.suspects) if each]
        facts = CaseFacts(
            self.row.name,
            self.row.revision,
            self.entry,
            self.facts["traces"],
            self.files,
            float(self.facts["bound"]),
            tuple(copies),
        )
        return replace(answer, case=facts)

    def open(self, answer: Attribution) -> tuple[OpenedCase | None, Attribution]:
        """Return the evidence, None if nothing can be opened, and the answer with what it opens."""
        if answer.case is None or not answer.suspects:
            return None, answer
        found = self.parts.run("Opening the evidence", lambda: self._opened(answer))
        opened, remark = found or (None, "no evidence could be opened.")
        case = replace(answer.case, remark=" ".join([remark, *self.parts.failed]).strip())
        if opened is None:
            return None, replace(answer, case=case)
        sheets, plan, keys = self._of(opened)
        case = replace(
            case,
            opened=opened.cells,
            exposed=exposed_cells(opened, plan),
            examples=example_cells(sheets, opened.size, keys[0]),
        )
        return opened, replace(answer, case=case)

    def _of(self, opened: OpenedCase) -> tuple[ReadingSheets, SheetPlan, list[AccusedCopy]]:
        name = opened.content["sheet"]["plan"]
        shown = [each["project"] for each in opened.accused]
        copies = {each.project: each for each in self._copies(shown, name)}
        return self.sheets[name], self.plans[name], [copies[each] for each in shown]

    def _opened(self, answer: Attribution) -> tuple[OpenedCase | None, str]:
        """Return what shows most of the accused under one plan, or why nothing can be opened."""
        names = [each.project for each in answer.suspects]
        best: OpenedCase | None = None
        copied = False
        for name, sheets in self.sheets.items():
            plan, copies = self.plans[name], self._copies(names, name)
            copied = copied or bool(copies)
            committed = PlanCommitment.objects.get(plan__cohort=self.row, plan__digest=plan.plan.digest)
            stored = bytes(committed.records)
            found = open_case(
                sheets,
                plan,
                copies,
                self.facts,
                values=committed_values(
                    self.home, self.row, self.stored, plan.plan, plan.statement["values"]
                ),
                records=[stored[at : at + _RECORD_BYTES] for at in range(0, len(stored), _RECORD_BYTES)],
            )
            if found is not None and (best is None or len(found.accused) > len(best.accused)):
                best = found
        if best is None:
            return None, _NO_SHEET if not self.sheets else _TOO_FEW if copied else _NOT_COMMITTED
        shown = {each["project"] for each in best.accused}
        missing = [each for each in names if each not in shown]
        return best, f"the evidence does not cover {', '.join(missing)}." if missing else ""

    def _copies(self, projects: Sequence[str], plan: str) -> list[AccusedCopy]:
        found = []
        for slug in projects:
            view = _latest(self.row, slug)
            if view is None or not view.bits or view.plan is None:
                continue
            statement = self._statement(view)
            if statement["plan"] == plan:
                key = fingerprint_key(project_key(self.home, view.project, KeyPurpose.TRACING))
                found.append(AccusedCopy(slug, view.project.institution.name, key, statement))
        return found

    def _statement(self, view: View) -> dict[str, Any]:
        plan = PlanCommitment.objects.defer("records").get(plan=view.plan)
        return view_statement(
            plan.statement,
            release=release_name(view.project.slug, view.number, view.tables),
            positions=open_plan(self.home, view.plan).positions(view.columns),
            bits=view.bits,
        )

    def _recipients(self) -> int:
        return len({each.fingerprint.recipient for each in self.views if each.fingerprint is not None})

    def _issued(self, slug: str) -> IssuedCopy | None:
        view = _latest(self.row, slug)
        entry = None if view is None else _issue_entry(view)
        if view is None or entry is None:
            return None
        return IssuedCopy(slug, view.number, timestamp(view.issued_at), entry, view.commitment)


@dataclass(frozen=True)
class EvidencePaths:
    """Where the evidence is written: the file, beside it the program that verifies it, and the steps."""

    evidence: Path
    verifier: Path
    steps: Path

    @classmethod
    def at(cls, to: Path) -> "EvidencePaths":
        """Return the paths for a new directory, or for a file named *.json in one that exists."""
        folder, name = (to.parent, to.name) if to.suffix == ".json" else (to, "evidence.json")
        return cls(folder / name, folder / "verify_evidence.py", folder / "VERIFY.txt")


def write_evidence(
    case: Case, opened: OpenedCase, *, issued: Mapping[str, int], traced: int, to: Path
) -> str:
    """Write the evidence, with the ledger's proofs, and the program that verifies it.

    `issued` has the ledger's entry on each accused's copy, `traced` is the one on the answer. Returns why the
    evidence does not verify, "" if it does: rows of few columns may fit too many participants. It has
    values of participants who are in the leaked file, so only its owner may read it.
    """
    names = [each["project"] for each in opened.accused]
    approved = {entry["subject"]: index for index, entry in entries_of("project.added")}
    wanted = {case.entry, traced, *(issued[name] for name in names), *(approved[name] for name in names)}
    sealed = seal(case.home)
    with transaction.atomic():
        proofs = {index: _proof(case.home, index, sealed.head.size) for index in wanted}
    evidence = {
        **opened.content,
        "accused": [
            {**each, "issued": proofs[issued[name]], "approved": proofs[approved[name]]}
            for each, name in zip(opened.accused, names, strict=True)
        ],
        "read": proofs[case.entry],
        "traced": proofs[traced],
        "checkpoint": str(sealed),
    }
    paths = EvidencePaths.at(to)
    paths.evidence.parent.mkdir(mode=0o700, exist_ok=True)
    paths.evidence.touch(mode=0o600)
    paths.evidence.write_text(json.dumps(evidence, sort_keys=True), encoding="utf-8")
    shutil.copyfile(verifier.__file__, paths.verifier)
    key = case.home.verifier_key(LEDGER_KEY)
    paths.steps.write_text(
        _STEPS.format(evidence=paths.evidence.name, file=case.path.name, key=key), encoding="utf-8"
    )
    try:
        verifier.verify(json.loads(paths.evidence.read_text(encoding="utf-8")), file=case.path, keys=[key])
    except (verifier.NotVerifiedError, verifier.NotCheckedError) as error:
        return f"the evidence that was written does not verify: {error}."
    return ""


_STEPS = """How to verify this evidence

You need Python 3.11 or later, the leaked file and this folder; no other software.

1. Ask somebody other than the custodian, such as the witness of the ledger, for the ledger's verifier key.
   It must be this text (a key that comes only from this file proves nothing):

       {key}

2. Compare verify_evidence.py with the published copy, or have it read: it is one file.
3. In this folder, run

       python3 -I verify_evidence.py {evidence} --file PATH/TO/{file} --key 'KEY'

   With an export of the ledger (strongroom ledger export), add --ledger ledger.jsonl: then the number of
   recipients and of earlier traces is verified as well.
4. It prints "verified", or NOT VERIFIED and why. Its first lines say what it checks, and what stays on trust.

This folder has values of participants: the values, in the columns that were read, of those whose rows were
opened, and of the secret marks as much as their cells need. Keep it like the leaked file itself.
"""


def _issue_entry(view: View) -> int | None:
    """Return the ledger's entry on the issue of a view."""
    issued = (view.project.slug, view.number)
    for index, entry in entries_of("view.issued"):
        if (entry["subject"], entry["facts"]["number"]) == issued:
            return index
    return None


def _proof(home: Home, index: int, size: int) -> dict[str, Any]:
    log = ledger(home)
    return {
        "index": index,
        "entry": log.entry(index).to_bytes().decode(),
        "path": [each.hex() for each in log.prove(index, size).path],
    }


def _latest(row: Cohort, slug: str) -> View | None:
    views = View.objects.filter(cohort=row, project__slug=slug).select_related(
        "project__institution", "plan__cohort"
    )
    return views.defer("members", "decoys").order_by("-number").first()
