"""The risk of a cohort: read of the cohort, on record, with changes side by side."""

import json

import pytest
from typer.testing import CliRunner

from strongroom.cli.app import application
from strongroom.errors import UsageError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.risk import assess_cohort
from strongroom.risk.recoding import read_changes
from strongroom.risk.report import to_html, to_json

COLUMNS = ["p31", "p34", "52-0.0"]


def assessed(home, **more):
    return assess_cohort(home, name="synthetic", by="ada", **({"columns": COLUMNS} | more))


def test_a_cohort_is_assessed_and_that_is_on_record(cohort_home):
    found = assessed(cohort_home)
    assert found.people == 2_000
    assert found.now.everything.columns == ("p31_i0", "p34_i0", "p52_i0")
    assert len(found.now.growing) == 3
    ks = [each.smallest for each in found.now.growing]
    assert ks == sorted(ks, reverse=True)
    linked = {each.words: each for each in found.now.linked}
    assert linked["birth month and year"].pinned < 0.2
    assert linked["birth month and year + exact date (one event in hesin_diag)"].pinned > 0.9
    *_, entry = (entry for _, entry in ledger(cohort_home).entries())
    assert (entry.kind, entry.actor, entry.subject) == ("cohort.risk-assessed", "ada", "synthetic")
    assert entry.facts["columns"] == ["p31_i0", "p34_i0", "p52_i0"]
    # Without a size of the population two are assumed.
    assert {each.size for each in found.estimates} == {20_000, 200_000}


def test_the_dictionary_suggests_which_columns_are_demographics(cohort_home):
    found = assessed(cohort_home, columns=())
    parts = {each.name: each.part for each in found.columns}
    assert parts["p34_i0"] == parts["p31_i0"] == "quasi"
    assert "sensitive" in parts.values()
    assert found.now.diversity


def test_changes_stand_side_by_side_with_what_is(cohort_home):
    changes = read_changes("month:hesin_diag.epistart|coarsen:p34:10|drop:52-0.0")
    found = assessed(cohort_home, changes=changes)
    assert found.after.everything.smallest >= found.now.everything.smallest
    assert found.after.everything.columns == ("p31_i0", "p34_i0")
    assert sum(found.after.uniques.people) <= sum(found.now.uniques.people)
    page = to_html(found)
    assert "after the changes" in page
    assert to_json(found)["changes"][0] == "round hesin_diag.epistart to the month"


def test_whatever_is_changed_can_be_measured_again(cohort_home):
    changes = read_changes(
        "shift:hesin_diag.epistart:30|drop:p31|drop:p34|drop:p52|drop:hesin_diag.diag_icd10"
    )
    found = assessed(cohort_home, changes=changes)
    now, after = found.now, found.after
    assert (after.everything.columns, after.everything.smallest) == ((), 2_000)
    assert after.unicity[0].asked > 0
    assert max(each.pinned for each in after.linked) < max(each.pinned for each in now.linked)
    assert "After the changes" in to_html(found)


def test_a_population_tells_the_journalists_chance(cohort_home, tmp_path):
    rows = [
        f"{sex},{year},{month},300" for sex in (0, 1) for year in range(1930, 1975) for month in range(1, 13)
    ]
    (tmp_path / "census.csv").write_text("\n".join(["p31,p34,p52,persons", *rows]))
    found = assessed(cohort_home, population=tmp_path / "census.csv")
    assert found.now.everything.k_map == 300
    assert found.now.everything.journalist.mean == pytest.approx(1 / 300)
    assert found.now.everything.marketer == pytest.approx(1 / 300)
    assert {each.size for each in found.estimates} == {len(rows) * 300}


def test_what_cannot_be_assessed_is_refused(cohort_home):
    for more in (
        {"columns": ["p99999"]},
        {"changes": read_changes("drop:p99999")},
        {"changes": read_changes("month:p34")},
        {"population_size": 1_000},
    ):
        with pytest.raises(UsageError):
            assessed(cohort_home, **more)


def test_the_command_prints_and_writes_the_page(cohort_home, tmp_path):
    command = ["cohort", "risk", "synthetic", "--home", str(cohort_home.path), "--columns", ",".join(COLUMNS)]
    told = CliRunner().invoke(
        application(), [*command, "--report", str(tmp_path / "risk.html"), "--population-size", "50000"]
    )
    assert told.exit_code == 0, told.output
    assert "finds exactly that person" in told.output
    assert "Pitman" in told.output
    page = (tmp_path / "risk.html").read_text(encoding="utf-8")
    assert page.index("What someone with a few facts can find") < page.index(
        "How many participants look the same"
    )
    told = CliRunner().invoke(application(), [*command, "--json", "--what-if", "drop:p31"])
    document = json.loads(told.output)
    assert document["people"] == 2_000
    assert document["after"]["everything"]["columns"] == ["p34_i0", "p52_i0"]
