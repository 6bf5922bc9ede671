"""k, attackers' chances, diversity and closeness: closed forms, papers' examples, and by hand."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.risk.anonymity import anonymity
from strongroom.risk.columns import CodedColumn, classes_of
from strongroom.risk.diversity import diversity


def measured(rows, population=None):
    columns = [
        CodedColumn.of(f"c{at}", pa.array(list(each))) for at, each in enumerate(zip(*rows, strict=True))
    ]
    of, sizes = classes_of(columns, len(rows))
    return anonymity(("c",), of, sizes, population)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), min_size=1, max_size=60))
def test_k_is_that_found_by_hand(rows):
    counts = Counter(rows)
    each = [counts[row] for row in rows]
    found = measured(rows)
    assert found.smallest == min(each)
    assert found.classes == len(counts)
    assert found.unique == each.count(1)
    assert found.below == {bound: sum(size < bound for size in each) for bound in (2, 3, 5, 10, 20)}
    assert found.median == np.median(each)
    # The mean chance of the prosecutor is the number of classes by the number of records.
    assert found.prosecutor.mean == pytest.approx(len(counts) / len(rows))
    assert found.prosecutor.highest == 1 / min(each)
    assert sum(classes for _, classes, _ in found.histogram) == len(counts)
    assert sum(people for _, _, people in found.histogram) == len(rows)


def test_a_population_lowers_the_chance_and_never_below_what_is_known():
    rows = [("a",)] * 2 + [("b",)] * 4
    # Ten are "a" outside; for "b" the table has fewer than the cohort, so that four are supposed.
    found = measured(rows, np.array([10, 1]))
    assert found.k_map == 4
    assert found.journalist.mean == pytest.approx((2 / 10 + 4 / 4) / 6)
    assert found.journalist.highest == 1 / 4
    assert found.journalist.mean == pytest.approx(found.marketer)
    assert measured(rows, np.array([0, 9])).outside == 2


class TestMarketer:
    """Matches every record with the population, at random among people who look the same."""

    def test_where_all_look_the_same_one_in_the_population_is_right(self):
        assert measured([("a",)] * 5, np.array([200])).marketer == pytest.approx(1 / 200)

    def test_who_is_unique_in_the_population_is_always_found(self):
        assert measured([(place,) for place in range(5)], np.ones(5, np.int64)).marketer == 1
        halves = measured([(place,) for place in range(4)], np.array([1, 1, 2, 2]))
        assert halves.marketer == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)

    def test_a_cohort_that_is_the_population_gives_one_record_of_each_class(self):
        rows = [("a",)] * 3 + [("b",)] * 2
        assert measured(rows, np.array([3, 2])).marketer == pytest.approx(2 / 5)
        assert measured(rows).marketer == pytest.approx(2 / 5)

    @given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(0, 20))
    def test_it_is_the_mean_of_matching_at_random(self, values, extra):
        rows, counts = [(value,) for value in values], Counter(values)
        of, sizes = classes_of([CodedColumn.of("c", pa.array(values))], len(values))
        outside = np.array(
            [counts[values[int(np.argmax(of == place))]] + extra for place in range(len(sizes))]
        )
        expected = sum(count * (1 / (count + extra)) for count in counts.values()) / len(rows)
        found = measured(rows, outside)
        assert found.marketer == pytest.approx(expected)
        assert found.marketer == pytest.approx(found.journalist.mean)


def _missing(value):
    return value is None or np.isnan(value)


NUMBERS = st.sampled_from([0.0, -0.0, 1.5, -1.5, float("nan"), -float("nan"), None])


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=40))
def test_both_zeros_are_one_value_and_every_nan_is_missing(rows):
    odd = np.array([0x7FF8000000000001, 0xFFF8000000000123], np.uint64).view(np.float64)
    columns = [
        CodedColumn.of(
            "c", pa.array([odd[row % 2] if _missing(value) else value for row, value in enumerate(column)])
        )
        if any(value is not None for value in column)
        else CodedColumn.of("c", pa.nulls(len(column), pa.float64()))
        for column in zip(*rows, strict=True)
    ]
    plain = [tuple(None if _missing(value) else value for value in row) for row in rows]
    of, sizes = classes_of(columns, len(rows))
    assert sizes[of].tolist() == [plain.count(row) for row in plain]


# Four keys and a sampling weight of each of eight records: Capobianchi, Polettini and Lucarelli's example, as
# sdcMicro 5.7.9 has it (francdat), with what its reference page of freqCalc prints.
FRANCDAT = [(1, 2, 5, 1), (1, 2, 1, 1), (1, 2, 1, 1), (3, 3, 1, 5), (4, 3, 1, 4), (4, 3, 1, 1), (6, 2, 1, 5)]
FRANCDAT += [(1, 2, 5, 1)]
WEIGHTS = [18.0, 45.5, 39.0, 17.0, 541.0, 8.0, 5.0, 92.0]
FREQUENCIES = [2, 2, 2, 1, 1, 1, 1, 2]
IN_THE_POPULATION = [110.0, 84.5, 84.5, 17.0, 541.0, 8.0, 5.0, 110.0]


def test_frequencies_in_sample_and_population_are_those_of_sdcmicro():
    columns = [
        CodedColumn.of(f"Key{at}", pa.array(list(each)))
        for at, each in enumerate(zip(*FRANCDAT, strict=True), start=1)
    ]
    of, sizes = classes_of(columns, len(FRANCDAT))
    assert sizes[of].tolist() == FREQUENCIES
    weighed = np.bincount(of, WEIGHTS)
    assert weighed[of].tolist() == IN_THE_POPULATION
    # Two of each, for our populations are whole people.
    found = anonymity(("keys",), of, sizes, (2 * weighed).astype(np.int64))
    assert found.below[2] == 4  # "4 obs. violate 2-anonymity"
    assert found.below[3] == 8  # "8 obs. violate 3-anonymity"
    assert found.k_map == 2 * min(IN_THE_POPULATION)
    assert found.journalist.mean == pytest.approx(np.mean([1 / (2 * each) for each in IN_THE_POPULATION]))


def of_groups(values, groups):
    return diversity(CodedColumn.of("s", pa.array(values)), np.array(groups), np.bincount(groups))


def test_closeness_is_that_of_the_paper():
    # Li, Li and Venkatasubramanian (2007), section 4: incomes 3k to 11k in groups of three; the first group
    # is 0.375 from all nine, the other of their example 0.167.
    incomes = [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert of_groups(incomes, [0, 0, 0, 1, 1, 1, 1, 1, 1]).closeness == pytest.approx(0.375)
    spread = of_groups([6, 8, 11, 3, 4, 5, 7, 9, 10], [0, 0, 0, 1, 1, 1, 1, 1, 1])
    assert round(spread.closeness, 3) == 0.167


def test_closeness_of_categories_is_half_the_differences():
    # A group of one value out of four equally frequent ones: 1 - 1/4.
    assert of_groups(["a", "b", "c", "d"], [0, 1, 2, 3]).closeness == pytest.approx(0.75)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(0, 6))), min_size=1, max_size=40)
)
def test_closeness_is_that_found_by_hand(rows):
    groups = np.unique([group for group, _ in rows], return_inverse=True)[1]
    values = pa.array([value for _, value in rows], pa.int64())
    column = CodedColumn.of("s", values)
    found = diversity(column, groups, np.bincount(groups))
    overall = np.bincount(column.codes, minlength=len(column.levels) + 1) / len(rows)
    kept = overall > 0
    worst = 0.0
    for group in range(groups.max() + 1):
        own = np.bincount(column.codes[groups == group], minlength=len(overall)) / (groups == group).sum()
        moved = np.abs(np.cumsum((own - overall)[kept])).sum()
        worst = max(worst, moved / max(1, kept.sum() - 1))
    assert found.closeness == pytest.approx(worst)


def test_diversity_of_a_uniform_and_of_a_homogeneous_group():
    found = of_groups(["flu", "cold", "gout", "flu", "flu"], [0, 0, 0, 1, 1])
    assert found.distinct == 1
    assert found.told == 2
    assert of_groups(["flu", "cold", "gout"], [0, 0, 0]).entropy == pytest.approx(3.0)
