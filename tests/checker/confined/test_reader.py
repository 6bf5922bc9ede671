"""The child that parses a researcher's file can reach nothing, and its failure is only a finding."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from strongroom.checker.confined import client, reader, running
from strongroom.checker.confined.reader import judge_file, read_file
from strongroom.checker.contents.found import FoundTable, FoundText, Limits, ProblemKind
from strongroom.checker.contents.id_query import NO_IDS
from strongroom.errors import InputError, RefusedError
from strongroom.sandbox import confinement
from strongroom.sandbox.confinement import confined_command

needs_bubblewrap = pytest.mark.skipif(
    confinement.BUBBLEWRAP not in running.isolation(), reason="bubblewrap does not work here"
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
    pyproject = Path(reader.__file__).parents[3] / "pyproject.toml"
    assert confined(attempt(f"pathlib.Path({str(pyproject)!r}).stat()")) == "refused"


@needs_bubblewrap
def test_nothing_is_written():
    package = Path(reader.__file__).parent
    assert confined(attempt("pathlib.Path('/x').write_text('x')")) == "refused"
    assert confined(attempt(f"pathlib.Path({str(package / 'x')!r}).write_text('x')")) == "refused"


@needs_bubblewrap
def test_no_other_process_is_seen():
    assert int(confined("import os; print(len([p for p in os.listdir('/proc') if p.isdigit()]))")) <= 2


# A server whose children run the file they are given, in place of a parser that was taken over.
OBEYING = """
import os, time
from strongroom.checker.confined import server

def work(request, file, answer, formats):
    exec(os.read(file, 100_000).decode())

server.serve(work)
"""


@pytest.fixture
def taken_over(tmp_path, monkeypatch):
    """Return what the parent makes of a file whose reader does what the snippet says."""
    monkeypatch.setattr(running, "_START", running._PATH + OBEYING)

    def read(snippet, ending=".csv", **limits):
        path = tmp_path / f"a{ending}"
        path.write_text(snippet)
        return read_file(path, limits=Limits(**limits))

    return read


def said(content):
    """Return the one text a taken-over reader answered with."""
    [found] = content.artefacts
    assert isinstance(found, FoundText), found
    return found.text


def telling(expression):
    return (
        "from strongroom.checker.contents.frames import write_artefact, write_frame\n"
        "from strongroom.checker.contents.found import FoundText\n"
        f"{expression}\n"
        "write_artefact(answer, FoundText('x', str(said)))\n"
        "write_frame(answer, {'frame': 'end'})\n"
    )


def test_no_environment_is_handed_on(monkeypatch, taken_over):
    monkeypatch.setenv("STRONGROOM_KEY", "secret")
    assert "STRONGROOM" not in said(taken_over(telling("said = sorted(os.environ)")))


def test_a_child_holds_its_file_and_its_answer_and_nothing_else(taken_over):
    held = """
said = []
for number in range(1_000):
    try:
        os.fstat(number)
        said.append(number)
    except OSError:
        pass
