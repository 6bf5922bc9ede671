"""Tracing a leaked file to its source: an act, recorded in the ledger with its answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from strongroom.checker.found_tables import tables_read
from strongroom.cohort.store import file_sha256
from strongroom.errors import AlreadyExistsError, NotFoundError, UsageError
from strongroom.matching import CohortColumns, Index
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index
from strongroom.portal.data.decoys import decoys_of, pool_of
from strongroom.portal.data.models import Cohort, View
from strongroom.portal.data.opened_views import issued_views
from strongroom.portal.home import Home
from strongroom.portal.outputs.settings import reader_limits
from strongroom.portal.oversight.case import Case, EvidencePaths, write_evidence
from strongroom.portal.oversight.trace_register import require_allowed
from strongroom.progress import Progress, silent
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer import (
    Attribution,
    DecoysFound,
    TraceVerdict,
    trace,
)
from strongroom.tracer.decoys import DecoyHits, found_decoys
from strongroom.tracer.parts import Parts
from strongroom.tracer.recognised_tables import RecognisedTables
from strongroom.tracer.report import report


class _Limits(Thresholds):
    """The numbers this module decides by."""

    projects_compared: int = threshold(
        100,
        "projects",
        "cost: every register is decrypted and searched; the source scores high or has a recent view",
    )
    most_unread: int = threshold(
        10, "parts of a file", "judgement: a longer list of unread parts makes the remark unreadable"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Papers:
    """Files written with an answer: a report to print, and the evidence a third party can verify.

    `evidence` is a new directory, or a file named *.json, beside which the verifier is written.
    """

    report: Path | None = None
    evidence: Path | None = None

    def require_free(self) -> None:
        """Raise AlreadyExistsError if one of the files exists."""
        written = EvidencePaths.at(self.evidence) if self.evidence is not None else None
        for path in (self.report, *([] if written is None else [written.evidence, written.verifier])):
            if path is not None and path.exists():
                raise AlreadyExistsError(f"{path} exists already.", hint="Choose another name.")


def trace_file(
    home: Home,
    path: Path,
    *,
    by: str,
    cohort: str | None = None,
    papers: Papers | None = None,
    files: int = 1,
    progress: Progress = silent,
) -> Attribution:
    """Find the project whose view a file came from, among all views ever issued from a cohort.

    Without a cohort all cohorts are compared, and the answer is that of the best match. What was read is
    entered in the ledger before any project's key is used. The evidence is written only if a project is
    accused, and only after the ledger entry. `files` is how many variants of the file are known to have been
    made: they, and the traces made before, count into the bound. Raises RefusedError if too many files were
    traced today and no second person approved this one.
    """
    if papers is not None:
        papers.require_free()
    if not path.is_file():
        raise UsageError(f"{path} is not a file.", hint="Name the file that surfaced.")
    rows = [find_cohort(cohort)] if cohort else list(Cohort.objects.order_by("name"))
    if not rows:
        raise NotFoundError(
            "There is no cohort to compare with.", hint="Add one with 'strongroom cohort add'."
        )
    sha256 = file_sha256(path)
    require_allowed(home, sha256, by=by)
    with act(home, by=by) as record:
        # The question is in the ledger even if reading the file ends this process.
        record("trace.started", path.name, sha256=sha256, cohorts=[row.name for row in rows])
    read = tables_read(path, limits=reader_limits(home))
    tables = read.tables
    answers, cases = [], []
    for row in rows:
        stored = open_cohort(home, row)
        views = list(issued_views(home, row, stored))
        index = open_index(home, row)
        case = Case(home, row, stored, path, sha256, views, by, files)
        answer = trace(tables, cohort=stored, index=index, views=views, progress=progress, on_read=case.enter)
        parts = Parts()
        compared = index, CohortColumns(stored, index)
        search = partial(_with_decoys, home, row, answer, compared)
        answer = parts.run("Looking for decoys", search) or answer
        answers.append(case.answered(replace(answer, remarks=(*answer.remarks, *parts.failed))))
        cases.append(case)
    best = max(answers, key=lambda answer: (bool(answer.suspects), answer.participants))
    case = cases[answers.index(best)]
    others = [
        row.name for row, answer in zip(rows, answers, strict=True) if answer is not best and _ours(answer)
    ]
    best = replace(best, remarks=(*best.remarks, *_remarks(others, read.unread)))
    with act(home, by=by) as record:
        traced = record(
            "file.traced",
            path.name,
            sha256=sha256,
            verdict=best.verdict.value,
            suspects=[suspect.project for suspect in best.suspects],
            participants=best.participants,
            marks=best.marks.cells,
            recipients=best.marks.recipients,
        )
    return best if papers is None else _write(papers, best, case, traced)


def _ours(answer: Attribution) -> bool:
    return answer.verdict is not TraceVerdict.NOT_OURS


def _remarks(others: Sequence[str], unread: Sequence[str]) -> tuple[str, ...]:
    """State what an answer does not cover: other cohorts, and parts of the file that could not be read."""
    sentences = [
        f"Participants of cohort {name} were also recognised: run the trace again with --cohort {name}."
        for name in others
    ]
    if unread:
        more = f" and {len(unread) - LIMITS.most_unread:,} more" if len(unread) > LIMITS.most_unread else ""
        sentences.append(f"Parts that could not be read: {'; '.join(unread[: LIMITS.most_unread])}{more}.")
    return tuple(sentences)


def _write(papers: Papers, answer: Attribution, case: Case, traced: int) -> Attribution:
    """Write the papers; return the answer with what the evidence opens."""
    opened, answer = case.open(answer) if papers.evidence is not None else (None, answer)
    if papers.evidence is not None and opened is not None and answer.case is not None:
        issued = {each.project: each.entry for each in answer.case.copies}
        failed = write_evidence(case, opened, issued=issued, traced=traced, to=papers.evidence)
        if failed:
            answer = replace(answer, case=replace(answer.case, opened=0, remark=failed))
    if papers.report is not None:
        page = report(answer, name=case.path.name, sha256=case.sha256, at=case.home.clock())
        papers.report.write_text(page, encoding="utf-8")
    return answer


def _with_decoys(
    home: Home,
    row: Cohort,
    answer: Attribution,
    compared: tuple[Index, CohortColumns],
) -> Attribution:
    """Add the decoys found in the file, by project; they accuse nobody.

    The search covers the decoys of the suspects and of the projects with the highest scores or latest views.
    """
    views = _decoyed_views(row, answer)
    registers = [register for view in views for register in [decoys_of(home, view)] if register is not None]
    if not registers:
        return answer
    recognised = answer.recognised or RecognisedTables()
    hits = found_decoys(
        recognised.examined,
        registers,
        index=compared[0],
        columns=compared[1],
        recognised=recognised,
        pool=pool_of(home, row),
    )
    institutions = {view.project.slug: view.project.institution.name for view in views}
    own = tuple(_found(each, institutions[each.project]) for each in hits if each.unique)
    ids = {each.project: each.ids for each in own}
    shared = {hit.ordinal for each in hits for hit in each.hits if hit.shared}
    suspects = tuple(replace(each, decoys=ids.get(each.project, ())) for each in answer.suspects)
    found = replace(answer, suspects=suspects, decoys=own, shared_decoys=len(shared))
    if answer.verdict is TraceVerdict.NOT_OURS and hits:
        reason = "No participant was recognised, but the file contains decoys (invented participants)."
        return replace(found, verdict=TraceVerdict.INCONCLUSIVE, reason=reason)
    return found


def _decoyed_views(row: Cohort, answer: Attribution) -> list[View]:
    """Return the latest view of each project whose decoys are searched for."""
    views = (
        View.objects.filter(cohort=row).exclude(decoys=b"").select_related("project__institution", "cohort")
    )
    latest = {view.project.slug: view for view in views.order_by("pk").defer("members", "decoys")}
    named = [each.project for each in answer.suspects]
    fit = sorted(answer.scores, key=lambda slug: -answer.scores[slug])
    slugs = dict.fromkeys([*named, *fit[: LIMITS.projects_compared], *reversed(latest)])
    return [latest[slug] for slug in slugs if slug in latest][: len(named) + LIMITS.projects_compared]


def _found(hits: DecoyHits, institution: str) -> DecoysFound:
    ids = tuple(sorted({hit.id for hit in hits.unique}))
    shared = len(hits.hits) - len(hits.unique)
    return DecoysFound(hits.project, institution, ids, hits.log10_chance, shared, hits.log10_shared)
