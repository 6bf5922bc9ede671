"""Rows written into source code are found in every language, and honest code has none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.checker.contents.found import Origin
from strongroom.checker.formats.text.literals import literal_tables, literals_of
from strongroom.checker.formats.text.plain_text import tables_in

PEOPLE = [(1000123, 63, 27.1, "M"), (1000124, 51, 23.9, "F"), (1000125, 58, None, "F")]
CODE = {
    "Python tuples": "rows = [\n"
    "    (1000123, 63, 27.1, 'M'),  # first\n"
    "    (1000124, 51, 23.9, 'F'),\n"
    "    (1000125, 58, None, 'F'),\n"
    "]\n",
    "Python columns": 'pd.DataFrame({"id": [1000123, 1000124, 1000125], "age": [63, 51, 58],\n'
    ' "bmi": np.array([27.1, 23.9, nan]), "sex": ["M", "F", "F"]})',
    "Python records": "[{'id': 1000123, 'age': 63, 'bmi': 27.1, 'sex': 'M'}, "
    "{'id': 1000124, 'age': 51, 'bmi': 23.9, 'sex': 'F'}, "
    "{'id': 1000125, 'age': 58, 'bmi': None, 'sex': 'F'}]",
    "appended one by one": "x.append((1000123, 63, 27.1, 'M'))\n"
    "x.append((1000124, 51, 23.9, 'F'))\n"
    "x.append((1000125, 58, None, 'F'))\n",
    "an R data frame": "d <- data.frame(id = c(1000123L, 1000124L, 1000125L), age = c(63, 51, 58),\n"
    " bmi = c(27.1, 23.9, NA), sex = c('M', 'F', 'F'), stringsAsFactors = FALSE)",
    "R vectors": "id <- c(1000123, 1000124, 1000125)\n"
    "age <- c(63, 51, 58)\n"
    "bmi <- c(27.1, 23.9, NA)\n"
    "sex <- c('M', 'F', 'F')\n",
    "R's tribble": "tribble(\n"
    "  ~id, ~age, ~bmi, ~sex,\n"
    "  1000123, 63, 27.1, 'M',\n"
    "  1000124, 51, 23.9, 'F',\n"
    "  1000125, 58, NA, 'F'\n"
    ")",
    "SQL": "INSERT INTO t (id, age, bmi, sex) VALUES (1000123, 63, 27.1, 'M'),\n"
    "(1000124, 51, 23.9, 'F'), (1000125, 58, NULL, 'F');",
    "SQL, a row a statement": "".join(
        f"INSERT INTO t VALUES ({i}, {a}, {b or 'NULL'}, '{s}');\n" for i, a, b, s in PEOPLE
    ),
    "C": 'struct row x[3] = {{1000123, 63, 27.1, "M"}, {1000124, 51, 23.9, "F"}, {1000125, 58, nan, "F"}};',
}


def tables_of(code):
    return list(literal_tables(literals_of(code)))


@pytest.mark.parametrize("name", CODE)
def test_three_people_are_found_in(name):
    [(_, table)] = tables_of(CODE[name])
    assert list(zip(*table.to_pydict().values(), strict=True)) == PEOPLE


def test_dput_of_r():
    code = (
        "structure(list(age = c(63L, 51L, 58L), sex = structure(c(1L, 2L, 2L), levels = c('F', 'M'), "
        "class = 'factor')), class = 'data.frame', row.names = c(NA, -3L))"
    )
    [(_, table)] = tables_of(code)
    assert table.to_pydict() == {"age": [63, 51, 58], "sex": [1, 2, 2]}


@pytest.mark.parametrize("code", ["m = [1 2 3; 4 5 6; 7 8 9]", "m = [1 2 3\n     4 5 6\n     7 8 9]"])
def test_matrices_parted_by_blanks(code):
    [(_, table)] = tables_of(code)
    assert table.column(1).to_pylist() == [2, 5, 8]


@pytest.mark.parametrize(
    "code", ["x = [1, 2, 3, 5, 8, 13]", "x=(1 2 3 5 8 13)", "x <- c(1L, 2L, 3L, 5L, 8L, 13L)"]
)
def test_one_vector(code):
    [(_, table)] = tables_of(code)
    assert table.column(0).to_pylist() == [1, 2, 3, 5, 8, 13]


def test_rows_under_their_keys():
    code = "people = {" + ", ".join(f"'p{n}': [{n}, {n}.5, 3]" for n in range(8)) + "}"
    [(_, table)] = tables_of(code)
    assert table.shape == (8, 4)
    assert table.column(0).to_pylist()[:2] == ["p0", "p1"]


ROWS = 'data = """id,age,bmi\n1000123,63,27.1\n1000124,51,23.9\n"""\n'


def test_a_text_of_rows_in_code():
    [found] = [each for each in tables_in(ROWS, "t") if each.origin is Origin.LITERALS]
    assert found.table.num_rows == 2


def test_a_hundred_thousand_values_are_one_table():
    [(_, table)] = tables_of("x <- c(" + ", ".join(map(str, range(100_000))) + ")")
    assert table.num_rows == 100_000


def test_honest_code_has_none():
    code = (
        "import numpy as np\nfrom a import (b, c, d)\n"
        "def f(x, y=1, z=2):\n    return plot(x, y, size=(8, 6))\n\n"
        "for i in range(1, 10, 2):\n    print(f'{i}, done', sep='', end='')\n"
        "task t { input { File a\n Int b = 3 } command <<< echo ~{a} >>> }\n"
        "SELECT a, b, count(*) FROM t WHERE x IN (1, 2) GROUP BY 1, 2;\n"
    )
    assert tables_of(code) == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("()[]{},;:=~'\"\\ab12.- \n#"), max_size=200))
def test_no_code_makes_it_fail(code):
    for _, table in tables_of(code + " x = [1, 2, 3]"):
        table.validate(full=True)
