"""The whole way from SQL to an answer, and what a researcher can learn about one person from several."""

import numpy as np
import pytest

from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.answer_noise import DEFAULT_RULE, Audit, CellNoise
from strongroom.disclosure.answer_noise.overlap_audit import sketch_bits
from strongroom.disclosure.gateway import Protection, QueriedView, ask, cost
from strongroom.disclosure.query.reading import read_query
from strongroom.errors import QueryError

PEOPLE = 6_000
BY_SEX = "SELECT sex, COUNT(*) AS n, AVG(bmi) AS m FROM participants GROUP BY sex ORDER BY sex"
STATISTICS = ["COUNT(*)", "AVG(bmi)", "SUM(age)", "STDDEV(bmi)", "MEDIAN(bmi)", "CORR(bmi, age)"]
RULE = DEFAULT_RULE
PROTECTION = Protection(RULE, CellNoise(b"s" * 32, most=RULE.most_change, variance=RULE.variance))


@pytest.fixture
def known():
    return QueriedView(Audit(RULE.similar), sketch_bits(b"r" * 32, PEOPLE), np.ones(PEOPLE, bool))


def answer(sql, engine, known):
    return ask(read_query(sql, SCHEMA), engine, known, protection=PROTECTION).answer


def one_person(engine):
    """Return a condition that only one person meets."""
    row = engine.connection.execute("SELECT born, centre, age, bmi FROM participants WHERE bmi > 30 LIMIT 1")
    born, centre, age, bmi = row.fetchall()[0]
    return f"(born = '{born}' AND centre = '{centre}' AND age = {age} AND bmi = {bmi})"


def test_an_answer_is_near_the_truth(engine, known):
    rows = answer(
        "SELECT sex, COUNT(*) n, AVG(bmi) m FROM participants GROUP BY sex ORDER BY sex", engine, known
    )
    truth = engine.connection.execute(
        "SELECT sex, count(*), avg(bmi) FROM participants GROUP BY sex ORDER BY sex"
    )
    for shown, true in zip(rows.rows, truth.fetchall(), strict=True):
        assert shown[0] == true[0]
        assert shown[1] == pytest.approx(true[1], abs=33)
        assert shown[2] == pytest.approx(true[2], abs=0.3)


@pytest.mark.parametrize(
    "other",
    [
        "WITH s AS (SELECT * FROM participants WHERE age > 50.0) SELECT COUNT(*) AS n FROM s WHERE sex = 1",
        "SELECT COUNT(*) FILTER (WHERE sex = 1 AND age > 50) AS n FROM participants",
        "SELECT sex, COUNT(*) AS n FROM participants WHERE age > 50 GROUP BY sex ORDER BY sex LIMIT 1",
    ],
)
def test_the_same_group_has_the_same_noise_however_it_is_chosen(engine, known, other):
    first = answer("SELECT COUNT(*) AS n FROM participants WHERE age > 50 AND sex = 1", engine, known)
    assert answer(other, engine, known).rows[0][-1] == first.rows[0][0]


def test_the_same_people_described_otherwise_do_not_show_that_they_are_the_same(engine, known):
    """Were noise the same for the same people, equal answers would tell that nobody more is among them."""
    ages = range(41, 66)
    pairs = [
        [
            answer(f"SELECT COUNT(*) AS n FROM participants WHERE {of}", engine, known).rows
            for of in (f"age > {age}", f"age > {age} AND bmi < 1000 + {age} OR age > {age} AND bmi IS NULL")
        ]
        for age in ages
    ]
    assert any(one != other for one, other in pairs)


@pytest.mark.parametrize("asked", STATISTICS)
def test_leaving_one_person_out_is_noticed_and_has_noise_of_its_own(engine, known, asked):
    target = one_person(engine)
    base = f"SELECT {asked} AS x FROM participants WHERE age > 45"
    near = [
        ask(read_query(sql, SCHEMA), engine, known, protection=PROTECTION).near
        for sql in (base, f"{base} AND ({target} IS NOT TRUE)", base)
    ]
    assert near == [0, 1, 0]


def test_leaving_one_person_out_of_everyone_is_noticed(engine, known):
    others = f"SELECT COUNT(*) AS n FROM participants WHERE {one_person(engine)} IS NOT TRUE"
    assert ask(read_query(others, SCHEMA), engine, known, protection=PROTECTION).near == 1


def test_a_condition_on_a_count_is_audited_too(engine, known):
    target = one_person(engine)
    answer("SELECT COUNT(*) AS n FROM participants WHERE smoker OR age > 50", engine, known)
    condition = f"(smoker OR age > 50) AND {target} IS NOT TRUE"
    counted = f"SELECT COUNT(*) FILTER (WHERE {condition}) AS n FROM participants"
    assert ask(read_query(counted, SCHEMA), engine, known, protection=PROTECTION).near == 1


def test_whether_a_group_is_hidden_or_near_is_not_told(engine, known):
    target = one_person(engine)
    told = [
        answer(
            f"SELECT CASE WHEN {who} THEN 1 ELSE 0 END AS k, COUNT(*) AS n FROM participants GROUP BY k",
            engine,
            known,
        )
        for who in ("age > 200", target)
    ]
    assert (told[0].notes, told[0].hidden, len(told[0].rows)) == (told[1].notes, told[1].hidden, 1)


def test_a_group_too_few_for_the_greatest_number_of_groups_does_not_count(engine, known):
    rows = answer(
        "SELECT FLOOR(born - DATE '1940-01-01'), COUNT(*) FROM participants GROUP BY 1", engine, known
    )
    assert rows.rows == ()


