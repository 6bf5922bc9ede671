"""Linked tables: differences under unequal labels, shared margins, and bounds that enumeration confirms."""

from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from strongroom.disclosure import Reason, Status, check_difference
from strongroom.disclosure.output_rules import linear_bounds, linked_audit
from strongroom.disclosure.output_rules.linear_bounds import CountSystem, TooLargeError
from strongroom.errors import UsageError

AGES = pa.table({"age": ["40-49", "50-59"], "n": [1011, 907]})


def counts(variable, **labels):
    return pa.table({variable: list(labels), "n": list(labels.values())})


def cells(found, reason=Reason.DIFFERENCE):
    return np.flatnonzero(found.cells_with(reason).any(axis=1)).tolist()


class TestUnequalLabels:
    def test_bands_that_differ_by_one_year_of_age(self):
        again = pa.table({"Age group": ["40\u201350", "51\u201359"], "count": [1014, 904]})
        assert cells(check_difference(again, AGES)) == [0, 1]
        assert check_difference(pa.table({"age": ["40-50"], "n": [1014]}), AGES).status is Status.FAIL
        assert check_difference(pa.table({"age": ["40-50"], "n": [1041]}), AGES).status is Status.PASS

    def test_a_group_that_only_both_tables_together_determine(self):
        one = pa.table({"age": ["40-44", "45-49", "50-59"], "n": [401, 610, 907]})
        other = pa.table({"age": ["40-44", "45-50", "51-59"], "n": [401, 613, 904]})
        assert cells(check_difference(other, one)) == [1, 2]

    def test_totals_of_different_variables_a_few_people_apart(self):
        assert check_difference(counts("sex", men=1011, women=910), AGES).status is Status.FAIL
        assert check_difference(counts("sex", men=1011, women=907), AGES).status is Status.PASS
        assert check_difference(counts("sex", men=1011, women=957), AGES).status is Status.PASS

    def test_rows_merged_differently(self):
        detailed = counts("ethnicity", White=907, Indian=55, Pakistani=41, Other=33)
        assert cells(check_difference(counts("ethnicity", White=907, Asian=93, Other=33), detailed)) == [1]
        same = counts("ethnicity", White=907, Asian=96, Other=33)
        assert check_difference(same, detailed).status is Status.PASS
        joined = pa.table({"ethnicity": ["White", "Indian or Pakistani", "Other"], "n": [907, 93, 33]})
        assert cells(check_difference(joined, detailed)) == [1]

    def test_dates_by_year_and_by_month(self):
        months = pa.table({"date": ["2020-01", "2020-02", "2020-03"], "n": [120, 131, 118]})
        first = pa.table({"date": ["2020-Q1", "2020-Q2"], "n": [372, 390]})
        assert cells(check_difference(first, months)) == [0]

    def test_a_cross_table_and_a_long_table_share_sex(self):
        wide = pa.table({"age": ["40-49", "50-59"], "men": [504, 400], "women": [507, 507]})
        long = pa.table(
            {"age": ["40-49", "50-59"] * 2, "sex": ["M", "M", "F", "F"], "n": [504, 403, 507, 507]}
        )
        assert cells(check_difference(long, wide)) == [1]
        assert cells(check_difference(wide, AGES)) == []
        assert check_difference(pa.table({"age": ["40-49"], "n": [1014]}), wide).status is Status.FAIL

    def test_columns_that_add_up_are_the_categories_of_a_variable(self):
        wide = pa.table({"age": ["40-49", "50-59"], "men": [504, 400], "women": [507, 507], "n": [1011, 907]})
        assert check_difference(AGES, wide).status is Status.PASS
        assert cells(check_difference(counts("sex", men=904, women=1017), wide)) == [1]
        # Conditions overlap: they add up to nothing.
        conditions = pa.table(
            {"age": ["40-49", "50-59"], "angina": [504, 400], "gout": [90, 81], "n": [1011, 907]}
        )
        assert check_difference(AGES, conditions).status is Status.PASS
        assert cells(check_difference(AGES, conditions.set_column(3, "n", pa.array([1011, 909])))) == [1]

    def test_rows_with_equal_labels_are_told_apart_by_their_order(self):
        twice = pa.table({"answer": ["yes", "no", "yes"], "n": [300, 410, 120]})
        assert cells(check_difference(twice.set_column(1, "n", pa.array([300, 410, 123])), twice)) == [2]

    def test_a_table_of_characteristics_is_several_tables(self):
        rows = [("age", "40-49", 1011), ("age", "50-59", 907), ("sex", "men", 1020), ("sex", "women", 901)]
        names, columns = ("characteristic", "level", "n"), list(zip(*rows, strict=True))
        table = pa.table(dict(zip(names, columns, strict=True)))
        # The totals of age and sex are three apart, but that is between rows of one table.
        assert check_difference(table, AGES).has(Reason.DIFFERENCE)
        honest = table.set_column(2, "n", pa.array([1011, 907, 1020, 898]))
        assert check_difference(honest, AGES).status is Status.PASS

    def test_three_tables_reveal_what_no_two_of_them_do(self):
        by_age = pa.table({"age": ["40-49", "50-59"], "n": [500, 453]})
        young = pa.table({"age": ["40-44", "45-49"], "n": [251, 249]})
        middle = pa.table({"age": ["45-58"], "n": [698]})  # those aged 59: 249 + 453 - 698 = 4
        assert check_difference(middle, by_age).status is Status.PASS
        assert check_difference(middle, young).status is Status.PASS
        assert cells(check_difference(middle, by_age, young)) == [0]


