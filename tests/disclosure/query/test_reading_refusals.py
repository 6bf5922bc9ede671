"""What is refused about persons, sub-queries and values, and what a refusal says to write instead."""

import pytest

from disclosure.query.schemas import COHORT
from strongroom.disclosure.query.reading import read_query
from strongroom.disclosure.query.schema import Schema
from strongroom.errors import QueryError

PEOPLE = "SELECT COUNT(*) FROM people"

KEYS = [
    f"{PEOPLE} WHERE eid = 17",
    f"{PEOPLE} WHERE 17 = people.eid",
    f"{PEOPLE} WHERE eid IN (1, 2)",
    f"{PEOPLE} WHERE eid > 100",
    f"{PEOPLE} WHERE eid BETWEEN 1 AND 2",
    f"{PEOPLE} WHERE eid + 0 = 5",
    f"{PEOPLE} WHERE eid % 2 = 0",
    f"{PEOPLE} WHERE eid = age",
    f"{PEOPLE} WHERE eid LIKE '1%'",
    f"{PEOPLE} WHERE CAST(eid AS VARCHAR) = '1'",
    f"{PEOPLE} p JOIN hesin h ON p.eid <> h.eid",
    f"{PEOPLE} p JOIN hesin h ON p.eid < h.eid",
    f"{PEOPLE} p WHERE p.eid IN (SELECT ins FROM hesin)",
    f"{PEOPLE} p WHERE p.age IN (SELECT eid FROM hesin)",
    f"{PEOPLE} p WHERE p.eid IN (SELECT eid, ins FROM hesin)",
    f"{PEOPLE} p WHERE p.eid IN (SELECT MIN(eid) FROM hesin)",
    f"{PEOPLE} p WHERE p.eid = (SELECT MAX(eid) FROM hesin)",
    "SELECT eid, COUNT(*) FROM people GROUP BY eid",
    "SELECT COUNT(*) FROM hesin GROUP BY eid",
    "SELECT AVG(eid) FROM people",
    "SELECT SUM(CASE WHEN eid = 3 THEN age ELSE 0 END) FROM people",
    "SELECT MAX(eid) FROM people",
    "SELECT MEDIAN(eid) FROM people",
    "SELECT COUNT(DISTINCT eid % 10) FROM people",
    "SELECT NTILE(5) OVER (ORDER BY eid) AS q, COUNT(*) FROM people GROUP BY q",
    "SELECT COUNT(*) FROM (SELECT eid + 1 AS x FROM people) WHERE x = 18",
    "SELECT CASE WHEN sex = 1 THEN eid END AS x, COUNT(*) FROM people GROUP BY x",
    "SELECT COUNT(*) FROM people GROUP BY sex HAVING eid = 1",
    "SELECT sex, COUNT(*) FROM people GROUP BY sex ORDER BY eid",
]


@pytest.mark.parametrize("sql", KEYS)
def test_a_person_key_is_never_a_value(sql):
    with pytest.raises(QueryError):
        read_query(sql, COHORT)


def test_a_person_key_may_have_other_names_in_any_case():
    schema = Schema(COHORT.people, COHORT.events, person=("Patient_ID", "eid"))
    queries = {
        read_query(f"SELECT COUNT(DISTINCT {name}) AS n FROM hesin WHERE {name} IS NOT NULL", schema)
        for name in ("patient_id", "PATIENT_ID", '"Patient_ID"', "hesin.Eid")
    }
    assert len(queries) == 1


def test_a_refused_key_says_what_to_write():
    with pytest.raises(QueryError, match="no value") as told:
        read_query("SELECT AVG(eid) FROM people", COHORT)
    assert "COUNT(DISTINCT key)" in told.value.hint


