"""The child that parses a researcher's file can reach nothing, and its failure is only a finding."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from strongroom.checker import isolation
from strongroom.checker.artefacts import FoundTable, FoundText, Limits, ProblemKind
from strongroom.checker.isolation import BUBBLEWRAP, confined_command, read_file
from strongroom.errors import InputError

needs_bubblewrap = pytest.mark.skipif(
    isolation.isolation() != BUBBLEWRAP, reason="bubblewrap does not work here"
)


def confined(snippet):
    """Run a snippet as the reader is run; return what it printed."""
    done = subprocess.run(
        confined_command(["-c", snippet]), env={}, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.stdout.decode().strip()


def attempt(action):
    attempted = f"try:\n    {action}\n    print('done')\nexcept OSError:\n    print('refused')"
    return f"import os, socket, pathlib\n{attempted}"


@needs_bubblewrap
def test_no_network():
    action = "s = socket.socket(); s.settimeout(3); s.connect(('1.1.1.1', 53))"
    assert confined(attempt(action)) == "refused"
    assert confined("import socket; print(sorted(name for _, name in socket.if_nameindex()))") == "['lo']"


@needs_bubblewrap
def test_no_other_file_is_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("1000001")
    assert confined(attempt(f"pathlib.Path({str(secret)!r}).read_text()")) == "refused"
    assert confined(attempt("pathlib.Path('/etc/passwd').read_text()")) == "refused"


@needs_bubblewrap
def test_the_repository_beside_the_package_is_not_seen():
    pyproject = Path(isolation.__file__).parents[3] / "pyproject.toml"
    assert confined(attempt(f"pathlib.Path({str(pyproject)!r}).stat()")) == "refused"


@needs_bubblewrap
def test_nothing_is_written():
    package = Path(isolation.__file__).parent
    assert confined(attempt("pathlib.Path('/x').write_text('x')")) == "refused"
    assert confined(attempt(f"pathlib.Path({str(package / 'x')!r}).write_text('x')")) == "refused"


@needs_bubblewrap
def test_no_other_process_is_seen():
    assert int(confined("import os; print(len([p for p in os.listdir('/proc') if p.isdigit()]))")) <= 2


def test_no_environment_is_handed_on(tmp_path, monkeypatch):
    monkeypatch.setenv("STRONGROOM_KEY", "secret")
    monkeypatch.setattr(isolation, "_START", "import os, sys; sys.exit('STRONGROOM_KEY' in os.environ)")
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    kind = read_file(path).artefacts[0].kind
    assert kind is ProblemKind.CRASHED
    assert "STRONGROOM_KEY" not in isolation._ENVIRONMENT


def test_limits_forbid_writing_even_without_bubblewrap(tmp_path):
    target = tmp_path / "x"
    snippet = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from strongroom.checker.worker import take_limits\n"
        "from strongroom.checker.artefacts import Limits\n"
        "take_limits(Limits())\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "open(sys.argv[2], 'wb', buffering=0).write(b'x')"
    )
    source = str(Path(isolation.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", snippet, source, str(target)], capture_output=True, check=False
    )
    assert done.returncode != 0
    assert target.read_bytes() == b""


def test_a_file_is_read_in_the_child(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    content = read_file(path)
    [found] = content.artefacts
    assert isinstance(found, FoundTable)
    assert found.table.to_pydict() == {"a": [1, 2], "b": ["x", "y"]}
    assert content.type == "text/csv"
    assert content.isolation == isolation.isolation()


def test_links_pipes_and_directories_are_not_opened(tmp_path):
    (tmp_path / "real.csv").write_text("a\n1\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("link.csv", "pipe.csv", ""):
        assert [each.kind for each in read_file(tmp_path / name).artefacts] == [ProblemKind.UNSAFE_NAME]


def test_a_missing_file_is_the_callers_error(tmp_path):
    with pytest.raises(InputError):
        read_file(tmp_path / "none.csv")


@pytest.mark.parametrize(
    "body",
    [
        "import os; os.kill(os.getpid(), 11)",
        "import sys; sys.exit(0)",
        "import os; os.write(1, b'garbage' * 100)",
        "import os, struct; os.write(1, struct.pack('<QQ', 2, 1 << 60) + b'{}')",
        "import os, struct; os.write(1, struct.pack('<QQ', 2, 0) + b'[]')",
        (
            'import os, struct; h = b\'{"frame": "table", "where": "x"}\';'
            " os.write(1, struct.pack('<QQ', len(h), 3) + h + b'xxx')"
        ),
    ],
)
def test_a_child_that_crashes_or_lies_is_a_finding(tmp_path, monkeypatch, body):
    monkeypatch.setattr(isolation, "_START", body)
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    assert [each.kind for each in read_file(path).artefacts] == [ProblemKind.CRASHED]


def test_a_child_that_never_ends_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(isolation, "_START", "import time; time.sleep(600)")
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    [found] = read_file(path, limits=Limits(wall_seconds=1)).artefacts
    assert found.kind is ProblemKind.CRASHED
    assert "time" in found.detail


def test_memory_and_size_are_limited(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("word\n" * 4_000_000)
    kinds = {
        each.kind
        for each in read_file(path, limits=Limits(memory_bytes=400 << 20)).artefacts
        if hasattr(each, "kind")
    }
    assert kinds & {ProblemKind.CRASHED, ProblemKind.TOO_LARGE, ProblemKind.UNREADABLE}
    [found] = read_file(path, limits=Limits(file_bytes=1_000)).artefacts
    assert found.kind is ProblemKind.TOO_LARGE


def test_a_name_cannot_pass_for_an_argument(tmp_path):
    path = tmp_path / "--help\n.txt"
    path.write_text("words\n")
    [found] = read_file(path).artefacts
    assert found == FoundText("--help?.txt", "words\n")


def test_without_bubblewrap_the_limits_remain_and_the_report_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(isolation, "_bubblewrap", lambda: ())
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,x\n")
    content = read_file(path)
    assert content.isolation == isolation.LIMITS_ONLY
    assert isinstance(content.artefacts[0], FoundTable)
