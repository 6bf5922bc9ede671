"""The reference says everything there is: a new error, entry kind, policy setting or fault fails here."""

import ast
import inspect
from dataclasses import fields
from pathlib import Path

import strongroom
from strongroom import errors
from strongroom.checker.policy import SETTINGS, default_policy
from strongroom.cohort.dictionary import Role, ValueType
from strongroom.disclosure.answer_noise import ReleaseRule
from strongroom.disclosure.gateway.settings import QuerySettings
from strongroom.ledger.offline_verifier import Fault

SOURCE = Path(strongroom.__file__).parent
REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def rows(text: str) -> dict[str, list[str]]:
    """Return the table rows of a page by their first cell, without the code quotes."""
    cells = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line[:1] == "|"
    ]
    return {row[0].strip("`"): row[1:] for row in cells}


def recorded_kinds() -> set[str]:
    kinds = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                first = node.args[0] if node.args else None
                assert isinstance(first, ast.Constant), f"{path}:{node.lineno}: the kind must be written out"
                kinds.add(first.value)
    return kinds


def test_every_kind_of_entry_is_documented_and_no_other():
    documented = {kind for kind in rows(page("ledger-entries.md")) if "." in kind}
    assert recorded_kinds() == documented


def test_every_error_is_documented_with_its_exit_code():
    documented = rows(page("errors.md"))
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, errors.StrongroomError):
            assert documented[name][0] == str(kind.exit_code), name


def test_every_policy_setting_is_documented_with_its_default():
    documented = rows(page("policy.md"))
    for name in SETTINGS:
        assert documented[name][0] == str(getattr(default_policy(), name)), name


def test_every_setting_of_the_query_gateway_is_documented_with_its_default():
    documented = rows(page("queries.md"))
    for setting in (*fields(ReleaseRule), *fields(QuerySettings)):
        if setting.name != "rule":
            assert float(documented[setting.name][0]) == setting.default, setting.name


def test_every_fault_of_the_ledger_is_documented():
    documented = rows(page("ledger.md"))
    assert {fault.value for fault in Fault} <= documented.keys()


def test_every_type_and_role_of_the_dictionary_is_documented():
    text = page("dictionary.md")
    assert all(f"`{word.value}`" in text for word in (*ValueType, *Role))
