"""The columns of an answer: figures, HAVING, ORDER BY, grouping sets, bands, and statistics by name."""

import pytest

from disclosure.query.schemas import COHORT, SCHEMA
from strongroom.disclosure.query.reading import read_query, read_statement
from strongroom.disclosure.query.representation import (
    ANSWER,
    TRUE,
    Band,
    Call,
    Case,
    Column,
    Compare,
    Figure,
    Function,
    Key,
    Kind,
    Literal,
    Measure,
    Operator,
    Order,
    Statistic,
    Truth,
)
from strongroom.errors import QueryError

SEX = Column(0, "sex", Kind.NUMBER)
AGE = Column(0, "age", Kind.NUMBER)
BMI = Column(0, "bmi", Kind.NUMBER)


def read(columns, rest="", schema=SCHEMA):
    return read_query(f"SELECT {columns} FROM {schema.people.name} {rest}", schema)


def shown(label, kind=Kind.NUMBER):
    return Column(ANSWER, label, kind)


def test_a_ratio_is_a_figure_of_statistics_that_are_not_shown():
    query = read("sex, 100.0 * COUNT(*) FILTER (WHERE smoker) / COUNT(*) AS pct", "GROUP BY sex")
    assert [each.statistic for each in query.measures] == [Statistic.PRESENT, Statistic.PEOPLE]
    assert query.columns == ("sex", "pct")
    assert not {each.label for each in query.measures} & set(query.columns)
    first, second = (shown(each.label) for each in query.measures)
    product = Call(Function.MULTIPLY, (Literal(100, Kind.NUMBER), first), Kind.NUMBER)
    assert query.figures == (Figure("pct", Call(Function.DIVIDE, (product, second), Kind.NUMBER)),)


def test_a_statistic_that_is_shown_is_not_read_twice():
    query = read("COUNT(*) AS n, AVG(bmi) AS m, ROUND(AVG(bmi), 1) AS r, COUNT(*) * 2 AS d")
    assert [each.label for each in query.measures] == ["n", "m"]
    assert query.figures[0].of == Call(Function.ROUND, (shown("m"), Literal(1, Kind.NUMBER)), Kind.NUMBER)


def test_a_hidden_label_is_never_that_of_a_column():
    query = read('COUNT(*) AS "#", AVG(bmi) / AVG(age) AS "#_2"')
    assert len({each.label for each in query.measures} | set(query.columns)) == 4


def test_columns_without_a_name_get_different_ones():
    columns = read("COUNT(*), COUNT(*), COUNT(bmi), COUNT(bmi), AVG(bmi) / 2").columns
    assert columns[:2] == ("count", "count_2")
    assert len(set(columns)) == 5


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(QueryError, match="have this name"):
        read("COUNT(*) AS n, AVG(bmi) AS n")


def test_figures_use_keys_and_earlier_columns():
    query = read(
        "sex, COUNT(*) AS n, n / 2 + sex AS h, CASE WHEN sex = 1 THEN AVG(bmi) END AS m", "GROUP BY sex"
    )
    assert query.figures[0].of.arguments[1] == shown("sex")
    assert isinstance(query.figures[1].of, Case)


def test_a_figure_uses_a_whole_key():
    query = read(
        "FLOOR(age / 10) AS d, FLOOR(age / 10) * COUNT(*) AS x, age AS a, age - COUNT(*) AS y",
        "GROUP BY d, a",
    )
    assert query.figures[0].of.arguments[0] == shown("d")
    assert query.figures[1].of.arguments[0] == shown("a")


@pytest.mark.parametrize("column", ["bmi * COUNT(*)", "m * 2 + AVG(age)", "m - 1", "(SELECT 1) + COUNT(*)"])
def test_a_figure_uses_nothing_else(column):
    with pytest.raises(QueryError):
        read(f"{column} AS x, AVG(bmi) + 1 AS m", "GROUP BY sex")


def test_a_list_of_quantiles_is_a_column_each():
    query = read("QUANTILE_CONT(bmi, [0.25, 0.5, 0.975]) AS bmi, MEDIAN(age) AS age")
    assert query.columns == ("bmi_25", "bmi_50", "bmi_97_5", "age")
    assert [each.share for each in query.measures] == [0.25, 0.5, 0.975, 0.5]


def test_quantiles_in_every_spelling():
    columns = (
        "PERCENTILE_CONT(0.1) WITHIN GROUP (ORDER BY bmi) AS a, APPROX_QUANTILE(bmi, 0.1) AS b, "
        "QUANTILE(bmi, 0.1) AS c, PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY bmi DESC) AS d"
    )
    query = read(columns)
    assert [each.share for each in query.measures] == [pytest.approx(0.1)] * 4
    assert {each.of for each in query.measures} == {(BMI,)}


