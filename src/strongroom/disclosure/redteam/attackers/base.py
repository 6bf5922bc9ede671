"""The definition of an attacker, and the queries that attackers share."""

from collections.abc import Sequence
from typing import Any, Protocol

from strongroom.disclosure.gateway import Answer
from strongroom.disclosure.redteam.world import Facts
from strongroom.errors import QueryError, RefusedError


class Ask(Protocol):
    """Answers a query; `noise` is the standard deviation of a count, the rule's by default."""

    def __call__(self, sql: str, *, noise: float | None = None) -> Answer:
        """Return the answer."""


class Attacker(Protocol):
    """Infers one person's secret from queries alone.

    `questions` is the number of planned queries, among which a privacy budget is shared; `projects` is the
    number of projects that send them.
    """

    @property
    def name(self) -> str:
        """The name of the attack."""

    @property
    def questions(self) -> int:
        """The number of planned queries."""

    @property
    def projects(self) -> int:
        """The number of projects that send them."""

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return the evidence for yes, negative for no; 0 for a coin toss."""


def counts(ask: Ask, conditions: Sequence[str]) -> list[int | None]:
    """Return the count of people who meet each condition, None where not answered; one query each."""
    found: list[int | None] = []
    for each in conditions:
        try:
            answer = ask(_sql("COUNT(*)", each))
        except RefusedError:
            # The limit is reached.
            break
        found.append(answer.rows[0][0] if answer.rows else None)
    return found + [None] * (len(conditions) - len(found))


def mean(values: Sequence[float]) -> float:
    """Return a mean, 0 without values, which means a coin toss."""
    return sum(values) / len(values) if values else 0.0


def value(ask: Ask, measure: str, condition: str) -> Any:
    """Return one statistic of those who meet a condition, None where not answered."""
    answer = statistics(ask, [measure], condition)
    return answer[0] if answer else None


def statistics(ask: Ask, measures: Sequence[str], condition: str) -> Sequence[Any] | None:
    """Return several statistics of those who meet a condition, None where not answered."""
    try:
        named = [f"{measure} AS x{place}" for place, measure in enumerate(measures)]
        answer = ask(_sql(", ".join(named), condition))
    except (RefusedError, QueryError):
        return None
    # A private answer has a column of margins beside each number.
    return answer.rows[0] if answer.rows else None


def _sql(measures: str, condition: str) -> str:
    return f"SELECT {measures} FROM participants WHERE {condition}"  # noqa: S608 - an attack
