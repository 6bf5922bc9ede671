"""Queries must not reveal one person's secret, however they are asked and how often.

Each attack is asked of two worlds that differ in the secret (`TwoWorlds`): all its answers together may
differ by no more than the project paid for, and nothing else may differ. How often attackers are right is
measured by benchmarks/privacy/attacks.py.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from disclosure.query.schemas import SCHEMA
from disclosure.query.test_reading import REFUSED
from strongroom.disclosure.answer_noise import DEFAULT_RULE, CellNoise
from strongroom.disclosure.answer_noise.influence import budget_for
from strongroom.disclosure.gateway import MOST_GROUPS, Gateway, Noise, Protection, QueriedView, ask
from strongroom.disclosure.query.emitting import SKETCH
from strongroom.disclosure.query.reading import read_query, read_statement
from strongroom.disclosure.redteam import (
    Search,
    Target,
    TwoWorlds,
    World,
    attackers,
    copies,
    modes,
    private_findings,
    score,
)
from strongroom.errors import QueryError, RefusedError

WORLD = World(2_000, 1)
# With less noise the budget ends after fewer queries, which keeps the tests short; the benchmark attacks the
# default settings.
RULE = replace(DEFAULT_RULE, noise=14.0)
BUDGET = budget_for(RULE.guessed)
MODES = {mode.name: mode for mode in modes(RULE)}
FULL = MODES["full rule"]
ATTACKERS = {attacker.name: attacker for attacker in attackers(RULE)}
QUERIES = 24  # that the budget pays for at one unit each


def attacked(*names, projects=1):
    """Let attackers query two worlds with one budget, or that of several projects together."""
    both = TwoWorlds(WORLD, RULE, bytes(32), projects * BUDGET)
    for name in names:
        ATTACKERS[name].guess(both.ask, WORLD.facts)
    return both


def assert_nothing_unpaid(both):
    assert both.findings == []
    assert both.counted["depends on the secret"] > 0


def right(name, trials=60):
    """Return how often an attacker is right where there is hardly any noise."""
    return score(ATTACKERS[name], MODES["hardly any noise"], [WORLD], trials=trials, seed=1).accuracy


def test_sql_that_passed_a_filter_reaches_no_engine():
    for sql in REFUSED.values():
        with pytest.raises(QueryError):
            read_query(sql, SCHEMA)


def test_a_tracker_through_not_finds_nothing():
    assert right("general tracker") > 0.65
    assert_nothing_unpaid(attacked("general tracker"))


def test_leaving_one_person_out_finds_nothing():
    assert right("single differencing") > 0.55
    assert_nothing_unpaid(attacked("single differencing"))


def test_averaging_over_many_pairs_finds_nothing():
    both = attacked("averaging over 20 pairs")
    assert_nothing_unpaid(both)
    assert both.counted["answered"] == QUERIES
    assert both.counted["refused: RefusedError"] == 1


def test_groups_that_are_not_alike_add_up_to_nothing():
    assert_nothing_unpaid(attacked("sums of four groups, 25 times"))


def test_groups_of_known_people_find_nothing():
    assert_nothing_unpaid(attacked("known groups and the target if ill, 100 times"))


def test_events_are_no_other_way_in():
    assert_nothing_unpaid(attacked("known groups and the target if ill, 100 times, by events"))


def test_asking_in_other_words_finds_nothing():
    assert_nothing_unpaid(attacked("one pair in other words"))


def test_linear_reconstruction_finds_nothing():
    assert_nothing_unpaid(attacked("reconstruction of 40 people from 100 sets"))


def test_notes_and_flags_tell_nothing():
    assert_nothing_unpaid(attacked("notes and flags of answers"))


def test_what_is_nearly_a_group_asked_before_is_not_told():
    assert_nothing_unpaid(attacked("edge of what counts as the same group"))


def test_no_refusal_depends_on_who_is_in_a_group():
    assert_nothing_unpaid(attacked("refusal as an oracle"))


def test_what_is_just_shown_tells_nothing():
    assert_nothing_unpaid(attacked("edge of what is shown"))


def test_rare_labels_tell_nothing():
    assert_nothing_unpaid(attacked("rare labels and different values"))


def test_how_far_out_somebody_is_does_not_show_in_means():
    assert_nothing_unpaid(
        attacked(
            "means with the richest in them, 6 times", "means with the richest in them, 1 times, as they are"
        )
    )


def test_a_mean_on_two_scales_tells_no_more_than_on_one():
    assert_nothing_unpaid(attacked("one mean on two scales"))


def test_no_quantile_is_one_persons_own():
    assert_nothing_unpaid(attacked("a quantile that only one person has"))


class _Counted:
    """An engine of which one answer is known: groups of so many people."""

    def __init__(self, sizes):
        self.sizes = np.array(sizes)

    def run(self, sql):
        assert "GROUP BY" in sql
        places = np.arange(len(self.sizes))
        return pa.table({"k0": places, "people": self.sizes, SKETCH: places.astype(np.uint64)})


def test_no_error_tells_that_there_is_one_group_too_many():
    """An error would cost nothing, and could be had with and without one person as often as one likes."""
    statement = read_statement("SELECT born, COUNT(*) AS n FROM participants GROUP BY born", SCHEMA)
    rule = FULL.rule
    protection = Protection(rule, CellNoise(b"s" * 32))
    view = QueriedView(np.ones(8, bool))
    for last in (9, 10, 39, 40, 41, 1_000):
        engine = _Counted([1_000] * MOST_GROUPS + [last])
        told = ask(statement, Gateway(engine, view, protection, {}, Noise(rule.noise, 5))).answer
        assert len(told.rows) == MOST_GROUPS
        assert told.rows[-1][0] == MOST_GROUPS - 1


def test_all_attacks_together_end_with_the_budget():
    """Many attacks that are each hardly better than a coin would add up."""
    both = attacked(*(name for name, each in ATTACKERS.items() if each.projects == 1))
    assert_nothing_unpaid(both)
    assert both.counted["refused: RefusedError"] > 5


def test_a_search_for_questions_finds_nothing():
    search = Search(copies(FULL, WORLD, questions=10), generations=1, copies=8, population=4)
    both = TwoWorlds(WORLD, RULE, bytes(32), BUDGET)
    search.guess(both.ask, WORLD.facts)
    assert both.counted["answered"] > 5
    assert both.findings == []


def test_a_privacy_budget_ends_before_averaging_helps():
    private = MODES["differential privacy"]
    sql = f"SELECT COUNT(*) FROM participants WHERE age > 50 OR {WORLD.facts.secret}"
    assert private_findings(WORLD, sql) == []
    target = Target(WORLD, private, answer=True, secret=1, questions=2)
    for _ in range(2):
        target.ask(sql)
    with pytest.raises(RefusedError, match="budget"):
        target.ask(sql)
    assert target.balances[0].left < BUDGET / 100


def test_many_counts_in_one_question_cost_as_many():
    target = Target(WORLD, FULL, answer=True, secret=1)
    many = ", ".join(f"COUNT(*) FILTER (WHERE age > {age}) AS c{age}" for age in range(40, 63))
    target.ask(f"SELECT {many} FROM participants")
    # 24 counts of one group each use up the budget, and asking for them again is free.
    target.ask(f"SELECT {many} FROM participants")
    with pytest.raises(RefusedError):
        target.ask("SELECT COUNT(*) FROM participants WHERE age > 65")


def test_two_projects_together_find_nothing():
    """What they ask is paid twice, what both ask has the same noise."""
    name = "known groups and the target if ill, 200 times, two projects"
    assert_nothing_unpaid(attacked(name, projects=2))
    target = Target(WORLD, FULL, answer=True, secret=1, projects=2)
    first, other = (target.ask("SELECT COUNT(*) FROM participants WHERE sex = 1") for _ in range(2))
    assert first == other
    assert [each.spent for each in target.balances] == [pytest.approx(1 / RULE.noise**2)] * 2


def test_nearly_identical_groups_change_no_later_answer():
    """A refusal after so many of them would tell whether the last was one of them: one person's bit."""
    later = []
    for secret in (False, True):
        target = Target(WORLD, FULL, answer=secret, secret=1)
        facts = WORLD.facts
        others = facts.condition(facts.others(0)[:300])
        for _ in range(3):
            target.ask(f"SELECT COUNT(*) FROM participants WHERE {others}")
            target.ask(f"SELECT COUNT(*) FROM participants WHERE {others} OR {facts.secret}")
        later.append(target.ask("SELECT COUNT(*) FROM participants WHERE sex = 1"))
    assert later[0] == later[1]


