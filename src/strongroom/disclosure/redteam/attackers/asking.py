"""What attackers have in common: they ask, and get an answer or are told that there will be no more."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from strongroom.disclosure.gateway import Answer
from strongroom.disclosure.redteam.world import Facts
from strongroom.errors import QueryError, RefusedError

Ask = Callable[[str], Answer]
_LONGEST = 19_000
_MOST_MEASURES = 50


class Attacker(Protocol):
    """Somebody who wants to know one person's secret, and may only ask.

    `questions` is how many they mean to ask, so that a privacy budget can be shared out among them;
    `projects` is how many projects they ask from.
    """

    @property
    def name(self) -> str:
        """What they try."""

    @property
    def questions(self) -> int:
        """How many questions they mean to ask."""

    @property
    def projects(self) -> int:
        """From how many projects they ask."""

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return what speaks for yes, below 0 for no; 0 where they would toss a coin."""


def counts(ask: Ask, conditions: Sequence[str]) -> list[int | None]:
    """Return how many people meet each condition, as many as fit in one question; None where not told."""
    found: list[int | None] = []
    for some in packed(conditions):
        asked = ", ".join(f"COUNT(*) FILTER (WHERE {each}) AS c{place}" for place, each in enumerate(some))
        told = _asked(ask, f"SELECT {asked} FROM participants")  # noqa: S608 - an attack
        found += told or [None] * len(some)
    return found


def packed(conditions: Sequence[str]) -> Iterator[list[str]]:
    """Yield conditions in as few lists as questions are needed for them."""
    some: list[str] = []
    for each in conditions:
        if some and (len(some) == _MOST_MEASURES or sum(map(len, some)) + len(each) > _LONGEST):
            yield some
            some = []
        some.append(each)
    if some:
        yield some


def mean(values: Sequence[float]) -> float:
    """Return a mean, 0 of nothing: a coin is tossed then."""
    return sum(values) / len(values) if values else 0.0


def value(ask: Ask, asked: str, condition: str) -> float | None:
    """Return one statistic of those who meet a condition, None where it is not told."""
    told = _asked(ask, f"SELECT {asked} AS x FROM participants WHERE {condition}")  # noqa: S608 - an attack
    return None if told is None else told[0]


def _asked(ask: Ask, sql: str) -> list[int | None] | None:
    try:
        answer = ask(sql)
    except (RefusedError, QueryError):
        return None
    # Beside each private number stands its margin.
    kept = [place for place, name in enumerate(answer.columns) if not name.endswith("_margin")]
    return [answer.rows[0][place] for place in kept] if answer.rows else None
