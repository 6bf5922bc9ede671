"""Grouping sets, unions, HAVING, order and limit: all of them applied to shown numbers."""

import pytest

from disclosure.gateway.test_answer_query import answer

EVERYBODY = "SELECT sex, smoker, COUNT(*) AS n FROM participants"


def test_a_grouping_set_is_the_query_with_its_keys(engine):
    rolled = answer(f"{EVERYBODY} GROUP BY ROLLUP (sex, smoker)", engine).rows
    by_sex = answer("SELECT sex, COUNT(*) AS n FROM participants GROUP BY sex", engine).rows
    both = answer(f"{EVERYBODY} GROUP BY sex, smoker", engine).rows
    whole = answer("SELECT COUNT(*) AS n FROM participants", engine).rows
    expected = {*both, *((sex, None, n) for sex, n in by_sex), *((None, None, n) for (n,) in whole)}
    assert set(rolled) == expected


def test_parts_of_a_union_are_stacked_sorted_and_cut(engine):
    sql = (
        "SELECT 'men' AS who, COUNT(*) AS n FROM participants WHERE sex = 1 UNION ALL "
        "SELECT 'smokers', COUNT(*) FROM participants WHERE smoker ORDER BY n"
    )
    rows = answer(sql, engine).rows
    assert [row[0] for row in rows] == ["smokers", "men"]
    assert answer(f"{sql} DESC LIMIT 1", engine).rows == rows[1:]


def test_having_reads_the_number_that_is_shown(engine):
    rows = answer("SELECT age, COUNT(*) AS n FROM participants GROUP BY age", engine).rows
    least = sorted(row[1] for row in rows)[len(rows) // 2]
    kept = answer(
        f"SELECT age, COUNT(*) AS n FROM participants GROUP BY age HAVING COUNT(*) >= {least}", engine
    ).rows
    assert set(kept) == {row for row in rows if row[1] >= least}


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("AVG(bmi) / COUNT(*) DESC", lambda row: -row[2] / row[1]),
        ("COUNT(*) - AVG(bmi)", lambda row: row[1] - row[2]),
    ],
)
def test_an_answer_can_be_sorted_by_what_it_does_not_show(engine, order, key):
    sql = "SELECT centre, COUNT(*) AS n, AVG(bmi) AS m FROM participants GROUP BY centre"
    given = answer(f"{sql} ORDER BY {order}", engine)
    assert given.columns == ("centre", "n", "m")
    assert [len(row) for row in (*given.rows, *given.noise)] == [3] * 6
    assert list(given.rows) == sorted(given.rows, key=key)
    assert set(given.rows) == set(answer(sql, engine).rows)


def test_hidden_groups_leave_no_row_and_everyone_hidden_leaves_one(engine):
    nobody = "FROM participants WHERE age > 200"
    assert answer(f"SELECT sex, COUNT(*) AS n {nobody} GROUP BY sex", engine).rows == ()
    assert answer(f"SELECT COUNT(*) AS n, 2 * COUNT(*) AS twice {nobody} ORDER BY n", engine).rows == (
        (None, None),
    )
