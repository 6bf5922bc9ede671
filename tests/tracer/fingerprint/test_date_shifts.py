"""All of a person's dates move together: what lies between them, before and after stays as it is."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.cohort import PARTICIPANT
from strongroom.tracer.fingerprint import FingerprintMarker, MarkPlan, MarkRule
from strongroom.tracer.fingerprint.date_shifts import DATES, days_in
from strongroom.tracer.fingerprint.planning.date_columns import date_rule
from strongroom.tracer.fingerprint.rules import DATE

EPOCH = date(1970, 1, 1)
FIRST, LAST = date(2006, 3, 1), date(2012, 9, 30)
BORN = ("year", "month")


def days(day):
    return float((day - EPOCH).days)


def moving(reach, heaps=()):
    low, high = days(FIRST), days(LAST)
    return MarkRule(DATES, step=1.0, amplitude=reach, density=1.0, low=low, high=high, heaps=heaps, form=DATE)


@st.composite
def people(draw):
    """Draw somebody's birthday, the dates that move, of both tables, and one that does not."""
    inside = st.dates(FIRST, LAST)
    birthday = draw(st.dates(date(1937, 1, 1), date(1970, 12, 31)))
    visits = draw(st.lists(inside | st.none(), min_size=2, max_size=2))
    return birthday, visits, draw(st.lists(inside, max_size=4)), draw(inside | st.none())


def shown(drawn, reach, key, birth=BORN):
    """Return the people's tables as a project sees them, before and after."""
    main = pa.table(
        {
            PARTICIPANT: pa.array(range(len(drawn)), pa.uint32()),
            "year": [each[0].year for each in drawn],
            "month": [each[0].month for each in drawn],
            "first": pa.array([each[1][0] for each in drawn], pa.date32()),
            "second": pa.array([each[1][1] for each in drawn], pa.date32()),
            "fixed": pa.array([each[3] for each in drawn], pa.date32()),
        }
    )
    whose = [n for n, each in enumerate(drawn) for _ in each[2]]
    happened = pa.array([day for each in drawn for day in each[2]], pa.date32())
    events = pa.table(
        {
            PARTICIPANT: pa.array(whose, pa.uint32()),
            "code": ["I25"] * len(whose),
            "day": happened.cast(pa.timestamp("ms")),
        }
    )
    rules = {name: moving(reach) for name in ("first", "second", "events.day")}
    rules["fixed"] = MarkRule("fixed", reason="never", form=DATE)
    before = {"participants": main, "events": events}
    plan = MarkPlan(rules, birth=birth)
    mark = FingerprintMarker(
        plan.rules, plan_key=bytes(32), project_key=key, movable=plan.movable(None, before)
    )
    return before, {
        name: mark(name, table.column(PARTICIPANT).to_numpy(), table) for name, table in before.items()
    }


def moved(before, after, number):
    """Return the days by which each of a person's dates moved."""
    found = []
    for name, columns in (("participants", ("first", "second")), ("events", ("day",))):
        mine = before[name].column(PARTICIPANT).to_numpy() == number
        for column in columns:
            by = days_in(after[name].column(column))[mine] - days_in(before[name].column(column))[mine]
            found += by[np.isfinite(by)].tolist()
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(people(), min_size=1, max_size=8), st.integers(1, 14), st.binary(min_size=32, max_size=32))
def test_a_persons_dates_move_together_and_stay_in_order(drawn, reach, key):
    before, after = shown(drawn, reach, key)
    assert all(after[name].schema == before[name].schema for name in before)
    assert after["participants"].column("fixed").equals(before["participants"].column("fixed"))
    for number, (birthday, visits, stays, fixed) in enumerate(drawn):
        by = moved(before, after, number)
        assert len(set(by)) <= 1
        assert set(by) <= {0.0, float(reach), float(-reach)}
        move = timedelta(days=by[0] if by else 0)
        dates = [each for each in [*visits, *stays] if each is not None]
        assert all(FIRST <= each + move <= LAST for each in dates)
        if fixed is not None:
            assert all(np.sign((each + move - fixed).days) == np.sign((each - fixed).days) for each in dates)
        for visit in (each for each in visits if each is not None):
            age = completed(birthday, visit)
            month = [birthday.replace(day=1) + timedelta(days=n) for n in range(31)]
            possible = {completed(day, visit + move) for day in month if day.month == birthday.month}
            assert age in possible


def completed(birthday, day):
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))


@settings(max_examples=30, deadline=None)
@given(st.lists(people(), min_size=1, max_size=8), st.binary(min_size=32, max_size=32))
def test_where_only_the_year_of_birth_is_known_no_date_leaves_its_year(drawn, key):
    before, after = shown(drawn, 7, key, birth=("year",))
    for name in ("first", "second"):
        was, now = (table["participants"].column(name).to_pylist() for table in (before, after))
        assert [each and each.year for each in was] == [each and each.year for each in now]


def test_most_people_move_either_way_and_by_their_own_bit():
    rng = np.random.default_rng(3)
    drawn = [
        (date(1950, 5, 5), [date(2008, 8, 1) + timedelta(days=int(n)), None], [], None)
        for n in rng.integers(0, 300, 400)
    ]
    by = []
    for key in (bytes(range(32)), bytes(range(1, 33))):
        before, after = shown(drawn, 7, key)
        by.append(np.array([moved(before, after, number)[0] for number in range(400)]))
    assert np.mean(by[0] != 0) > 0.85
    assert 0.3 < np.mean(by[0] > 0) < 0.6
    assert 0.2 < np.mean(by[0] != by[1]) < 0.6


def test_without_the_cohorts_dates_nobodys_move():
    rules = {"first": moving(7)}
    mark = FingerprintMarker(rules, plan_key=bytes(32), project_key=bytes(32))
    table = pa.table({"first": pa.array([date(2009, 1, 1)], pa.date32())})
    assert mark("participants", np.array([0], np.uint32), table) is table
    assert not mark.changes("first")


class TestRules:
    def test_special_days_stay_and_are_no_limit(self):
        special = days(date(1900, 1, 1))
        distinct = np.array([special, *(days(FIRST) + np.arange(300))])
        rule = date_rule("d", distinct, np.full(301, 5), 7)
        assert rule.kept == (special,)
        assert (rule.low, rule.amplitude, rule.density) == (days(FIRST), 7.0, 1.0)
        assert rule.markable(distinct).tolist() == [False] + [True] * 300

    def test_a_day_on_which_many_have_theirs_stays(self):
        counts = np.full(300, 5)
        counts[120] = 400
        rule = date_rule("d", days(FIRST) + np.arange(300), counts, 7)
        assert rule.heaps == (days(FIRST) + 120,)
        counts[::30] = 2_000
        assert "mostly a few common days" in date_rule("d", days(FIRST) + np.arange(300), counts, 7).reason

    @pytest.mark.parametrize(("reach", "moves"), [(7, True), (14, True), (3, False)])
    def test_where_nobody_comes_on_sundays_only_whole_weeks_move(self, reach, moves):
        distinct = days(FIRST) + np.arange(700)
        distinct = distinct[distinct % 7 != 3]
        rule = date_rule("d", distinct, np.full(len(distinct), 3), reach)
        assert (rule.density > 0) is moves
        assert moves or "weekdays" in rule.reason

    def test_a_rule_reads_back(self):
        rule = moving(7, (days(LAST),))
        assert MarkRule.from_json(rule.to_json()) == rule
        plan = MarkPlan({"d": rule}, birth=BORN)
        assert MarkPlan.from_json(plan.to_json()) == plan
        assert "birth" not in MarkPlan({"d": rule}).to_json()
