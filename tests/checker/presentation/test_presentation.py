"""A report says the same to people and to programs, shows nobody's values, and cannot be written into."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from strongroom.checker import FileReport, Finding, Report, Verdict
from strongroom.checker.presentation import to_html, to_sarif
from strongroom.pages import percent

FINDING = Finding(
    detector="row-match",
    severity=Verdict.BLOCK,
    where="a.zip > <script>alert(1)</script>.csv",
    message="About 20 of 20 rows are participants' records.",
    detail="Columns recognised: v1 = height.",
    participants=20,
    rows=20,
    chance=0.01,
    bits=55.0,
)
BLOCKED = FileReport("out & in/a file.csv", "ab" * 32, 1_234, "text/csv", (FINDING,), 0.99, "bubblewrap")
CLEAN = FileReport("table.csv", "cd" * 32, 20, "text/csv", (), 0.9, changes=("table.csv: written anew",))
REPORT = Report((BLOCKED, CLEAN), 1.5, "ef" * 32)


class _Page(HTMLParser):
    """Collects what tags a page has and what it says."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.said, self.attributes = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_data(self, data):
        self.said.append(data)


def test_the_page_says_verdict_finding_place_and_changes():
    said = " ".join(_Page(to_html(REPORT)).said)
    for expected in (
        "These files cannot be released",
        FINDING.message,
        FINDING.where,
        "table.csv: written anew",
        percent(REPORT.leak_probability),
    ):
        assert expected in said


def test_the_page_runs_no_script_and_fetches_nothing():
    page = _Page(to_html(REPORT))
    assert not {"script", "img", "iframe", "link", "object"} & set(page.tags)
    assert all(value.startswith("#") for name, value in page.attributes if name in {"href", "src"})
    assert not any(name.startswith("on") for name, _ in page.attributes)


def test_the_page_can_be_read_without_eyes_for_colour_or_at_all():
    page = _Page(to_html(REPORT))
    assert ("lang", "en") in page.attributes
    assert page.tags.count("caption") == page.tags.count("table") == 1
    assert page.tags.count("title") == 1 + page.tags.count("svg")
    leak = percent(REPORT.leak_probability)
    assert f"Probability of a leak, if 1.0 % of files have one: {leak}" in page.said


def test_advice_follows_the_message_and_further_evidence_of_the_same_leak_is_folded():
    first = replace(FINDING, rule="row-match/records", advice="Submit a summary.", concern="people")
    again = replace(first, rule="read-again/records", message="Again.", bits=1.0)
    said = to_html(Report((replace(BLOCKED, findings=(again, first)),), 1.5, "ef" * 32))
    assert (
        said.index("About 20 of 20 rows") < said.index("Submit a summary.") < said.index("Further evidence")
    )
    assert said.index("Further evidence of the same leak (1)") < said.index("Again.")
    assert said.count("<article") == 1


@pytest.mark.parametrize(
    ("address", "linked"), [("https://a.example/r.html", 1), ("docs/r.md", 0), ("javascript:x", 0)]
)
def test_only_an_address_on_the_web_is_a_link(address, linked):
    said = to_html(Report((replace(BLOCKED, findings=(replace(FINDING, help=address),)),), 1.5, "ef" * 32))
    assert said.count(f'<a href="{address}">') == linked
    assert address in said


def test_which_rows_and_columns_match_is_drawn_for_the_custodian_alone():
    matched = replace(FINDING, matched_columns=(True, False, True), matched_bands=(0.0, 0.985))
    report = Report((replace(BLOCKED, findings=(matched,)),), 1.5, "ef" * 32)
    assert "Matched part of the table" not in to_html(report)
    said = to_html(report, detailed=True)
    assert "Matched part of the table: 2 of 3 columns" in said
    assert "Columns 1, 3 match; 0.0 % to 98.5 % of the rows tested matched" in said
    assert '<td class="number">98.5 %</td>' in said


def test_detail_is_the_custodians_alone():
    assert FINDING.detail not in to_html(REPORT)
    assert FINDING.detail in to_html(REPORT, detailed=True)
    assert FINDING.detail not in json.dumps(to_sarif(REPORT))
    assert FINDING.detail in json.dumps(to_sarif(REPORT, detailed=True))


def test_sarif_has_what_the_standard_requires():
    log = to_sarif(REPORT)
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["name"] == "strongroom"
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][place["index"]]["location"]["uri"] == place["uri"]
        assert result["message"]["text"]
        if result["kind"] == "fail":
            assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_says_block_as_error_and_a_clean_file_as_pass():
    blocked, clean = to_sarif(REPORT)["runs"][0]["results"]
    assert (blocked["level"], blocked["ruleId"]) == ("error", "row-match")
    assert (clean["kind"], clean["level"]) == ("pass", "none")


def test_an_address_in_sarif_is_a_valid_one():
    uri = to_sarif(REPORT)["runs"][0]["artifacts"][0]["location"]["uri"]
    assert uri == "out%20%26%20in/a%20file.csv"
