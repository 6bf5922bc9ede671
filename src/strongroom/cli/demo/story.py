"""The story, chapter by chapter: each does real acts through the same actions the commands call."""

import sys
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
from strongroom.ledger import RecordFaultError
from strongroom.portal.data.cohorts import CohortSource, add_cohort
from strongroom.portal.data.views import add_project, current_view, write_project_view
from strongroom.portal.home import Home, create_home
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.outputs.questions import ask_question
from strongroom.portal.oversight.record import export_record, verify_export_file, verify_record
from strongroom.portal.oversight.tracing import trace_file
from strongroom.portal.projects.actions import revoke_project
from strongroom.thresholds import Thresholds, threshold

_COHORT = "synthetic"
_CUSTODIAN = "custodian (demo)"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    columns: int = threshold(
        300, "columns", "cost: a cohort of 100,000 people with 300 columns takes seconds to make"
    )
    lines_shown: int = threshold(
        4, "lines", "judgement: the verdict and the first findings fit; more would hide the story"
    )


LIMITS = _Limits()


def _program() -> str:
    """Return how the program was called, which is how it can be called again."""
    return sys.argv[0] if Path(sys.argv[0]).name == "strongroom" else "strongroom"


@dataclass
class Story:
    """Tells the story in `directory`."""

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
        """Whether everything went as a custodian would want."""
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
        """Return what happened."""
        return {
            "participants": self.participants,
            "ended_well": self.ended_well,
            "happenings": [asdict(happening) for happening in self.narrator.happenings],
            "home": str(self.home.path),
        }

    def table(self) -> list[str]:
        """Return what happened as lines, for people."""
        commands = [
            f"  {_program()} {verb} --home {self.home.path}"
            for verb in ("cohort show synthetic", "ledger verify")
        ]
        looking = f"The files are in {self.directory}. Look around, for example:"
        return ["", *self.narrator.table(self.directory), "", looking, *commands]

    def _make_a_cohort(self) -> None:
        self.narrator.chapter(f"1. A cohort of {self.participants:,} invented people is made and taken in")
        with self.narrator.happening("make a UK-Biobank-shaped cohort") as made:
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
        with self.narrator.happening("add it: typed, searched, encrypted, indexed") as added:
            _, report = add_cohort(
                self.home, name=_COHORT, source=source, by=_CUSTODIAN, progress=self.progress
            )
            added.ended(f"{len(report.tables)} encrypted tables", where=self.home.vault)

    def _approve_projects(self) -> None:
        self.narrator.chapter("2. Three institutions get projects, each with its own columns, people and ids")
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
                marked = ", marked for it alone" if view.commitment else ""
                approved.ended(f"{view.participants:,} people, {len(view.columns)} columns{marked}")

    def _answer_questions(self) -> None:
        self.narrator.chapter(f"3. {HONEST.institution} asks questions, and needs no row for that")
        view = self._view_of(HONEST.slug)
        with self.narrator.happening("ask for blood pressure by sex") as asked:
            first = self._question(questions.pressure_by_sex())
            asked.ended(f"{len(first.rows)} groups")
        self.narrator.say(*questions.lines(first))
        with self.narrator.happening("ask again without the few tallest people") as again:
            second = self._question(questions.without_the_tallest(view))
            again.ended("changed anew, so the difference tells nothing", expected=len(second.rows) > 0)
        self.narrator.say(*questions.lines(second))
        with self.narrator.happening("ask for somebody's row") as refused:
            try:
                self._question(questions.A_ROW)
                said = "given"
            except StrongroomError as refusal:
                said = str(refusal)
            refused.ended("given" if said == "given" else "refused", expected=said != "given")
        self.narrator.say(said)

    def _question(self, sql: str) -> Answer:
        who = f"researcher of {HONEST.slug} (demo)"
        return ask_question(self.home, slug=HONEST.slug, sql=sql, by=who, progress=self.progress).answer

    def _let_honest_results_out(self) -> None:
        self.narrator.chapter(f"4. {HONEST.institution} asks for its results")
        view, folder = self.directory / "views" / HONEST.slug, self._folder("outputs/honest")
        researchers.regression_table(view, folder / "regression.csv")
        summary = researchers.gwas_summary(self.participants, folder / "gwas_summary.tsv", seed=self.seed)
        researchers.manhattan_plot(summary, folder / "manhattan.png")
        for path in sorted(folder.iterdir()):
            self._ask(path, HONEST.slug, expected="release")

    def _stop_an_extract(self) -> None:
        self.narrator.chapter(f"5. {DISHONEST.institution} tries to carry rows out in disguise")
        view, folder = self._view_of(DISHONEST.slug), self._folder("outputs/dishonest")
        researchers.disguised_extract(view, folder / "scores.csv", seed=self.seed)
        researchers.notebook_in_a_zip(view, folder / "supplement.zip", seed=self.seed)
        for path in sorted(folder.iterdir()):
            self._ask(path, DISHONEST.slug, expected="block")

    def _trace_a_leak(self) -> None:
        self.narrator.chapter("6. Months later a file is for sale: a third of the rows and columns, no ids")
        view, folder = self.directory / "views" / DISHONEST.slug, self._folder("found")
        found = researchers.file_for_sale(view, folder / "for_sale.csv", seed=self.seed)
        with self.narrator.happening("trace the file for sale") as traced:
            answer = trace_file(self.home, found, by=_CUSTODIAN, cohort=_COHORT, progress=self.progress)
            named = [suspect.project for suspect in answer.suspects]
            outcome = f"{answer.verdict.value}: {', '.join(named) or 'nobody'}"
            traced.ended(outcome, expected=named == [DISHONEST.slug], where=found)
        self.narrator.say(*attribution_lines(answer.to_json()))

    def _revoke_the_project(self) -> None:
        self.narrator.chapter("7. The project is revoked, and its files can never be read again")
        with self.narrator.happening(f"revoke {DISHONEST.slug}") as revoked:
            revoke_project(
                self.home, slug=DISHONEST.slug, reason="its view was offered for sale", by=_CUSTODIAN
            )
            revoked.ended("revoked, key destroyed")
        with self.narrator.happening("ask for its view after all") as asked:
            try:
                current_view(self.home, slug=DISHONEST.slug, by=_CUSTODIAN)
                answer = "given"
            except StrongroomError as refusal:
                answer = str(refusal)
            asked.ended("given" if answer == "given" else "refused", expected=answer != "given")
        self.narrator.say(answer)

    def _verify_the_record(self) -> None:
        self.narrator.chapter("8. The record of all this verifies, and a tampered copy of it does not")
        with self.narrator.happening("verify the ledger") as verified:
            report = verify_record(self.home)
            verified.ended(f"{report.entries} entries verify")
        export = self.directory / "ledger-export.jsonl"
        with self.narrator.happening("export it and verify the copy") as exported:
            export_record(self.home, to=export, by=_CUSTODIAN)
            report = verify_export_file(self.home, export)
            exported.ended(f"{report.entries} entries verify", where=export)
        tampered = tampered_copy(export, self.directory / "ledger-export-tampered.jsonl")
        with self.narrator.happening("verify a copy that blames somebody else") as attempted:
            found: RecordFaultError | None = None
            try:
                verify_export_file(self.home, tampered)
            except RecordFaultError as fault:
                found = fault
            outcome = f"rejected: {found.fault.value}" if found else "accepted"
            attempted.ended(outcome, expected=found is not None, where=tampered)
        self.narrator.say(str(found or ""))

    def _ask(self, path: Path, slug: str, *, expected: str) -> None:
        """Put a file through a project's airlock."""
        released = self.directory / "released" / path.stem
        with self.narrator.happening(f"{slug} asks for {path.name}") as asked:
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
        """Write a project's view where its researcher works."""
        to = self.directory / "views" / slug
        write_project_view(self.home, slug=slug, to=to, by=_CUSTODIAN, progress=self.progress)
        return to

    def _folder(self, name: str) -> Path:
        folder = self.directory / name
        folder.mkdir(parents=True)
        return folder
