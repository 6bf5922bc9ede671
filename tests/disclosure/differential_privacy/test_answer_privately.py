"""Private answers: near the truth, and no statement depends on one person more than it says."""

import sys
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.differential_privacy import Charge, ask_privately, laplace_noise, plan_privately
from strongroom.disclosure.differential_privacy.bounded_statements import sums_statement
from strongroom.disclosure.differential_privacy.laplace_noise import threshold, with_noise
from strongroom.disclosure.gateway import EngineError
from strongroom.disclosure.query.emitting import DUCKDB
from strongroom.disclosure.query.emitting.sums import UNIT
from strongroom.disclosure.query.reading import read_statement
from strongroom.errors import QueryError, UsageError

BMI = "greatest(least(bmi, 60), 10)"
DOMAINS = {("participants", "sex"): (1, 2), ("participants", "centre"): ("a", "b", "c")}


def plan(sql, epsilon=1.0, **more):
    return plan_privately(read_statement(sql, SCHEMA), DOMAINS, epsilon=epsilon, **more)


def test_answers_are_near_the_truth_and_say_by_how_much_they_are_off(engine):
    sql = (
        f"SELECT sex, COUNT(*) AS n, AVG({BMI}) AS m, STDDEV({BMI}) AS s, MEDIAN({BMI}) AS q "
        "FROM participants GROUP BY sex"
    )
    answer = ask_privately(plan(sql, epsilon=20.0), engine)
    assert answer.columns == ("sex", "n", "m", "s", "q")
    truth = engine.connection.execute(
        "SELECT sex, count(*), avg(bmi), stddev(bmi), median(bmi) FROM participants GROUP BY sex ORDER BY sex"
    ).fetchall()
    by_sex = {row[0]: (row, noise) for row, noise in zip(answer.rows, answer.noise, strict=True)}
    # Laplace noise is beyond 12 standard deviations once in 10^7 draws.
    for sex, people, mean, spread, middle in truth:
        row, noise = by_sex[sex]
        assert row[1] == pytest.approx(people, abs=12 * noise[1] + 1)
        assert row[2] == pytest.approx(mean, abs=12 * noise[2] + 0.05)
        assert row[3] == pytest.approx(spread, abs=12 * noise[3] + 0.1)
        assert row[4] == pytest.approx(middle, abs=1)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("smoker", [False, True, None]),
        ("CASE WHEN age > 50 THEN 'old' ELSE 'young' END", ["old", "young"]),
        ("CASE WHEN age > 50 THEN centre ELSE 'young' END", ["a", "b", "c", None, "young"]),
        ("CASE WHEN age > 50 THEN born END", None),
        ("CASE WHEN age > 50 THEN FLOOR(age) ELSE 1 END", None),
    ],
)
def test_the_groups_of_listed_values_are_public(key, values):
    """They are shown with noise also where nobody is in them, so who is in them does not decide."""
    public = plan(f"SELECT {key} AS k, COUNT(*) AS n FROM participants GROUP BY k").public
    assert public == (values and tuple((value,) for value in values))


def test_too_many_combinations_of_listed_values_are_not_public():
    keys = "sex AS s, centre AS c, age + 0 AS a"
    listed = {**DOMAINS, ("participants", "age"): tuple(range(1_000))}
    statement = read_statement(
        f"SELECT {keys.replace(' + 0', '')}, COUNT(*) AS n FROM participants GROUP BY ALL", SCHEMA
    )
    assert plan_privately(statement, listed, epsilon=1.0).public is None


@pytest.mark.parametrize("delta", [-0.1, 1.0])
def test_a_delta_is_a_probability_below_one(delta):
    with pytest.raises(UsageError, match="delta"):
        Charge(1.0, delta)


