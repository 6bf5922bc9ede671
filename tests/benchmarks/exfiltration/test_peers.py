"""The peers' rules, on examples made by hand."""

import gzip

import polars as pl
import pytest
from benchmarks.exfiltration._peers import data_match, number_rule, size_rule


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("id 1234567", True),
        ("6500000,", True),
        ("6500001", False),
        ("999999", False),
        ("rs1234567", False),
        ("0.1234567", False),
        ("12345678", False),
        ("x1234567y", True),
    ],
)
def test_seven_digit_rule(tmp_path, text, stopped):
    path = tmp_path / "a.txt"
    path.write_text(text)
    assert number_rule.fires(path) is stopped


def test_seven_digit_rule_reads_text_alone(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"1234567"))
    assert not number_rule.fires(path)


def test_size_rule(tmp_path):
    few, many, named, other = (tmp_path / name for name in ("few.csv", "many.csv", "named.csv", "model.bin"))
    few.write_text("a\n" + "1\n" * 5_000)
    many.write_text("a\n" + "1\n" * 5_001)
    named.write_text("patient_id,n\n1,2\n")
    other.write_bytes(b"1")
    assert [size_rule.fires(path) for path in (few, many, named, other)] == [False, True, True, True]


@pytest.fixture
def match():
    people = pl.DataFrame({"eid": [1_000_001, 1_000_002], "sbp": [141.25, 119.75], "town": ["Leeds", "Hull"]})
    return data_match.DataMatch(people)


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("141.25,leeds\n", True),
        ("1000002 119.75\n", True),
        ("141.25\nleeds\n", False),
        ("141.25,hull\n", False),
        ("141.3,Leeds\n", False),
        ("aggregate 12.5\n", False),
    ],
)
def test_two_cells_of_one_record_in_a_line(tmp_path, match, text, stopped):
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert match.fires(path) is stopped


def test_data_match_looks_into_workbooks(tmp_path, match):
    from benchmarks.exfiltration._attacks import writers

    path = writers.zipped(pl.DataFrame({"a": [141.25], "b": ["Leeds"]}), tmp_path / "t")
    assert match.fires(path)