@pytest.mark.parametrize(
    "column",
    [
        "QUANTILE_CONT(bmi, [])",
        "QUANTILE_CONT(bmi, [0.5, 2])",
        "QUANTILE_CONT(bmi, age)",
        "QUANTILE_CONT(centre, 0.5)",
        "QUANTILE_CONT(bmi, [0.2, 0.4]) / 2",
        "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY bmi, age)",
        "MODE() WITHIN GROUP (ORDER BY bmi)",
    ],
)
def test_other_quantiles_are_refused(column):
    with pytest.raises(QueryError):
        read(column)


def test_statistics_computed_from_others():
    query = read("SEM(bmi), STDDEV_POP(bmi), VAR_POP(bmi), COVAR_SAMP(bmi, age), GEOMEAN(bmi), MEAN(bmi)")
    assert len(query.figures) == 6
    assert query.columns[0] == "sem"
    names = {each.statistic for each in query.measures}
    assert names == {
        Statistic.DEVIATION,
        Statistic.PRESENT,
        Statistic.VARIANCE,
        Statistic.CORRELATION,
        Statistic.MEAN,
    }


def test_the_filter_of_such_a_statistic_is_that_of_each_part():
    query = read("SEM(bmi) FILTER (WHERE sex = 1) AS s")
    assert all(isinstance(each.of[0], Case) for each in query.measures)


def test_a_covariance_is_of_pairs():
    query = read("COVAR_POP(bmi, age) AS c, REGR_COUNT(bmi, age) AS n")
    assert [each.statistic for each in query.measures].count(Statistic.PRESENT) == 1


def test_counts_of_conditions_are_counts_of_people():
    wanted = read("COUNT(*) FILTER (WHERE bmi > 30) AS n").measures
    for column in (
        "SUM(CASE WHEN bmi > 30 THEN 1 ELSE 0 END)",
        "SUM((bmi > 30)::INT)",
        "COUNT(CASE WHEN bmi > 30 THEN 1 END)",
        "COUNT_IF(bmi > 30)",
        "SUM(IF(bmi > 30, 1, 0))",
    ):
        assert read(f"{column} AS n").measures == wanted


def test_other_sums_are_sums():
    for column in (
        "SUM(CASE WHEN smoker THEN age ELSE 0 END)",
        "SUM(age)",
        "SUM(CASE WHEN smoker THEN 2 END)",
    ):
        assert read(f"{column} AS n").measures[0].statistic is Statistic.SUM
    nobody = read("SUM(CASE WHEN smoker THEN 0 END) AS n").measures[0]
    assert nobody.statistic is Statistic.PRESENT
    assert nobody.of[0].branches[0][0] == Truth(value=False)


def test_any_of_several_patterns():
    either = read("COUNT(*)", "WHERE centre LIKE 'a%' OR centre LIKE 'b%'")
    for patterns in ("('a%', 'b%')", "(['a%', 'b%'])"):
        assert read("COUNT(*)", f"WHERE centre LIKE ANY {patterns}") == either
    assert read("COUNT(*)", "WHERE centre LIKE ANY ('a%')") == read("COUNT(*)", "WHERE centre LIKE 'a%'")


def test_everybody_is_counted_in_every_spelling():
    for column in ("COUNT(*)", "COUNT(1)", "COUNT()", "COUNT('x')"):
        assert read(f"{column} AS n").measures == (Measure("n", Statistic.PEOPLE),)


def test_a_proportion_is_a_mean():
    for column in ("AVG(CASE WHEN smoker THEN 1 ELSE 0 END)", "AVG(smoker)", "AVG(smoker::INT)"):
        assert read(f"{column} AS p").measures[0].statistic is Statistic.MEAN


def test_means_are_of_any_expression():
    query = read(
        "AVG(bmi - age) AS d, AVG((SELECT COUNT(*) FROM hospital)) AS n, AVG(COALESCE(bmi, 25)) AS c"
    )
    assert [each.statistic for each in query.measures] == [Statistic.MEAN] * 3


def test_distinct_values_are_counted():
    query = read("COUNT(DISTINCT centre) AS c, APPROX_COUNT_DISTINCT(centre) AS a")
    assert {each.statistic for each in query.measures} == {Statistic.DISTINCT}


