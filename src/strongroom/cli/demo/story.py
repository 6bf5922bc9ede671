"""The story, chapter by chapter: each does one real act through the same actions the commands call."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from strongroom.cli.check import report_lines
from strongroom.cli.console import Console
from strongroom.cli.demo import researchers
from strongroom.cli.demo.projects import DISHONEST, HONEST, PROJECTS
from strongroom.cli.demo.tampering import tampered_copy
from strongroom.cli.trace import attribution_lines
from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.errors import StrongroomError
from strongroom.ledger import RecordFaultError
from strongroom.portal.data.cohorts import CohortSource, add_cohort
from strongroom.portal.data.views import add_project, current_view, write_project_view
from strongroom.portal.home import create_home
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.oversight.record import export_record, verify_export_file, verify_record
from strongroom.portal.oversight.tracing import trace_file
from strongroom.portal.projects.actions import revoke_project

T = TypeVar("T")

_COHORT = "synthetic"
_CUSTODIAN = "custodian (demo)"
_COLUMNS = 150


@dataclass(frozen=True)
class Happening:
    """A line of the table at the end; `where` is the file or directory to look at."""

    what: str
    outcome: str
    expected: bool
    seconds: float
    where: str


@dataclass
class Story:
    """Tells the story in `directory` and remembers what happened."""

    directory: Path
    participants: int
    seed: int
    console: Console
    happenings: list[Happening] = field(default_factory=list)

    @property
    def ended_well(self) -> bool:
        """Whether everything went as a custodian would want."""
        return all(happening.expected for happening in self.happenings)

    def tell(self) -> None:
        """Run every chapter in order."""
        self._home = create_home(self.directory / "home")
        self._progress = self.console.progress()
        for chapter in (
            self._cohort,
            self._projects,
            self._honest,
            self._dishonest,
            self._leak,
            self._revoke,
            self._record,
        ):
            chapter()

    def to_json(self) -> dict[str, Any]:
        """Return what happened."""
        return {
            "participants": self.participants,
            "ended_well": self.ended_well,
            "happenings": [vars(happening) for happening in self.happenings],
            "home": str(self.directory / "home"),
        }

    def table(self) -> list[str]:
        """Return what happened as lines, for people."""
        rows = [
            f"  {'ok' if each.expected else 'NOT AS IT SHOULD BE':<4} {each.seconds:6.1f} s  {each.what:<50} "
            f"{each.outcome:<34} {each.where}"
            for each in self.happenings
        ]
        return [
            "",
            "What happened",
            *rows,
            "",
            f"All files are in {self.directory}. Look around with, for example:",
        ] + [
            f"  strongroom {command} --home {self.directory / 'home'}"
            for command in (f"cohort show {_COHORT}", "ledger verify")
        ]

    def _cohort(self) -> None:
        self._heading(f"1. A cohort of {self.participants:,} invented people is made and taken in")
        files = self._timed(
            "make a UK-Biobank-shaped cohort",
            lambda: write_synthetic_cohort(
                self.directory / "sources",
                participants=self.participants,
                seed=self.seed,
                columns=_COLUMNS,
                progress=self._progress,
            ),
            lambda files: (f"{self.participants:,} people", True, files.participants),
        )
        source = CohortSource(
            participants=files.participants,
            dictionary=files.dictionary,
            id_column=files.id_column,
            events=files.events,
            genotypes=files.genotypes,
        )
        self._timed(
            "add it: typed, encrypted, indexed",
            lambda: add_cohort(
                self._home, name=_COHORT, source=source, by=_CUSTODIAN, progress=self._progress
            ),
            lambda added: (f"{len(added[0].manifest['tables'])} encrypted tables", True, self._home.vault),
        )

    def _projects(self) -> None:
        self._heading(
            "2. Three institutions get projects, each with its own columns, participants and pseudonyms"
        )
        for project in PROJECTS:
            self._timed(
                f"approve {project.slug} ({project.institution})",
                lambda project=project: add_project(
                    self._home,
                    slug=project.slug,
                    institution=project.institution,
                    cohort_name=_COHORT,
                    columns=project.columns,
                    where=project.where,
                    by=_CUSTODIAN,
                    progress=self._progress,
                ),
                lambda view: (f"{view.participants:,} people, {len(view.columns)} columns", True, ""),
            )
        for project in (HONEST, DISHONEST):
            write_project_view(self._home, slug=project.slug, to=self._view(project.slug), by=_CUSTODIAN)

    def _honest(self) -> None:
        self._heading("3. An honest project asks for its results")
        folder = self._folder("outputs/honest")
        researchers.regression_table(self._view(HONEST.slug), folder / "regression.csv")
        summary = researchers.gwas_summary(self.participants, folder / "gwas_summary.tsv", seed=self.seed)
        researchers.manhattan_plot(summary, folder / "manhattan.png")
        for path in sorted(folder.iterdir()):
            self._check(path, HONEST.slug, expected="release")

    def _dishonest(self) -> None:
        self._heading("4. A dishonest project tries to carry rows out in disguise")
        folder = self._folder("outputs/dishonest")
        view = self._view(DISHONEST.slug)
        researchers.disguised_extract(view, folder / "scores.csv", seed=self.seed)
        researchers.notebook_in_a_zip(view, folder / "supplement.zip", seed=self.seed)
        for path in sorted(folder.iterdir()):
            self._check(path, DISHONEST.slug, expected="block")

    def _leak(self) -> None:
        self._heading("5. Months later a file is offered for sale: a third of the rows and columns, no ids")
        found = researchers.file_for_sale(
            self._view(DISHONEST.slug), self._folder("found") / "for_sale.csv", seed=self.seed
        )
        answer = self._timed(
            "trace the file for sale",
            lambda: trace_file(self._home, found, by=_CUSTODIAN, cohort=_COHORT, progress=self._progress),
            lambda answer: (
                f"{answer.verdict.value}: {', '.join(each.institution for each in answer.suspects)}",
                [suspect.project for suspect in answer.suspects] == [DISHONEST.slug],
                found,
            ),
        )
        self._say(*attribution_lines(answer.to_json()))

    def _revoke(self) -> None:
        self._heading("6. The project is revoked, and its files can never be read again")
        self._timed(
            f"revoke {DISHONEST.slug}",
            lambda: revoke_project(
                self._home, slug=DISHONEST.slug, reason="its view was offered for sale", by=_CUSTODIAN
            ),
            lambda project: (project.status, True, ""),
        )
        self._timed(
            "try to read its view after all",
            lambda: self._refusal(lambda: current_view(self._home, slug=DISHONEST.slug, by=_CUSTODIAN)),
            lambda refusal: ("refused" if refusal else "readable", bool(refusal), ""),
        )

    def _record(self) -> None:
        self._heading("7. The record of all this verifies, and a tampered copy of it does not")
        export = self.directory / "ledger-export.jsonl"
        self._timed(
            "verify the ledger",
            lambda: verify_record(self._home),
            lambda report: (f"{report.entries} entries verify", True, ""),
        )
        self._timed(
            "verify an exported copy offline",
            lambda: (
                export_record(self._home, to=export, by=_CUSTODIAN),
                verify_export_file(self._home, export),
            )[1],
            lambda report: (f"{report.entries} entries verify", True, export),
        )
        tampered = tampered_copy(export, self.directory / "ledger-export-tampered.jsonl")
        self._timed(
            "verify a tampered copy",
            lambda: self._refusal(lambda: verify_export_file(self._home, tampered)),
            lambda refusal: (
                f"rejected: {refusal.fault.value}" if isinstance(refusal, RecordFaultError) else "accepted",
                isinstance(refusal, RecordFaultError),
                tampered,
            ),
        )

    def _check(self, path: Path, slug: str, *, expected: str) -> None:
        _, report = self._timed(
            f"{slug} asks to take out {path.name}",
            lambda: check_outputs(
                self._home,
                [path],
                through=airlock(project=slug),
                by=f"researcher of {slug} (demo)",
                release_to=self.directory / "released" / path.stem,
                progress=self._progress,
            ),
            lambda judged: (
                f"{judged[1].verdict.value} (confidence {judged[1].confidence:.2f})",
                judged[1].verdict.value == expected,
                self.directory / "released" / path.stem if expected == "release" else path,
            ),
        )
        self._say(*report_lines(report.to_json())[:6])

    def _timed(self, what: str, work: Callable[[], T], judge: Callable[[T], tuple[str, bool, Any]]) -> T:
        began = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - began
        outcome, expected, where = judge(result)
        self.happenings.append(Happening(what, outcome, expected, round(seconds, 2), str(where)))
        self._say(f"{what}: {outcome} ({seconds:.1f} s)")
        return result

    @staticmethod
    def _refusal(work: Callable[[], object]) -> StrongroomError | None:
        try:
            work()
        except StrongroomError as error:
            return error
        return None

    def _view(self, slug: str) -> Path:
        return self.directory / "views" / slug

    def _folder(self, name: str) -> Path:
        folder = self.directory / name
        folder.mkdir(parents=True)
        return folder

    def _heading(self, text: str) -> None:
        self._say("", text)

    def _say(self, *lines: str) -> None:
        self.console.aside(lines)