def test_no_error_of_an_extreme_value_tells_a_secret():
    both = attacked("errors of extreme values")
    assert both.findings == []
    assert both.counted["answered"] == 27
    assert both.counted["with rows"] == 27


def test_many_near_groups_change_no_later_answer():
    both = attacked("twenty near groups and another question", projects=2)
    assert_nothing_unpaid(both)
    assert both.counted["answered"] == 41


def test_a_question_tells_nothing_about_another_projects_groups():
    both = attacked("a question after another project's", projects=2)
    assert_nothing_unpaid(both)
    assert both.counted["with rows"] == 2 * QUERIES


@pytest.mark.parametrize(
    "name",
    [
        "events in many groups",
        "narrower and wider events as keys",
        "the same events by WHERE and FILTER",
    ],
)
def test_events_that_put_a_person_in_many_groups_are_paid_for(name):
    assert_nothing_unpaid(attacked(name))


@pytest.mark.parametrize("name", ["the secret as the key", "the secret as the key, with totals"])
def test_a_secret_that_is_itself_the_key_is_paid_for_in_both_groups(name):
    both = attacked(name)
    assert_nothing_unpaid(both)
    # Both groups are moved, so that half as many queries are paid for.
    assert both.counted["answered"] <= QUERIES // 2


@pytest.mark.parametrize("name", ["sums of the secret", "one mean in many orders of conditions"])
def test_sums_of_the_secret_are_paid_for_by_what_they_move(name):
    assert_nothing_unpaid(attacked(name))