class TestSharedMargins:
    def test_a_total_elsewhere_reveals_a_suppressed_count(self):
        site = counts("site", a=30, b=None, c=26)
        assert check_difference(counts("sex", men=25, women=35), site).has(Reason.RECOVERABLE)
        assert check_difference(site, counts("sex", men=25, women=35)).has(Reason.RECOVERABLE)
        assert check_difference(site, counts("site", Total=60)).has(Reason.RECOVERABLE)
        assert cells(check_difference(site, counts("sex", men=25, women=35)), Reason.RECOVERABLE) == [1]

    def test_two_suppressed_counts_are_safe_until_a_margin_divides_them(self):
        site = counts("site", a=30, b=None, c=None)
        margin = counts("sex", men=30, women=51)
        assert check_difference(site, margin).status is Status.PASS
        assert check_difference(site, margin, counts("site", c=48)).has(Reason.RECOVERABLE)

    def test_suppressed_counts_known_to_be_small_are_bounded_more_closely(self):
        site = counts("site", a=30, b=None, c=None)
        margin = counts("sex", men=30, women=18)  # 18 is only 9 + 9
        assert check_difference(site, margin).status is Status.PASS
        found = check_difference(site, margin, primary=True)
        assert cells(found, Reason.RECOVERABLE) == [1, 2]
        # A count suppressed to protect another may be larger.
        assert check_difference(site, counts("sex", men=30, women=51), primary=True).status is Status.PASS

    def test_a_total_of_a_table_without_suppressed_counts_is_redundant(self):
        with_total = pa.table({"age": ["40-49", "50-59", "Total"], "n": [1011, 907, 1918]})
        assert check_difference(with_total, AGES).status is Status.PASS
        assert cells(check_difference(pa.table({"age": ["40-49"], "n": [1009]}), with_total)) == [0]

    def test_what_earlier_tables_reveal_alone_is_not_blamed_on_the_new_one(self):
        both = pa.table({"age": ["40-49", "50-59", "Total"], "n": [1011, None, 1015]})
        assert check_difference(counts("sex", men=500, women=515), both).status is Status.PASS


class TestLimits:
    def test_rounded_counts_pass(self):
        names = ["40-49", "50-59", "60-69", "70-79", "80-89", "90-99"]
        one = pa.table({"age": names, "n": [105, 340, 95, 210, 115, 75]})
        other = pa.table({"age": names, "n": [105, 345, 95, 210, 115, 75]})
        assert check_difference(one, other).status is Status.PASS
        sexes = counts("sex", men=455, women=490, unknown=0)
        assert check_difference(one, sexes).status is Status.PASS

    def test_a_system_too_large_is_reviewed(self, monkeypatch):
        other = counts("sex", men=1011, women=907)
        small = type(linked_audit.LIMITS)(most_groups=3)
        monkeypatch.setattr(linked_audit, "LIMITS", small)
        found = check_difference(other, AGES)
        assert found.status is Status.REVIEW
        assert found.has(Reason.UNAUDITED)

    def test_a_system_that_takes_too_long_is_reviewed(self, monkeypatch):
        monkeypatch.setattr(linear_bounds, "LIMITS", type(linear_bounds.LIMITS)(most_solved=1))
        found = check_difference(counts("sex", men=1011, women=907), AGES)
        assert found.status is Status.REVIEW

    def test_too_many_suppressed_counts_are_reviewed(self, monkeypatch):
        monkeypatch.setattr(linked_audit, "MOST_HIDDEN", 0)
        site = counts("site", a=30, b=None, c=26)
        assert check_difference(counts("sex", men=25, women=35), site).has(Reason.UNAUDITED)

    def test_without_an_earlier_table_nothing_is_compared(self):
        with pytest.raises(UsageError):
            check_difference(AGES)

    def test_rows_without_labels_are_matched_by_position(self):
        assert check_difference(pa.table({"n": [30, 41]}), pa.table({"n": [33, 41]})).status is Status.FAIL
        assert check_difference(pa.table({"n": [30, 41]}), pa.table({"n": [53, 41]})).status is Status.PASS


