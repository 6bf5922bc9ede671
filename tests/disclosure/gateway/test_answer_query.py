"""The whole way from SQL to an answer, and what a researcher can learn about one person from several."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.answer_noise import DEFAULT_RULE, Audit, CellNoise
from strongroom.disclosure.gateway import (
    ColumnReader,
    EngineError,
    Gateway,
    Noise,
    Protection,
    QueriedView,
    ask,
)
from strongroom.disclosure.query.reading import read_statement
from strongroom.errors import QueryError

PEOPLE = 6_000
BY_SEX = "SELECT sex, COUNT(*) AS n, AVG(bmi) AS m FROM participants GROUP BY sex ORDER BY sex"
RULE = replace(DEFAULT_RULE, noise=8.0)
PROTECTION = Protection(RULE, CellNoise(b"s" * 32))


def asked(sql, engine, rule=RULE, groups_each=5):
    statement, view = read_statement(sql, SCHEMA), QueriedView(np.ones(PEOPLE, bool))
    protection = Protection(rule, PROTECTION.noise)
    reader = ColumnReader(SCHEMA, engine, view, protection)
    bounds = reader.bounds_for(statement.queries)
    return ask(statement, Gateway(engine, view, protection, bounds, Noise(rule.noise, groups_each)))


def test_what_is_recorded_runs_but_lacks_the_secret_that_chooses_a_persons_groups(engine):
    sql = "SELECT code, COUNT(*) AS n FROM hospital GROUP BY code"
    statement, view = read_statement(sql, SCHEMA), QueriedView(np.ones(PEOPLE, bool))
    protection = replace(PROTECTION, salt="5ec2e7")
    recording = _Recording(engine)
    recorded = ask(statement, Gateway(recording, view, protection, {}, Noise(RULE.noise, 1))).statement
    assert "5ec2e7" in recording.statements[0]
    assert "5ec2e7" not in recorded
    assert engine.run(recorded).num_rows == 3


def answer(sql, engine):
    return asked(sql, engine).answer


def one_person(engine):
    """Return a condition that only one person meets."""
    row = engine.connection.execute("SELECT born, centre, age, bmi FROM participants WHERE bmi > 30 LIMIT 1")
    born, centre, age, bmi = row.fetchall()[0]
    return f"(born = '{born}' AND centre = '{centre}' AND age = {age} AND bmi = {bmi})"


def test_an_answer_is_near_the_truth(engine):
    rows = answer("SELECT sex, COUNT(*) n, AVG(bmi) m FROM participants GROUP BY sex ORDER BY sex", engine)
    truth = engine.connection.execute(
        "SELECT sex, count(*), avg(bmi) FROM participants GROUP BY sex ORDER BY sex"
    )
    for shown, true in zip(rows.rows, truth.fetchall(), strict=True):
        assert shown[0] == true[0]
        assert shown[1] == pytest.approx(true[1], abs=35)
        assert shown[2] == pytest.approx(true[2], abs=0.3)


@pytest.mark.parametrize(
    "other",
    [
        "WITH s AS (SELECT * FROM participants WHERE age > 50.0) SELECT COUNT(*) AS n FROM s WHERE sex = 1",
        "SELECT COUNT(*) FILTER (WHERE sex = 1 AND age > 50) AS n FROM participants",
        "SELECT sex, COUNT(*) AS n FROM participants WHERE age > 50 GROUP BY sex ORDER BY sex LIMIT 1",
    ],
)
def test_the_same_group_has_the_same_noise_however_it_is_chosen(engine, other):
    first = answer("SELECT COUNT(*) AS n FROM participants WHERE age > 50 AND sex = 1", engine)
    assert answer(other, engine).rows[0][-1] == first.rows[0][0]


def test_the_same_people_described_otherwise_do_not_show_that_they_are_the_same(engine):
    """Were noise the same for the same people, equal answers would tell that nobody more is among them."""
    ages = range(41, 66)
    pairs = [
        [
            answer(f"SELECT COUNT(*) AS n FROM participants WHERE {of}", engine).rows
            for of in (f"age > {age}", f"age > {age} AND bmi < 1000 + {age} OR age > {age} AND bmi IS NULL")
        ]
        for age in ages
    ]
    assert any(one != other for one, other in pairs)


def near(engine, *sqls):
    """Return how many groups of each query nearly equal those of an earlier one, or everyone."""
    everyone = asked("SELECT COUNT(*) AS n FROM participants", engine).sketches
    audit = Audit(RULE.similar, everyone)
    return [audit.add(asked(sql, engine).sketches) for sql in sqls]


def test_leaving_one_person_out_is_noticed(engine):
    base = "SELECT AVG(bmi) AS x FROM participants WHERE age > 45"
    assert near(engine, base, f"{base} AND ({one_person(engine)} IS NOT TRUE)", base) == [0, 1, 0]


def test_leaving_one_person_out_of_everyone_is_noticed(engine):
    assert near(engine, f"SELECT COUNT(*) AS n FROM participants WHERE {one_person(engine)} IS NOT TRUE") == [
        1
    ]


def test_a_condition_on_a_count_is_audited_too(engine):
    condition = f"(smoker OR age > 50) AND {one_person(engine)} IS NOT TRUE"
    counted = f"SELECT COUNT(*) FILTER (WHERE {condition}) AS n FROM participants"
    base = "SELECT COUNT(*) AS n FROM participants WHERE smoker OR age > 50"
    assert near(engine, base, counted) == [0, 1]


def test_distinct_values_are_those_of_enough_people(engine):
    sql = "SELECT sex, COUNT(DISTINCT {}) AS c FROM participants GROUP BY sex ORDER BY sex"
    assert [row[1] for row in answer(sql.format("centre"), engine).rows] == [3, 3]
    # Almost every one of 400 values of BMI is of fewer people than may be shown.
    shown = [row[1] for row in answer(sql.format("bmi"), engine).rows]
    assert max(shown) < 40


def test_a_figure_of_a_number_without_noise_has_the_noise_of_the_others(engine):
    """A distinct count has none of its own: whether a value counts depends on its noisy count of people."""
    sql = "SELECT COUNT(DISTINCT centre) AS c, COUNT(*) AS n, COUNT(*) / COUNT(DISTINCT centre) AS each"
    found = answer(f"{sql} FROM participants", engine)
    ((distinct, people, each),), ((none, noise, of_each),) = found.rows, found.noise
    assert (distinct, none) == (3, None)
    assert each == pytest.approx(people / 3, abs=1)
    assert of_each == pytest.approx(noise / 3, abs=0.1)


def test_no_value_of_a_group_that_is_not_shown_counts(engine):
    """Its values come with those of other groups, and its key is none of theirs."""
    shown = "FLOOR(bmi / 5) AS b, COUNT(DISTINCT centre) AS c, MEDIAN(age) AS m"
    sql = f"SELECT {shown} FROM participants GROUP BY b"
    rows = answer(sql, engine).rows
    groups = engine.connection.execute("SELECT count(DISTINCT floor(bmi / 5)) FROM participants").fetchall()
    assert 3 < len(rows) < groups[0][0]
    assert all(row[1] in {0, 1, 2, 3} for row in rows)


def test_a_group_without_a_value_has_no_distinct_values(engine):
    sql = "SELECT COUNT(*) AS n, COUNT(DISTINCT CASE WHEN age > 200 THEN centre END) AS c FROM participants"
    assert answer(sql, engine).rows[0][1] == 0


def test_what_is_computed_from_a_column_without_a_value_is_missing(changeable):
    changeable.connection.execute("UPDATE participants SET bmi = NULL")
    ((people, mean, middle),) = answer(
        "SELECT COUNT(*) AS n, AVG(bmi) AS m, MEDIAN(bmi) AS q FROM participants", changeable
    ).rows
    assert people == pytest.approx(PEOPLE, abs=35)
    assert (mean, middle) == (None, None)


def test_the_last_dates_of_a_persons_events_have_a_median(engine):
    ((found,),) = answer("SELECT MEDIAN(date) AS d FROM hospital", engine).rows
    last = "SELECT max(date) - DATE '1970-01-01' AS d FROM hospital GROUP BY person"
    true = engine.connection.execute(f"SELECT median(d) FROM ({last})").fetchall()[0][0]
    assert (found - dt.date(1970, 1, 1)).days == pytest.approx(true, abs=250)


def test_whether_a_group_is_hidden_or_near_is_not_told(engine):
    target = one_person(engine)
    told = [
        answer(
            f"SELECT CASE WHEN {who} THEN 1 ELSE 0 END AS k, COUNT(*) AS n FROM participants GROUP BY k",
            engine,
        )
        for who in ("age > 200", target)
    ]
    assert (told[0].notes, told[0].hidden, len(told[0].rows)) == (told[1].notes, told[1].hidden, 1)


def test_a_group_too_few_for_the_greatest_number_of_groups_does_not_count(engine):
    rows = answer("SELECT FLOOR(born - DATE '1940-01-01'), COUNT(*) FROM participants GROUP BY 1", engine)
    assert rows.rows == ()


def test_groups_of_few_are_left_out_with_their_names(engine):
    rows = answer("SELECT bmi, COUNT(*) FROM participants GROUP BY bmi", engine)
    assert rows.hidden
    counts = engine.connection.execute("SELECT bmi, count(*) FROM participants GROUP BY bmi").fetchall()
    large = {value for value, people in counts if people >= RULE.smallest}
    assert {row[0] for row in rows.rows} <= large


@pytest.mark.parametrize(
    "measure",
    [
        "AVG(CASE WHEN age = 50 THEN bmi ELSE 0 END)",
        "SUM(bmi * age)",
        "AVG(bmi) FILTER (WHERE age = 50)",
        "AVG(bmi - age)",
        "AVG(CASE WHEN smoker THEN 1 ELSE 0 END)",
        "AVG((SELECT COUNT(*) FROM hospital))",
    ],
)
def test_a_mean_of_an_expression_lies_within_its_noise(engine, measure):
    given = answer(f"SELECT {measure} AS x FROM participants", engine)
    sql = f"SELECT {measure} AS x FROM participants"
    if "hospital" in measure:
        sql = "SELECT (SELECT count(*) FROM hospital) / (SELECT count(*) FROM participants)"
    true = engine.connection.execute(sql).fetchall()[0][0]
    # Clamping moves a mean too, by less than the noise of small groups.
    assert given.rows[0][0] == pytest.approx(true, abs=6 * given.noise[0][0] + 0.02 * abs(true))


def test_one_persons_expression_cannot_reach_beyond_the_columns_of_everybody(engine):
    """Its bounds come from the columns of the view, so what a query makes of one person moves nothing."""
    person = engine.connection.execute("SELECT max(person) FROM participants").fetchall()[0][0]
    large = f"CASE WHEN {one_person(engine)} THEN bmi * 1000 ELSE bmi END"
    assert person
    sql = f"SELECT AVG({large}) AS x FROM participants"
    plain = "SELECT AVG(CASE WHEN age > 200 THEN bmi * 1000 ELSE bmi END) AS x FROM participants"
    told = [answer(each, engine) for each in (sql, plain)]
    # Values up to 1,000 times a BMI are possible in both, so the noise hides such a value in both.
    assert told[0].noise[0][0] == pytest.approx(told[1].noise[0][0], rel=0.5)
    assert told[0].noise[0][0] > 20


def test_a_mean_of_what_has_no_bounds_is_refused(engine):
    for measure in ("AVG(1 / (bmi - 27))", "AVG(LN(bmi - 27))", "AVG(EXP(EXP(bmi)))"):
        with pytest.raises(QueryError, match="bounds"):
            answer(f"SELECT {measure} AS x FROM participants", engine)


def test_what_bends_a_value_has_a_change_of_its_own(engine):
    """Two means with one change, of a column and of its root, could be solved for both."""
    sets = [
        f"SELECT AVG(bmi) AS a, AVG(SQRT(bmi)) AS b FROM participants WHERE age > {age}"
        for age in range(41, 66)
    ]
    sums = []
    for sql in sets:
        (plain, root), (true, bent) = (
            answer(sql, engine).rows[0],
            engine.connection.execute(sql).fetchall()[0],
        )
        sums.append(((plain - true), (root - bent)))
    assert abs(np.corrcoef(np.array(sums).T)[0, 1]) < 0.8


@pytest.mark.parametrize("measure", ["AVG(bmi)", "SUM(bmi)", "STDDEV(bmi)", "MEDIAN(bmi)", "CORR(bmi, age)"])
def test_how_far_out_one_person_is_makes_no_difference(changeable, measure):
    """Neither to the number, nor to its digits, nor to whether it is shown."""
    sql = f"SELECT {measure} AS x FROM participants WHERE age > 45"
    person = changeable.connection.execute("SELECT max(person) FROM participants WHERE age > 45 AND bmi > 45")
    (who,) = person.fetchall()[0]
    told = []
    for bmi in (60.0, 1e9):
        changeable.connection.execute(f"UPDATE participants SET bmi = {bmi} WHERE person = {who}")
        told.append(answer(sql, changeable).rows)
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("sql", "true", "off"),
    [
        ("SELECT MEDIAN(bmi) FROM participants", "SELECT median(bmi) FROM people", 0.3),
        ("SELECT MEDIAN(-bmi) FROM participants", "SELECT median(-bmi) FROM participants", 0.2),
        (
            "SELECT QUANTILE_CONT(bmi, 0.9) FROM participants",
            "SELECT quantile_cont(bmi, 0.9) FROM participants",
            0.5,
        ),
        ("SELECT STDDEV(bmi) FROM participants", "SELECT stddev(bmi) FROM participants", 0.3),
        ("SELECT CORR(bmi, -bmi) FROM participants", "SELECT -1", 0.1),
        ("SELECT REGR_SLOPE(bmi * 2, bmi) FROM participants", "SELECT 2", 0.1),
        ("SELECT REGR_INTERCEPT(bmi * 2 + 1, bmi) FROM participants", "SELECT 1", 2),
        ("SELECT AVG(YEAR(born)) FROM participants", "SELECT avg(year(born)) FROM participants", 0.05),
    ],
)
def test_statistics_of_many_people_are_near_the_truth(engine, sql, true, off):
    (told,) = answer(sql, engine).rows[0]
    true = true.replace("people", "participants")
    assert told == pytest.approx(engine.connection.execute(true).fetchall()[0][0], abs=off)


def test_a_quantile_of_dates_is_a_month(engine):
    (told,) = answer("SELECT MEDIAN(born) FROM participants", engine).rows[0]
    true = engine.connection.execute("SELECT median(born)::DATE FROM participants").fetchall()[0][0]
    assert told.day == 1
    assert abs((told - true).days) < 150


def test_of_rare_values_the_share_is_shown(changeable):
    """Bounds of the commonest values alone would hold all of them at nothing."""
    changeable.connection.execute("UPDATE participants SET sex = CASE WHEN person % 50 = 0 THEN 1 ELSE 0 END")
    told = answer("SELECT AVG(sex) AS x FROM participants", changeable).rows[0][0]
    assert told == pytest.approx(0.02, abs=0.008)


def test_an_answer_can_be_written_and_read(engine):
    sql = "SELECT sex, COUNT(*) AS n FROM participants GROUP BY sex ORDER BY n DESC LIMIT 1"
    given = answer(sql, engine)
    assert given.to_csv().splitlines()[0] == "sex,n,n_noise"
    assert len(given.rows) == 1
    assert given.to_arrow().to_pydict()["n"] == [given.rows[0][1]]
    assert given.to_arrow().to_pydict()["n_noise"] == [given.noise[0][1]]
    assert given.to_arrow(noise=False).column_names == ["sex", "n"]
    assert b"noise" in given.to_arrow().schema.metadata[b"notes"]
    assert given.to_json()["rows"] == [list(given.rows[0])]


def test_nobody_is_no_answer(engine):
    nobody = answer("SELECT COUNT(*) AS n, AVG(bmi) AS m FROM participants WHERE age > 200", engine)
    assert nobody.rows == ((None, None),)
    assert nobody.hidden


class _Recording:
    """An engine that remembers its statements."""

    def __init__(self, engine):
        self.engine, self.statements = engine, []

    def run(self, sql):
        self.statements.append(sql)
        return self.engine.run(sql)


class _Failing:
    """An engine that answers so many statements, and then fails."""

    def __init__(self, engine, after):
        self.engine, self.after = engine, after

    def run(self, sql):
        if self.after == 0:
            raise EngineError
        self.after -= 1
        return self.engine.run(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT COUNT(*) AS n, MEDIAN(bmi) AS q, MEDIAN(age) AS a FROM participants",
        "SELECT sex, COUNT(DISTINCT centre) AS c, MEDIAN(bmi) AS q FROM participants GROUP BY sex",
    ],
)
@pytest.mark.parametrize("after", [0, 1])
def test_an_engine_that_fails_has_found_nobody(engine, sql, after):
    statement, view = read_statement(sql, SCHEMA), QueriedView(np.ones(PEOPLE, bool))
    reader = ColumnReader(SCHEMA, engine, view, PROTECTION)
    bounds = reader.bounds_for(statement.queries)
    gateway = Gateway(_Failing(engine, after), view, PROTECTION, bounds, Noise(RULE.noise, 5))
    failed = ask(statement, gateway)
    nobody = asked(sql.replace("participants", "participants WHERE age > 200", 1), engine)
    assert failed.answer == nobody.answer
    assert failed.sketches == ()


def test_quantiles_of_one_column_are_read_in_one_pass(engine):
    """Counts of people and of bins come from one statement, or quartiles would take four times as long."""
    recorder = _Recording(engine)
    sql = "SELECT sex, QUANTILE_CONT(bmi, [0.25, 0.5, 0.75]) AS q FROM participants GROUP BY sex"
    asked(sql, recorder)
    assert sum("GROUP BY" in each and "bmi" in each for each in recorder.statements) == 1
