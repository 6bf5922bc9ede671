"""The attacked gateway: the release rule with a project's budget, reachable only through queries.

Paying and answering are the steps of the portal's action; only the database and the ledger are left out.
tests/attacks/test_queries.py repeats attacks through the action itself.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from strongroom.disclosure.answer_noise import CellNoise
from strongroom.disclosure.answer_noise.influence import Balance, budget_for, cost_of_epsilon
from strongroom.disclosure.answer_noise.release_rule import DEFAULT_RULE, ReleaseRule
from strongroom.disclosure.differential_privacy import ask_privately, plan_privately
from strongroom.disclosure.gateway import (
    Answer,
    ColumnReader,
    Gateway,
    Noise,
    Protection,
    QueriedView,
    ask,
    charge_for,
    numbers_of,
)
from strongroom.disclosure.gateway.query_cost import Number
from strongroom.disclosure.gateway.value_bounds import Place
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.representation import Query, Statement, Statistic
from strongroom.disclosure.redteam.world import SCHEMA, World, read


@dataclass(frozen=True)
class Mode:
    """A way to protect answers.

    `capped` applies the budget; `midpoint` rounds counts to the middle of steps of that size; with `private`
    answers have differential privacy, and cost what is left of the budget, shared among the questions.
    """

    name: str
    rule: ReleaseRule
    capped: bool = False
    midpoint: int = 0
    private: bool = False


# Settings to compare with: the threshold alone, and noise as in ONS's census tables, without a budget.
_PLAIN = replace(DEFAULT_RULE, noise=1.0, step=1, similar=1)
_BOUNDED = replace(_PLAIN, noise=2.5)


def modes(rule: ReleaseRule = DEFAULT_RULE) -> tuple[Mode, ...]:
    """Return the full rule and what it is compared with: parts of it, and differential privacy."""
    return (
        Mode("hardly any noise", _PLAIN),
        Mode("hardly any noise, rounded to 5", replace(_PLAIN, step=5)),
        Mode("midpoint 6", _PLAIN, midpoint=6),
        Mode("cell key", _BOUNDED),
        Mode("cell key, rounded to 5", replace(_BOUNDED, step=5)),
        Mode("full rule", rule, capped=True),
        Mode("differential privacy", rule, capped=True, private=True),
    )


@lru_cache(16_384)
def _numbers(sql: str, view: str, noise: Noise) -> Sequence[Number]:
    return numbers_of(read(sql), view, noise)


@dataclass
class Target:
    """A gateway over one version of a world; `secret` is the seed of its noise, if no `noise` is given.

    `ask` raises RefusedError beyond the budget. For answers with differential privacy it is shared equally
    among `questions`; `projects` have a budget each.
    """

    world: World
    mode: Mode
    answer: bool
    secret: int
    questions: int = 100
    projects: int = 1
    noise: CellNoise | None = None
    asked: int = field(default=0, init=False)
    _bounds: dict[Place, Bounds | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        rule = self.mode.rule
        noise = self.noise or CellNoise(hashlib.sha256(f"{self.secret}".encode()).digest())
        self._protection = Protection(rule, noise, f"{self.secret}")
        self._view = QueriedView(np.ones(self.world.people, np.bool_))
        total = budget_for(rule.guessed) if self.mode.capped else math.inf
        # What each project has paid for, and its budget.
        self.balances = [Balance(total) for _ in range(self.projects)]

    def ask(self, sql: str, *, noise: float | None = None) -> Answer:
        """Answer a query as the gateway would; projects take turns."""
        statement = read(sql)
        number = self.asked % self.projects
        self.asked += 1
        if self.mode.private:
            return self._privately(statement, number)
        chosen = Noise(noise or self.mode.rule.noise, self.mode.rule.groups_each)
        numbers = _numbers(sql, self._view.name, chosen)
        engine = self.world.engine(secret=self.answer)
        reader = ColumnReader(SCHEMA, engine, self._view, self._protection)
        self._bounds |= reader.bounds_for(statement.queries, self._bounds)
        self._pay(number, charge_for(numbers, chosen, self.balances[number].paid))
        found = ask(statement, Gateway(engine, self._view, self._protection, self._bounds, chosen)).answer
        return self._midpoint(statement.queries[0], found) if self.mode.midpoint else found

    def _pay(self, number: int, charge: Mapping[str, float]) -> None:
        self.balances[number] = self.balances[number].after(charge)

    def _privately(self, statement: Statement, number: int) -> Answer:
        epsilon = _epsilon_for(budget_for(self.mode.rule.guessed) / self.questions)
        plan = plan_privately(statement, {}, epsilon=epsilon)
        self._pay(number, {f"{self.asked}": cost_of_epsilon(epsilon)})
        return ask_privately(plan, self.world.engine(secret=self.answer))

    def _midpoint(self, query: Query, answer: Answer) -> Answer:
        base = self.mode.midpoint
        counts = (Statistic.PEOPLE, Statistic.PRESENT)
        labels = {each.label for each in query.measures if each.statistic in counts}
        rows = tuple(
            tuple(
                math.ceil(value / base) * base - base // 2 if name in labels and value is not None else value
                for name, value in zip(answer.columns, row, strict=True)
            )
            for row in answer.rows
        )
        return replace(answer, rows=rows)


def _epsilon_for(cost: float) -> float:
    """Return the epsilon whose answer costs just about that much."""
    low, high = 0.01, 10.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if cost_of_epsilon(middle) <= cost else (low, middle)
    return low
