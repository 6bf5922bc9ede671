"""The attacked gateway: a release rule with its limits, reachable only through queries."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from strongroom.disclosure.answer_noise import Audit, CellNoise
from strongroom.disclosure.answer_noise.overlap_audit import Sketch
from strongroom.disclosure.answer_noise.release_rule import DEFAULT_RULE, ReleaseRule
from strongroom.disclosure.differential_privacy import Budget, ask_privately, plan_privately
from strongroom.disclosure.gateway import Answer, Protection, QueriedView, ask, cost
from strongroom.disclosure.query.reading import read_query
from strongroom.disclosure.query.representation import Query, Statistic
from strongroom.disclosure.redteam.world import SCHEMA, World
from strongroom.errors import RefusedError


@dataclass(frozen=True)
class Mode:
    """A way to protect answers.

    `capped` applies the rule's audit and limit on queries; `midpoint` rounds counts to the middle of steps of
    that size; with `epsilon` answers are differentially private, from a budget of that size.
    """

    name: str
    rule: ReleaseRule
    capped: bool = False
    midpoint: int = 0
    epsilon: float | None = None


# Settings to compare with: the threshold alone, and noise bounded by 6 as in ONS's census tables, without
# limits.
_PLAIN = replace(DEFAULT_RULE, most_change=0, variance=0.0, step=1, similar=1)
_BOUNDED = replace(_PLAIN, most_change=6, variance=6.25)


def modes(rule: ReleaseRule = DEFAULT_RULE) -> tuple[Mode, ...]:
    """Return the full rule and what it is compared with: parts of it, and differential privacy."""
    return (
        Mode("threshold only", _PLAIN),
        Mode("threshold, rounded to 5", replace(_PLAIN, step=5)),
        Mode("midpoint 6", _PLAIN, midpoint=6),
        Mode("cell key", _BOUNDED),
        Mode("cell key, rounded to 5", replace(_BOUNDED, step=5)),
        Mode("full rule", rule, capped=True),
        Mode("privacy, epsilon 1 in all", rule, epsilon=1.0),
    )


@lru_cache(16_384)
def _read(sql: str) -> Query:
    return read_query(sql, SCHEMA)


class _NoAudit(Audit):
    def add(self, groups: Sequence[Sketch]) -> int:  # noqa: ARG002 - nothing is stored
        return 0


@dataclass
class Target:
    """A gateway over one version of a world; `secret` is the seed of its noise.

    `ask` raises RefusedError beyond the limit. A privacy budget is shared equally among `questions`.
    """

    world: World
    mode: Mode
    answer: bool
    secret: int
    questions: int = 100
    asked: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        rule = self.mode.rule
        noise = CellNoise(
            hashlib.sha256(f"{self.secret}".encode()).digest(), most=rule.most_change, variance=rule.variance
        )
        self._protection = Protection(rule, noise)
        audit = Audit(rule.similar) if self.mode.capped else _NoAudit(rule.similar)
        self._view = QueriedView(audit, self.world.sketch_bits, np.ones(self.world.people, np.bool_))
        self._budget = Budget(self.mode.epsilon or 0.0)
        self._near = 0

    def ask(self, sql: str) -> Answer:
        """Answer a query as the gateway would."""
        query = _read(sql)
        if self.mode.epsilon is not None:
            return self._privately(query, self.mode.epsilon / self.questions)
        rule = self.mode.rule
        over = self.asked + cost(query) > rule.most_queries or self._near >= rule.most_refusals
        if self.mode.capped and over:
            raise RefusedError("The limit on queries is reached.", hint="")
        self.asked += cost(query)
        engine = self.world.engine(secret=self.answer)
        found = ask(query, engine, self._view, protection=self._protection)
        self._near += found.near
        return self._midpoint(query, found.answer) if self.mode.midpoint else found.answer

    def _privately(self, query: Query, epsilon: float) -> Answer:
        plan = plan_privately(query, {}, epsilon=epsilon)
        self._budget = self._budget.after(plan.charge)
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
