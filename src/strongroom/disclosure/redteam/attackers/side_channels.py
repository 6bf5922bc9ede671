"""Attacks that read not the numbers but what else changes with the data: notes, refusals, what is hidden."""

from dataclasses import dataclass

from strongroom.disclosure.redteam.attackers.base import Ask, counts, mean, value
from strongroom.disclosure.redteam.world import Facts
from strongroom.errors import QueryError, RefusedError

_GROUP = 150
_REPEATS = 10


@dataclass(frozen=True)
class Signs:
    """Whether an answer tells of a hidden group or one nearly alike, where only the secret makes one."""

    name: str = "notes and flags of answers"
    questions: int = 2
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Compare a question with the secret in it to one that has its place empty."""
        return self._signs(ask, facts.secret) - self._signs(ask, "drawn < 0") - 0.5

    def _signs(self, ask: Ask, condition: str) -> float:
        label = f"CASE WHEN {condition} THEN 1 ELSE 0 END"
        sql = f"SELECT {label} AS k, COUNT(*) AS n FROM participants GROUP BY k"  # noqa: S608 - an attack
        try:
            answer = ask(sql)
        except (QueryError, RefusedError):
            return 0.0
        return float(answer.hidden) + len(answer.notes)


@dataclass(frozen=True)
class NearEdge:
    """A group, then with `apart` - 1 others and the target if ill: alike or not, that is the question."""

    apart: int
    name: str = "edge of what counts as the same group"
    questions: int = 20
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """See whether the second answer is the first's."""
        conditions = []
        for place in range(_REPEATS):
            others = facts.others(place)
            wider = others[: _GROUP + self.apart - 1]
            conditions += [
                facts.condition(others[:_GROUP]),
                f"{facts.condition(wider)} OR {facts.secret}",
            ]
        told = counts(ask, conditions)
        pairs = zip(told[::2], told[1::2], strict=True)
        return mean([0.5 if one != other else -0.5 for one, other in pairs])


@dataclass(frozen=True)
class Refusal:
    """A small group that is remembered only with the target in it, then one that follows from it."""

    smallest: int
    name: str = "refusal as an oracle"
    questions: int = 3
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """See whether the last is answered."""
        others = facts.others(0)
        group, few = others[:_GROUP], others[_GROUP : _GROUP + self.smallest - 1]
        value(ask, "COUNT(*)", facts.condition(group))
        value(ask, "COUNT(*)", f"{facts.condition(few)} OR {facts.secret}")
        last = value(ask, "COUNT(*)", facts.condition(others[: _GROUP + self.smallest]))
        return 0.5 if last is None else -0.5


@dataclass(frozen=True)
class SizeEdge:
    """Groups that are just shown or just not, by whether the target is in them; `shown_from` is that edge."""

    shown_from: int
    repeats: int = 25
    name: str = "edge of what is shown"
    questions: int = 25
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """See how many are shown; without noise all are or none."""
        groups = [facts.others(place)[: self.shown_from - 1] for place in range(self.repeats)]
        told = counts(ask, [f"{facts.condition(each)} OR {facts.secret}" for each in groups])
        shown = mean([float(each is not None) for each in told])
        # Noise is as often up as down: of groups at the edge more than half are shown, of those below less.
        return shown - 0.5


@dataclass(frozen=True)
class RareLabel:
    """A label that few have, by which it can be told whether they are enough: keys, and different values."""

    shown_from: int
    repeats: int = 8
    name: str = "rare labels and different values"
    questions: int = 16
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """See how often the label is shown or counted."""
        found = []
        region = facts.people["region"]
        for place in range(self.repeats):
            others = facts.others(place)
            few = facts.condition(others[region[others] == region[facts.target]][: self.shown_from - 1])
            label = f"CASE WHEN {few} OR {facts.secret} THEN 1 ELSE 0 END"
            try:
                sql = f"SELECT {label} AS k, COUNT(*) AS n FROM participants GROUP BY k"  # noqa: S608 - an attack
                rows = ask(sql).rows
            except (QueryError, RefusedError):
                continue
            found.append(0.5 if any(row[0] == 1 for row in rows) else -0.5)
            regions = value(ask, "COUNT(DISTINCT region)", f"{few} OR {facts.secret}")
            if regions is not None:
                found.append(0.5 if regions > 0 else -0.5)
        return mean(found)
