"""The rules on published statistics, by cases that can be worked out by hand, and by properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.disclosure.output_rules.association import rare_variants
from strongroom.disclosure.output_rules.detect_rounding import Rounding, rounding_of
from strongroom.disclosure.output_rules.differencing import differ_by_few
from strongroom.disclosure.output_rules.percentages import check_percentages, implied_counts
from strongroom.disclosure.output_rules.policies import POLICIES
from strongroom.disclosure.output_rules.recoverable_cells import recoverable
from strongroom.disclosure.output_rules.small_counts import below_threshold
from strongroom.disclosure.output_rules.survival import events_of_steps, small_steps

NAN = np.nan


def test_small_counts_are_of_somebody():
    assert below_threshold(np.array([0, 1, 4, 5, 4.5, NAN]), 5).tolist() == [
        False,
        True,
        True,
        False,
        False,
        False,
    ]


def found_in_a_row(cells, total, **more):
    row = np.array([cells], float)
    return recoverable(
        row, np.isnan(row), row_totals=np.array([total], float), column_totals=None, smallest=10, **more
    )


def test_a_suppressed_count_may_be_0_if_it_cannot_be_more():
    found = found_in_a_row([NAN, NAN, 50], 51, least=1.0)
    assert [(each.fewest, each.most) for each in found] == [(0, 1), (0, 1)]


def test_totals_that_contradict_the_counts_reveal_nothing():
    assert found_in_a_row([NAN, NAN, 50], 40) == []


def test_of_thousands_of_suppressed_counts_none_is_solved():
    assert found_in_a_row([NAN] * 5_001, 5_001) == []


def test_a_difference_of_totals_is_a_count():
    found = differ_by_few(np.array([100.0, 100.0, 100.0]), np.array([97.0, 100.0, 80.0]), 5)
    assert found.tolist() == [True, False, False]


def test_policies_are_those_published():
    assert POLICIES["uk-biobank"].smallest == 5
    assert POLICIES["opensafely"].step == 5
    assert not POLICIES["abs"].zero


class TestRounding:
    @given(st.lists(st.integers(1, 10_000), min_size=12, max_size=40), st.sampled_from([5, 10, 100]))
    def test_multiples_are_recognised(self, counts, step):
        found = rounding_of(np.array(counts, float) * step)
        assert found is not None
        assert found.step % step == 0 or step % found.step == 0

    @given(st.lists(st.integers(1, 10_000), min_size=12, max_size=40))
    def test_midpoints_of_six_are_recognised(self, counts):
        found = rounding_of(np.ceil(np.array(counts, float) / 6) * 6 - 3)
        assert found is not None
        assert found.step == 6
        assert found.offset == 3

    def test_opensafelys_midpoints_are_told_from_multiples(self):
        assert rounding_of(np.arange(3.0, 200, 6)) == Rounding(6, 3)
        assert rounding_of(np.arange(6.0, 200, 6)) == Rounding(6)

    def test_a_few_multiples_are_chance_and_one_other_spoils_all(self):
        assert rounding_of(np.array([5.0, 10.0])) is None
        assert rounding_of(np.array([5.0] * 20 + [3.0])) is None


class TestSuppression:
    cells = np.array([[120.0, 30.0, NAN], [80.0, 44.0, 21.0]])
    hidden = np.isnan(cells)

    def test_a_lone_hidden_cell_is_its_total_less_the_rest(self):
        (found,) = recoverable(
            self.cells, self.hidden, row_totals=np.array([153.0, 145.0]), column_totals=None, smallest=5
        )
        assert (found.row, found.column, found.fewest, found.most) == (0, 2, 3.0, 3.0)

    def test_without_its_total_it_is_safe(self):
        totals = np.array([NAN, 145.0])
        assert recoverable(self.cells, self.hidden, row_totals=totals, column_totals=None, smallest=5) == []

    def test_two_hidden_cells_protect_each_other_when_they_are_large(self):
        cells = np.array([[100.0, NAN, NAN], [100.0, NAN, NAN]])
        found = recoverable(
            cells, np.isnan(cells), row_totals=np.array([160.0, 170.0]), column_totals=None, smallest=5
        )
        assert found == []

    def test_of_many_hidden_cells_each_total_is_looked_at_alone(self):
        cells = np.tile([100.0, NAN, NAN], (70, 1))
        cells[0], cells[1] = (100.0, 40.0, NAN), (100.0, NAN, NAN)
        totals = np.full(70, 160.0)
        totals[0], totals[1] = 142.0, 103.0
        found = recoverable(cells, np.isnan(cells), row_totals=totals, column_totals=None, smallest=5)
        assert {(each.row, each.column, each.most) for each in found} == {
            (0, 2, 2.0),
            (1, 1, 3.0),
            (1, 2, 3.0),
        }

    @given(
        st.lists(st.integers(0, 50), min_size=9, max_size=9),
        st.sets(st.integers(0, 8), min_size=1, max_size=4),
    )
    def test_the_truth_lies_within_the_bounds(self, counts, places):
        true = np.array(counts, float).reshape(3, 3)
        hidden = np.zeros(9, bool)
        hidden[list(places)] = True
        hidden = hidden.reshape(3, 3)
        shown = np.where(hidden, NAN, true)
        found = recoverable(
            shown, hidden, row_totals=true.sum(axis=1), column_totals=true.sum(axis=0), smallest=5
        )
        assert all(each.fewest <= true[each.row, each.column] <= each.most for each in found)


@given(st.integers(1, 400), st.data())
def test_a_share_to_three_decimals_of_few_hundred_is_its_count(total, data):
    count = data.draw(st.integers(0, total))
    found = implied_counts(np.array([round(count / total, 3)]), np.array([float(total)]), decimals=3)
    assert found[0] == count


def test_a_percentage_fails_if_few_people_are_in_it_or_outside_of_it():
    found = check_percentages([2.0, 50.0, 98.5, 0.0, 100.0], 200, decimals=1, policy="ons")
    assert found.failed.tolist() == [True, False, True, False, False]
    # Of many people, one decimal stands for many counts.
    assert not check_percentages([0.0], 200_000, decimals=1).failed.any()


def test_a_share_of_many_is_no_count():
    assert np.isnan(implied_counts(np.array([0.123]), np.array([50_000.0]), decimals=3)[0])


def test_a_curve_of_single_events_is_told_from_one_of_many():
    alone = np.cumprod([1.0, *(1 - 1 / np.arange(200, 150, -1))])
    assert small_steps(events_of_steps(alone), 5) == 50
    many = np.cumprod([1.0, *(1 - 37 / np.arange(5_000, 4_000, -37.3))])
    assert small_steps(events_of_steps(many), 5) < 10


@pytest.mark.parametrize(("frequency", "rare"), [(0.3, 0), (0.001, 1), (0.999, 1), (0.0, 0)])
def test_rare_alleles_on_either_side(frequency, rare):
    assert rare_variants(np.array([frequency]), np.array([1_000.0]), 5) == rare
