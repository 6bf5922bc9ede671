"""Means, quantiles, extremes, regressions, curves and association results, by cases worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.disclosure import (
    Reason,
    RulePolicy,
    Status,
    check_association,
    check_extremes,
    check_fit,
    check_means,
    check_modes,
    check_quantiles,
    check_regression,
    check_spreads,
    check_survival,
)
from strongroom.disclosure.output_rules.dominance import dominated
from strongroom.errors import UsageError

DRAW = np.random.default_rng(5)


class TestMeans:
    def test_groups_of_few_and_those_one_person_makes_up(self):
        values = [*[5.0, 6.0] * 10, *[5.0, 6.0] * 10, 1.0, 2.0]
        values[20] = 10_000.0
        groups = ["a"] * 20 + ["b"] * 20 + ["c"] * 2
        found = check_means(values, groups)
        assert found.cells_with(Reason.FEW).tolist() == [False, False, True]
        assert found.cells_with(Reason.DOMINANCE).tolist() == [False, True, True]

    def test_signs_do_not_hide_a_large_contribution(self):
        values = np.concatenate([[1e6, -1e6], DRAW.normal(size=50)])
        assert check_means(values).has(Reason.DOMINANCE)

    def test_rows_of_one_person_are_one_person(self):
        values = DRAW.uniform(1, 2, 40)
        assert check_means(values).status is Status.PASS
        assert check_means(values, persons=np.repeat(np.arange(4), 10)).has(Reason.FEW)
        one = np.concatenate([np.zeros(30), np.arange(10)])
        assert check_means(values, persons=one).has(Reason.DOMINANCE) is False
        assert check_means(np.where(one == 0, 40.0, values), persons=one).has(Reason.DOMINANCE)

    def test_where_all_have_the_same_the_mean_is_everybodys(self):
        assert check_means(np.full(20, 3.0)).has(Reason.CLASS)
        assert check_modes(np.full(20, 3.0)).status is Status.FAIL
        assert check_modes(np.arange(20) % 2).status is Status.PASS

    def test_missing_values_count_for_nobody(self):
        values = np.where(np.arange(20) < 11, np.nan, 1.0 + np.arange(20))
        assert check_means(values).has(Reason.FEW)

    def test_a_spread_needs_ten_degrees_of_freedom(self):
        assert check_spreads(np.arange(10.0)).has(Reason.FREEDOM)
        assert check_spreads(np.arange(11.0)).status is Status.PASS

    @given(st.lists(st.floats(0.01, 1e6), min_size=3, max_size=30))
    def test_the_rules_are_those_of_the_handbook(self, values):
        one, two, *_ = sorted(values, reverse=True)
        (found,) = dominated(
            np.array([sum(values)]),
            np.array([one + two]),
            largest=np.array([one]),
            second=np.array([two]),
            share=0.9,
            p=0.1,
        )
        share, left = (one + two) / sum(values), (sum(values) - one - two) / one
        if abs(share - 0.9) > 1e-6 and abs(left - 0.1) > 1e-6:
            assert found == (share > 0.9 or left < 0.1)

    def test_one_value_a_row_is_asked_for(self):
        with pytest.raises(UsageError):
            check_means(np.zeros((2, 2)))
        with pytest.raises(UsageError):
            check_means([1.0, 2.0], ["a"])
        with pytest.raises(UsageError):
            check_means([1.0, 2.0], persons=["a"])


class TestGroupsWithoutValues:
    VALUES, GROUPS = [np.nan, *range(20)], ["a", *["b"] * 20]

    def test_a_group_of_missing_values_has_no_people(self):
        found = check_means(self.VALUES, self.GROUPS, policy="ons")
        assert found.cells_with(Reason.FEW).tolist() == [True, False]

    def test_it_has_no_mode(self):
        found = check_modes(self.VALUES, self.GROUPS, policy="ons")
        assert found.cells_with(Reason.CLASS).tolist() == [False, False]


class TestOrder:
    def test_quantiles_need_people_on_either_side(self):
        found = check_quantiles(np.arange(100.0), [0, 0.05, 0.1, 0.5, 0.9, 0.95, 1])
        assert found.cells_with(Reason.TAIL).tolist() == [[True, True, False, False, False, True, True]]
        assert check_quantiles(np.arange(8.0), [0.5]).has(Reason.FEW)
        with pytest.raises(UsageError):
            check_quantiles([1.0], [50])

    def test_extremes_are_refused_however_large_the_group(self):
        ids = np.arange(100_000.0)
        assert check_extremes(ids, ids % 2).failed.all()

    def test_a_limit_of_the_design_that_enough_share_is_nobodys(self):
        ages = np.clip(DRAW.integers(30, 90, 500), 40, 69).astype(float)
        assert check_extremes(ages, limits=(40, 69)).status is Status.PASS
        assert check_extremes(ages, limits=(18, 69)).failed.tolist() == [[True, False]]
        assert check_extremes(ages, persons=np.arange(500) // 100, limits=(40, 69)).failed.all()


class TestRegression:
    people = 200
    ages = DRAW.normal(50, 8, 200)

    def design(self, *terms):
        return np.column_stack([np.ones(self.people), self.ages, *terms])

    def test_an_ordinary_one_passes(self):
        sex = (np.arange(self.people) % 2).astype(float)
        outcome = np.arange(self.people) % 3 == 0
        published = {"coefficients": np.zeros(3)}
        assert check_regression(self.design(sex), outcome=outcome, published=published).status is Status.PASS

    def test_a_dummy_for_one_person_is_that_persons_value(self):
        one = (np.arange(self.people) == 7).astype(float)
        found = check_regression(self.design(one))
        assert found.failed.tolist() == [False, False, True]
        assert found.has(Reason.SATURATED)
        coefficients = np.linalg.lstsq(self.design(one), self.ages**2, rcond=None)[0]
        assert self.design(one)[7] @ coefficients == pytest.approx(self.ages[7] ** 2)

    def test_a_person_hidden_in_two_terms_is_found_by_leverage(self):
        sides = (np.arange(self.people) % 2).astype(float)
        other = sides.copy()
        other[7] = 1 - other[7]
        found = check_regression(self.design(sides, other), policy="uk-biobank")
        assert not found.failed.any()
        assert found.has(Reason.SATURATED)

    def test_a_saturated_model_of_small_groups_is_found_and_of_large_ones_is_not(self):
        large = np.eye(4)[np.arange(self.people) % 4]
        assert check_regression(large).status is Status.PASS
        cells = np.minimum(np.arange(self.people) % 50, 4)
        assert check_regression(np.eye(5)[cells]).has(Reason.SATURATED)

    def test_degrees_of_freedom(self):
        assert check_regression(np.column_stack([np.ones(11), np.arange(11.0)])).has(Reason.FREEDOM)
        assert check_fit(12, 2).status is Status.PASS
        assert check_fit(11, 2).has(Reason.FREEDOM)
        assert check_fit(9, 1).has(Reason.FEW)

    def test_a_coefficient_carried_by_one_person_is_reviewed(self):
        exposure = np.linspace(0, 1, 100)
        exposure[17] = 60.0  # far from everybody, and near enough to them not to be reproduced
        found = check_regression(np.column_stack([np.ones(100), exposure]), policy="ons")
        assert found.status is Status.REVIEW
        assert found.has(Reason.LEVERAGE)
        assert (
            check_regression(np.column_stack([np.ones(100), np.minimum(exposure, 2)]), policy="ons").status
            is Status.PASS
        )

    @pytest.mark.parametrize(
        ("largest", "status"), [(0.91, Status.REVIEW), (0.9, Status.PASS), (1.0, Status.REVIEW)]
    )
    def test_leverages_of_a_fit_that_is_known_by_its_size_only(self, largest, status):
        assert check_fit(100, 3, leverages=[0.02, largest], policy="ons").status is status
        assert check_fit(100, 3, leverages=[0.02, largest], policy=RulePolicy(1)).status is Status.PASS

    def test_a_design_of_nobody_has_too_few_people(self):
        found = check_regression(np.zeros((0, 2)), policy="ons")
        assert found.has(Reason.FEW)
        assert not found.has(Reason.LEVERAGE)

    def test_leverages_are_shares(self):
        for wrong in ([1.2], [-0.1], [np.nan]):
            with pytest.raises(UsageError):
                check_fit(100, 3, leverages=wrong)

    def test_numbers_for_each_person_do_not_leave(self):
        found = check_regression(self.design(), published={"residuals": np.zeros(self.people)})
        assert found.has(Reason.ROW_LEVEL)

    def test_an_outcome_that_few_have(self):
        assert check_regression(self.design(), outcome=np.arange(self.people) < 6).has(Reason.FEW)

    @settings(max_examples=30, deadline=None)
    @given(st.integers(1, 30))
    def test_a_term_passes_from_the_threshold_on(self, members):
        term = (np.arange(self.people) < members).astype(float)
        assert check_regression(self.design(term)).failed[2] == (members < 10)

    def test_a_design_with_gaps_is_refused(self):
        with pytest.raises(UsageError):
            check_regression([[1.0, np.nan]])


class TestSurvival:
    def test_steps_and_ends_of_few(self):
        found = check_survival([20, 3, 0, 15, 10], [500, 480, 477, 40, 8])
        assert found.failed.tolist() == [False, True, False, False, True]

    def test_events_are_worked_out_from_the_fall(self):
        at_risk = np.array([500.0, 480, 470])
        survival = np.cumprod(1 - np.array([20, 4, 30]) / at_risk)
        assert check_survival(None, at_risk, survival=survival).failed.tolist() == [False, True, False]
        alone = np.cumprod(1 - 1 / np.arange(200, 150, -1))
        assert check_survival(None, survival=alone).failed.mean() > 0.9
        with pytest.raises(UsageError):
            check_survival(None)


class TestAssociation:
    def test_rare_variants_and_few_cases(self):
        found = check_association([0.3, 0.001, 0.999, 0.0], 1_000)
        assert found.cells_with(Reason.RARE).tolist() == [False, True, True, False]
        assert check_association([0.3], 1_000, cases=4).has(Reason.FEW)
        assert check_association([0.3], 1_000, cases=996).has(Reason.FEW)

    @pytest.mark.parametrize(
        ("traits", "status"), [(1, Status.PASS), (161, Status.REVIEW), (851, Status.FAIL)]
    )
    def test_many_traits_of_the_same_people(self, traits, status):
        assert check_association([0.3], 1_000, traits=traits).status is status

    @given(st.floats(0, 1), st.integers(10, 5_000), st.integers(1, 40))
    def test_a_stricter_floor_never_shows_more(self, frequency, people, floor):
        loose, strict = (RulePolicy(smallest=5, minor_alleles=each) for each in (floor, floor + 1))
        shown = [check_association([frequency], people, policy=each).failed[0] for each in (loose, strict)]
        assert shown[0] <= shown[1]
