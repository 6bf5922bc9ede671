"""Attacks that know what every number would be with and without the secret, and weigh answers by their noise.

For numbers with known normal noise no statistic is better than this likelihood ratio (Neyman and Pearson
1933). An answer that is missing or refused where it should not be is taken for yes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.influence import budget_for
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule
from strongroom.disclosure.redteam.attackers.base import Ask
from strongroom.disclosure.redteam.world import Facts
from strongroom.errors import QueryError, RefusedError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    group: int = threshold(
        300, "people", "judgement: well above shown_from of the default rule, so that every group is shown"
    )
    queries: int = threshold(
        200, "queries", "derived: more than the default budget pays for at one unit each, which is 152"
    )
    less: float = threshold(
        14.0, "people", "cost: the same budget in fewer and more exact answers, where each takes longer"
    )
    much: float = threshold(
        140.0, "people", "derived: groups of 1,200 are certainly shown, being above 10 + 8 * 140"
    )
    missing: float = threshold(
        5.0, "log likelihood", "judgement: outweighs what the numbers of the whole budget can tell"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Known:
    """A query, and what the numbers of each row are without and with the secret, by the row's keys."""

    sql: str
    rows: Mapping[tuple[object, ...], Sequence[tuple[float, float]]]
    noise: float | None = None


@dataclass(frozen=True)
class Likelihood:
    """Asks known queries until the budget ends.

    With `errors`, an error or a missing row is evidence, and so is a refusal of one of the first `paid`
    queries, which the budget certainly pays for.
    """

    name: str
    make: Callable[[Facts], Iterator[Known]]
    errors: bool = False
    paid: int = 0
    projects: int = 1
    questions: int = LIMITS.queries

    def guess(self, ask: Ask, facts: Facts) -> float:
        """Return the log likelihood ratio."""
        found = 0.0
        for place, each in enumerate(self.make(facts)):
            try:
                answer = ask(each.sql, noise=each.noise)
            except RefusedError:
                found += LIMITS.missing if place < self.paid else 0.0
                break
            except QueryError:
                found += LIMITS.missing if self.errors else 0.0
                continue
            keys = len(next(iter(each.rows)))
            shown = {
                row[:keys]: (row[keys:], its[keys:])
                for row, its in zip(answer.rows, answer.noise, strict=True)
            }
            for key, expected in each.rows.items():
                values, noise = shown.get(key, ((None,), (None,)))
                found += _ratio(values, noise, expected)
                found += LIMITS.missing * (values[0] is None) * self.errors
        return found


def _ratio(
    values: Sequence[float | None], noise: Sequence[float | None], expected: Sequence[tuple[float, float]]
) -> float:
    found = 0.0
    for value, one, (no, yes) in zip(values, noise, expected, strict=False):
        if value is not None and one and isfinite(value):
            found += (value - (no + yes) / 2) * (yes - no) / one**2
    return found


def likelihoods(rule: ReleaseRule) -> tuple[Likelihood, ...]:
    """Return the attackers; they know the rule, and so the budget."""
    budget = budget_for(rule.guessed)
    counts = int(budget * rule.noise**2)
    return (
        Likelihood("errors of extreme values", _extremes, errors=True, paid=min(counts, len(_EXTREMES))),
        Likelihood(
            "twenty near groups and another question", _near_groups, errors=True, paid=min(counts, 41)
        ),
        Likelihood("a question after another project's", _in_turns, errors=True, projects=2, paid=2 * counts),
        Likelihood("events in many groups", _events),
        Likelihood("narrower and wider events as keys", _widened),
        Likelihood("the same events by WHERE and FILTER", _filtered),
        Likelihood("the secret as the key", _key),
        Likelihood("the secret as the key, two projects", _key, projects=2),
        Likelihood("the secret as the key, with totals", _rollup),
        Likelihood("sums of the secret", _mean),
        Likelihood("sums of the secret, two projects", _mean, projects=2),
        Likelihood("one mean in many orders of conditions", _orders),
        Likelihood("the whole budget on one number", lambda facts: _levels(facts, [budget**-0.5])),
        Likelihood(
            "one number at twelve noise levels",
            lambda facts: _levels(facts, [(budget / 12) ** -0.5 * (1 + n / 1e3) for n in range(13)]),
        ),
    )


def _groups(facts: Facts, size: int = LIMITS.group) -> Iterator[NDArray[np.int64]]:
    for place in range(LIMITS.queries):
        yield facts.others(place)[:size]


def _target(facts: Facts) -> str:
    return f"drawn = {facts.people['drawn'][facts.target]}"


def _count(where: str, size: int, more: int = 1, noise: float | None = None) -> Known:
    return Known(f"SELECT COUNT(*) AS n FROM participants WHERE {where}", {(): [(size, size + more)]}, noise)  # noqa: S608 - an attack


_DATE, _OFF = "DATE '2000-01-01'", "INTERVAL 999999 WEEK"
_EXTREMES = (
    f"{' + '.join([_DATE] + [_OFF] * 9)} > {_DATE}",
    f"DATE_TRUNC('month', {' - '.join([_DATE] + [_OFF] * 9)}) < {_DATE}",
    f"YEAR({' + '.join([_DATE] + [_OFF] * 9)}) > 0",
    "LEFT(town, 100) < UPPER(town)",
    "EXP(1e308) > 0",
    "1 / (age - age) > 0",
    "SQRT(-age) > 0 AND LN(0 - age) > 0",
    "CAST(1e300 * age AS INTEGER) > 0",
    "FLOOR(1e308 * age * 1e308) % 7 > 0",
)


