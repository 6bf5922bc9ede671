"""What attackers have in common: they ask, and get an answer or are told that there will be no more."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from strongroom.disclosure.gateway import Answer
from strongroom.disclosure.redteam.world import Facts
from strongroom.errors import QueryError, RefusedError

Ask = Callable[[str], Answer]


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
    """Return how many people meet each condition, None where not told; one question each is cheapest."""
    found: list[int | None] = []
    for each in conditions:
        try:
            answer = ask(_sql("COUNT(*)", each))
        except RefusedError:
            # There will be no more.
            break
        found.append(answer.rows[0][0] if answer.rows else None)
    return found + [None] * (len(conditions) - len(found))


def mean(values: Sequence[float]) -> float:
    """Return a mean, 0 of nothing: a coin is tossed then."""
    return sum(values) / len(values) if values else 0.0


def value(ask: Ask, measure: str, condition: str) -> Any:
    """Return one statistic of those who meet a condition, None where it is not told."""
    told = asked(ask, [measure], condition)
    return told[0] if told else None


def asked(ask: Ask, measures: Sequence[str], condition: str) -> Sequence[Any] | None:
    """Return several statistics of those who meet a condition, None where no more is answered."""
    try:
        named = [f"{measure} AS x{place}" for place, measure in enumerate(measures)]
        answer = ask(_sql(", ".join(named), condition))
    except (RefusedError, QueryError):
        return None
    # Beside a private number stands its margin.
    return answer.rows[0] if answer.rows else None


def _sql(measures: str, condition: str) -> str:
    return f"SELECT {measures} FROM participants WHERE {condition}"  # noqa: S608 - an attack
