"""Random statements on two worlds: what differs is found, and nothing differs but paid numbers."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from strongroom.disclosure.answer_noise import DEFAULT_RULE
from strongroom.disclosure.answer_noise.influence import budget_for
from strongroom.disclosure.gateway.context import EngineError
from strongroom.disclosure.redteam import (
    Statements,
    TwoWorlds,
    World,
    private_findings,
    private_worlds,
    two_worlds,
)
from strongroom.errors import StrongroomError

FUZZED = replace(DEFAULT_RULE, noise=2.0, guessed=0.95, all_guessed=0.95)
FUZZED_WORLD = World(300, 5)


def asked_of_both(number, statements=5):
    both = TwoWorlds(FUZZED_WORLD, FUZZED, bytes([number]) * 32, budget_for(FUZZED.guessed))
    drawn = Statements(FUZZED_WORLD.facts, np.random.default_rng([5, number]))
    for _ in range(statements):
        with suppress(StrongroomError):
            both.ask(drawn.one())
    return both


def test_two_worlds_differ_in_paid_numbers_alone():
    counted = dict.fromkeys(("answered", "with rows", "depends on the secret"), 0)
    for number in range(7):
        both = asked_of_both(number)
        assert both.findings == []
        counted = {what: many + both.counted[what] for what, many in counted.items()}
    assert counted["answered"] >= 18
    assert counted["with rows"] >= 10
    assert counted["depends on the secret"] >= 8


def findings(sql):
    both = TwoWorlds(FUZZED_WORLD, FUZZED, bytes(32), budget_for(FUZZED.guessed))
    both.ask(sql)
    return " ".join(both.findings)


def test_the_comparison_of_worlds_finds_what_is_wrong(monkeypatch):
    target = f"drawn = {FUZZED_WORLD.facts.people['drawn'][FUZZED_WORLD.facts.target]}"
    others = f"(age > 45 AND NOT {target})"
    leak = f"SELECT COUNT(*) AS n FROM participants WHERE {others} OR {FUZZED_WORLD.facts.secret}"
    assert findings(leak) == ""
    with monkeypatch.context() as patched:
        patched.setattr(two_worlds, "charge_for", lambda *_: {})
        assert "moved 0.25" in findings(leak)
    engine = FUZZED_WORLD.engine(secret=True)
    with monkeypatch.context() as patched:
        patched.setattr(type(engine), "run", failing(engine, type(engine).run))
        assert "an engine fails" in findings(leak)
    with monkeypatch.context() as patched:
        patched.setattr(two_worlds, "ask", exact(two_worlds.ask))
        assert "more than its noisy numbers" in findings(leak)
    with monkeypatch.context() as patched:
        patched.setattr(
            "strongroom.disclosure.gateway.groups.descriptions", lambda _, groups, __: ["x"] * len(groups)
        )
        both = TwoWorlds(FUZZED_WORLD, FUZZED, bytes(32), budget_for(FUZZED.guessed))
        both.ask("SELECT sex, COUNT(*) AS n FROM participants GROUP BY sex")
        assert "one name" in both.findings[0]


def failing(engine, run):
    """Return an engine's `run` that fails in one world."""

    def failed(self, sql):
        if self is engine:
            raise EngineError
        return run(self, sql)

    return failed


def exact(ask):
    """Return `ask` with the exact number of people in the answer."""

    def told(statement, gateway):
        asked = ask(statement, gateway)
        people = gateway.engine.run(gateway.statements[0])["people"][0].as_py()
        return replace(asked, answer=replace(asked.answer, rows=((people,),)))

    return told


PRIVATE = (
    "SELECT p.sex AS k, COUNT(*) AS n, MEDIAN(GREATEST(LEAST(p.age, 90), 10)) AS q FROM participants p "
    "JOIN hospital h ON h.eid = p.eid WHERE p.ill = 1 GROUP BY k"
)


def test_answers_with_differential_privacy_differ_within_their_noise(monkeypatch):
    assert private_findings(FUZZED_WORLD, PRIVATE) == []
    with monkeypatch.context() as patched:
        patched.setattr(private_worlds, "_REPLACED", 0)
        assert "people moved 1, at most 0" in private_findings(FUZZED_WORLD, PRIVATE)[0]
    engine = FUZZED_WORLD.engine(secret=True)
    with monkeypatch.context() as patched:
        patched.setattr(type(engine), "run", failing(engine, type(engine).run))
        assert "an engine fails" in private_findings(FUZZED_WORLD, PRIVATE)[0]


LEVELS = "(SELECT AVG(e.level) FROM hospital e WHERE e.eid = p.eid AND 2 >= h.level)"
CODES = "(SELECT COUNT(*) FROM hospital e WHERE e.eid = p.eid AND e.code <= h.code)"
JOINED = "FROM participants p LEFT JOIN hospital h ON h.eid = p.eid"
OF_ILL = "COUNT(*) AS n FROM participants p WHERE p.ill = 1"
FOUND = (
    # A sub-query that compares with a joined row puts a person in a group per row.
    f"SELECT {LEVELS} AS k, COUNT(*) AS n {JOINED} GROUP BY k",
    f"SELECT {CODES} AS k, COUNT(*) AS n {JOINED} WHERE p.ill = 1 GROUP BY k",
    # Values that nobody has: a number too large to add up, and NULL.
    f"SELECT STDDEV(-1e300) AS s, {OF_ILL}",
    f"SELECT VARIANCE(1e308) AS s, SUM(-1e308) AS t, {OF_ILL}",
    f"SELECT COUNT(NULL) AS s, COUNT(1e300) AS t, {OF_ILL}",
)


@pytest.mark.parametrize("sql", FOUND)
def test_what_the_fuzz_found_is_paid_for(sql):
    assert findings(sql) == ""
