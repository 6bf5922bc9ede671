"""The linkage scenarios of the report's first page, and how many participants each identifies.

For example, a newspaper reports a person's month of birth and date of operation, or a neighbour knows both.
Each fact alone matches hundreds of participants; together they usually match one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.risk.columns import combined
from strongroom.risk.linkage.facts import DatedEvents, Facts, Scenario
from strongroom.risk.recoding import to_months
from strongroom.thresholds import Thresholds, threshold

YEAR, MONTH, SEX = "birth year", "birth month", "sex"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    few: int = threshold(
        5, "people", "judgement: fewer than five candidates, a chance above 0.2, as for prosecutor risk"
    )
    least_concerned: int = threshold(
        100,
        "people",
        "judgement: a share of fewer people varies by several percentage points, so a table with a "
        "handful of events would always be the headline",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Linked:
    """The result of one scenario, over the participants who have the facts it uses.

    If a participant has several events, the attacker knows one of them, each with equal probability: `pinned`
    (identified) and `few` are expected shares of people; `ever` is the share identified by any event.
    """

    words: str
    concerned: int
    pinned: float
    few: float
    """The share of people who match fewer than five participants."""
    median: float
    ever: float


def scenarios(facts: Facts) -> Iterator[Scenario]:
    """Yield the scenarios possible with these facts, those with fewest facts first."""
    born = tuple(name for name in (YEAR, MONTH) if name in facts.demographics)
    sex = (SEX,) if SEX in facts.demographics else ()
    combinations = [each for each in (born, (*born, *sex)) if each]
    for demographics in dict.fromkeys(combinations):
        yield Scenario(_words(demographics), demographics)
    for events in facts.events:
        yield from _with_event(events, born, sex)


def worst(linked: Sequence[Linked]) -> Linked | None:
    """Return the scenario that identifies the largest share, whichever table it uses; None without any.

    Scenarios of fewer than 100 participants count only if no other identifies anyone.
    """
    return max(
        linked,
        key=lambda each: (
            each.concerned >= LIMITS.least_concerned and each.pinned > 0,
            each.pinned,
            each.concerned,
        ),
        default=None,
    )


def _with_event(events: DatedEvents, born: tuple[str, ...], sex: tuple[str, ...]) -> Iterator[Scenario]:
    day, month = f"exact date ({events.title})", f"month ({events.title})"
    # Fewer scenarios for a column of dates, such as a visit: events in a table are more widely known.
    if events.kind is not None or not born:
        yield Scenario(day, (), events)
    if born:
        yield Scenario(f"{_words(born)} + {day}", born, events)
        if sex:
            yield Scenario(f"{_words((*born, *sex))} + {day}", (*born, *sex), events)
        yield Scenario(f"{_words(born)} + {month}", born, events, "month")
    if YEAR in born and events.kind is not None:
        demographics = (YEAR, *sex)
        yield Scenario(f"{_words(demographics)} + {month}", demographics, events, "month")
        yield Scenario(
            f"{_words(demographics)} + {month} and type of event", demographics, events, "month", named=True
        )


def link(facts: Facts, scenario: Scenario) -> Linked:
    """Apply a scenario to every participant who has the facts it uses."""
    columns = [facts.demographics[name] for name in scenario.demographics]
    who = combined([each.codes for each in columns], [len(each.levels) + 1 for each in columns], facts.people)
    if scenario.events is None:
        known = np.ones(facts.people, np.bool_)
        for column in columns:
            known &= ~column.missing
        person, key = np.flatnonzero(known), who[known]
    else:
        person, key = _known_events(scenario, scenario.events, who)
    return _found(scenario.words, facts.people, person, key)


def _known_events(
    scenario: Scenario, events: DatedEvents, who: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct pairs of a person and a known event."""
    day = to_months(events.day) if scenario.precision == "month" else events.day
    codes, levels = [day.codes], [len(day.levels) + 1]
    if scenario.named and events.kind is not None:
        codes.append(events.kind.codes)
        levels.append(len(events.kind.levels) + 1)
    happened = combined(codes, levels, len(events.person))
    span = int(happened.max(initial=0)) + 1
    key = who[events.person] * span + happened
    order = np.lexsort((key, events.person))
    person, key = events.person[order], key[order]
    first = np.ones(len(person), np.bool_)
    first[1:] = (person[1:] != person[:-1]) | (key[1:] != key[:-1])
    return person[first], key[first]


def _found(words: str, people: int, person: NDArray[np.int64], key: NDArray[np.int64]) -> Linked:
    if not len(person):
        return Linked(words, 0, 0.0, 0.0, 0.0, 0.0)
    _, place, sizes = np.unique(key, return_inverse=True, return_counts=True)
    fits = sizes[place]
    facts = np.bincount(person, minlength=people)
    weight = 1 / facts[person]
    concerned = int((facts > 0).sum())
    order = np.argsort(fits, kind="stable")
    half = int(np.searchsorted(np.cumsum(weight[order]), concerned / 2))
    return Linked(
        words=words,
        concerned=concerned,
        pinned=float(weight[fits == 1].sum() / concerned),
        few=float(weight[fits < LIMITS.few].sum() / concerned),
        median=float(fits[order][min(half, len(fits) - 1)]),
        ever=float((np.bincount(person[fits == 1], minlength=people) > 0).sum() / concerned),
    )


def _words(demographics: tuple[str, ...]) -> str:
    if demographics[:2] == (YEAR, MONTH):
        return ", ".join(["birth month and year", *demographics[2:]])
    return ", ".join(demographics)
