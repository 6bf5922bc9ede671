"""Every attack makes a file that says the truth about itself, and the decoder finds who leaked it."""

import dataclasses

import numpy as np
import pytest
from benchmarks.attribution._attacks import NOBODY, all_attacks
from benchmarks.attribution._cases import Case, Plan, cases, make
from benchmarks.attribution._given import observations, score_given
from benchmarks.attribution._reach import goal_cases, goals
from benchmarks.attribution._run import BAR, run
from benchmarks.attribution._tables import attack_table, kind_table, overview, reach_table

ATTACKS = {attack.name: attack for attack in all_attacks()}


def small(attack, place=0, rows=80, columns=6):
    chosen = (*attack.settings(held_out=False), *attack.settings(held_out=True))[0]
    colluders = min(attack.colluders[0], 3)
    return Case("synthetic", attack.number, attack.name, rows, columns, colluders, chosen, (3, place))


@pytest.mark.parametrize("name", ATTACKS)
def test_a_file_is_made_again_from_its_case_alone(world, name):
    case = small(ATTACKS[name])
    leak, guilty = make(case, world, None)
    again, same = make(case, world, None)
    assert guilty == same
    assert np.array_equal(leak.values, again.values, equal_nan=True)
    assert leak.values.shape == (len(leak.people), len(leak.names))
    assert len(leak.titles) == len(leak.shown) == len(leak.grids) == len(leak.names)
    assert set(leak.people) <= {NOBODY, *world.ordinals}


@pytest.mark.parametrize("name", ["verbatim", "without_ids", "few_colluders", "rescaled", "round_trip"])
def test_whoever_leaked_is_past_the_bar_and_nobody_else(world, name):
    case = small(ATTACKS[name], rows=700)
    outcome = next(run([case], world, None, score_given, innocents=50))
    assert outcome.named == case.colluders
    assert (outcome.accused, outcome.trials >= 49) == (0, True)


def test_nobody_is_guilty_of_a_file_that_is_nobodys(world):
    for name in ("unmarked", "outsiders_copy", "other_cohort", "permuted"):
        outcome = next(run([small(ATTACKS[name])], world, None, score_given, innocents=50))
        assert (outcome.guilty, outcome.accused) == ((), 0)
        assert outcome.innocent < BAR


def test_a_repeated_row_says_nothing_more(world):
    once = make(small(ATTACKS["verbatim"]), world, None)[0]
    thrice = once.rows(np.repeat(np.arange(len(once.people)), 3))
    assert score_given(world, once, [1, 2]).log10_e == score_given(world, thrice, [1, 2]).log10_e
    assert [each.cells for each in observations(world, once)] == [
        each.cells for each in observations(world, thrice)
    ]


def test_a_third_of_the_parameters_is_kept_aside():
    shares = []
    for attack in all_attacks():
        kept, aside = (attack.settings(held_out=held_out) for held_out in (False, True))
        assert len(kept) + len(aside) == len(attack.grid)
        shares.append((len(aside), len(attack.grid)))
    assert 0.15 < sum(aside for aside, _ in shares) / sum(total for _, total in shares) < 0.5


def test_so_many_files_of_an_attack_take_its_parameters_in_turn(world):
    found = list(cases(Plan(1, 1, only=["verbatim"], files=20), world))
    sizes = [(case.rows, case.columns) for case in found]
    assert len(found) == 20
    assert len({case.seed for case in found}) == 20
    assert max(map(sizes.count, sizes)) - min(map(sizes.count, sizes)) <= 1
    repeated = {case.seed for case in cases(Plan(3, 1, only=["verbatim"]), world)}
    assert len(repeated & {case.seed for case in found}) >= 2 * len(set(sizes))


def test_pieces_are_as_large_as_the_cohort_allows(world):
    found = list(cases(Plan(1, 1), world))
    assert {case.name for case in found} == set(ATTACKS)
    assert max(case.rows for case in found) <= len(world.ordinals)
    assert max(case.columns for case in found) <= len(world.fine)


def test_the_overview_counts_files_and_innocents_of_every_cohort(world):
    made = [small(ATTACKS[name]) for name in ("verbatim", "unmarked")]
    outcomes = list(run(made, world, None, score_given, innocents=5))
    elsewhere = [dataclasses.replace(one, case=dataclasses.replace(one.case, cohort="b")) for one in outcomes]
    lines = overview([*outcomes, *elsewhere[:1]])
    assert lines[0] == f"| kind | attack | {world.name} | b |"
    counted = f"1/1 (21-100 %), 0/{outcomes[0].trials}"
    assert f"| 2 | verbatim | {counted} | {counted} |" in lines
    assert f"| 1 | unmarked | 0/{outcomes[1].trials} |  |" in lines


def test_one_table_has_a_line_for_every_attack(world):
    found = cases(Plan(1, 1, only=["rounded", "noised"], files=2), world)
    made = [dataclasses.replace(case, rows=100, columns=5) for case in found]
    outcomes = list(run(made, world, None, score_given, innocents=5))
    lines = [
        line
        for line in kind_table(outcomes)
        if line.startswith(("| 5 | rounded | 2 |", "| 7 | noised | 2 |"))
    ]
    assert len(lines) == len({case.name for case in made})


def test_the_tables_show_every_case_and_goal(world):
    chosen = [case for case in cases(Plan(1, 1, only=["rounded"]), world) if case.rows <= 2_000]
    made = [dataclasses.replace(case, rows=100, columns=5) for case in chosen[:2]]
    outcomes = list(run(made, world, None, score_given, innocents=5))
    assert len(attack_table(outcomes)) == 2 + len(made) + 2 - (len(made) - len({c.label for c in made}))
    goal = next(goal for goal in goals() if goal.attack == "verbatim")
    found = list(run(goal_cases(goal, world, repeats=2, seed=1), world, None, score_given, innocents=5))
    assert "2/2" in reach_table([(goal, found)])[-1]
