"""Attacks on side channels: notes, refusals, and which groups are hidden, instead of the numbers."""

from dataclasses import dataclass

from strongroom.disclosure.redteam.attackers.base import Ask, counts, mean, value
from strongroom.disclosure.redteam.world import Facts
from strongroom.errors import QueryError, RefusedError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    group: int = threshold(
        300, "people", "judgement: well above shown_from of the default rule, so that every group is shown"
    )
    repeats: int = threshold(
        10, "pairs", "judgement: as many pairs as the query limit of the default rule allows"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Signs:
    """Whether notes or flags reveal a hidden or similar group that exists only if the secret is yes."""

    name: str = "notes and flags of answers"
    questions: int = 2
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Compare a query on the secret with one on a condition that nobody meets."""
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
    """A group, then the same with `apart` - 1 others and the target if ill: are they taken for the same?"""

    apart: int
    name: str = "edge of what counts as the same group"
    questions: int = 20
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """See whether the second answer equals the first."""
        conditions = []
        for place in range(LIMITS.repeats):
            others = facts.others(place)
            wider = others[: LIMITS.group + self.apart - 1]
            conditions += [
                facts.condition(others[: LIMITS.group]),
                f"{facts.condition(wider)} OR {facts.secret}",
            ]
        answers = counts(ask, conditions)
        pairs = zip(answers[::2], answers[1::2], strict=True)
        return mean([0.5 if one != other else -0.5 for one, other in pairs])


@dataclass(frozen=True)
class Refusal:
    """A small group that is stored only with the target in it, then one that is similar to it."""

    smallest: int
    name: str = "refusal as an oracle"
    questions: int = 3
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """See whether the last query is answered."""
        others = facts.others(0)
        group, few = others[: LIMITS.group], others[LIMITS.group : LIMITS.group + self.smallest - 1]
        value(ask, "COUNT(*)", facts.condition(group))
        value(ask, "COUNT(*)", f"{facts.condition(few)} OR {facts.secret}")
        last = value(ask, "COUNT(*)", facts.condition(others[: LIMITS.group + self.smallest]))
        return 0.5 if last is None else -0.5


@dataclass(frozen=True)
class SizeEdge:
    """Groups at the threshold `shown_from`, which are shown only with the target in them."""

    shown_from: int
    repeats: int = 25
    name: str = "edge of what is shown"
    questions: int = 25
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """See how many are shown; without noise it would be all or none."""
        groups = [facts.others(place)[: self.shown_from - 1] for place in range(self.repeats)]
        answers = counts(ask, [f"{facts.condition(each)} OR {facts.secret}" for each in groups])
        shown = mean([float(each is not None) for each in answers])
        # Noise is symmetric: more than half of the groups at the threshold are shown, fewer of those below.
        return shown - 0.5


@dataclass(frozen=True)
class RareLabel:
    """A label of few people: its appearance, as a key or in a distinct count, reveals their number."""

    shown_from: int
    repeats: int = 8
    name: str = "rare labels and different values"
    questions: int = 16
    projects: int = 1

    def guess(self, ask: Ask, facts: Facts) -> float:
        """See how often the label appears."""
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