"""
    assert said(taken_over(telling(held))) == "[0, 1, 2, 3]"


@pytest.mark.parametrize(
    "ending", [".csv", ".txt", ".pdf", ".dta", ".rds", ".h5", ".xlsx", ".png", ".parquet"]
)
def test_a_child_starts_with_one_thread_whatever_was_loaded_for_it(taken_over, ending):
    counting = telling("said = len(os.listdir('/proc/self/task'))")
    assert said(taken_over(counting, ending=ending)) == "1"


def test_limits_forbid_writing_even_without_bubblewrap(tmp_path):
    target = tmp_path / "x"
    snippet = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from strongroom.checker.confined.child import take_limits\n"
        "from strongroom.checker.contents.found import Limits\n"
        "take_limits(Limits())\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "open(sys.argv[2], 'wb', buffering=0).write(b'x')"
    )
    source = str(Path(reader.__file__).parents[2])
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
    assert content.isolation == running.isolation()


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
        "import ctypes; ctypes.string_at(0)",
        "os._exit(0)",
        "raise ValueError",
        "answer.write(b'garbage' * 100)",
        "import struct; answer.write(struct.pack('<QQ', 2, 1 << 60) + b'{}')",
        "import struct; answer.write(struct.pack('<QQ', 2, 0) + b'[]')",
        (
            'import struct; h = b\'{"frame": "table", "where": "x"}\';'
            " answer.write(struct.pack('<QQ', len(h), 3) + h + b'xxx')"
        ),
        "bytearray(1 << 34)",
    ],
)
def test_a_child_that_crashes_or_lies_is_a_finding_and_the_next_file_is_read(taken_over, body):
    assert [each.kind for each in taken_over(body).artefacts] == [ProblemKind.CRASHED]
    assert said(taken_over(telling("said = 'well'"))) == "well"


@pytest.mark.parametrize("body", ["time.sleep(600)", "while True: answer.write(bytes(1_000))"])
def test_a_child_that_never_ends_is_stopped_and_the_server_lives_on(taken_over, body):
    server = running.fork_server("required")
    [found] = taken_over(body, wall_seconds=1).artefacts
    assert found.kind is ProblemKind.CRASHED
    assert said(taken_over(telling("said = 'well'"))) == "well"
    assert running.fork_server("required") is server


def test_a_server_that_dies_is_replaced(taken_over):
    assert said(taken_over(telling("said = 1"))) == "1"
    server = running.fork_server("required")
    server._process.kill()
    server._keeper.join()
    assert said(taken_over(telling("said = 2"))) == "2"
    assert running.fork_server("required") is not server


def test_a_server_that_dies_while_it_reads_is_a_finding_and_the_next_file_is_read(taken_over):
    server = running.fork_server("required")
    stop = threading.Timer(0.5, server._process.kill)
    stop.start()
    [found] = taken_over("time.sleep(600)", wall_seconds=60).artefacts
    assert found.kind is ProblemKind.CRASHED
    server._keeper.join()
    assert said(taken_over(telling("said = 'well'"))) == "well"


def test_a_server_that_never_answers_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_START", "import time; time.sleep(600)")
    monkeypatch.setattr(client, "LIMITS", type(client.LIMITS)(grace_seconds=0.1))
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    [found] = read_file(path, limits=Limits(wall_seconds=1)).artefacts
    assert found.kind is ProblemKind.CRASHED
    assert "time" in found.detail


def test_many_files_leave_no_descriptor_and_no_process_behind(taken_over):
    taken_over(telling("said = 1"))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        taken_over(telling(f"said = {number}") if number % 2 else "os._exit(1)")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    # bubblewrap, the server, and one that has just ended may not be buried yet
    processes = [running.fork_server("required")._process.pid]
    for each in processes:
        for task in Path(f"/proc/{each}/task").iterdir():
            processes += map(int, (task / "children").read_text().split())
    assert len(processes) <= 4


def test_the_server_ends_with_the_process_that_started_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    source = str(Path(reader.__file__).parents[2])
    code = (
        f"import sys, os, signal; sys.path.insert(0, {source!r})\n"
        "from pathlib import Path\n"
        "from strongroom.checker.confined import reader, running\n"
        f"reader.read_file(Path({str(path)!r}))\n"
        "print(running.fork_server('required')._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    server = int(done.stdout)
    for _ in range(500):
        if not _runs(server):
            break
        time.sleep(0.02)
    assert not _runs(server)


def _runs(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_memory_and_size_are_limited(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("word\n" * 1_000_000)
    kinds = {
        each.kind
        for each in read_file(path, limits=Limits(memory_bytes=300 << 20)).artefacts
        if hasattr(each, "kind")
    }
    assert kinds & {ProblemKind.CRASHED, ProblemKind.TOO_LARGE, ProblemKind.UNREADABLE}
    [found] = read_file(path, limits=Limits(file_bytes=1_000)).artefacts
    assert found.kind is ProblemKind.TOO_LARGE


def test_what_needs_more_memory_than_may_be_held_while_it_is_judged_is_a_problem(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.zeros((60_000, 160)))
    limits = Limits(judged_bytes=200 << 20)
    found = judge_file(path, id_query=NO_IDS, limits=limits).artefacts
    kinds = {getattr(each, "kind", None) for each in found}
    assert kinds & {ProblemKind.CRASHED, ProblemKind.TOO_LARGE, ProblemKind.UNREADABLE}
    kinds = {getattr(each, "kind", None) for each in judge_file(path, id_query=NO_IDS).artefacts}
    assert kinds == {None}


def test_a_name_cannot_pass_for_an_argument(tmp_path):
    path = tmp_path / "--help\n.txt"
    path.write_text("words\n")
    [found] = read_file(path).artefacts
    assert found == FoundText("--help?.txt", "words\n")


def test_without_bubblewrap_nothing_is_read_unless_the_policy_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(confinement, "bubblewrap", tuple)
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,x\n")
    with pytest.raises(RefusedError, match="bubblewrap"):
        read_file(path)
    content = read_file(path, limits=Limits(isolation="limits_only"))
    assert confinement.BUBBLEWRAP not in content.isolation
    assert isinstance(content.artefacts[0], FoundTable)
