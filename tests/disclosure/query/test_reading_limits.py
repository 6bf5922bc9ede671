"""Limits of size and depth: a clear message, and nothing that walks an accepted query fails."""

import pytest

from disclosure.query.schemas import COHORT, SCHEMA
from strongroom.disclosure.gateway.group_names import descriptions
from strongroom.disclosure.query.bounds import bounds_of
from strongroom.disclosure.query.emitting import DUCKDB, emit
from strongroom.disclosure.query.reading import read_query, read_statement
from strongroom.disclosure.query.representation import Some, of_events
from strongroom.errors import QueryError

COUNTED = "SELECT COUNT(*) FROM participants WHERE "
SHAPES = {
    "brackets": lambda n: f"{COUNTED}{'(' * n}age = 1{')' * n}",
    "negations": lambda n: f"{COUNTED}{'NOT ' * n}smoker",
    "negations in brackets": lambda n: f"{COUNTED}{'NOT (' * n}smoker{')' * n}",
    "signs": lambda n: f"{COUNTED}{'- ' * n}age = 1",
    "cases": lambda n: f"{COUNTED}{'CASE WHEN age > 1 THEN 1 ELSE ' * n}2{' END' * n} = 1",
    "tests of cases": lambda n: f"{COUNTED}{'CASE WHEN ' * n}smoker{' THEN TRUE END' * n}",
    "ifs": lambda n: f"{COUNTED}{'IF smoker THEN ' * n}1{' END' * n} = 1",
    "functions": lambda n: f"{COUNTED}{'ABS(' * n}age{')' * n} = 1",
    "sums": lambda n: f"{COUNTED}{' + '.join(['age'] * n)} = 1",
    "differences": lambda n: f"{COUNTED}{' - '.join(['age'] * n)} = 1",
    "casts": lambda n: f"{COUNTED}age{'::INT' * n} = 1",
    "comparisons": lambda n: f"{COUNTED}smoker{' = smoker' * n}",
    "missing": lambda n: f"{COUNTED}age{' IS NULL' * n}",
    "powers": lambda n: f"{COUNTED}age{' ** 2' * n} > 1",
    "least": lambda n: f"{COUNTED}{'LEAST(' * n}age{', 50)' * n} = 1",
    "concatenations": lambda n: f"{COUNTED}centre{' || centre' * n} = 'x'",
    "ranges": lambda n: f"{COUNTED}{'age BETWEEN 1 AND ' * n}2",
    "intervals": lambda n: f"{COUNTED}born + {'INTERVAL ' * n}1 DAY > born",
    "lists": lambda n: f"{COUNTED}age = {'[' * n}1{']' * n}",
    "indexes": lambda n: f"{COUNTED}age{'[1]' * n} = 1",
    "records": lambda n: f"{COUNTED}age = {'{1: ' * n}1{'}' * n}",
    "sub-queries": lambda n: f"SELECT COUNT(*) FROM {'(SELECT * FROM ' * n}participants{')' * n}",
    "existence": lambda n: f"{COUNTED}{'EXISTS (SELECT 1 FROM hospital WHERE ' * n}1 = 1{')' * n}",
    "froms": lambda n: f"{'FROM ' * n}participants",
    "joins": lambda n: f"SELECT COUNT(*) FROM participants{' JOIN hospital' * n}",
    "joins with ON": lambda n: f"SELECT COUNT(*) FROM participants{' JOIN hospital' * n}{' ON 1 = 1' * n}",
    "joins with USING": lambda n: (
        "SELECT COUNT(*) FROM people" + "".join(f" JOIN hesin h{i} USING (eid)" for i in range(n))
    ),
    "unions": lambda n: " UNION ALL ".join(["SELECT COUNT(*) FROM participants"] * n),
    "unions in brackets": lambda n: (
        "(SELECT COUNT(*) FROM participants UNION ALL " * n + "SELECT 1" + ")" * n
    ),
    "common tables": lambda n: (
        "WITH a0 AS (SELECT age FROM participants)"
        + "".join(f", a{i + 1} AS (SELECT age + 1 AS age FROM a{i})" for i in range(n))
        + f" SELECT COUNT(*) FROM a{n} WHERE age > 1"
    ),
    "common tables in common tables": lambda n: "WITH a AS (" * n + "SELECT 1" + ") SELECT 1" * n,
    "doubling": lambda n: (
        "WITH a0 AS (SELECT age FROM participants)"
        + "".join(f", a{i + 1} AS (SELECT age + age AS age FROM a{i})" for i in range(n))
        + f" SELECT COUNT(*) FROM a{n} WHERE age > 1"
    ),
    "conditions that double": lambda n: (
        "WITH a0 AS (SELECT smoker AS s FROM participants)"
        + "".join(f", a{i + 1} AS (SELECT (s OR NOT s) AND s AS s FROM a{i})" for i in range(n))
        + f" SELECT COUNT(*) FROM a{n} WHERE s"
    ),
    "events of events": lambda n: (
        "WITH a0 AS (SELECT eid FROM hesin)"
        + "".join(
            f", a{i} AS (SELECT eid FROM hesin WHERE eid IN (FROM a{i - 1} SELECT eid))" for i in range(1, n)
        )
        + f" SELECT COUNT(*) FROM people WHERE eid IN (SELECT eid FROM a{n - 1})"
    ),
    "ors": lambda n: f"{COUNTED}{' OR '.join(f'age = {i}' for i in range(n))}",
    "ands": lambda n: f"{COUNTED}{' AND '.join(f'age <> {i}' for i in range(n))}",
    "values": lambda n: f"{COUNTED}age IN ({', '.join(map(str, range(n)))})",
    "columns": lambda n: f"SELECT {', '.join(['AVG(bmi)'] * n)} FROM participants",
    "keys": lambda n: f"SELECT COUNT(*) FROM participants GROUP BY {', '.join(['age'] * n)}",
    "figures": lambda n: f"SELECT {' + '.join(['COUNT(*)'] * n)} FROM participants",
    "windows": lambda n: f"SELECT {'SUM(' * n}COUNT(*){') OVER ()' * n} FROM participants",
    "standard errors": lambda n: f"SELECT {'SEM(' * n}bmi{')' * n} FROM participants",
    "comments": lambda n: f"{COUNTED}{'/*' * n} age {'*/' * n} = 1",
    "ends": lambda n: f"{COUNTED}{'END ' * n}age = 1",
    "closed brackets": lambda n: f"{COUNTED}age = 1{')' * n}",
    "members": lambda n: f"{COUNTED}age{'.age' * n} = 1",
}


