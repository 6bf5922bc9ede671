"""The page of formats is what the registry says, and every format says enough to be on it."""

import importlib.util
from importlib import import_module
from pathlib import Path

import pytest

from strongroom.checker.formats.format import Order, loaded
from strongroom.checker.formats.registry import FORMATS

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "generate_formats.py"


def test_the_page_is_what_the_formats_say(capsys):
    spec = importlib.util.spec_from_file_location("generate_formats", SCRIPT)
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.main(["--check"]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_what_a_format_names_exists(each):
    for named in (each.read, each.rebuild, each.large):
        assert named is None or callable(loaded(named))
    for module in each.preload:
        import_module(module)
    assert bool(each.copy) == (each.rebuild is not None)
    assert each.looks or each.text
    assert all(sign.order in Order for sign in each.looks)
    assert all(ending.startswith(".") and ending == ending.lower() for ending in each.endings)


def test_names_and_types_are_told_apart():
    for values in ([each.name for each in FORMATS], [each.mime for each in FORMATS]):
        assert len(set(values)) == len(values)