def test_noise_that_would_spend_more_than_epsilon_is_refused(monkeypatch):
    """Should a release of OpenDP account otherwise than this one."""
    dp = laplace_noise._opendp()
    wrong = SimpleNamespace(make_laplace=lambda *space, scale: dp.m.make_laplace(*space, scale=0.999 * scale))
    monkeypatch.setattr(
        laplace_noise,
        "_opendp",
        lambda: SimpleNamespace(
            vector_domain=dp.vector_domain, atom_domain=dp.atom_domain, l1_distance=dp.l1_distance, m=wrong
        ),
    )
    with pytest.raises(UsageError, match="cannot be guaranteed"):
        with_noise(np.array([1]), sensitivity=1, epsilon=1.0)


def test_a_union_cannot_be_planned():
    with pytest.raises(QueryError, match="UNION ALL"):
        plan("SELECT COUNT(*) AS n FROM participants UNION ALL SELECT COUNT(*) AS n FROM participants")


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    with pytest.raises(UsageError, match="privacy") as refused:
        with_noise(np.array([1]), sensitivity=1, epsilon=1.0)
    assert "strongroom[privacy]" in str(refused.value.hint)


class _Failing:
    def run(self, sql):
        raise EngineError


def test_an_engine_that_fails_has_found_nobody(engine):
    """Otherwise an error that one person's row causes would tell that row, almost for nothing."""
    sql = f"SELECT centre, COUNT(*) AS n, MEDIAN({BMI}) AS q FROM participants GROUP BY centre"
    failed = ask_privately(plan(sql), _Failing())
    assert [row[0] for row in failed.rows] == ["a", "b", "c", None]
    assert all(abs(row[1]) < 200 for row in failed.rows)
    by_code = plan("SELECT code, COUNT(*) AS n FROM hospital GROUP BY code")
    assert ask_privately(by_code, _Failing()).rows == ()


def test_figures_and_having_use_the_numbers_shown(engine):
    sql = (
        "SELECT sex, 100.0 * COUNT(*) FILTER (WHERE smoker) / COUNT(*) AS share FROM participants "
        "GROUP BY sex HAVING COUNT(*) > 100 ORDER BY sex"
    )
    answer = ask_privately(plan(sql, epsilon=20.0), engine)
    assert [row[0] for row in answer.rows] == [1, 2]
    assert all(row[1] == pytest.approx(20, abs=4) for row in answer.rows)
    assert all(noise[1] > 0 for noise in answer.noise)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sex, smoker, COUNT(*) FROM participants GROUP BY ROLLUP (sex, smoker)",
        "SELECT d, COUNT(*) FROM (SELECT *, NTILE(4) OVER (ORDER BY bmi) AS d FROM participants) GROUP BY d",
    ],
)
def test_grouping_sets_and_bands_are_asked_without_epsilon(sql):
    with pytest.raises(QueryError, match="epsilon"):
        plan(sql)


def test_public_groups_are_shown_even_if_nobody_is_in_them(engine):
    nobody = "SELECT centre, COUNT(*) AS n FROM participants WHERE age > 200 GROUP BY centre"
    answer = ask_privately(plan(nobody), engine)
    assert [row[0] for row in answer.rows] == ["a", "b", "c", None]
    assert all(row[1] < 100 for row in answer.rows)


def test_groups_that_are_not_public_need_people(engine):
    many = ask_privately(plan("SELECT code, COUNT(*) AS n FROM hospital GROUP BY code", delta=1e-6), engine)
    assert {row[0] for row in many.rows} == {"I210", "E11", "J45"}
    single = "SELECT born, bmi, age, centre, COUNT(*) AS n FROM participants GROUP BY ALL"
    few = ask_privately(plan(single, delta=1e-11), engine)
    assert few.rows == ()


@pytest.mark.parametrize(
    "measure", ["AVG(bmi)", "SUM(age)", "COUNT(DISTINCT centre)", "MEDIAN(born)", f"CORR(bmi, {BMI})"]
)
def test_a_measure_without_bounds_is_refused(measure):
    with pytest.raises(QueryError):
        plan(f"SELECT {measure} AS x FROM participants")