EVERY = np.array(list(product(range(6), repeat=5)))
"""All counts of five groups of at most five people."""


@st.composite
def bands(draw):
    """Sums over stretches of five groups, as bands of ages are, of counts that exist."""
    truth = np.array(draw(st.lists(st.integers(0, 5), min_size=5, max_size=5)))
    ends = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), min_size=1, max_size=6))
    sums = np.array([[low <= place < high for place in range(5)] for low, high in ends if low < high])
    sums = np.vstack([sums.reshape(-1, 5), np.ones((1, 5), np.bool_)])
    return sums, sums @ truth


@st.composite
def any_sums(draw):
    """Sums over any sets of five groups."""
    truth = np.array(draw(st.lists(st.integers(0, 5), min_size=5, max_size=5)))
    rows = draw(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=5))
    sums = np.vstack([np.array(rows), np.ones((1, 5), np.bool_)])
    return sums, sums @ truth


def possible(sums, values):
    grid = np.array(list(product(range(int(values[-1]) + 1), repeat=5))) if values[-1] <= 5 else EVERY
    return grid[(grid @ sums.T == values).all(axis=1)]


@given(bands())
@settings(max_examples=150, deadline=None)
def test_bounds_of_bands_are_those_of_enumeration(drawn):
    sums, values = drawn
    system = CountSystem(sums.astype(float), values.astype(float), values.astype(float))
    assert system.people_apart() == 0
    solutions = possible(sums, values)
    for group in np.eye(5, dtype=bool):
        low, high = system.bounds(group)
        if values[-1] <= 5:  # enumeration then has all solutions
            assert (low, high) == (solutions[:, group].min(), solutions[:, group].max())
        else:
            assert low <= solutions[:, group].min()
            assert solutions[:, group].max() <= high


# The last unknown is at least a half and at most one: one person.
HALVES = (
    np.array([[0, 0, 1, 0, 1], [0, 1, 0, 0, 1], [1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], dtype=bool),
    np.array([1, 1, 1, 2]),
)


@example(HALVES, 2)
@given(any_sums(), st.integers(2, 5))
@settings(max_examples=150, deadline=None)
def test_groups_said_to_be_small_are_small_in_every_solution(drawn, smallest):
    sums, values = drawn
    system = CountSystem(sums.astype(float), values.astype(float), values.astype(float))
    single = np.eye(5, dtype=bool)
    found = system.within(single, 1, smallest - 1)
    alone = [
        place
        for place, group in enumerate(single)
        if (bounds := CountSystem(system.sums, system.lower, system.upper).bounds(group))[0] >= 1
        and bounds[1] < smallest
    ]
    assert found.tolist() == alone
    solutions = possible(sums, values)
    assert ((solutions[:, found] >= 1) & (solutions[:, found] < smallest)).all()


@given(bands(), st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_the_smallest_contradiction_is_found(drawn, people):
    sums, values = drawn
    doubled, other = np.vstack([sums, sums[-1:]]), np.append(values, values[-1] + people)
    assert (
        CountSystem(doubled.astype(float), other.astype(float), other.astype(float)).people_apart() == people
    )


def test_an_unbounded_group_and_an_impossible_system():
    free = CountSystem(np.array([[1.0, 0.0]]), np.array([5.0]), np.array([5.0]))
    assert free.bounds(np.array([False, True])) == (0, np.inf)
    wrong = CountSystem(np.ones((2, 1)), np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    with pytest.raises(TooLargeError):
        wrong.bounds(np.array([True]))
