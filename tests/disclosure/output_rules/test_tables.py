"""Tables of counts: what is found, what hiding and rounding leave, and that nothing hidden comes back."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from strongroom.disclosure import (
    POLICIES,
    Reason,
    RulePolicy,
    Status,
    check_difference,
    check_percentages,
    check_table,
    round_counts,
    suppress,
)
from strongroom.errors import UsageError

NAN = np.nan
COUNTS = st.lists(st.integers(0, 60), min_size=12, max_size=12).map(lambda each: np.reshape(each, (3, 4)))


class TestCheck:
    def test_each_policy_has_its_threshold(self):
        counts = [[4, 5, 7, 8, 9, 10, 20, 21]]
        shown = {
            name: np.count_nonzero(~check_table(counts, policy=name).cells_with(Reason.FEW))
            for name in ("uk-biobank", "opensafely", "ons", "abs", "all-of-us")
        }
        assert shown == {"uk-biobank": 7, "opensafely": 5, "ons": 3, "abs": 3, "all-of-us": 1}

    def test_nobody_is_shown_where_the_policy_allows_it(self):
        assert not check_table([[0, 20], [30, 40]], policy="ons").failed.any()
        assert check_table([[0, 20], [30, 40]], policy="abs").cells_with(Reason.ZERO).tolist() == [
            [True, False],
            [False, False],
        ]

    def test_what_was_not_rounded_is_found(self):
        found = check_table([[10, 12], [0, 25]], policy="opensafely")
        assert found.cells_with(Reason.UNROUNDED).tolist() == [[False, True], [False, False]]
        found = check_table([[9, 12], [0, 27]], policy="opensafely-midpoint")
        assert found.cells_with(Reason.UNROUNDED).tolist() == [[False, True], [False, False]]

    def test_a_row_whose_people_are_all_of_one_category_is_looked_at(self):
        found = check_table([[0, 25, 0], [30, 40, 50], [30, 30, 30]], policy="ons")
        assert found.status is Status.REVIEW
        assert np.argwhere(found.cells_with(Reason.CLASS)).tolist() == [[0, 1]]
        nearly = [[2, 98], [40, 30]]
        assert not check_table(nearly, policy=RulePolicy(smallest=1)).has(Reason.CLASS)
        assert check_table(nearly, policy=RulePolicy(smallest=1, one_class=0.9)).has(Reason.CLASS)

    def test_a_total_of_too_few_is_found_and_a_hidden_cell_it_gives_away(self):
        found = check_table([[NAN, 100], [50, 60]], row_totals=np.array([103.0, 110.0]))
        assert found.cells_with(Reason.RECOVERABLE).tolist() == [[True, False], [False, False]]
        assert check_table([[0, 0], [50, 60]], row_totals=np.array([4.0, 110.0])).status is Status.FAIL

    def test_tables_with_names_are_read_from_any_library(self):
        columns = {
            "parents": ["usual", "great", "All"],
            "yes": [3, 20, 23],
            "no": [50, 60, 110],
            "All": [53, 80, 133],
        }
        for table in (pa.table(columns), pl.DataFrame(columns), pd.DataFrame(columns)):
            found = check_table(table, policy="ons", total="All")
            assert found.cells_with(Reason.FEW).tolist() == [[True, False], [False, False]]
        shown = suppress(pa.table(columns), policy="ons", total="All").to_arrow()
        assert shown.column_names == ["parents", "yes", "no", "total"]
        assert shown["yes"].to_pylist() == [None, None, 23]
        assert shown["total"].to_pylist() == [53, 80, None]

    def test_what_is_found_is_told_with_what_helps(self):
        found = check_table([[3, 20], [0, 30]], policy="abs")
        assert str(found).startswith("fail\n- too few people (1 cell): suppress")
        assert found.words()[0].tolist() == [
            "too few people; all of a group have the same value (class disclosure)",
            "",
        ]
        assert found.cells.tolist() == [[2, 0], [2, 1]]

    @pytest.mark.parametrize("table", [np.zeros((2, 2, 2)), pa.table({"a": ["x"]})])
    def test_what_is_no_table_is_refused(self, table):
        with pytest.raises(UsageError):
            check_table(table)

    def test_an_unknown_policy_or_total_is_refused(self):
        with pytest.raises(UsageError, match="no policy"):
            check_table([[1]], policy="mine")
        with pytest.raises(UsageError):
            check_table(pa.table({"a": [1]}), total="All")
        with pytest.raises(UsageError):
            RulePolicy(smallest=0)

    @given(COUNTS, st.integers(1, 30))
    def test_a_stricter_threshold_never_shows_more(self, counts, smallest):
        loose = check_table(counts, policy=RulePolicy(smallest=smallest)).cells
        strict = check_table(counts, policy=RulePolicy(smallest=smallest + 1)).cells
        assert (strict >= loose).all()


def bounds(shown, true, row_totals, column_totals, cell):
    """Return the least and the most a hidden cell can be, as an attacker who knows that it holds somebody.

    An attacker's programme of its own: every cell is a variable, those shown are fixed.
    """
    rows, columns = shown.shape
    limits = [(value, value) if np.isfinite(value) else (1, None) for value in shown.ravel()]
    lines, sums = [], []
    for row in np.flatnonzero(np.isfinite(row_totals)):
        line = np.zeros(shown.shape)
        line[row] = 1
        lines.append(line.ravel())
        sums.append(row_totals[row])
    for column in np.flatnonzero(np.isfinite(column_totals)):
        line = np.zeros(shown.shape)
        line[:, column] = 1
        lines.append(line.ravel())
        sums.append(column_totals[column])
    goal = np.zeros(rows * columns)
    goal[cell] = 1
    ends = []
    for sign in (1, -1):
        solved = linprog(sign * goal, A_eq=lines or None, b_eq=sums or None, bounds=limits, method="highs")
        ends.append(np.inf if solved.status == 3 else sign * solved.fun)
    assert ends[0] - 1e-6 <= true.ravel()[cell] <= ends[1] + 1e-6
    return ends


class TestSuppress:
    @settings(max_examples=25, deadline=None)
    @given(COUNTS, st.sampled_from(["uk-biobank", "ons"]))
    def test_no_hidden_count_comes_back_from_totals(self, counts, policy):
        smallest = POLICIES[policy].smallest
        sums = counts.sum(axis=1), counts.sum(axis=0)
        shown = suppress(counts, policy=policy, row_totals=sums[0], column_totals=sums[1])
        assert not np.any((shown.cells > 0) & (shown.cells < smallest))
        for cell in np.flatnonzero(shown.hidden.ravel() & (counts.ravel() < smallest)):
            low, high = bounds(shown.cells, counts, shown.row_totals, shown.column_totals, cell)
            assert high - low >= smallest - 1e-6
        assert not check_table(
            shown.cells, policy=policy, row_totals=shown.row_totals, column_totals=shown.column_totals
        ).failed.any()

    @settings(max_examples=15, deadline=None)
    @given(COUNTS)
    def test_what_is_shown_is_true(self, counts):
        shown = suppress(counts, row_totals=counts.sum(axis=1), column_totals=counts.sum(axis=0))
        assert (shown.cells == counts)[~shown.hidden].all()
        assert not (shown.secondary & ~shown.hidden).any()
        assert (shown.row_totals == counts.sum(axis=1))[np.isfinite(shown.row_totals)].all()

    def test_without_totals_only_what_must_be_is_hidden(self):
        shown = suppress([[3, 20], [30, 40]])
        assert np.count_nonzero(shown.hidden) == 1
        assert not shown.secondary.any()

    def test_of_a_large_table_the_totals_go(self):
        counts = np.tile([100.0, 3.0, 4.0], (70, 1))
        shown = suppress(counts, row_totals=counts.sum(axis=1), column_totals=counts.sum(axis=0))
        assert np.isnan(shown.row_totals).all()
        assert np.isfinite(shown.column_totals).tolist() == [True, False, False]

    def test_zeros_are_hidden_where_they_must_be(self):
        assert suppress([[0, 20]], policy="abs").hidden.tolist() == [[True, False]]


class TestRound:
    @given(COUNTS, st.sampled_from(["opensafely", "opensafely-midpoint"]))
    def test_rounded_tables_pass_and_stay_in_order(self, counts, policy):
        rule = POLICIES[policy]
        shown = round_counts(counts, policy=policy)
        assert not check_table(shown.cells, policy=policy).failed.any()
        known = ~shown.hidden
        assert (np.abs(shown.cells - counts)[known] <= rule.step / 2).all()
        order = np.argsort(counts[known], kind="stable")
        assert (np.diff(shown.cells[known][order]) >= 0).all()

    @given(COUNTS)
    def test_totals_are_sums_of_what_is_shown(self, counts):
        shown = round_counts(counts, policy="opensafely", totals=True)
        assert (shown.row_totals == np.nansum(shown.cells, axis=1)).all()
        assert (shown.column_totals == np.nansum(shown.cells, axis=0)).all()
        assert shown.row_totals.sum() == shown.column_totals.sum()

    def test_the_published_examples(self):
        assert round_counts([[0, 7, 8, 12, 13]], policy="opensafely").cells.tolist()[0][2:] == [10, 10, 15]
        middle = round_counts([[0, 1, 6, 7, 12, 13]], policy="opensafely-midpoint").cells
        assert middle.tolist() == [[0, 3, 3, 9, 9, 15]]


class TestCorners:
    def test_a_total_needs_column_names(self):
        with pytest.raises(UsageError):
            check_table([[30, 40]], total="total")

    def test_words_are_of_cells_and_not_of_the_whole_table(self):
        found = check_table([[3, 40]], row_totals=np.array([4.0]))
        assert (found.words() != "").tolist() == [[True, False]]

    def test_without_totals_the_table_has_none(self):
        safe = suppress(pa.table({"sex": ["f", "m"], "n": [50, 3]}))
        assert safe.to_arrow().to_pydict() == {"sex": ["f", "m"], "n": [50, None]}

    def test_column_totals_alone_are_protected(self):
        safe = suppress([[3], [50], [60]], column_totals=np.array([113.0]))
        assert np.isnan(safe.cells[:, 0]).sum() == 2
        safe = suppress([[3, 50, 60]], row_totals=np.array([113.0]))
        assert np.isnan(safe.cells[0]).sum() == 2

    def test_where_no_other_count_can_be_suppressed_the_totals_go(self):
        safe = suppress(
            [[9, 1], [1, 9]], row_totals=np.array([10.0, 10.0]), column_totals=np.array([10.0, 10.0])
        )
        assert np.isnan(safe.cells).all()
        assert np.isnan(safe.row_totals).all()

    def test_zeros_are_suppressed_before_rounding_where_the_policy_forbids_them(self):
        assert np.isnan(round_counts([[0, 30]], policy="abs").cells).tolist() == [[True, False]]

    @pytest.mark.parametrize(
        "wrong", [{"smallest": 0}, {"smallest": 5, "share": 2.0}, {"smallest": 5, "p": 1.0}]
    )
    def test_a_policy_that_means_nothing_is_refused(self, wrong):
        with pytest.raises(UsageError):
            RulePolicy(**wrong)


class TestDifference:
    def test_one_person_less_is_found_and_a_step_of_rounding_is_not(self):
        found = check_difference([[30, 40]], [[31, 40]], policy="ons")
        assert found.cells_with(Reason.DIFFERENCE).tolist() == [[True, False]]
        assert check_difference([[30, 40]], [[30, 60]], policy="ons").status is Status.PASS

    def test_rows_go_together_by_their_labels(self):
        earlier = pa.table({"sex": ["f", "m"], "n": [50, 40]})
        assert (
            check_difference(pl.DataFrame({"sex": ["m", "f"], "n": [40, 50]}), earlier).status is Status.PASS
        )
        assert (
            check_difference(pl.DataFrame({"sex": ["m", "f"], "n": [38, 50]}), earlier).status is Status.FAIL
        )

    def test_a_row_of_few_that_is_gone_is_found(self):
        earlier = pa.table({"sex": ["f", "m", "x"], "n": [50, 40, 3]})
        assert check_difference(earlier.slice(0, 2), earlier).has(Reason.DIFFERENCE)
        assert check_difference(earlier, earlier.slice(0, 2)).has(Reason.DIFFERENCE)

    def test_tables_that_cannot_be_compared_are_refused(self):
        with pytest.raises(UsageError):
            check_difference([[1, 2]], [[1], [2]])
        with pytest.raises(UsageError):
            check_difference(pa.table({"a": [1]}), pa.table({"b": [1]}))


@given(st.integers(20, 3_000), st.data())
def test_a_percentage_of_too_few_is_found_where_no_other_count_fits(total, data):
    count = data.draw(st.integers(1, total - 1))
    shown = round(100 * count / total, 1)
    possible = [each for each in range(total + 1) if abs(100 * each / total - shown) <= 0.05 + 1e-9]
    few = all(1 <= each < 10 or 1 <= total - each < 10 for each in possible)
    one_side = all(1 <= each < 10 for each in possible) or all(1 <= total - each < 10 for each in possible)
    assert check_percentages([shown], total, decimals=1).failed[0] == (few and one_side)