def _extremes(facts: Facts) -> Iterator[Known]:
    groups = _groups(facts, 4 * LIMITS.group)
    for place, (extreme, group) in enumerate(zip(_EXTREMES * 3, groups, strict=False)):
        test = f"CASE WHEN {facts.secret} AND {extreme} THEN 1 ELSE 0 END >= 0"
        who = f"{facts.condition(group)} OR ({_target(facts)} AND {test})"
        # The same again with so much noise that it costs nearly nothing.
        yield _count(who, len(group) + 1, 0, None if place < len(_EXTREMES) else LIMITS.much)


def _near_groups(facts: Facts) -> Iterator[Known]:
    groups = list(_groups(facts))[:20]
    for group in groups:
        yield _count(facts.condition(group), len(group), 0)
        yield _count(f"{facts.condition(group)} OR {facts.secret}", len(group))
    men = int(np.sum(facts.people["sex"] == 1))
    yield _count("sex = 1", men, 0)


def _in_turns(facts: Facts) -> Iterator[Known]:
    """Yield queries of two projects in turns: one has the secret in its groups, the other does not."""
    for group in _groups(facts):
        yield _count(f"{facts.condition(group)} OR {facts.secret}", len(group))
        yield _count(facts.condition(group), len(group), 0)


def _events(facts: Facts) -> Iterator[Known]:
    tables = " ".join(f"JOIN hospital h{place} ON h{place}.eid = p.eid" for place in range(3))
    for group in _groups(facts):
        known = f"({facts.condition(group)} OR {facts.secret})"
        yield Known(
            f"SELECT h0.code AS a, h1.code AS b, COUNT(*) AS n FROM participants p {tables} "  # noqa: S608 - an attack
            f"WHERE {known} AND h0.code IN (1, 2) AND h1.code IN (1, 2) GROUP BY a, b",
            {(a, b): [(len(group), len(group) + 1)] for a in (1, 2) for b in (1, 2)},
            LIMITS.less,
        )


def _widened(facts: Facts) -> Iterator[Known]:
    for group in _groups(facts):
        known = f"({facts.condition(group)} OR {facts.secret})"
        for codes in ("1", "1, 2", "1, 2, 9"):
            yield Known(
                f"SELECT code, COUNT(*) AS n FROM participants JOIN hospital "  # noqa: S608 - an attack
                f"WHERE {known} AND code IN ({codes}) GROUP BY code",
                {(code,): [(len(group), len(group) + 1)] for code in (1, 2) if f"{code}" in codes},
                LIMITS.less,
            )


def _filtered(facts: Facts) -> Iterator[Known]:
    less, tables = (
        LIMITS.less,
        "participants p JOIN hospital a ON a.eid = p.eid JOIN hospital b ON b.eid = p.eid",
    )
    for group in _groups(facts):
        known, both = f"({facts.condition(group)} OR {facts.secret})", "a.code = 1 AND b.code = 2"
        expected: Mapping[tuple[object, ...], list[tuple[float, float]]] = {
            (): [(len(group), len(group) + 1)]
        }
        yield Known(f"SELECT COUNT(*) AS n FROM {tables} WHERE {known} AND {both}", expected, less)  # noqa: S608 - an attack
        yield Known(f"SELECT COUNT(*) FILTER (WHERE {both}) AS n FROM {tables} WHERE {known}", expected, less)  # noqa: S608 - an attack


def _key(facts: Facts, more: str = "k") -> Iterator[Known]:
    for both in _groups(facts, 2 * LIMITS.group):
        first = facts.condition(both[: LIMITS.group])
        label = f"CASE WHEN {first} OR {facts.secret} THEN 1 ELSE 0 END"
        who = f"({facts.condition(both)} OR {_target(facts)})"
        size = LIMITS.group
        yield Known(
            f"SELECT {label} AS k, COUNT(*) AS n FROM participants WHERE {who} GROUP BY {more}",  # noqa: S608 - an attack
            {(1,): [(size, size + 1)], (0,): [(size + 1, size)]},
        )


def _rollup(facts: Facts) -> Iterator[Known]:
    yield from _key(facts, "ROLLUP (k)")


def _value(facts: Facts) -> str:
    target = _target(facts)
    return f"CASE WHEN {facts.secret} THEN 1 WHEN {target} THEN -1 ELSE 0 END"


def _mean(facts: Facts) -> Iterator[Known]:
    for group in _groups(facts):
        who = f"{facts.condition(group)} OR {_target(facts)}"
        yield Known(
            f"SELECT SUM({_value(facts)}) AS s FROM participants WHERE {who}",  # noqa: S608 - an attack
            {(): [(-1, 1)]},
        )


def _orders(facts: Facts) -> Iterator[Known]:
    conditions = [f"age > {age}" for age in (1, 2, 3, 4)]
    for group in _groups(facts):
        asked = []
        for place, order in enumerate(permutations(conditions)):
            value = _value(facts)
            for each in order:
                value = f"CASE WHEN {each} THEN {value} END"
            asked.append(f"SUM({value}) AS s{place}")
        for few in range(0, len(asked), 4):
            who = f"{facts.condition(group)} OR {_target(facts)}"
            sums = ", ".join(asked[few : few + 4])
            yield Known(f"SELECT {sums} FROM participants WHERE {who}", {(): [(-1, 1)] * 4})  # noqa: S608 - an attack


def _levels(facts: Facts, levels: Sequence[float]) -> Iterator[Known]:
    (group, *_) = _groups(facts)
    for noise in levels:
        yield _count(f"{facts.condition(group)} OR {facts.secret}", len(group), noise=noise)
