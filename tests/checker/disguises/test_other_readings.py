"""Numbers between words that repeat, in cells beside words, and in one long series."""

import datetime as dt
import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.contents.found import FoundReading
from strongroom.checker.disguises.folded_series import folded, row_width
from strongroom.checker.disguises.repeated_words import repeated_word_tables
from strongroom.checker.disguises.restated_cells import restated_tables
from strongroom.checker.disguises.search_file import read_bytes

ROWS = [[f"{150 + 3.7 * n % 41:.1f}", f"{4 + n * 0.37 % 3:.3f}", str(30 + 17 * n % 80)] for n in range(12)]
NUMBERS = [tuple(map(float, row)) for row in ROWS]

TEMPLATES = {
    "one line": "a{0}b{1}c{2}\n",
    "three lines": "loss {0}\nrate {1} s\nsaved in {2}\n",
    "css": ".c {{ margin: {0}px {1}px; width: {2}px; }}\n",
    "xml": "<r><a v='{0}'/><b>{1}</b><c>{2}</c></r>",
    "keys": '{{"low": {0}, "high": {1}, "n": {2}}}, ',
    "names with numbers": "v1={0} v2={1} v3={2};\n",
    "braces": "\\def\\x{{{0}}}\\def\\y{{{1}}}\\def\\z{{{2}}}\n",
}


def written(template, rows=ROWS):
    return "Some words first.\n" + "".join(template.format(*row) for row in rows) + "And last."


def tables(content):
    return [
        list(map(tuple, zip(*table.to_pydict().values(), strict=True)))
        for table in repeated_word_tables(content)
    ]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_rows_are_found_whatever_is_written_around_them(template):
    assert any(set(NUMBERS) <= set(table) for table in tables(written(template)))


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=list(TEMPLATES))
def test_rows_with_missing_values_stay_rows(template):
    rows = [list(row) for row in ROWS]
    rows[3][1] = rows[7][2] = ""
    whole = {numbers for place, numbers in enumerate(NUMBERS) if place not in {3, 7}}
    assert any(whole <= set(table) for table in tables(written(template, rows)))


def test_lines_of_cells_are_read_as_such_and_not_again():
    assert tables("\n".join(" ".join(row) for row in ROWS)) == []


def test_counters_and_constants_are_no_columns():
    assert tables("".join(f"step {n} of 40, epoch {2 * n}, part 3, try 1\n" for n in range(40))) == []


@given(st.text(max_size=400))
def test_any_text_is_read(content):
    list(repeated_word_tables(content))


@given(st.text(alphabet="0123456789.-eEp ,;\n[]{}NAn", max_size=600))
def test_any_mixture_of_numbers_is_read(content):
    list(repeated_word_tables(content))


def test_a_hostile_text_is_read_to_its_end():
    hostile = ["1" * 90_000, "1." * 40_000, "-1e" * 30_000, "a1" * 40_000, "1 a" * 40_000]
    hostile += ["".join(f"{n}{'x' * (n % 61)}" for n in range(2_000)), "é1ü2 " * 20_000]
    for content in hostile:
        list(repeated_word_tables(content))


def test_a_series_is_folded_into_the_rows_it_was_written_from():
    draw = np.random.default_rng(3)
    made = np.column_stack([draw.normal(170, 9, 30), draw.normal(27, 4, 30), draw.normal(5, 1, 30)]).round(2)
    assert row_width(made.ravel()) == 3
    table = folded([str(each) for each in made.ravel()])
    assert table.to_pydict()["f0"] == made[:, 0].tolist()


def test_a_series_of_one_kind_is_not_folded():
    assert row_width(np.random.default_rng(4).normal(size=300)) == 0


def test_numbers_in_cells_beside_words_are_numbers():
    table = pa.table({name: [f"{value[place]} mmol/L" for value in ROWS] for place, name in enumerate("abc")})
    [found] = restated_tables(table)
    assert [tuple(row.values()) for row in found.to_pylist()] == NUMBERS


def test_lists_in_cells_are_rows():
    table = pa.table({"x": pa.array([{"a": {"b": list(row)}} for row in NUMBERS])})
    assert any(found.num_rows == len(ROWS) for found in restated_tables(table))


def test_times_are_numbers_of_days():
    days = [dt.datetime(1900, 1, 1) + dt.timedelta(days=row[0]) for row in NUMBERS]  # noqa: DTZ001 - no zone
    table = pa.table(dict.fromkeys("abc", days))
    [found] = restated_tables(table)
    assert found["f0"].to_pylist() == pytest.approx([row[0] + 2 for row in NUMBERS])


def test_bytes_are_numbers():
    table = pa.table({"x": [np.array(row).tobytes() for row in NUMBERS]})
    [found] = restated_tables(table)
    assert [tuple(row.values()) for row in found.to_pylist()] == NUMBERS


PAGE = "<!DOCTYPE html><html><body>" + written("<i style='left:{0}px;top:{1}px;width:{2}px'></i>")
GROUPS = "".join(f"<g transform='matrix({a} {b} {c} 0 0 1)'/>" for a, b, c in ROWS)
FILES = {
    "page.html": PAGE,
    "plot.svg": f"<svg xmlns='http://www.w3.org/2000/svg'>{GROUPS}</svg>",
    "notes.json": json.dumps({f"k{n}": f"{a} of {b} ({c})" for n, (a, b, c) in enumerate(ROWS)}),
    "t.csv": ",".join("_".join(row) for row in ROWS) + "\n" + ",".join("0" for _ in ROWS) + "\n",
}


@pytest.mark.parametrize("name", FILES)
def test_they_are_found_in_files(name):
    found = [each.table for each in read_bytes(FILES[name].encode(), name) if isinstance(each, FoundReading)]
    told = [set(map(tuple, (row.values() for row in table.to_pylist()))) for table in found]
    assert any({row[-3:] for row in rows} >= set(NUMBERS) or len(rows) == len(NUMBERS) for rows in told)
