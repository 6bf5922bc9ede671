"""What a researcher may ask must not tell one person's secret, however it is asked and how often."""

import zlib
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binom

from disclosure.query.schemas import SCHEMA
from disclosure.query.test_reading import REFUSED
from strongroom.disclosure.answer_noise import DEFAULT_RULE, CellNoise
from strongroom.disclosure.gateway import MOST_GROUPS, Gateway, Noise, Protection, QueriedView, ask
from strongroom.disclosure.query.emitting import SKETCH
from strongroom.disclosure.query.reading import read_query, read_statement
from strongroom.disclosure.redteam import Search, Target, World, attackers, copies, modes, score
from strongroom.errors import QueryError, RefusedError

WORLDS = [World(2_000, 1)]
# With less noise the budget ends after fewer queries, which keeps the tests short; the benchmark attacks the
# default settings.
RULE = replace(DEFAULT_RULE, noise=14.0)
MODES = {mode.name: mode for mode in modes(RULE)}
FULL = MODES["full rule"]
ATTACKERS = {attacker.name: attacker for attacker in attackers(FULL.rule)}
ALLOWED, FALSE_ALARM = 0.6, 1e-6
TRIALS = 60


def most(trials):
    """Return a share of right guesses that one run in a million exceeds where 0.6 are right."""
    return binom.isf(FALSE_ALARM, trials, ALLOWED) / trials


MOST = most(TRIALS)


@cache
def accuracy(name, mode=FULL):
    # Of its own for each attack, so that all of them together can be judged as well.
    seed = zlib.crc32(f"{name}/{mode.name}".encode())
    return score(ATTACKERS[name], mode, WORLDS, trials=TRIALS, seed=seed).accuracy


def test_sql_that_passed_a_filter_reaches_no_engine():
    for sql in REFUSED.values():
        with pytest.raises(QueryError):
            read_query(sql, SCHEMA)


def test_a_tracker_through_not_finds_nothing():
    assert accuracy("general tracker", MODES["hardly any noise"]) > 0.65
    assert accuracy("general tracker") < MOST


def test_leaving_one_person_out_finds_nothing():
    assert accuracy("single differencing", MODES["hardly any noise"]) > 0.65
    assert accuracy("single differencing") < MOST


def test_averaging_over_many_pairs_finds_nothing():
    assert accuracy("averaging over 20 pairs") < MOST


def test_groups_that_are_not_alike_add_up_to_nothing():
    assert accuracy("sums of four groups, 25 times") < MOST


def test_groups_of_known_people_find_nothing():
    assert accuracy("known groups and the target if ill, 100 times") < MOST


def test_events_are_no_other_way_in():
    assert accuracy("known groups and the target if ill, 100 times, by events") < MOST


def test_asking_in_other_words_finds_nothing():
    assert accuracy("one pair in other words") < MOST


def test_linear_reconstruction_finds_nothing():
    assert accuracy("reconstruction of 40 people from 100 sets") < MOST


def test_notes_and_flags_tell_nothing():
    assert accuracy("notes and flags of answers") < MOST


def test_what_is_nearly_a_group_asked_before_is_not_told():
    assert accuracy("edge of what counts as the same group") < MOST


def test_no_refusal_depends_on_who_is_in_a_group():
    assert accuracy("refusal as an oracle") < MOST


def test_what_is_just_shown_tells_nothing():
    assert accuracy("edge of what is shown") < MOST


def test_rare_labels_tell_nothing():
    assert accuracy("rare labels and different values") < MOST


def test_how_far_out_somebody_is_does_not_show_in_means():
    assert accuracy("means with the richest in them, 6 times") < MOST
    assert accuracy("means with the richest in them, 1 times, as they are") < MOST


def test_a_mean_on_two_scales_tells_no_more_than_on_one():
    assert accuracy("one mean on two scales") < MOST


def test_no_quantile_is_one_persons_own():
    assert accuracy("a quantile that only one person has") < MOST


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


def test_all_attacks_together_are_hardly_better_than_a_coin():
    """Each is tried a few times only; what all of them gain shows sooner."""
    one_project = [name for name, each in ATTACKERS.items() if each.projects == 1]
    assert sum(accuracy(name) for name in one_project) / len(one_project) < most(TRIALS * len(one_project))


def test_a_search_for_questions_finds_nothing():
    search = Search(copies(FULL, WORLDS[0], questions=10), generations=1, copies=12, population=4)
    assert score(search, FULL, WORLDS[:1], trials=TRIALS, seed=1).accuracy < MOST


def test_a_privacy_budget_ends_before_averaging_helps():
    private = MODES["differential privacy"]
    assert score(ATTACKERS["averaging over 20 pairs"], private, WORLDS, trials=TRIALS, seed=1).accuracy < MOST
    target = Target(WORLDS[0], private, answer=True, secret=1, questions=2)
    for _ in range(2):
        target.ask("SELECT COUNT(*) FROM participants")
    with pytest.raises(RefusedError, match="budget"):
        target.ask("SELECT COUNT(*) FROM participants")


def test_many_counts_in_one_question_cost_as_many():
    target = Target(WORLDS[0], FULL, answer=True, secret=1)
    many = ", ".join(f"COUNT(*) FILTER (WHERE age > {age}) AS c{age}" for age in range(40, 63))
    target.ask(f"SELECT {many} FROM participants")
    # 24 counts of one group each use up the budget, and asking for them again is free.
    target.ask(f"SELECT {many} FROM participants")
    with pytest.raises(RefusedError):
        target.ask("SELECT COUNT(*) FROM participants WHERE age > 65")


def test_two_projects_together_find_nothing():
    assert accuracy("known groups and the target if ill, 200 times, two projects") < MOST


def test_nearly_identical_groups_change_no_later_answer():
    """A refusal after so many of them would tell whether the last was one of them: one person's bit."""
    later = []
    for secret in (False, True):
        target = Target(WORLDS[0], FULL, answer=secret, secret=1)
        facts = WORLDS[0].facts
        others = facts.condition(facts.others(0)[:300])
        for _ in range(3):
            target.ask(f"SELECT COUNT(*) FROM participants WHERE {others}")
            target.ask(f"SELECT COUNT(*) FROM participants WHERE {others} OR {facts.secret}")
        later.append(target.ask("SELECT COUNT(*) FROM participants WHERE sex = 1"))
    assert later[0] == later[1]
