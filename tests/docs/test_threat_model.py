"""Every threat is met by a test or accepted with a reason, and every attack test belongs to a threat."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (T-[A-Z]+-\d{2,3}) \| (.+?) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/attacks/test_\w+\.py)::(test_\w+)`")
ACCEPTED = re.compile(r"\*accepted\*: [^|`]+\.")
THREATS = {number: answer for number, _, answer in ROW.findall(PAGE)}
AREAS = {
    "COPY",
    "LEDGER",
    "ROLLBACK",
    "STATE",
    "STORE",
    "PSEUDO",
    "CHECK",
    "SANDBOX",
    "SITE",
    "TRACE",
    "COURT",
    "MARK",
    "DECOY",
    "INGEST",
    "QUERY",
}


def attack_tests() -> set[str]:
    return {
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in (ROOT / "tests" / "attacks").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def named_tests() -> Counter[str]:
    return Counter(f"{file}::{name}" for answer in THREATS.values() for file, name in TEST.findall(answer))


def test_every_line_that_names_a_threat_is_understood_and_no_id_stands_twice():
    assert len(re.findall(r"^\| T-", PAGE, re.MULTILINE)) == len(ROW.findall(PAGE)) == len(THREATS)
    assert {number.split("-")[1] for number in THREATS} == AREAS


@pytest.mark.parametrize("number", THREATS)
def test_a_threat_has_one_test_or_one_accepted_risk(number):
    answer = THREATS[number]
    assert bool(TEST.fullmatch(answer)) != bool(ACCEPTED.fullmatch(answer)), answer


def test_every_named_test_exists_and_every_attack_is_named_once():
    named = named_tests()
    assert set(named) == attack_tests()
    assert set(named.values()) == {1}
