"""Scoring every recipient: the only place where projects' keys are compared with what was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from strongroom.progress import Progress, silent
from strongroom.tracer.attribution import MarksRead
from strongroom.tracer.content_evidence import IssuedView
from strongroom.tracer.fingerprint.decoding.e_values import (
    Evidence,
    Recipient,
    log10_bar,
    score_recipients,
)
from strongroom.tracer.fingerprint.decoding.mark_reading import Observations
from strongroom.tracer.fingerprint.plan import IssuedFingerprint


@dataclass(frozen=True)
class Sheet:
    """The readings under one plan; `plan` is its digest, `key` the plan's key."""

    plan: str
    key: bytes = field(repr=False)
    observed: tuple[Observations, ...]


@dataclass(frozen=True)
class Scored:
    """One recipient: a project's key under one plan, the content of its views together, and the evidence."""

    project: str
    institution: str
    fingerprint: IssuedFingerprint
    recipient: Recipient
    sheet: Sheet
    evidence: Evidence


@dataclass(frozen=True)
class Scores:
    """All scored recipients; `past` are the projects beyond the threshold, strongest first."""

    scored: tuple[Scored, ...]
    marks: MarksRead
    past: tuple[str, ...]

    @property
    def by_project(self) -> Mapping[str, float]:
        """Each project's log10 e-value, the highest if it has several."""
        found: dict[str, float] = {}
        for each in self.scored:
            found[each.project] = max(found.get(each.project, -float("inf")), each.evidence.log10_e)
        return found

    def best(self, project: str) -> Scored:
        """Return a project's strongest evidence."""
        return max((each for each in self.scored if each.project == project), key=_strength)


def score(
    sheets: Sequence[Sheet], views: Sequence[IssuedView], *, bound: float, progress: Progress = silent
) -> Scores:
    """Score every recipient of a marked view; all of them count as hypotheses."""
    groups = _recipients(views)
    scored: list[Scored] = []
    with progress("Comparing recipients", len(groups)) as advance:
        for sheet in sheets:
            mine = [
                each for each in groups if (each[1].plan.digest, each[1].plan_key) == (sheet.plan, sheet.key)
            ]
            found = score_recipients(list(sheet.observed), [recipient for _, _, recipient in mine])
            scored += [
                Scored(view.project, view.institution, fingerprint, recipient, sheet, evidence)
                for (view, fingerprint, recipient), evidence in zip(mine, found, strict=True)
            ]
            advance(len(mine))
    needed = log10_bar(max(len(scored), 1), epsilon=bound)
    past = sorted((each for each in scored if each.evidence.log10_e >= needed), key=_strength, reverse=True)
    best = max((each.evidence.log10_e for each in scored), default=0.0)
    marks = _marks(sheets, recipients=len(scored), best=best, needed=needed)
    return Scores(tuple(scored), marks, tuple(dict.fromkeys(each.project for each in past)))


def _strength(each: Scored) -> float:
    return each.evidence.log10_e


def _recipients(views: Sequence[IssuedView]) -> list[tuple[IssuedView, IssuedFingerprint, Recipient]]:
    """Return one recipient for every key and plan; later views of a project have the same marks."""
    found: dict[tuple[bytes, str, bytes], list[IssuedView]] = {}
    for view in views:
        if view.fingerprint is not None:
            found.setdefault(view.fingerprint.recipient, []).append(view)
    known: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
    return [_recipient(same, known) for same in found.values()]


def _recipient(
    views: Sequence[IssuedView], known: dict[tuple[str, frozenset[str]], frozenset[str]]
) -> tuple[IssuedView, IssuedFingerprint, Recipient]:
    """Return the recipient for a project's views; `known` caches positions by the views' columns."""
    latest = max(views, key=lambda view: view.number)
    fingerprint = latest.fingerprint
    if fingerprint is None:
        raise TypeError("only views with a fingerprint have a recipient")
    plan = fingerprint.plan
    names = latest.columns if len(views) == 1 else frozenset().union(*(view.columns for view in views))
    if (plan.digest, names) not in known:
        known[plan.digest, names] = plan.positions(names)
    positions = known[plan.digest, names]
    members = latest.members
    for view in views:
        if view.members is not latest.members:
            members = members | view.members
    return latest, fingerprint, Recipient(fingerprint.project_key, positions, members)


def _marks(sheets: Sequence[Sheet], *, recipients: int, best: float, needed: float) -> MarksRead:
    richest = max(sheets, key=lambda sheet: sum(each.cells for each in sheet.observed), default=None)
    if richest is None:
        return MarksRead()
    return MarksRead(
        cells=sum(each.cells for each in richest.observed),
        clean=sum(int((each.reliability == 0).sum()) for each in richest.observed),
        columns={each.positions.column: each.cells for each in richest.observed},
        recipients=recipients,
        log10_best=best,
        log10_needed=needed,
    )
