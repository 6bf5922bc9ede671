"""`strongroom serve` says in one sentence why it does not start."""

import json
import socket
import subprocess
import sys

import pytest

PROGRAM = [sys.executable, "-c", "from strongroom.cli import main; main()", "serve"]


def start(*words):
    return subprocess.run(
        [*PROGRAM, *map(str, words)], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_named(tmp_path, taken):
    ended = start("--home", tmp_path / "home", "--port", taken, "--json")
    assert ended.returncode == 1
    assert f"Port {taken}" in json.loads(ended.stdout)["error"]
    assert not (tmp_path / "home").exists()


def test_a_custodian_has_a_name_and_an_address(tmp_path):
    ended = start("--home", tmp_path / "home", "--port", 0, "--custodian", "Ada")
    assert ended.returncode == 2
    assert ended.stderr.count("strongroom: ") == 1
    assert "Ada Byron <ada@example.org>" in ended.stderr


def test_a_home_without_its_database_is_not_made_anew(cohort_home):
    for file in cohort_home.path.glob("strongroom.sqlite3*"):
        file.unlink()
    ended = start("--home", cohort_home.path, "--port", 0)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "database" in ended.stderr
