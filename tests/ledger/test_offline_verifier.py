"""The verifier stands alone: one file, the standard library and cryptography, run as anyone would run it."""

import ast
import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.samples import KEYS, LOG, OTHER, WITNESS, add, seal
from strongroom.ledger import offline_verifier

SOURCE = Path(offline_verifier.__file__)


@pytest.fixture
def exported(ledger, witness, tmp_path) -> Path:
    """A folder as an auditor receives it: the export and the verifier beside it."""
    add(ledger, 0, 20)
    seal(ledger, witness)
    folder = tmp_path / "audit"
    folder.mkdir()
    ledger.export(folder / "ledger.jsonl")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # -I: neither the environment nor the current folder can slip another module in.
    command = [sys.executable, "-I", "offline_verifier.py", "ledger.jsonl", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_it_imports_the_standard_library_and_cryptography_alone():
    imported = set()
    for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_export_brings_the_very_verifier(exported):
    assert (exported / SOURCE.name).read_bytes() == SOURCE.read_bytes()
    assert sorted(path.name for path in exported.iterdir()) == ["ledger.jsonl", SOURCE.name]


def test_a_sound_export_ends_with_0(exported):
    result = run(exported, "--key", LOG.verifier_key, "--key", WITNESS.witness_key)
    assert (result.returncode, result.stderr) == (0, "")
    assert "Verified: 20 entries of strongroom/ledger" in result.stdout
    assert "cosigned by strongroom/witness" in result.stdout


def test_json_says_what_was_verified(exported, ledger):
    (exported / "keys").write_text("\n".join(KEYS), encoding="utf-8")
    result = run(exported, "--key", "@keys", "--json")
    found = json.loads(result.stdout)
    assert found["verified"] is True
    assert found["root"] == ledger.root().hex()


def test_a_tampered_export_ends_with_1_and_names_the_fault(exported):
    path = exported / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"rows":7', b'"rows":8', 1))
    result = run(exported, "--key", LOG.verifier_key)
    assert (result.returncode, result.stdout[:22]) == (1, "NOT VERIFIED (changed)")
    found = json.loads(run(exported, "--key", LOG.verifier_key, "--json").stdout)
    assert (found["verified"], found["fault"], found["index"]) == (False, "changed", 7)


def test_a_checkpoint_kept_elsewhere_is_held_against_it(exported, ledger):
    add(ledger, 20, 25)
    (exported / "kept").write_text(str(seal(ledger)), encoding="utf-8")
    result = run(exported, "--key", LOG.verifier_key, "--checkpoint", "kept")
    assert (result.returncode, "truncated" in result.stdout) == (1, True)


def test_clocks_that_went_back_are_said_and_do_not_fail(exported, ledger):
    add(ledger, 3, 4)
    seal(ledger)
    ledger.export(exported / "ledger.jsonl")
    result = run(exported, "--key", LOG.verifier_key)
    assert result.returncode == 0
    assert "Warning: entry 20" in result.stdout


@pytest.mark.parametrize(
    "arguments", [["--key", "nonsense"], ["--key", "@missing"], ["--key", "a+00000000+AQAA"]]
)
def test_a_key_that_is_none_ends_with_1(exported, arguments):
    result = run(exported, *arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert "Nothing was verified" in result.stderr


def test_it_cannot_be_run_without_a_key(exported):
    assert run(exported).returncode == 2


def test_the_command_within_this_process_says_the_same(exported, capsys):
    file, keys = str(exported / "ledger.jsonl"), [word for key in KEYS for word in ("--key", key)]
    assert offline_verifier.main([file, *keys, "--witnesses", "1"]) == 0
    assert capsys.readouterr().out.startswith("Verified: 20 entries")
    assert offline_verifier.main([file, *keys, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verified"] is True
    assert offline_verifier.main([file, "--key", "no key"]) == 1
    assert "Nothing was verified" in capsys.readouterr().err
    mistyped = LOG.verifier_key.replace("+34d2", "+34d3")
    assert offline_verifier.main([file, "--key", mistyped]) == 1
    assert "is not a verifier key" in capsys.readouterr().err
    lines = (exported / "ledger.jsonl").read_text().splitlines(keepends=True)
    (exported / "ledger.jsonl").write_text("".join(lines[:3] + lines[4:]))
    (exported / "keys").write_text("\n".join(KEYS), encoding="utf-8")
    assert offline_verifier.main([file, "--key", f"@{exported / 'keys'}"]) == 1
    assert capsys.readouterr().out.startswith("NOT VERIFIED")


def test_as_a_script_it_exits_with_the_result(exported, monkeypatch, capsys):
    """A caller that only looks at the exit code must not take a failed verification for a success."""
    for key, code in ((LOG.verifier_key, 0), (OTHER.verifier_key, 1)):
        arguments = [SOURCE.name, str(exported / "ledger.jsonl"), "--key", key]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(SOURCE), run_name="__main__")
        assert ended.value.code == code
    assert "NOT VERIFIED (wrong key)" in capsys.readouterr().out
