"""Code written on dummy tables: typical SELECTs run in DuckDB, keep rows, and are read by the gateway."""

from dataclasses import dataclass

import duckdb
import pytest

from strongroom.disclosure.query.reading import read_query
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.dummies import write_dummies
from strongroom.portal.data.views import add_project
from strongroom.portal.outputs.asked_tables import AskedTables

COLUMNS = [
    *("p31", "p34", "p52", "p21022", "p21003", "p53", "p54", "p189", "p21000", "p40000", "p21001_i2"),
    *("p50_i0", "p21002_i0", "p21001_i0", "p48_i0", "p49_i0", "p4080_i0", "p4079_i0", "p102_i0"),
    *("p20116_i0", "p1558_i0", "p738_i0", "p2178_i0", "p2443_i0", "p30690_i0", "p30780_i0", "p30760_i0"),
    *("p30870_i0", "p30750_i0", "p30740_i0", "p30700_i0", "p30710_i0", "p30000_i0", "p30020_i0", "p30080_i0"),
    *("hesin_diag.*", "death.*"),
]


@dataclass(frozen=True)
class Typical:
    """A SELECT in three parts, so that what its filter keeps can be counted."""

    shown: str
    source: str
    kept: str
    rest: str = ""

    @property
    def sql(self) -> str:
        return f"SELECT {self.shown} FROM {self.source} WHERE {self.kept} {self.rest}".strip()


PEOPLE = "participants"
DIAGNOSES = "participants p JOIN hesin_diag h ON p.eid = h.eid"
OF_PEOPLE = [
    Typical("p31_i0, COUNT(*) AS n", PEOPLE, "p21022_i0 BETWEEN 50 AND 59", "GROUP BY p31_i0"),
    Typical("COUNT(*) AS n", PEOPLE, "p31_i0 = 0 AND p21022_i0 >= 60"),
    Typical("AVG(p21001_i0) AS bmi", PEOPLE, "p21001_i0 >= 18.5 AND p21001_i0 < 25"),
    Typical("COUNT(*) AS n", PEOPLE, "p21001_i0 >= 30 AND p21001_i0 < 40"),
    Typical("COUNT(*) AS n", PEOPLE, "p4080_i0 >= 140 OR p4079_i0 >= 90"),
    Typical("AVG(p4080_i0) AS sbp", PEOPLE, "p4080_i0 < 120 AND p4079_i0 < 80"),
    Typical("COUNT(*) AS n", PEOPLE, "p30750_i0 >= 48"),
    Typical("COUNT(*) AS n", PEOPLE, "p30750_i0 >= 42 AND p30750_i0 < 48"),
    Typical("COUNT(*) AS n", PEOPLE, "p30740_i0 >= 7.0"),
    Typical("COUNT(*) AS n", PEOPLE, "p30740_i0 > 11.1 AND p2443_i0 = 0"),
    Typical("COUNT(*) AS n", PEOPLE, "p30760_i0 < 1.0 AND p31_i0 = 1"),
    Typical("COUNT(*) AS n", PEOPLE, "p30780_i0 >= 4.9"),
    Typical("p20116_i0, AVG(p30870_i0) AS tg", PEOPLE, "p30870_i0 < 10", "GROUP BY p20116_i0"),
    Typical("COUNT(*) AS n", PEOPLE, "p30690_i0 > 5 AND p30690_i0 <= 6.5"),
    Typical("COUNT(*) AS n", PEOPLE, "p30700_i0 > 120"),
    Typical("AVG(p30710_i0) AS crp", PEOPLE, "p30710_i0 < 10"),
    Typical("COUNT(*) AS n", PEOPLE, "p30710_i0 > 3 AND p20116_i0 = 2"),
    Typical("COUNT(*) AS n", PEOPLE, "p20116_i0 IN (1, 2)"),
    Typical("COUNT(*) AS n", PEOPLE, "p2443_i0 = 1"),
    Typical("p2178_i0, COUNT(*) AS n", PEOPLE, "p2178_i0 > 0", "GROUP BY p2178_i0"),
    Typical("COUNT(*) AS n", PEOPLE, "p738_i0 = -3"),
    Typical("COUNT(*) AS n", PEOPLE, "p21000_i0 = 1001 AND p34_i0 < 1950"),
    Typical("COUNT(*) AS n", PEOPLE, "p34_i0 BETWEEN 1945 AND 1954"),
    Typical("COUNT(*) AS n", PEOPLE, "p53_i0 >= DATE '2008-01-01' AND p53_i0 < DATE '2009-01-01'"),
    Typical("YEAR(p53_i0) AS year, COUNT(*) AS n", PEOPLE, "p53_i0 IS NOT NULL", "GROUP BY YEAR(p53_i0)"),
    Typical("COUNT(*) AS n", PEOPLE, "p48_i0 > 102 AND p31_i0 = 1"),
    Typical("COUNT(*) AS n", PEOPLE, "p48_i0 <= 88 AND p31_i0 = 0"),
    Typical("AVG(p50_i0) AS height", PEOPLE, "p50_i0 BETWEEN 150 AND 190"),
    Typical("COUNT(*) AS n", PEOPLE, "p189_i0 < 0"),
    Typical("COUNT(*) AS n", PEOPLE, "p30020_i0 < 12 AND p31_i0 = 0"),
    Typical("COUNT(*) AS n", PEOPLE, "p30080_i0 < 150"),
    Typical("COUNT(*) AS n", PEOPLE, "p30000_i0 BETWEEN 4 AND 11"),
    Typical("COUNT(*) AS n", PEOPLE, "p40000_i0 IS NOT NULL"),
    Typical("AVG(p21001_i2) AS bmi", PEOPLE, "p21001_i2 IS NOT NULL AND p21001_i0 IS NOT NULL"),
    Typical("COUNT(*) AS n", "hesin_diag", "diag_icd10 LIKE 'I21%'"),
    Typical("COUNT(*) AS n", "hesin_diag", "diag_icd10 IN ('E10', 'E11') AND level = 1"),
    Typical("YEAR(epistart) AS y, COUNT(*) AS n", "hesin_diag", "diag_icd10 LIKE 'C%'", "GROUP BY y"),
    Typical("LEFT(cause_icd10, 1) AS c, COUNT(*) AS n", "death", "date_of_death IS NOT NULL", "GROUP BY c"),
]  # fmt: skip
JOINED = [
    Typical("COUNT(DISTINCT p.eid) AS n", DIAGNOSES, "h.diag_icd10 LIKE 'I2%' AND h.epistart > p.p53_i0"),
    Typical("COUNT(DISTINCT p.eid) AS n", DIAGNOSES, "h.diag_icd10 LIKE 'I2%' AND h.epistart < p.p53_i0"),
    Typical("p31_i0, COUNT(*) AS n", DIAGNOSES, "h.diag_icd10 LIKE 'J44%'", "GROUP BY p31_i0"),
    Typical("COUNT(*) AS n", "participants JOIN death USING (eid)", "date_of_death > p53_i0"),
    Typical("COUNT(*) AS n", "participants JOIN death USING (eid)", "cause_icd10 LIKE 'C%'"),
    Typical("COUNT(*) AS n", PEOPLE, "eid IN (SELECT eid FROM hesin_diag WHERE diag_icd10 LIKE 'E11%')"),
]


