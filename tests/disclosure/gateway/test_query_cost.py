"""What a query costs: never less than what one person's record can move, and nothing twice."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.gateway import Noise, charge_for, numbers_of
from strongroom.disclosure.gateway.group_names import limits_name
from strongroom.disclosure.query.emitting.sums import SUMS
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import Statistic
from strongroom.errors import QueryError

NOISE = Noise(10.0, 5)
UNIT = NOISE.deviation**-2


def charge(sql, paid=None, noise=NOISE):
    return charge_for(numbers_of(read_statement(sql, SCHEMA), "view", noise), noise, paid or {})


def units(*sqls, noise=NOISE):
    """Return the cost of each query after the earlier ones, in numbers that one person moves by 1."""
    paid, costs = {}, []
    for sql in sqls:
        new = charge(sql, paid, noise)
        costs.append(
            round(sum(new.values()) * noise.deviation**2 - sum(paid.get(n, 0) for n in new) / UNIT, 6)
        )
        paid |= new
    return costs


@pytest.mark.parametrize(
    ("sql", "cost"),
    [
        ("SELECT COUNT(*) FROM participants", 1),
        ("SELECT COUNT(*) FROM participants WHERE sex = 1", 1),
        ("SELECT sex, COUNT(*) FROM participants GROUP BY sex", 2),
        ("SELECT sex, age, centre, COUNT(*) FROM participants GROUP BY ALL", 2),
        # The people of the group, those with a value, and their sum.
        ("SELECT AVG(bmi) FROM participants", 5),
        ("SELECT sex, COUNT(*), AVG(bmi) FROM participants GROUP BY sex", 6),
        ("SELECT sex, AVG(bmi), STDDEV(bmi), VARIANCE(bmi), COUNT(bmi) FROM participants GROUP BY sex", 8),
        ("SELECT sex, CORR(bmi, age), REGR_SLOPE(bmi, age) FROM participants GROUP BY sex", 14),
        ("SELECT MEDIAN(bmi), QUANTILE_CONT(bmi, 0.9) FROM participants", 3),
        ("SELECT COUNT(DISTINCT centre) FROM participants", 3),
        ("SELECT COUNT(*) FILTER (WHERE age > 50), COUNT(bmi) FROM participants", 3),
        # A person's events are in up to five groups, and in five others with another record.
        ("SELECT code, COUNT(*) FROM hospital GROUP BY code", 10),
        ("SELECT sex, COUNT(*) FROM participants JOIN hospital GROUP BY sex", 2),
        ("SELECT sex, smoker, COUNT(*) FROM participants GROUP BY ROLLUP (sex, smoker)", 5),
    ],
)
def test_a_query_costs_what_one_person_can_move(sql, cost):
    assert units(sql) == [cost]


def test_asking_the_same_again_is_free_in_any_words():
    assert units(
        "SELECT sex, COUNT(*) AS n FROM participants WHERE age > 50 GROUP BY sex",
        "SELECT COUNT(*) FILTER (WHERE sex = 1) AS men FROM participants WHERE age > 50",
        "SELECT COUNT(*) AS n FROM participants WHERE sex = 2 AND age > 50.0",
        "WITH old AS (SELECT * FROM participants WHERE age > 50) SELECT sex, COUNT(*) FROM old GROUP BY 1",
    ) == [2, 1, 0, 0]


def test_disjoint_groups_cost_once_however_they_are_asked_for():
    by_centre = [f"SELECT COUNT(*) AS n FROM participants WHERE centre = '{name}'" for name in "abcd"]
    assert units(*by_centre) == [1, 1, 0, 0]
    assert units(*by_centre, "SELECT centre, COUNT(*) FROM participants GROUP BY centre") == [1, 1, 0, 0, 0]


def test_groups_that_overlap_cost_each_time():
    assert (
        units(*(f"SELECT COUNT(*) AS n FROM participants WHERE age > {age}" for age in range(40, 45)))
        == [1] * 5
    )
    # Events of two codes can be one person's.
    codes = [f"SELECT COUNT(*) AS n FROM hospital WHERE code = '{code}'" for code in ("E11", "J45", "I210")]
    assert units(*codes) == [1, 1, 1]


def test_sums_of_other_values_of_the_same_people_cost_what_they_move():
    """One person can move each sum from -1 to 1 and stay in the group, whose count does not change then."""
    known = [f"age > {age}" for age in (10, 20, 30)]
    nested = []
    for one, two, three in permutations(known):
        nested.append(f"CASE WHEN {one} THEN CASE WHEN {two} THEN CASE WHEN {three} THEN bmi END END END")
    assert len(set(nested)) == 6
    asked = ", ".join(f"AVG({each}) AS m{place}" for place, each in enumerate(nested))
    (cost,) = units(f"SELECT {asked} FROM participants")
    assert cost == 1 + 6 * 4
    both = (
        "SELECT AVG(bmi) FILTER (WHERE age IS NOT NULL) AS m FROM participants",
        "SELECT AVG(age) FILTER (WHERE bmi IS NOT NULL) AS m FROM participants",
    )
    assert units(*both, *both) == [5, 4, 0, 0]


def test_less_noise_is_another_number():
    """Else the same number could be had twice with independent noise for the price of one."""
    sql = "SELECT COUNT(*) AS n FROM participants"
    first = charge(sql)
    again = charge(sql, first, Noise(5.0, 5))
    assert sum(again.values()) == pytest.approx(5.0**-2)
    assert first.keys().isdisjoint(again)


def test_more_groups_for_each_person_cost_more():
    sql = "SELECT code, COUNT(*) AS n FROM hospital GROUP BY code"
    assert units(sql, noise=Noise(10.0, 1)) == [2]
    assert units(sql, noise=Noise(10.0, 20)) == [40]


def test_a_band_costs_its_limits_and_its_groups_once():
    tenths = (
        "WITH ranked AS (SELECT *, NTILE(10) OVER (ORDER BY bmi) AS tenth FROM participants) "
        "SELECT tenth, COUNT(*) AS n FROM ranked GROUP BY tenth"
    )
    assert units(tenths, tenths) == [4, 0]
    # The distribution that a median is read from is the same.
    assert units("SELECT MEDIAN(bmi) FROM participants", tenths) == [3, 2]


def test_bands_of_bands_and_of_events_are_refused():
    events = (
        "WITH ranked AS (SELECT *, NTILE(4) OVER (ORDER BY level) AS q FROM participants JOIN hospital) "
        "SELECT q, COUNT(*) AS n FROM ranked GROUP BY q"
    )
    twice = (
        "WITH a AS (SELECT *, NTILE(4) OVER (ORDER BY bmi) AS q FROM participants), "
        "b AS (SELECT *, NTILE(2) OVER (ORDER BY q) AS h FROM a) SELECT h, COUNT(*) FROM b GROUP BY h"
    )
    for sql in (events, twice):
        with pytest.raises(QueryError):
            charge(sql)


PAIR = (Statistic.CORRELATION, Statistic.MEAN, Statistic.VARIANCE)
VALUE = st.floats(-1, 1)


def vector(statistic, values):
    """Return what one person adds to the sums of a statistic, whose values lie between -1 and 1."""
    if values is None:
        return np.zeros(len(SUMS[statistic]))
    x, y = values
    terms = {"n": 1, "x": x, "y": y, "xx": 2 * x * x - 1, "yy": 2 * y * y - 1, "xy": x * y}
    return np.array([terms[name] for name in SUMS[statistic]])


@pytest.mark.parametrize("statistic", PAIR)
@given(
    before=st.tuples(VALUE, VALUE) | st.none(),
    after=st.tuples(VALUE, VALUE) | st.none(),
    same=st.booleans(),
)
def test_no_record_that_changes_moves_sums_by_more_than_is_paid(statistic, before, after, same):
    """In one group the difference counts, from one group to another both; each number is paid with 2."""
    one, other = vector(statistic, before), vector(statistic, after)
    moved = np.sum((one - other) ** 2) if same else np.sum(one**2) + np.sum(other**2)
    assert moved <= 2 * len(SUMS[statistic]) + 1e-9


def test_the_worst_changes_are_searched_on_a_grid_too():
    grid = np.linspace(-1, 1, 21)
    x, y = (each.ravel() for each in np.meshgrid(grid, grid))
    points = np.stack([np.ones_like(x), x, y, 2 * x * x - 1, 2 * y * y - 1, x * y], axis=1)
    for columns in ((0, 1), (0, 1, 3), tuple(range(6))):
        mine = points[:, columns]
        apart = np.max(np.sum((mine[:, None, :] - mine[None, :, :]) ** 2, axis=2))
        assert apart <= 2 * len(columns)


def test_groups_cut_in_different_ways_share_neither_noise_nor_price():
    """A person's five groups depend on the whole query; with one noise, differences would be exact."""
    by_code = "SELECT code, COUNT(*) AS n FROM hospital GROUP BY code"
    narrowed = "SELECT code, COUNT(*) AS n FROM hospital WHERE code = 'E11' GROUP BY code"
    by_sex = "SELECT code, sex, COUNT(*) AS n FROM participants JOIN hospital GROUP BY code, sex"
    assert units(by_code, narrowed, by_sex, by_code) == [10, 10, 10, 0]
    queries = [read_statement(sql, SCHEMA).queries[0] for sql in (by_code, narrowed, by_sex)]
    assert len({limits_name(query, 5) for query in queries}) == 3
    assert limits_name(queries[0], 5) != limits_name(queries[0], 6)


def test_rows_cut_in_different_ways_share_neither_noise_nor_price():
    """Conditions in WHERE are applied before a person's rows are limited, those of FILTER after it."""
    joined = "FROM participants p JOIN hospital a ON a.level > 1 JOIN hospital b ON b.date > a.date"
    where = f"SELECT COUNT(*) AS n {joined} WHERE a.code = 'E11'"
    filtered = f"SELECT COUNT(*) FILTER (WHERE a.code = 'E11') AS n {joined}"
    assert units(where, filtered) == [1, 2]
    assert limits_name(read_statement("SELECT COUNT(*) FROM hospital", SCHEMA).queries[0], 5) == ""


@pytest.mark.parametrize("measure", ["SUM(level)", "COUNT(DISTINCT code)"])
def test_what_adds_up_or_lists_a_persons_events_is_refused(measure):
    with pytest.raises(QueryError, match="events"):
        charge(f"SELECT {measure} AS x FROM hospital")