def test_any_expression_may_be_asked_within_bounds(engine):
    sql = "SELECT AVG(CASE WHEN bmi > 30 AND smoker THEN 1 ELSE 0 END) AS share FROM participants"
    (row,) = ask_privately(plan(sql, epsilon=5.0), engine).rows
    true = engine.connection.execute(
        "SELECT avg(CASE WHEN bmi > 30 AND smoker THEN 1 ELSE 0 END) FROM participants"
    ).fetchall()[0][0]
    assert row[0] == pytest.approx(true, abs=0.02)


SQLS = [
    f"SELECT sex, AVG({BMI}), CORR({BMI}, least(greatest(age, 30), 80)) FROM participants GROUP BY 1",
    "SELECT code, COUNT(*) AS n, AVG(greatest(least(level, 20), 0)) AS m FROM hospital GROUP BY code",
    "SELECT date, code, COUNT(*) AS n, SUM(greatest(least(level, 20), 0)) AS s FROM hospital GROUP BY ALL",
]


@pytest.mark.parametrize("sql", SQLS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(person=st.integers(0, 5_999))
def test_one_person_changes_the_sums_by_no_more_than_is_said(engine, sql, person):
    made = plan(sql)
    statement = sums_statement(made, DUCKDB)
    others = f"FROM (FROM participants WHERE person <> {person}) AS t0"
    assert 'FROM "participants" AS t0' in statement
    without = statement.replace('FROM "participants" AS t0', others)
    whole, less = (_by_group(engine.run(each), made) for each in (statement, without))
    for name in next(iter(whole.values())):
        apart = sum(abs(whole[key][name] - less.get(key, {}).get(name, 0)) for key in whole)
        most = made.groups_each * (1 if name == "people" or name.endswith("_n") else UNIT)
        assert apart <= most


def _by_group(table: pa.Table, made):
    keys = [f"k{place}" for place in range(len(made.query.keys))]
    return {
        tuple(row[key] for key in keys): {name: row[name] or 0 for name in row if name not in keys}
        for row in table.to_pylist()
    }


def test_noise_is_discrete_laplace_of_the_scale_said():
    drawn = with_noise(np.zeros(20_000, np.int64), sensitivity=3, epsilon=0.5)
    scale = 6.0
    ratio = np.exp(-1 / scale)
    values = np.arange(-40, 41)
    chances = (1 - ratio) / (1 + ratio) * ratio ** np.abs(values)
    within = np.abs(drawn) <= 40
    counted = np.array([np.count_nonzero(drawn == value) for value in values])
    assert chisquare(counted, chances / chances.sum() * within.sum()).pvalue > 1e-7


def test_the_threshold_lets_one_person_pass_no_oftener_than_delta():
    least = threshold(1, 1.0, 1e-3)
    drawn = 1 + with_noise(np.zeros(200_000, np.int64), sensitivity=1, epsilon=1.0)
    assert np.mean(drawn >= least) <= 1.3e-3


@pytest.mark.parametrize("epsilon", [0, -1, 0.001, float("inf"), float("nan")])
def test_an_answer_that_costs_nothing_or_everything_cannot_be_asked(epsilon):
    with pytest.raises(UsageError):
        Charge(epsilon)


def test_an_answer_can_be_sorted_by_what_it_does_not_show(engine):
    sql = "SELECT sex, COUNT(*) AS n FROM participants GROUP BY sex ORDER BY COUNT(*) * (1 - 2 * sex)"
    answer = ask_privately(plan(sql, epsilon=20.0), engine)
    assert answer.columns == ("sex", "n")
    # The missing are a group as well.
    assert [row[0] for row in answer.rows if row[0] is not None] == [2, 1]
    assert {len(row) for row in (*answer.rows, *answer.noise)} == {2}