def test_having_is_a_condition_on_the_answer():
    query = read("sex, COUNT(*) AS n", "GROUP BY sex HAVING n >= 50 AND AVG(bmi) > 25 AND sex IN (1, 2)")
    condition = query.having.of[0]
    assert condition == Compare(Operator.AT_LEAST, shown("n"), Literal(50, Kind.NUMBER))
    assert query.having.of[2].of == shown("sex")
    assert query.measures[1].statistic is Statistic.MEAN
    assert query.where == TRUE


def test_having_on_a_key_that_is_not_shown():
    query = read("COUNT(*) AS n", "GROUP BY sex HAVING sex = 1")
    assert query.having.left.name == query.keys[0].label
    assert query.columns == ("n",)


def test_order_by_statistics_expressions_places_and_all():
    statement = "SELECT sex, COUNT(*) AS n FROM participants GROUP BY sex ORDER BY "
    by_count = read_statement(f"{statement} COUNT(*) DESC, 1", SCHEMA)
    assert by_count.order == (Order("n", descending=True), Order("sex"))
    by_figure = read_statement(f"{statement} COUNT(*) / AVG(bmi), SEX", SCHEMA)
    assert by_figure.order[0].label == by_figure.queries[0].figures[0].label
    assert by_figure.queries[0].columns == ("sex", "n")
    assert read_statement(f"{statement} ALL", SCHEMA).order == (Order("sex"), Order("n"))


@pytest.mark.parametrize("order", ["3", "0", "1.5", "bmi", "nothing"])
def test_other_orders_are_refused(order):
    with pytest.raises(QueryError):
        read("sex, COUNT(*) AS n", f"GROUP BY sex ORDER BY {order}")


def test_a_constant_column_is_a_figure_and_no_key():
    query = read("'men' AS grp, sex, COUNT(*) AS n, NULL AS gap", "GROUP BY 1, grp, 2")
    assert query.figures[0] == Figure("grp", Literal("men", Kind.TEXT))
    assert query.keys == (Key("sex", SEX),)
    assert query.columns == ("grp", "sex", "n", "gap")


def test_groups_by_label_place_expression_and_all():
    wanted = read("FLOOR(age / 10) AS d, COUNT(*) AS n", "GROUP BY d")
    for by in ("1", "D", "FLOOR(age / 10)", "ALL", "(FLOOR(age / 10))"):
        assert read("FLOOR(age / 10) AS d, COUNT(*) AS n", f"GROUP BY {by}") == wanted


def test_a_label_can_be_used_in_later_columns():
    query = read("FLOOR(age / 10) AS d, d * 10 AS low, COUNT(*)", "GROUP BY ALL")
    assert query.keys[1].of.arguments[0] == query.keys[0].of


@pytest.mark.parametrize("by", ["3", "9", "n", "2", "COUNT(*)", "bmi"])
def test_other_groups_are_refused(by):
    with pytest.raises(QueryError):
        read("sex, COUNT(*) AS n", f"GROUP BY {by}")


@pytest.mark.parametrize(
    ("by", "sets"),
    [
        ("ROLLUP (sex, smoker)", ((0, 1), (0,), ())),
        ("CUBE (1, smoker)", ((0, 1), (0,), (1,), ())),
        ("GROUPING SETS ((sex, smoker), (smoker), ())", ((0, 1), (1,), ())),
        ("GROUPING SETS (sex, ROLLUP (smoker), sex)", ((0,), (1,), ())),
        ("sex, ROLLUP (smoker)", ((0, 1), (0,))),
        ("sex, smoker WITH ROLLUP", ((0, 1), (0,), ())),
        ("sex, smoker WITH CUBE", ((0, 1), (0,), (1,), ())),
        ("ROLLUP ((sex, smoker))", ((0, 1), ())),
    ],
)
def test_grouping_sets(by, sets):
    query = read("sex, smoker, COUNT(*) AS n", f"GROUP BY {by}")
    assert query.sets == sets


@pytest.mark.parametrize(
    "by",
    [
        "CUBE (age, sex, bmi, smoker, centre)",
        "ROLLUP (age), ROLLUP (sex), CUBE (smoker, bmi), ROLLUP (centre)",
    ],
)
def test_too_many_grouping_sets_are_refused(by):
    with pytest.raises(QueryError, match="16 grouping sets"):
        read("COUNT(*) AS n", f"GROUP BY {by}")


def test_a_key_in_no_grouping_set_is_refused():
    with pytest.raises(QueryError, match="not in GROUP BY"):
        read("sex, age, COUNT(*)", "GROUP BY GROUPING SETS ((sex), ())")