SUB_QUERIES = [
    f"{PEOPLE} p WHERE EXISTS (SELECT 1 FROM people q WHERE q.age > 60)",
    f"{PEOPLE} p WHERE EXISTS (SELECT 1 FROM hesin h GROUP BY h.code HAVING COUNT(*) > 1)",
    f"{PEOPLE} p WHERE EXISTS (SELECT 1 FROM hesin h HAVING COUNT(*) = 0)",
    f"{PEOPLE} p WHERE EXISTS (SELECT COUNT(*) FROM hesin h)",
    f"{PEOPLE} p WHERE EXISTS (SELECT 1 FROM hesin UNION SELECT 1 FROM diag)",
    f"{PEOPLE} p WHERE age > (SELECT AVG(age) FROM people)",
    f"{PEOPLE} p WHERE age > (SELECT level FROM hesin)",
    f"{PEOPLE} p WHERE age > (SELECT level FROM hesin UNION SELECT 1)",
    f"{PEOPLE} p WHERE age > (SELECT MIN(level), MAX(level) FROM hesin)",
    f"{PEOPLE} p WHERE age > (SELECT MODE(level) FROM hesin)",
    f"{PEOPLE} p WHERE age > (SELECT AVG(code) FROM hesin)",
    f"{PEOPLE} p WHERE age > (SELECT SUM(level) OVER () FROM hesin)",
    f"{PEOPLE} p WHERE age > (SELECT COUNT(*) FROM hesin h JOIN diag d ON h.eid = d.eid)",
    f"{PEOPLE} p WHERE age > (SELECT MAX(h.level + d.ins) FROM hesin h JOIN diag d ON h.eid = d.eid)",
    f"{PEOPLE} p WHERE age > (SELECT COUNT(DISTINCT code, level) FROM hesin)",
    f"{PEOPLE} p WHERE age > (SELECT ANY_VALUE(level) FROM hesin)",
    f"{PEOPLE} p LEFT JOIN (SELECT h.eid FROM hesin h JOIN diag d ON h.eid = d.eid) x ON x.eid = p.eid",
    f"{PEOPLE} p RIGHT JOIN hesin h ON h.eid = p.eid",
    f"{PEOPLE} p CROSS JOIN hesin h",
    f"{PEOPLE} p JOIN hesin h USING (eid, nothing)",
    f"{PEOPLE} p JOIN hesin h USING (eid, age)",
    f"{PEOPLE} p JOIN (SELECT code, COUNT(*) AS n FROM hesin GROUP BY code) c ON TRUE",
    f"{PEOPLE} p JOIN (SELECT eid, code, COUNT(*) AS n FROM hesin GROUP BY eid, code) c ON c.eid = p.eid",
    f"{PEOPLE} p JOIN (SELECT eid, code FROM hesin GROUP BY eid) c ON c.eid = p.eid",
    f"{PEOPLE} p JOIN (SELECT DISTINCT eid, code FROM hesin) c ON c.eid = p.eid",
    f"{PEOPLE} p JOIN (SELECT COUNT(*) AS n FROM hesin) c ON TRUE",
    f"{PEOPLE} p JOIN (SELECT eid, CASE WHEN level > 1 THEN 1 END FROM hesin) c ON c.eid = p.eid",
    f"{PEOPLE} p JOIN (SELECT eid FROM hesin GROUP BY eid HAVING level > 1) c ON c.eid = p.eid",
    f"{PEOPLE} p JOIN (SELECT eid FROM hesin LIMIT 5) c ON c.eid = p.eid",
    f"{PEOPLE} p JOIN (SELECT eid FROM hesin UNION SELECT ins FROM diag) c ON c.eid = p.eid",
    f"{PEOPLE} p JOIN (VALUES (1)) c ON TRUE",
    f"{PEOPLE} WHERE eid IN (SELECT p.eid FROM people p LEFT JOIN hesin h ON TRUE WHERE h.ins = 1)",
    "WITH a(x) AS (SELECT eid FROM people) SELECT COUNT(*) FROM a",
    "SELECT COUNT(*) + (SELECT COUNT(*) FROM hesin) AS n FROM people",
    "SELECT DISTINCT sex FROM people",
    "SELECT sex FROM people GROUP BY sex",
    f"{PEOPLE} p WHERE p.eid IN (SELECT age FROM people)",
    f"{PEOPLE} p WHERE p.eid IN (VALUES (1))",
    "WITH a AS (VALUES (1)) SELECT COUNT(*) FROM a",
    "WITH a AS (INSERT INTO people VALUES (1)) SELECT COUNT(*) FROM a",
    "WITH a AS (DELETE FROM people) SELECT COUNT(*) FROM a",
    f"SELECT COUNT(*) FROM people GROUP BY ROLLUP ({', '.join(['sex'] * 17)})",
    f"{PEOPLE} p WHERE EXISTS (VALUES (1))",
    f"{PEOPLE} p WHERE age > (SELECT AVG(h.level) FROM hesin h JOIN diag d ON h.eid = d.eid)",
    "SELECT COUNT(*) FROM hesin h JOIN diag d USING (eid) WHERE ins = 1",
    f"{PEOPLE} WHERE age IN ({','.join(['1'] * 5001)})",
    f"{PEOPLE} p JOIN hesin p ON TRUE",
]


