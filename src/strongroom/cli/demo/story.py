"""The demo in chapters; each calls the same actions as the commands."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from strongroom.cli.check import report_lines
from strongroom.cli.console import Console
from strongroom.cli.demo import questions, researchers
from strongroom.cli.demo.narrator import Narrator
from strongroom.cli.demo.projects import DISHONEST, HONEST, PROJECTS
from strongroom.cli.demo.tampering import tampered_copy
from strongroom.cli.trace import attribution_lines
from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.disclosure.gateway import Answer
from strongroom.errors import StrongroomError
from strongroom.ledger import LedgerFaultError
from strongroom.portal.data.cohorts import CohortSource, add_cohort
from strongroom.portal.data.views import add_project, current_view, write_project_view
from strongroom.portal.enclave.jobs import Order
from strongroom.portal.home import LEDGER_KEY, Home, create_home
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.outputs.job_outputs import run_and_submit
from strongroom.portal.outputs.questions import ask_question
from strongroom.portal.oversight.ledger_audit import export_ledger, verify_export_file, verify_ledger
from strongroom.portal.oversight.tracing import Papers, trace_file
from strongroom.portal.projects.actions import revoke_project
from strongroom.thresholds import Thresholds, threshold

_COHORT = "synthetic"
_CUSTODIAN = "custodian (demo)"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    columns: int = threshold(
        150, "columns", "cost: relations are searched between all pairs; the projects need 58 of them"
    )
    lines_shown: int = threshold(
        4, "lines", "judgement: the verdict and the first findings fit; more would hide the story"
    )


LIMITS = _Limits()


def _program() -> str:
    """Return the program's name as the user typed it."""
    return sys.argv[0] if Path(sys.argv[0]).name == "strongroom" else "strongroom"