def walk(query):
    """Do with a query all that the gateway does before it asks an engine."""
    query.columns_read()
    of_events(query.where)
    hash(query)
    for measure in query.measures:
        for each in measure.of:
            bounds_of(each)
    descriptions(query, [(None,) * len(query.keys)])
    emit(query, DUCKDB, {})


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("size", [3, 10, 18, 19, 20, 40, 75, 79, 80, 300, 3_000])
def test_a_query_of_any_shape_is_read_and_walked_or_refused(name, size):
    for schema in (SCHEMA, COHORT):
        try:
            statement = read_statement(SHAPES[name](size), schema)
        except QueryError:
            continue
        for query in statement.queries:
            walk(query)


def test_a_long_chain_is_flat():
    query = read_query(SHAPES["ors"](300), SCHEMA)
    assert isinstance(query.where, Some)
    assert len(query.where.of) == 300
    assert len(read_query(SHAPES["ands"](300), SCHEMA).where.of) == 300


@pytest.mark.parametrize(
    ("shape", "size", "why"),
    [
        ("ors", 3_000, "at most 20,000 characters"),
        ("brackets", 40, "nested more than 20 levels"),
        ("cases", 40, "nested more than 20 levels"),
        ("negations", 60, "nested more than 20 levels"),
        ("sums", 1_000, "nested more than 80 levels"),
        ("common tables", 100, "nested more than 80 levels"),
        ("events of events", 50, "nested more than 80 levels"),
        ("casts", 100, "nested more than 60 levels"),
        ("doubling", 30, "too long"),
        ("joins", 9, "8 joins without ON"),
        ("joins with USING", 5, "at most 3 event tables"),
        ("unions", 400, "at most 20 SELECTs"),
        ("indexes", 70, "60 lists"),
        ("columns", 61, "at most 60 columns"),
        ("values", 5_001, "characters"),
    ],
)
def test_a_limit_says_which(shape, size, why):
    schema = COHORT if shape in ("joins with USING", "events of events") else SCHEMA
    with pytest.raises(QueryError, match=why):
        read_query(SHAPES[shape](size), schema)


def test_a_frailty_index_of_49_items_is_read():
    items = " + ".join(f"CASE WHEN bmi > {number} THEN 1 ELSE 0 END" for number in range(49))
    walk(read_query(f"SELECT AVG({items}) AS x, COUNT(*) FROM participants", SCHEMA))


def test_equal_sub_queries_are_one():
    cases = "EXISTS (SELECT 1 FROM hospital h WHERE h.code = 'I21')"
    query = read_query(f"SELECT COUNT(*) FILTER (WHERE {cases}) AS n FROM participants WHERE {cases}", SCHEMA)
    assert query.measures[0].of[0].branches[0][0] == query.where