@pytest.fixture
def heart(cohort_home):
    add_project(
        cohort_home, slug="heart", institution="Northgate", cohort_name="synthetic", columns=COLUMNS, by="ada"
    )
    return cohort_home


@pytest.fixture
def engine(heart, tmp_path):
    files = write_dummies(heart, slug="heart", to=tmp_path / "dummy", by="bo", people=1_000)
    connection = duckdb.connect()
    for file in files:
        connection.execute(f"CREATE VIEW {file.stem} AS FROM '{file}'")
    return connection


def test_typical_selects_run_on_dummy_tables_and_keep_rows(engine):
    typical = OF_PEOPLE + JOINED
    assert len(typical) >= 40
    empty = []
    for each in typical:
        engine.execute(each.sql)
        ((rows,),) = engine.execute(f"SELECT COUNT(*) FROM {each.source} WHERE {each.kept}").fetchall()
        if not rows:
            empty.append(each.sql)
    assert len(empty) <= 0.1 * len(typical), empty


def test_the_gateway_reads_what_ran_on_dummy_tables(heart):
    tables = AskedTables(open_cohort(heart, find_cohort("synthetic")), COLUMNS, "")
    for each in OF_PEOPLE:
        assert read_query(each.sql, tables.schema).columns_read(), each.sql


def test_births_first_visits_and_deaths_come_in_this_order(engine):
    ((births, first, last),) = engine.execute(
        "SELECT MAX(p34_i0), MIN(YEAR(p53_i0)), MAX(p53_i0) FROM participants"
    ).fetchall()
    ((deaths,),) = engine.execute("SELECT MIN(date_of_death) FROM death").fetchall()
    assert births < first
    assert last < deaths
