"""Tables in text: by delimiters, blanks, rules, markup, keys; and none in prose."""

import numpy as np
import pytest

from strongroom.checker.contents.found import Origin
from strongroom.checker.formats.text.plain_text import tables_in

ROWS = [(63, 27.1), (51, 23.2)]
TEXTS = {
    "R prints a data frame": "  age  bmi sex\n1  63 27.1   M\n2  51 23.2   F\n",
    "pandas with blanks in cells": "   age   bmi  smoking status\n"
    "0   63  27.1  Former smoker\n"
    "1   51  23.2  Never\n",
    "Markdown": "| age | bmi |\n|-----|:---:|\n| 63 | 27.1 |\n| 51 | 23.2 |\n",
    "reStructuredText": "+-----+------+\n"
    "| age | bmi  |\n"
    "+=====+======+\n"
    "| 63  | 27.1 |\n"
    "+-----+------+\n"
    "| 51  | 23.2 |\n"
    "+-----+------+\n",
    "LaTeX": "\\begin{tabular}{rr}\n"
    "\\hline\n"
    "age & bmi \\\\ \\hline\n"
    "63 & 27.1 \\\\\n"
    "51 & \\textbf{23.2} \\\\\n"
    "\\end{tabular}",
    "Stata's list": "   +------------+\n"
    "   | age    bmi |\n"
    "   |------------|\n"
    "1. |  63   27.1 |\n"
    "2. |  51   23.2 |\n"
    "   +------------+\n",
    "SMCL": (
        "{smcl}\n{txt}{c |} age {space 3} bmi {space 3} n {c |}\n"
        "{res}{c |} 63 {space 3} 27.1 {space 3} 1 {c |}\n"
        "{c |} 51 {space 3} 23.2 {space 3} 2 {c |}\n"
    ),
    "two lines of values": "age,bmi,sex\n63,27.1,M\n51,23.2,F\n",
    "comments": "# age,bmi,n\n# 63,27.1,1\n# 51,23.2,2\n",
    "YAML": "people:\n- age: 63\n  bmi: 27.1\n  sex: M\n- age: 51\n  bmi: 23.2\n  sex: F\n",
    "INI": "[p1]\nage = 63\nbmi = 27.1\nsex = F\n\n[p2]\nage = 51\nbmi = 23.2\nsex = F\n",
}


def tables(text):
    return [found.table for found in tables_in(text, "t")]


@pytest.mark.parametrize("name", TEXTS)
def test_two_rows_are_found_as(name):
    [table] = tables(TEXTS[name])
    assert table.column("age").to_pylist() == [63, 51]
    assert table.column("bmi").to_pylist() == [27.1, 23.2]


def test_a_log_writes_something_before_each_row():
    [table] = tables("".join(f"2026-01-02 10:00:0{n} INFO row: {n},2{n}.5,M\n" for n in range(5)))
    assert table.column(0).to_pylist() == [0, 1, 2, 3, 4]


def test_one_persons_values_under_their_names():
    [table] = tables("age          63\nbmi        27.1\nsex           M\n")
    assert table.to_pydict() == {"key": ["age", "bmi", "sex"], "value": ["63", "27.1", "M"]}


def test_a_number_as_wide_as_its_column_is_parted_from_the_one_before_by_its_sign():
    rows = [
        f"k[{n}] {value} 1.013{value / 1.013:>8.2f}" for n, value in enumerate((12.5, -980.25, 41.0, -2000.5))
    ]
    [table] = tables("\n".join(rows))
    assert table.shape == (4, 4)
    assert table.column(3).to_pylist() == [12.34, -967.67, 40.47, -1974.83]


def test_a_range_of_numbers_stays_one_cell():
    [table] = tables("a 1.5 0.2-1.9\nb 2.5 1.2-3.9\nc 0.5 0.1-0.9\n")
    assert table.shape == (3, 3)


def test_a_list_of_identifiers_is_one_column():
    [table] = tables("".join(f"{n}\n" for n in range(1_000_001, 1_000_006)))
    assert table.num_rows == 5


def test_rows_of_an_appended_data_step():
    [table] = tables("data x;\n input id age;\n datalines;\n1 63 27.1\n2 51 22.2\n3 58 31.1\n;\nrun;\n")
    assert table.shape == (3, 3)


def test_lines_and_origin_are_told():
    [found] = tables_in("Dear all,\n\nage,bmi,n\n63,27.1,1\n51,22.2,2\n", "t")
    assert found.where == "t > table at line 3"
    assert found.origin is Origin.TABLE


@pytest.mark.parametrize(
    "text",
    [
        "We saw that the age, sex and bmi were\nrelated to the outcome, in the end,\nit was 27.1 (1, 2).\n",
        "def mean(values):\n    total = sum(values)\n    return total / len(values)\n",
        "if (a && b) {\n    x = y & z;\n}\n",
        "",
    ],
)
def test_prose_and_code_have_no_tables(text):
    assert tables(text) == []


def test_lines_of_a_table_with_missing_values_are_not_found_once_more():
    draw = np.random.default_rng(4)
    cells = [f"{value:.2f}" if draw.random() < 0.8 else "" for value in draw.normal(50, 9, 4_000)]
    content = "\n".join(",".join(cells[start : start + 8]) for start in range(0, len(cells), 8))
    found = [each.table for each in tables_in(f"a,b,c,d,e,f,g,h\n{content}\n", "t.txt")]
    assert [(table.num_rows, table.num_columns) for table in found] == [(500, 8)]
