"""The page of the command line is what the commands say of themselves."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "generate_cli.py"


def test_the_page_is_what_help_says(capsys):
    spec = importlib.util.spec_from_file_location("generate_cli", SCRIPT)
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.main(["--check"]) == 0, capsys.readouterr().err
