"""Which single change of the columns identifies fewer people, tried on the cohort itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from strongroom.progress import Progress, silent
from strongroom.risk.assessed_columns import Subject
from strongroom.risk.columns import CodedColumn
from strongroom.risk.linkage import Facts, Linked, Scenario, link, scenarios, worst
from strongroom.risk.linkage.scenarios import MONTH, SEX, YEAR
from strongroom.risk.recoding import Change
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    birth_years: float = threshold(
        5.0, "years", "judgement: five-year groups of age are the usual first step of studies' tables"
    )
    most_tried: int = threshold(
        8,
        "scenarios",
        "cost: each scenario sorts all events of a table; those that identify most people are tried again, "
        "the others count with their share before the change",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Recommendation:
    """A change, and the scenario in which it spares most people: their share before and after it.

    `what_if` is the change as `--what-if` takes it. `left` names the facts that identify the largest share
    afterwards, of any scenario, and `left_share` that share. A `coarser` change goes beyond the least change
    of its column.
    """

    words: str
    what_if: str
    facts: str
    before: float
    after: float
    spared: int
    left: str
    left_share: float
    coarser: bool = False


@dataclass(frozen=True)
class _Candidate:
    words: str
    changes: tuple[Change, ...]
    coarser: bool = False


def recommend(
    subject: Subject, linked: Sequence[Linked], *, progress: Progress = silent
) -> tuple[Recommendation, ...]:
    """Try changes one at a time; return those that spare people, the largest effect first.

    `linked` has the figures of all scenarios of `subject`. Dates are rounded to the month or the year, years
    of birth grouped by five, and months of birth and sex dropped; several dates are also rounded together.
    Coarser changes come after the least change of each column: their effect is larger, and so is their cost
    to research.
    """
    before = list(zip(scenarios(subject.facts), linked, strict=True))
    candidates = list(_candidates(subject))
    found = []
    with progress("single changes", len(candidates)) as advance:
        for candidate in candidates:
            tried = _tried(candidate, subject, before)
            found += [] if tried is None else [tried]
            advance(1)
    return tuple(sorted(found, key=lambda each: (each.coarser, -each.spared, len(each.what_if))))


def _tried(
    candidate: _Candidate, subject: Subject, before: Sequence[tuple[Scenario, Linked]]
) -> Recommendation | None:
    """Try a change on the scenarios that identify most people; None if it spares nobody."""
    after = subject.after(candidate.changes).facts
    changed = {change.column for change in candidate.changes}
    affected = [pair for pair in before if _uses(pair[0], subject.facts, changed)]
    affected.sort(key=lambda pair: -_identified(pair[1]))
    again = {
        figures.words: (figures, link(after, _with(scenario, after)))
        for scenario, figures in affected[: LIMITS.most_tried]
    }
    figures = [again[each.words][1] if each.words in again else each for _, each in before]
    left = worst(figures)
    best = max(again.values(), key=lambda pair: _identified(pair[0]) - _identified(pair[1]), default=None)
    if best is None or left is None or round(_identified(best[0]) - _identified(best[1])) < 1:
        return None
    return Recommendation(
        candidate.words,
        "|".join(_as_written(change) for change in candidate.changes),
        best[0].words,
        best[0].pinned,
        best[1].pinned,
        round(_identified(best[0]) - _identified(best[1])),
        left.words,
        left.pinned,
        candidate.coarser,
    )


def _identified(figures: Linked) -> float:
    """Return the expected number of people that a scenario identifies."""
    return figures.pinned * figures.concerned


def _uses(scenario: Scenario, facts: Facts, columns: set[str]) -> bool:
    used = {facts.demographics[name].name for name in scenario.demographics}
    if scenario.events is not None:
        used.add(scenario.events.day.name)
    return bool(used & columns)


def _with(scenario: Scenario, facts: Facts) -> Scenario:
    """Return the scenario of an attacker who knows the same facts and has the changed columns."""
    events = None
    if scenario.events is not None:
        events = next(each for each in facts.events if each.name == scenario.events.name)
    known = tuple(name for name in scenario.demographics if name in facts.demographics)
    return replace(scenario, demographics=known, events=events)


def _candidates(subject: Subject) -> Iterator[_Candidate]:
    days = list(dict.fromkeys(event.day.name for event in subject.facts.events))
    for verb in ("month", "year"):
        changes = [Change(verb, day) for day in days]
        yield from (_Candidate(change.words, (change,), coarser=verb == "year") for change in changes)
        if len(changes) > 1:
            yield _Candidate(f"round every date to the {verb}", tuple(changes), coarser=verb == "year")
    people = subject.facts.demographics
    if YEAR in people and people[YEAR].ordered:
        change = Change("coarsen", people[YEAR].name, LIMITS.birth_years)
        yield _Candidate(_titled(change, people[YEAR]), (change,))
    for fact in (MONTH, SEX):
        if fact in people:
            change = Change("drop", people[fact].name)
            yield _Candidate(_titled(change, people[fact]), (change,))


def _titled(change: Change, column: CodedColumn) -> str:
    """Return a change in words, with the column's title in the dictionary."""
    name = f"{column.title} ({column.name})" if column.title else column.name
    return replace(change, column=name).words


def _as_written(change: Change) -> str:
    amount = "" if change.amount is None else f":{change.amount:g}"
    return f"{change.verb}:{change.column}{amount}"