@pytest.mark.parametrize("name", ["medians that the target tips", "a quantile that only one person has"])
def test_quantiles_are_paid_for_by_what_they_move(name):
    assert_nothing_unpaid(attacked(name))


@pytest.mark.parametrize("name", ["the whole budget on one number", "one number at twelve noise levels"])
def test_less_noise_or_many_levels_of_it_find_no_more(name):
    assert_nothing_unpaid(attacked(name))


def test_no_bounds_come_from_the_values_of_a_few_people():
    both = TwoWorlds(WORLD, RULE, bytes(32), BUDGET)
    both.ask("SELECT AVG(rare * rare) AS a, MEDIAN(rare) AS m, SUM(1 / rare) AS s FROM participants")
    assert both.findings == []
    assert both.counted["bounds of a column differ"] == 0


@pytest.mark.parametrize("deep", ["(" * 400 + "sex = 1" + ")" * 400, " OR ".join(["age + 1 = 7"] * 300)])
@pytest.mark.parametrize("wrap", ["{}", "NOT ({})", "CASE WHEN {} THEN 1 ELSE 0 END = 1"])
def test_a_huge_condition_is_answered_or_refused(deep, wrap):
    target = Target(WORLD, FULL, answer=True, secret=1)
    try:
        told = target.ask(f"SELECT COUNT(*) AS n FROM participants WHERE {wrap.format(deep)}").columns
    except QueryError as refused:
        told = str(refused)
    assert told == ("n",) or any(word in told for word in ("nest", "long", "large", "deep"))