@pytest.mark.parametrize("sql", SUB_QUERIES)
def test_other_sub_queries_and_joins_are_refused(sql):
    with pytest.raises(QueryError):
        read_query(sql, COHORT)


VALUES = [
    "CURRENT_DATE",
    "TODAY()",
    "town || 'x'",
    "CONCAT(town, 'x')",
    "RIGHT(town, 2)",
    "town[1:2]",
    "SUBSTR(town, 2, 3)",
    "LEFT(town, 5000000000)",
    "LEFT(town, age)",
    "LEFT(age, 2)",
    "strftime(base, '%d')",
    "AGE(seen, base)",
    "DATE_PART('month', AGE(seen, base))",
    "EXTRACT(epoch FROM base)",
    "DATE_TRUNC('century', base)",
    "DATE_DIFF('hour', base, seen)",
    "DATE_SUB('hour', base, seen)",
    "DATE_ADD(base, 5)",
    "base + INTERVAL 5 HOUR",
    "base + INTERVAL 1.5 YEAR",
    "base + INTERVAL 1000000 DAY",
    "base + INTERVAL 'a year' YEAR",
    "base + INTERVAL (town) DAY",
    "base * 2",
    "base + seen",
    "5 - base",
    "base + town",
    "town + 1",
    "CAST(town AS INT)",
    "CAST(age AS VARCHAR)",
    "CAST(town AS DATE)",
    "CAST(age AS BLOB)",
    "CAST(base AS INT)",
    "POWER(age, bmi)",
    "LOG(1, age)",
    "LOG(age, 10)",
    "TRUNC(age, 1)",
    "ROUND(age, 10)",
    "ROUND(age, bmi)",
    "COALESCE(age, town)",
    "GROUPING(age)",
    "HASH(age)",
    "RANDOM()",
    "CASE WHEN age THEN 1 END",
    "age = town",
    "age = 'old'",
    "smoker = 'yes'",
    "base > '2010'",
    "base IS 5",
    "town SIMILAR TO 'A.*'",
    "REGEXP_MATCHES(town, '^A')",
    "town LIKE 'A' ESCAPE '$'",
    "town LIKE town",
    "age LIKE 'A'",
    "CONTAINS(town, '%')",
    "age IN (1, 'x')",
    "1e400",
    "age = ANY(SELECT 1)",
    "(age, bmi)",
]


@pytest.mark.parametrize("value", VALUES)
def test_other_values_are_refused(value):
    with pytest.raises(QueryError):
        read_query(f"SELECT {value} AS v, COUNT(*) FROM people GROUP BY v", COHORT)


AGGREGATES = [
    "BOOL_AND(smoker)",
    "BOOL_OR(smoker)",
    "MIN(age)",
    "MAX(age)",
    "ANY_VALUE(age)",
    "SUM(DISTINCT age)",
    "COUNT(DISTINCT age, bmi)",
    "AVG(town)",
    "AVG(base)",
    "KURTOSIS(age)",
    "SEM(age, bmi)",
]


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_other_aggregates_are_refused(aggregate):
    with pytest.raises(QueryError):
        read_query(f"SELECT {aggregate} AS v FROM people", COHORT)


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("SELECT BOOL_AND(smoker) FROM people", "FILTER"),
        ("SELECT MAX(age) FROM people", "QUANTILE_CONT"),
        ("SELECT DISTINCT COUNT(*) FROM people", "DISTINCT"),
        (f"{PEOPLE} WHERE town ~ '^A'", "LIKE"),
        (f"{PEOPLE} WHERE base < CURRENT_DATE", "DATE '"),
        ("SELECT age, SUM(COUNT(*)) OVER () FROM people GROUP BY 1", "ROLLUP"),
        ("SELECT sex, COUNT(*) FROM people", "GROUP BY sex"),
        (f"{PEOPLE} p FULL JOIN hesin h ON h.eid = p.eid", "Swap"),
    ],
)
def test_a_refusal_says_what_to_write(sql, hint):
    with pytest.raises(QueryError) as told:
        read_query(sql, COHORT)
    assert hint in told.value.hint
