"""Every rule is documented, explained, and says what to do in plain sentences."""

import json
import re
from pathlib import Path

import pytest

from strongroom.checker.detectors import rules
from strongroom.checker.explain import PAGES, explain
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import counted, found_by, help_link
from strongroom.errors import UsageError

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "detectors"
RULES = [rule for each in rules().values() for rule in each]


def test_rules_are_named_after_their_detector_and_each_once():
    assert all(rule.detector == name for name, each in rules().items() for rule in each)
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_the_pages_have_every_rule_and_no_other():
    listed = set()
    for page in DOCS.glob("*.md"):
        listed |= {
            (page.stem, rule)
            for rule in re.findall(r"^- `([\w-]+/[\w-]+)`: ", page.read_text(), re.MULTILINE)
        }
    assert listed == {(rule.detector, rule.id) for rule in RULES}


def test_what_is_shipped_is_what_the_rules_say():
    shipped = json.loads(PAGES.read_text(encoding="utf-8"))
    assert set(shipped["rules"]) == {rule.id for rule in RULES}
    assert set(shipped["pages"]) == set(rules())


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_is_one_sentence_of_what_and_one_of_what_to_do(rule):
    for text in (rule.sentence, rule.advice):
        assert text[0].isupper() or text[0] == "{"
        assert text.endswith(".")
        assert ". " not in text
    found = explain(rule.id)
    assert found.advice == rule.advice
    assert rule.id in found.page


def test_a_detector_can_be_explained_and_an_unknown_rule_is_refused():
    assert explain("row-match").page == explain("row-match/records").page
    with pytest.raises(UsageError, match="not a rule") as refused:
        explain("row-match/record")
    assert "row-match/records" in refused.value.hint


def test_a_finding_links_to_its_rules_page():
    finding = Finding("row-match", Verdict.BLOCK, "t.csv", "A sentence.", rule="not-understood/not-judged")
    assert (Path(__file__).parents[2] / help_link(finding, "")).is_file()
    address = "https://custodian.example/docs/reference/detectors/not-understood.html"
    assert help_link(finding, "https://custodian.example/docs/") == address


def test_a_finding_of_a_called_detector_names_the_caller():
    finding = Finding("row-match", Verdict.BLOCK, "t.csv", "A sentence.", rule="row-match/records")
    renamed = found_by("split", finding)
    assert (renamed.detector, renamed.rule) == ("split", "split/records")


def test_numbers_agree_with_their_nouns():
    assert (counted(1, "count"), counted(2_000, "count")) == ("1 count", "2,000 counts")
    assert counted(2, "person", "people") == "2 people"
