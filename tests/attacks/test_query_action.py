"""Attacks through the action that `strongroom query` calls, on two homes that differ in one person's secret.

Both homes have the same keys, and so the same noise: whatever else differs is a leak.
"""

from dataclasses import replace
from functools import partial
from itertools import islice

import pytest

from attacks.query_homes import Question, built_home, noise_of, observed, outcome
from strongroom.disclosure.redteam import Target, World, attackers, modes
from strongroom.portal.home import open_home
from strongroom.portal.outputs.questions import Wish, explain_question

WORLD = World(2_000, 3)
FULL = {mode.name: mode for mode in modes()}["full rule"]
ATTACKERS = {attacker.name: attacker for attacker in attackers(FULL.rule)}


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    return [built_home(WORLD, folder / f"{secret}", secret=secret) for secret in (False, True)]


def asked(homes, questions):
    """Ask both homes, and return their answers once all but the numbers is found to be the same."""
    (no, entries), (yes, others) = (observed(home, questions) for home in homes)
    assert [(each.shape, each.price) for each in no] == [(each.shape, each.price) for each in yes]
    assert entries == others
    return list(zip(no, yes, strict=True))


def statements(name, count, start=0, **more):
    made = islice(ATTACKERS[name].make(WORLD.facts), start, start + count)
    return [Question(each.sql, wish=Wish(noise=each.noise), **more) for each in made]


def moved(pairs):
    """Return by how much each number differs."""
    return [abs(one - other) for no, yes in pairs for one, other in zip(no.numbers, yes.numbers, strict=True)]


def test_no_engine_error_comes_through_the_action(homes):
    pairs = asked(homes, statements("errors of extreme values", 3))
    assert moved(pairs) == [0, 0, 0]


def test_no_engine_error_comes_through_with_a_tiny_epsilon(homes):
    private = [replace(each, wish=Wish(epsilon=0.01)) for each in statements("errors of extreme values", 3)]
    pairs = asked(homes, private)
    assert len(moved(pairs)) == 3


def test_near_groups_refuse_no_later_query_of_the_action(homes):
    near = statements("twenty near groups and another question", 4)
    pairs = asked(homes, [*near, Question("SELECT COUNT(*) AS n FROM participants WHERE sex = 1")])
    assert [len(no.numbers) for no, _ in pairs] == [1] * 5
    assert max(moved(pairs)) <= FULL.rule.step


def test_another_projects_groups_refuse_no_query_of_the_action(homes):
    first, second = statements("a question after another project's", 2)
    pairs = asked(homes, [first, replace(second, slug="two")])
    assert moved(pairs)[1] == 0


def test_events_in_many_groups_are_charged_by_the_action(homes):
    (pair,) = asked(homes, statements("events in many groups", 1))
    # The target is in four groups, of which each is moved by 1; five are paid for, to be left or joined.
    assert pair[0].price[0] == pytest.approx(2 * 5 / 14**2)
    assert len(moved([pair])) == 4
    assert max(moved([pair])) <= FULL.rule.step


def test_a_secret_that_is_the_key_is_charged_twice_by_the_action(homes):
    (pair,) = asked(homes, statements("the secret as the key", 1))
    assert pair[0].price[0] == pytest.approx(2 / 35**2)
    assert len(moved([pair])) == 2


def test_a_huge_condition_is_answered_or_refused_by_the_action(homes):
    deep = " OR ".join([f"age + {each} = 70" for each in range(300)])
    both = [deep, f"NOT ({'(' * 300}ill = 1{')' * 300})"]
    pairs = asked(homes, [Question(f"SELECT COUNT(*) AS n FROM participants WHERE {each}") for each in both])
    assert [no.shape[0] for no, _ in pairs] == [("n",), "QueryError"]


def test_no_explanation_of_the_action_has_the_bounds_of_one_persons_value(homes):
    """Margins follow from bounds, and cost nothing to ask for."""
    sql = "SELECT AVG(rare * rare) AS a, AVG(1 / rare) AS b FROM participants"
    found = [explain_question(open_home(home), slug="two", sql=sql, by="bo") for home in homes]
    assert found[0] == found[1]
    assert found[0].margins == {"a": None, "b": None}


def test_the_target_in_memory_answers_refuses_and_charges_as_the_action_does(homes):
    facts = WORLD.facts
    groups = [facts.condition(facts.others(place)[:300]) for place in range(2)]
    sqls = [
        f"SELECT COUNT(*) AS n FROM participants WHERE {groups[0]} OR {facts.secret}",
        f"SELECT COUNT(*) AS n FROM participants WHERE {groups[0]} OR {facts.secret}",
        "SELECT sex, COUNT(*) AS n, AVG(bmi) AS b, MEDIAN(age) AS m FROM participants GROUP BY sex",
        "SELECT code, COUNT(*) AS n FROM participants JOIN hospital GROUP BY code ORDER BY n DESC LIMIT 2",
        "SELECT COUNT(*) AS n FROM participants WHERE eid = 17",
        "SELECT AVG(1 / (age - 50)) AS a FROM participants",
        *(f"SELECT COUNT(*) AS n FROM participants WHERE {groups[1]} AND age > {age}" for age in (40, 41)),
    ]
    # What is left pays for the first of the last two.
    wishes = [Wish()] * 6 + [Wish(noise=3.3)] * 2
    found, _ = observed(
        homes[1], [Question(sql, "three", wish) for sql, wish in zip(sqls, wishes, strict=True)]
    )
    target = Target(WORLD, FULL, answer=True, secret=0, noise=noise_of(homes[1]))

    def answered(sql, wish):
        before = target.balances[0]
        answer = target.ask(sql, noise=wish.noise)
        return answer, (target.balances[0].spent - before.spent, target.balances[0].left)

    mine = [outcome(partial(answered, *each)) for each in zip(sqls, wishes, strict=True)]
    assert [(each.shape, each.numbers) for each in found] == [(each.shape, each.numbers) for each in mine]
    assert [each.price for each in found] == [pytest.approx(each.price) for each in mine]
    # The second query is the first again; the fifth and sixth are no queries, and the last is too expensive.
    assert [each.price[0] > 0 for each in found] == [True, False, True, True, False, False, True, False]
    assert [len(each.numbers) for each in found] == [1, 1, 6, 2, 0, 0, 1, 0]
    assert "budget" in found[-1].shape[1]