@pytest.mark.parametrize(
    ("sql", "sets"),
    [
        ("SELECT COUNT(*) FROM participants", 1),
        ("SELECT sex, COUNT(*), AVG(bmi) FROM participants GROUP BY sex", 3),
        (
            "SELECT sex, COUNT(*), AVG(bmi), SUM(-bmi), STDDEV(bmi * 10) FROM participants GROUP BY 1",
            4,
        ),
        ("SELECT CORR(bmi, age), REGR_SLOPE(bmi, age) FROM participants", 7),
        ("SELECT AVG(bmi) AS a, AVG(SQRT(bmi)) AS b, MEDIAN(bmi) FROM participants", 6),
        ("SELECT COUNT(*) FILTER (WHERE age > 50), COUNT(bmi) FROM participants", 3),
        ("SELECT code, COUNT(*) FROM hospital GROUP BY code", 3),
    ],
)
def test_a_question_costs_as_many_sets_as_it_asks_about(sql, sets):
    assert cost(read_query(sql, SCHEMA)) == sets


def test_groups_of_few_are_left_out_with_their_names(engine, known):
    rows = answer("SELECT bmi, COUNT(*) FROM participants GROUP BY bmi", engine, known)
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
        "AVG(EXP(bmi))",
        "SUM(1)",
        "AVG((SELECT COUNT(*) FROM hospital))",
    ],
)
def test_a_mean_of_what_could_single_somebody_out_needs_a_budget(engine, known, measure):
    with pytest.raises(QueryError, match="budget"):
        answer(f"SELECT {measure} AS x FROM participants", engine, known)


def test_scale_does_not_give_a_second_change(engine, known):
    """Were -bmi changed as bmi is, the mean of both would be without any change."""
    sql = "SELECT AVG(bmi) AS a, AVG(bmi * 10) AS b, AVG(-bmi) AS c, AVG(2 - bmi / 4) AS d FROM participants"
    rows = answer(sql, engine, known).rows[0]
    assert rows[1] == pytest.approx(rows[0] * 10, abs=0.05)
    assert rows[2] == pytest.approx(-rows[0], abs=1e-9)
    assert rows[3] == pytest.approx(2 - rows[0] / 4, abs=0.005)


def test_what_bends_a_value_has_a_change_of_its_own(engine, known):
    """Two means with one change, of a column and of its root, could be solved for both."""
    sets = [
        f"SELECT AVG(bmi) AS a, AVG(SQRT(bmi)) AS b FROM participants WHERE age > {age}"
        for age in range(41, 66)
    ]
    sums = []
    for sql in sets:
        (plain, root), (true, bent) = (
            answer(sql, engine, known).rows[0],
            engine.connection.execute(sql).fetchall()[0],
        )
        sums.append(((plain - true), (root - bent)))
    assert abs(np.corrcoef(np.array(sums).T)[0, 1]) < 0.8


@pytest.mark.parametrize("measure", ["AVG(bmi)", "SUM(bmi)", "STDDEV(bmi)", "MEDIAN(bmi)", "CORR(bmi, age)"])
def test_how_far_out_one_person_is_makes_no_difference(changeable, known, measure):
    """Neither to the number, nor to its digits, nor to whether it is shown."""
    sql = f"SELECT {measure} AS x FROM participants WHERE age > 45"
    person = changeable.connection.execute("SELECT max(person) FROM participants WHERE age > 45 AND bmi > 45")
    (who,) = person.fetchall()[0]
    told = []
    for bmi in (60.0, 1e9):
        changeable.connection.execute(f"UPDATE participants SET bmi = {bmi} WHERE person = {who}")
        told.append(answer(sql, changeable, known).rows)
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
def test_statistics_of_many_people_are_near_the_truth(engine, known, sql, true, off):
    (told,) = answer(sql, engine, known).rows[0]
    true = true.replace("people", "participants")
    assert told == pytest.approx(engine.connection.execute(true).fetchall()[0][0], abs=off)


def test_a_quantile_of_dates_is_a_month(engine, known):
    (told,) = answer("SELECT MEDIAN(born) FROM participants", engine, known).rows[0]
    true = engine.connection.execute("SELECT median(born)::DATE FROM participants").fetchall()[0][0]
    assert told.day == 1
    assert abs((told - true).days) < 150


def test_of_rare_values_the_share_is_shown(changeable, known):
    """Bounds of the commonest values alone would hold all of them at nothing."""
    changeable.connection.execute("UPDATE participants SET sex = CASE WHEN person % 50 = 0 THEN 1 ELSE 0 END")
    told = answer("SELECT AVG(sex) AS x FROM participants", changeable, known).rows[0][0]
    assert told == pytest.approx(0.02, abs=0.008)


def test_an_answer_can_be_written_and_read(engine, known):
    sql = "SELECT sex, COUNT(*) AS n FROM participants GROUP BY sex ORDER BY n DESC LIMIT 1"
    given = answer(sql, engine, known)
    assert given.to_csv().splitlines()[0] == "sex,n"
    assert len(given.rows) == 1
    assert given.to_arrow().to_pydict()["n"] == [given.rows[0][1]]
    assert b"rounded" in given.to_arrow().schema.metadata[b"notes"]
    assert given.to_json()["rows"] == [list(given.rows[0])]


def test_nobody_is_no_answer(engine, known):
    nobody = answer("SELECT COUNT(*) AS n, AVG(bmi) AS m FROM participants WHERE age > 200", engine, known)
    assert nobody.rows == ((None, None),)
    assert nobody.hidden