@dataclass
class Story:
    """Runs the demo in `directory`."""

    directory: Path
    participants: int
    seed: int
    console: Console
    narrator: Narrator = field(init=False)
    home: Home = field(init=False)

    def __post_init__(self) -> None:
        self.narrator = Narrator(self.console)
        self.progress = self.console.progress()

    @property
    def ended_well(self) -> bool:
        """Whether every step ended as expected."""
        return all(happening.expected for happening in self.narrator.happenings)

    def tell(self) -> None:
        """Run every chapter in order."""
        self.home = create_home(self.directory / "home")
        self._make_a_cohort()
        self._approve_projects()
        self._answer_questions()
        self._let_honest_results_out()
        self._stop_an_extract()
        self._trace_a_leak()
        self._revoke_the_project()
        self._verify_the_record()

    def to_json(self) -> dict[str, Any]:
        """Return the steps as a JSON document."""
        return {
            "participants": self.participants,
            "ended_well": self.ended_well,
            "happenings": [asdict(happening) for happening in self.narrator.happenings],
            "home": str(self.home.path),
        }

    def table(self) -> list[str]:
        """Return a table of the steps as lines."""
        commands = [
            f"  {_program()} {verb} --home {self.home.path}"
            for verb in ("cohort show synthetic", "ledger verify")
        ]
        looking = f"The files are in {self.directory}. Commands to try:"
        return ["", *self.narrator.table(self.directory), "", looking, *commands]

    def _make_a_cohort(self) -> None:
        self.narrator.chapter(f"1. Create and add a cohort of {self.participants:,} invented people")
        with self.narrator.happening("create a cohort in the format of UK Biobank") as made:
            files = write_synthetic_cohort(
                self.directory / "sources",
                participants=self.participants,
                seed=self.seed,
                columns=LIMITS.columns,
                progress=self.progress,
            )
            made.ended(f"{self.participants:,} people", where=files.participants.parent)
        source = CohortSource(
            participants=files.participants,
            dictionary=files.dictionary,
            id_column=files.id_column,
            events=files.events,
            genotypes=files.genotypes,
        )
        with self.narrator.happening(
            "add it: assign types, find direct identifiers, encrypt, index"
        ) as added:
            _, report = add_cohort(
                self.home, name=_COHORT, source=source, by=_CUSTODIAN, progress=self.progress
            )
            added.ended(f"{len(report.tables)} encrypted tables", where=self.home.vault)

    def _approve_projects(self) -> None:
        self.narrator.chapter(
            "2. Approve three projects, each with its own columns, participants and pseudonyms"
        )
        for project in PROJECTS:
            with self.narrator.happening(f"approve {project.slug} ({project.institution})") as approved:
                view = add_project(
                    self.home,
                    slug=project.slug,
                    institution=project.institution,
                    cohort_name=_COHORT,
                    columns=project.columns,
                    where=project.where,
                    by=_CUSTODIAN,
                    progress=self.progress,
                )
                marked = ", fingerprinted" if view.commitment else ""
                approved.ended(f"{view.participants:,} people, {len(view.columns)} columns{marked}")

    def _answer_questions(self) -> None:
        self.narrator.chapter(f"3. {HONEST.institution} queries statistics without seeing a record")
        view = self._view_of(HONEST.slug)
        with self.narrator.happening("query blood pressure by sex") as asked:
            first = self._question(questions.pressure_by_sex())
            asked.ended(f"{len(first.rows)} groups")
        self.narrator.say(*questions.lines(first))
        with self.narrator.happening("query it again without the tallest people") as again:
            second = self._question(questions.without_the_tallest(view))
            again.ended(
                "new noise is added, so subtracting the two answers reveals nothing",
                expected=len(second.rows) > 0,
            )
        self.narrator.say(*questions.lines(second))
        with self.narrator.happening("query one person's record") as refused:
            try:
                self._question(questions.A_ROW)
                result = "given"
            except StrongroomError as refusal:
                result = str(refusal)
            refused.ended("given" if result == "given" else "refused", expected=result != "given")
        self.narrator.say(result)

    def _question(self, sql: str) -> Answer:
        who = f"researcher of {HONEST.slug} (demo)"
        return ask_question(self.home, slug=HONEST.slug, sql=sql, by=who, progress=self.progress).answer

    def _let_honest_results_out(self) -> None:
        self.narrator.chapter(
            f"4. {HONEST.institution} runs a script beside its view, and requests the release of results"
        )
        folder = self._folder("outputs/honest")
        self._run(HONEST.slug, "regression.py", output="regression.csv", expected="release")
        summary = researchers.gwas_summary(self.participants, folder / "gwas_summary.tsv", seed=self.seed)
        researchers.manhattan_plot(summary, folder / "manhattan.png")
        for path in sorted(folder.iterdir()):
            self._ask(path, HONEST.slug, expected="release")

    def _stop_an_extract(self) -> None:
        self.narrator.chapter(
            f"5. {DISHONEST.institution} tries to take disguised records out, and looks for a way out"
        )
        view, folder = self._view_of(DISHONEST.slug), self._folder("outputs/dishonest")
        researchers.disguised_extract(view, folder / "scores.csv", seed=self.seed)
        researchers.notebook_in_a_zip(view, folder / "supplement.zip", seed=self.seed)
        for path in sorted(folder.iterdir()):
            self._ask(path, DISHONEST.slug, expected="block")
        self._look_for_a_way_out()

    def _look_for_a_way_out(self) -> None:
        """Run a script that tries the network, the keys and another project's view."""
        other = self.directory / "views" / HONEST.slug / "participants.parquet"
        paths = self._folder("inputs") / "paths.txt"
        paths.write_text(f"{self.home.path / 'keys' / 'master.key'}\n{other}\n", encoding="utf-8")
        released = self._run(
            DISHONEST.slug, "way_out.py", inputs=(paths,), output="attempts.txt", expected="release"
        )
        with self.narrator.happening("read what the script found") as read:
            tried = released / "attempts.txt"
            lines = tried.read_text(encoding="utf-8").splitlines() if tried.exists() else []
            refused = [line for line in lines if ": refused: " in line]
            outcome = f"{len(refused)} of {len(lines)} ways refused"
            read.ended(outcome, expected=bool(lines) and refused == lines, where=tried)
        self.narrator.say(*lines)

    def _run(self, slug: str, name: str, *, inputs: Sequence[Path] = (), output: str, expected: str) -> Path:
        """Run a script in the enclave and release what it wrote if it passes; return where to."""
        script = Path(__file__).with_name("scripts") / name
        released = self.directory / "released" / script.stem
        with self.narrator.happening(f"{slug}: run {name} in the enclave") as ran:
            done = run_and_submit(
                self.home,
                slug=slug,
                order=Order(script, inputs=inputs, outputs=(output,)),
                by=f"researcher of {slug} (demo)",
                release_to=released,
                progress=self.progress,
            )
            verdict = "no outputs" if done.report is None else done.report.verdict.value
            fine = done.result.status == 0 and verdict == expected
            ran.ended(f"{done.result.cause.value}, {verdict}", expected=fine, where=released)
        return released

    def _trace_a_leak(self) -> None:
        self.narrator.chapter(
            "6. Months later a file is offered for sale: a third of the rows and columns, without ids"
        )
        view, folder = self.directory / "views" / DISHONEST.slug, self._folder("found")
        found = researchers.file_for_sale(view, folder / "for_sale.csv", seed=self.seed)
        with self.narrator.happening("trace the file for sale") as traced:
            answer = trace_file(
                self.home,
                found,
                by=_CUSTODIAN,
                cohort=_COHORT,
                papers=Papers(evidence=folder / "evidence"),
                progress=self.progress,
            )
            named = [suspect.project for suspect in answer.suspects]
            outcome = f"{answer.verdict.value}: {', '.join(named) or 'no source'}"
            traced.ended(outcome, expected=named == [DISHONEST.slug], where=found)
        self.narrator.say(*attribution_lines(answer.to_json()))
        self._verify_the_evidence(found, folder / "evidence")

    def _verify_the_evidence(self, found: Path, evidence: Path) -> None:
        """Verify the evidence as its reader does: by the program beside it, without strongroom."""
        with self.narrator.happening("verify the evidence with the program beside it") as verified:
            key = self.home.verifier_key(LEDGER_KEY)
            program = [sys.executable, "-I", str(evidence / "verify_evidence.py")]
            done = subprocess.run(  # noqa: S603 - the program was written by the step before
                [*program, str(evidence / "evidence.json"), "--file", str(found), "--key", key],
                capture_output=True,
                text=True,
                check=False,
            )
            outcome = "verified" if done.returncode == 0 else "not verified"
            verified.ended(outcome, expected=done.returncode == 0, where=evidence)
        self.narrator.say(*(done.stdout or done.stderr).splitlines())

    def _revoke_the_project(self) -> None:
        self.narrator.chapter("7. Revoke the project: its files can never be read again")
        with self.narrator.happening(f"revoke {DISHONEST.slug}") as revoked:
            revoke_project(
                self.home, slug=DISHONEST.slug, reason="its view was offered for sale", by=_CUSTODIAN
            )
            revoked.ended("revoked, key destroyed")
        with self.narrator.happening("request its view after the revocation") as asked:
            try:
                current_view(self.home, slug=DISHONEST.slug, by=_CUSTODIAN)
                answer = "given"
            except StrongroomError as refusal:
                answer = str(refusal)
            asked.ended("given" if answer == "given" else "refused", expected=answer != "given")
        self.narrator.say(answer)

    def _verify_the_record(self) -> None:
        self.narrator.chapter("8. Verify the ledger, and reject a tampered copy of it")
        with self.narrator.happening("verify the ledger") as verified:
            report = verify_ledger(self.home)
            verified.ended(f"{report.entries} entries verify")
        export = self.directory / "ledger-export.jsonl"
        with self.narrator.happening("export it and verify the export") as exported:
            export_ledger(self.home, to=export, by=_CUSTODIAN)
            report = verify_export_file(self.home, export)
            exported.ended(f"{report.entries} entries verify", where=export)
        tampered = tampered_copy(export, self.directory / "ledger-export-tampered.jsonl")
        with self.narrator.happening("verify an export that names another project") as attempted:
            found: LedgerFaultError | None = None
            try:
                verify_export_file(self.home, tampered)
            except LedgerFaultError as fault:
                found = fault
            outcome = f"rejected: {found.fault.value}" if found else "accepted"
            attempted.ended(outcome, expected=found is not None, where=tampered)
        self.narrator.say(str(found or ""))

    def _ask(self, path: Path, slug: str, *, expected: str) -> None:
        """Check a file as one of a project's outputs, and release it if it passes."""
        released = self.directory / "released" / path.stem
        with self.narrator.happening(f"{slug}: check {path.name}") as asked:
            _, report = check_outputs(
                self.home,
                [path],
                through=airlock(project=slug),
                by=f"researcher of {slug} (demo)",
                release_to=released,
                progress=self.progress,
            )
            verdict = report.verdict.value
            where = released / path.name if released.exists() else path
            asked.ended(
                f"{verdict} (confidence {report.confidence:.2f})", expected=verdict == expected, where=where
            )
        self.narrator.say(*report_lines(report.to_json())[: LIMITS.lines_shown])

    def _view_of(self, slug: str) -> Path:
        """Write a project's view to its researcher's directory."""
        to = self.directory / "views" / slug
        write_project_view(self.home, slug=slug, to=to, by=_CUSTODIAN, progress=self.progress)
        return to

    def _folder(self, name: str) -> Path:
        folder = self.directory / name
        folder.mkdir(parents=True)
        return folder