def test_bands_in_a_key_and_in_a_sub_query():
    band = Band(BMI, 5, TRUE)
    assert read("NTILE(5) OVER (ORDER BY bmi) AS q, COUNT(*)", "GROUP BY q").keys[0].of == band
    inner = "SELECT NTILE(5) OVER (ORDER BY bmi) AS q FROM participants WHERE sex = 1"
    query = read_query(f"SELECT q, COUNT(*) FROM ({inner}) GROUP BY q", SCHEMA)
    assert query.keys[0].of == Band(BMI, 5, query.where)


def test_bands_from_the_highest():
    query = read("NTILE(4) OVER (ORDER BY bmi DESC) AS q, COUNT(*)", "GROUP BY q")
    assert query.keys[0].of.arguments == (Literal(5, Kind.NUMBER), Band(BMI, 4, TRUE))


@pytest.mark.parametrize(
    "column",
    [
        "NTILE(1) OVER (ORDER BY bmi)",
        "NTILE(21) OVER (ORDER BY bmi)",
        "NTILE(age) OVER (ORDER BY bmi)",
        "NTILE(5) OVER (ORDER BY bmi, age)",
        "NTILE(5) OVER ()",
        "NTILE(5) OVER (ORDER BY centre)",
        "NTILE(5) OVER (PARTITION BY sex ORDER BY bmi)",
        "NTILE(5) OVER (ORDER BY bmi ROWS 2 PRECEDING)",
        "ROW_NUMBER() OVER (ORDER BY bmi)",
        "SUM(COUNT(*)) OVER ()",
        "AVG(bmi) OVER (PARTITION BY sex)",
    ],
)
def test_other_windows_are_refused(column):
    with pytest.raises(QueryError):
        read(f"{column} AS q, COUNT(*)", "GROUP BY q")


def test_bands_rank_people_and_not_events():
    with pytest.raises(QueryError, match="not events"):
        read_query("SELECT NTILE(5) OVER (ORDER BY level) AS q, COUNT(*) FROM hospital GROUP BY q", SCHEMA)
    with pytest.raises(QueryError, match="SELECT of its own"):
        read("COUNT(*)", "WHERE EXISTS (SELECT 1 FROM hospital WHERE NTILE(4) OVER (ORDER BY age) = 1)")


def test_a_union_stacks_queries():
    statement = read_statement(
        "WITH men AS (SELECT * FROM participants WHERE sex = 1) "
        "SELECT 'men' AS grp, COUNT(*) AS n FROM men UNION ALL (SELECT 'all', COUNT(*) FROM participants "
        "UNION ALL SELECT 'old', COUNT(*) FROM participants WHERE age > 60) ORDER BY n DESC, 1 LIMIT 2",
        SCHEMA,
    )
    assert len(statement.queries) == 3
    assert statement.queries[0].columns == ("grp", "n")
    assert statement.order == (Order("n", descending=True), Order("grp"))
    assert statement.most == 2
    every = "SELECT COUNT(*) AS n FROM participants UNION ALL SELECT COUNT(*) FROM hospital ORDER BY ALL"
    assert read_statement(every, SCHEMA).order == (Order("n"),)


COUNTED = "SELECT COUNT(*) AS n FROM participants"


@pytest.mark.parametrize(
    "sql",
    [
        f"{COUNTED} UNION {COUNTED}",
        f"{COUNTED} EXCEPT {COUNTED}",
        f"{COUNTED} UNION ALL SELECT sex, COUNT(*) FROM participants GROUP BY sex",
        f"({COUNTED} ORDER BY 1) UNION ALL {COUNTED}",
        f"{COUNTED} UNION ALL ({COUNTED} LIMIT 1)",
        f"{COUNTED} UNION ALL ({COUNTED} UNION ALL {COUNTED} LIMIT 1)",
        f"{COUNTED} UNION ALL {COUNTED} ORDER BY bmi",
        f"{COUNTED} UNION ALL {COUNTED} ORDER BY 2",
        f"{COUNTED} UNION ALL {COUNTED} LIMIT (SELECT 1)",
        f"({COUNTED}) LIMIT 1",
        " UNION ALL ".join([COUNTED] * 21),
    ],
)
def test_other_unions_are_refused(sql):
    with pytest.raises(QueryError):
        read_statement(sql, SCHEMA)


def test_a_union_is_no_single_query():
    with pytest.raises(QueryError, match="union"):
        read_query(f"{COUNTED} UNION ALL {COUNTED}", SCHEMA)


def test_events_are_counted_once_a_person():
    query = read_query(
        "SELECT code, COUNT(*) AS n, COUNT(DISTINCT eid) AS p FROM hesin GROUP BY code", COHORT
    )
    assert [each.statistic for each in query.measures] == [Statistic.PEOPLE] * 2
