"""Decisions are numbered without gaps, each with a date and a status, and the index lists them all."""

import re
from pathlib import Path

import pytest

DECISIONS = Path(__file__).resolve().parents[2] / "docs" / "decisions"
PAGES = sorted(DECISIONS.glob("0*.md"))
INDEX = (DECISIONS / "README.md").read_text(encoding="utf-8")
STATUS = re.compile(
    r"^\*\*Date\.\*\* \d{4}-\d\d-\d\d · \*\*Status\.\*\* (proposed|accepted|superseded by \[\d{4}\])[^\n]*\.$"
)


def test_numbers_have_no_gaps():
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_has_its_number_date_and_status_and_is_in_the_index(page):
    title, blank, status = page.read_text(encoding="utf-8").splitlines()[:3]
    number, _, name = title.removeprefix("# ").partition(" · ")
    assert number == page.name[:4]
    assert not blank
    assert STATUS.match(status), status
    assert f"| [{number}]({page.name}) | {name} |" in INDEX
