"""A table of the population is joined by value and spelling, never by accident."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from strongroom.errors import InputError
from strongroom.risk.census import changed_population, population_classes, read_population
from strongroom.risk.columns import CodedColumn, classes_of
from strongroom.risk.recoding import changed, read_changes

SEX = CodedColumn.of("p31_i0", pa.array([0, 0, 1, None]))
TOWN = CodedColumn.of("town", pa.array(["x", "x", "y", "x"]))


def test_people_outside_are_counted_by_class(tmp_path):
    (tmp_path / "census.csv").write_text("31-0.0,Town,persons,other\n0,x,100,1\n1,y,7,1\n2,x,50,1\n1,x,3,1\n")
    table, shared = read_population(tmp_path / "census.csv", (SEX, TOWN))
    assert shared == ("p31_i0", "town")
    of, sizes = classes_of([SEX, TOWN], 4)
    outside, people = population_classes(table, [SEX, TOWN], of, len(sizes))
    assert people == 160
    # Of the sex that nobody in the cohort has, none pass for people whose sex is missing.
    assert outside[of].tolist() == [100, 100, 7, 0]


def test_a_row_stands_for_one_person_unless_it_says_more(tmp_path):
    pq.write_table(pa.table({"town": ["x", "x", "z"]}), tmp_path / "census.parquet")
    table, _ = read_population(tmp_path / "census.parquet", (SEX, TOWN))
    of, sizes = classes_of([TOWN], 4)
    outside, people = population_classes(table, [TOWN], of, len(sizes))
    assert (outside[of].tolist(), people) == ([2, 2, 0, 2], 3)
    assert outside.dtype == np.int64


def test_zeros_and_missing_numbers_match_outside_as_inside():
    score = CodedColumn.of("score", pa.array([0.0, -0.0, float("nan"), None]))
    of, sizes = classes_of([score], 4)
    assert sizes[of].tolist() == [2, 2, 2, 2]
    population = pa.table({"score": [-0.0, 0.0, -0.0, float("nan"), None]})
    outside, _ = population_classes(population, [score], of, len(sizes))
    assert outside[of].tolist() == [3, 3, 2, 2]


@pytest.mark.parametrize("text", ["colour,size\nred,3\n", ""])
def test_what_is_no_such_table_is_refused(tmp_path, text):
    (tmp_path / "census.csv").write_text(text)
    with pytest.raises(InputError):
        read_population(tmp_path / "census.csv", (SEX, TOWN))
    with pytest.raises(InputError):
        read_population(tmp_path / "none.csv", (SEX, TOWN))


def test_values_of_another_type_and_counts_below_nothing_are_refused(tmp_path):
    (tmp_path / "census.csv").write_text("p31,town\nfemale,x\n")
    with pytest.raises(InputError):
        read_population(tmp_path / "census.csv", (SEX, TOWN))
    of, sizes = classes_of([SEX], 4)
    with pytest.raises(InputError):
        population_classes(pa.table({"p31_i0": [0], "persons": [-1]}), [SEX], of, len(sizes))


def test_a_change_is_made_outside_as_inside():
    years = CodedColumn.of("p34", pa.array([1931, 1934, 1936]))
    population = pa.table({"p34": [1930, 1932, 1939, None], "town": ["x"] * 4})
    changes = read_changes("coarsen:p34:5|drop:town")
    after = changed_population(population, changes)
    assert after.column_names == ["p34"]
    coarser = changed(years, changes[0])
    of, sizes = classes_of([coarser], 3)
    outside, _ = population_classes(after, [coarser], of, len(sizes))
    assert outside[of].tolist() == [2, 2, 1]
