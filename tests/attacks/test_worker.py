"""Attacks by a parser that a researcher's file has taken over: T-SANDBOX-*.

What a taken-over parser could do is done on purpose, in the very confinement that readers run in.
"""

import re
import socket
import subprocess
from pathlib import Path

import numpy as np
import pytest

import strongroom
from strongroom.checker import KnownIds, Verdict, check
from strongroom.checker.confined import client, running
from strongroom.checker.confined.reader import judge_file, read_file
from strongroom.checker.contents.found import FoundProblem, FoundText, Limits, ProblemKind
from strongroom.checker.contents.id_query import query_for_ids
from strongroom.sandbox import confinement, seccomp
from strongroom.sandbox.confinement import confined_command
from strongroom.sandbox.queries import QueryEngine

SOURCE = str(Path(strongroom.__file__).parent.parent)
confined = pytest.mark.skipif(
    confinement.BUBBLEWRAP not in running.isolation(), reason="bubblewrap cannot be used on this machine"
)
TAKE_LIMITS = (
    "from strongroom.checker.contents.found import Limits\n"
    "from strongroom.checker.confined.child import take_limits\n"
    "take_limits(Limits())\n"
)


def run_confined(code: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        confined_command(["-c", code]),
        env={"LC_ALL": "C.UTF-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@confined
def test_a_taken_over_parser_reaches_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = run_confined(
            f"import socket\ntry:\n    socket.create_connection(('127.0.0.1', {port}), timeout=5)\n"
            "    print('reached')\nexcept OSError:\n    print('nothing')\n"
            "import os\nprint(sorted(os.listdir('/sys/class/net')) if os.path.exists('/sys') else [])\n"
        )
    assert done.stdout.splitlines() == ["nothing", "[]"], done.stderr


@confined
def test_a_taken_over_parser_writes_no_file(tmp_path):
    target = tmp_path / "planted"
    done = run_confined(
        f"for path in ({str(target)!r}, '/planted', '/usr/planted', '/etc/planted'):\n"
        "    try:\n        open(path, 'w').write('x')\n        print('wrote', path)\n"
        "    except OSError:\n        pass\n"
    )
    assert (done.stdout, done.returncode) == ("", 0), done.stderr
    assert not target.exists()


@confined
def test_a_taken_over_parser_sees_neither_keys_nor_vault(cohort_home):
    done = run_confined(
        "import os\n"
        f"print([os.path.exists(path) for path in ({str(cohort_home.path)!r}, '/etc/passwd')])\n"
        "print([each for each in os.listdir('/proc') if each.isdigit() and int(each) > 20])\n"
        "print(sorted(os.environ))\n",
    )
    seen, processes, environment = done.stdout.splitlines()
    assert (seen, processes) == ("[False, False]", "[]"), done.stderr
    assert "SECRET" not in environment


def test_the_workers_limits_hold_memory_and_files(tmp_path):
    tries = (
        "try:\n    bytearray(16 * 2**30)\n    print('had the memory')\nexcept MemoryError:\n    pass\n"
        f"try:\n    open({str(tmp_path / 'planted')!r}, 'w').write('x')\nexcept OSError:\n    pass\n"
        "print('done')\n"
    )
    done = run_confined(f"import sys\nsys.path.insert(0, {SOURCE!r})\n{TAKE_LIMITS}{tries}")
    assert "had the memory" not in done.stdout
    assert not any(path.stat().st_size for path in tmp_path.iterdir())


def test_a_file_that_keeps_its_parser_busy_is_a_block(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_START", "import time; time.sleep(300)")
    monkeypatch.setattr(client, "LIMITS", type(client.LIMITS)(grace_seconds=0.2))
    path = tmp_path / "endless.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    content = read_file(path, limits=Limits(wall_seconds=1))
    problems = [found for found in content.artefacts if isinstance(found, FoundProblem)]
    assert [(found.kind, "out of time" in found.detail) for found in problems] == [
        (ProblemKind.CRASHED, True)
    ]


def test_a_worker_that_dies_is_a_block(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_START", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    path = tmp_path / "fatal.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    problems = [found for found in read_file(path).artefacts if isinstance(found, FoundProblem)]
    assert [found.kind for found in problems] == [ProblemKind.CRASHED]


@pytest.mark.parametrize(
    "answer",
    [b"", b"\xff" * 4_096, b"\x00" * 4_096, b'{"frame":"type","type":"text/csv"}\n', b"A" * 70_000],
    ids=["nothing", "ones", "zeros", "json", "long"],
)
def test_a_worker_that_lies_in_its_answer_is_a_block(tmp_path, monkeypatch, answer):
    monkeypatch.setattr(running, "_START", f"import sys; sys.stdout.buffer.write({answer!r})")
    path = tmp_path / "liar.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    kinds = [found.kind for found in read_file(path).artefacts if isinstance(found, FoundProblem)]
    assert ProblemKind.CRASHED in kinds


# In place of the parsers, a server whose children run the file they are given.
TAKEN_OVER = """
import os, socket
from strongroom.checker.confined import server
from strongroom.checker.contents.found import FoundText
from strongroom.checker.contents.frames import write_artefact, write_frame

def work(request, file, answer, formats):
    said = []
    exec(os.read(file, 100_000).decode())
    write_artefact(answer, FoundText("x", str(said)))
    write_frame(answer, {"frame": "end"})

server.serve(work)
"""


def said_when_taken_over(path: Path, monkeypatch, code: str) -> str:
    monkeypatch.setattr(running, "_START", running._PATH + TAKEN_OVER)
    path.write_text(code, encoding="utf-8")
    [found] = read_file(path).artefacts
    assert isinstance(found, FoundText), found
    return found.text


@pytest.mark.skipif(not seccomp.known(), reason="no list for this architecture")
def test_a_taken_over_parser_cannot_widen_what_it_may_ask_of_the_kernel(tmp_path, monkeypatch):
    tries = """
for action in (
    lambda: socket.socket(),
    lambda: socket.socket(fileno=os.dup(0)),
    lambda: os.execv("/bin/sh", ["sh"]),
    lambda: os.fork(),
    lambda: os.kill(os.getppid(), 9),
):
    try:
        said.append(action())
    except OSError:
        pass
"""
    assert said_when_taken_over(tmp_path / "a.csv", monkeypatch, tries) == "[]"


@confined
def test_a_taken_over_parser_reaches_no_process_beside_it(tmp_path, monkeypatch):
    # Of a process that is just ending, files open and are empty: it has no memory any more.
    tries = """
def has_memory(number):
    try:
        return bool(os.read(os.open(f"/proc/{number}/maps", os.O_RDONLY), 1))
    except OSError:
        return True

for number in map(str, range(1, 300)):
    for what in ("mem", "maps", "environ", "fd/0", "root", "cwd"):
        if int(number) != os.getpid():
            try:
                os.close(os.open(f"/proc/{number}/{what}", os.O_RDONLY))
                if has_memory(number):
                    said.append((number, what))
            except OSError:
                pass
"""
    assert said_when_taken_over(tmp_path / "a.csv", monkeypatch, tries) == "[]"


def test_a_taken_over_parser_is_told_no_id(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_START", running._PATH + TAKEN_OVER)
    path = tmp_path / "curious.csv"
    path.write_text("said.append(request)", encoding="utf-8")
    numbers = np.arange(1_000_003, 1_900_000, 1_009)
    words = np.array(["NWT00017", "NWT00934", "NWT05210"])
    [found] = judge_file(path, id_query=query_for_ids([numbers, words], seed=3)).artefacts
    assert "low=1000000, high=1899999" in found.text
    assert not set(re.findall(r"\d{7}", found.text)) & set(map(str, numbers))
    assert not any(word in found.text for word in words)


def test_a_sample_without_possible_ids_is_a_block(tmp_path, monkeypatch, extracts):
    monkeypatch.setattr(running, "_START", running._PATH + TAKEN_OVER)
    path = tmp_path / "silent.csv"
    path.write_text(
        "import pyarrow as pa\n"
        "from strongroom.checker.contents.found import FoundTable\n"
        "write_artefact(answer, FoundTable('t', pa.table({'p': [0.5]}), rows=10**7))\n",
        encoding="utf-8",
    )
    known = [KnownIds("the cohort's own ids", extracts.cohort.ids())]
    report = check([path], cohort=extracts.cohort, index=extracts.index, known_ids=known)
    findings = [each for each in report.files[0].findings if each.detector == "participant-ids"]
    assert [each.severity for each in findings] == [Verdict.BLOCK]


@pytest.mark.skipif(not seccomp.known(), reason="no list of system calls for this architecture")
def test_a_taken_over_thread_of_the_query_engine_has_only_the_listed_system_calls():
    with QueryEngine({}) as engine:
        engine.run("SELECT sum(range) FROM range(1000000)")
        states = _states_of(engine._process.pid)
    assert len(states) > 1
    assert all("Seccomp:\t2" in state for state in states)


def _states_of(pid: int) -> list[str]:
    """Return what the kernel says of each thread of the last process that a process started."""
    processes = [pid]
    for each in processes:
        tasks = list(Path(f"/proc/{each}/task").iterdir())
        processes += [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
    return [(task / "status").read_text() for task in Path(f"/proc/{processes[-1]}/task").iterdir()]
