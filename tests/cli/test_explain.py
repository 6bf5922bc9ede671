"""`strongroom explain` prints what a rule of a report means."""

import json

from typer.testing import CliRunner

from strongroom.cli.app import application


def test_a_rule_is_explained_for_people_and_for_programs():
    shown = CliRunner().invoke(application(), ["explain", "row-match/records"])
    assert "What to do: Submit a summary instead" in shown.output
    assert "## Limits" in shown.output
    read = CliRunner().invoke(application(), ["explain", "row-match/records", "--json"])
    assert json.loads(read.output)["rule"] == "row-match/records"
