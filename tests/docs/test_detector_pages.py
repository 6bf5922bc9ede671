"""The pages of the detectors are what their specs, and so their tests, say."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "generate_detectors.py"


def test_the_pages_are_what_the_specs_say(capsys):
    spec = importlib.util.spec_from_file_location("generate_detectors", SCRIPT)
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.main(["--check"]) == 0, capsys.readouterr().err
