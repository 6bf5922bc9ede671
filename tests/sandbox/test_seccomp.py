"""What a child may still ask of the kernel, tried in processes that are bound to the list."""

import subprocess
import sys
from pathlib import Path

import pytest

from strongroom.sandbox import bpf, seccomp

SOURCE = str(Path(seccomp.__file__).parents[2])


def bound(snippet):
    """Run a snippet under the list of system calls; return what it printed, or why it was refused."""
    code = (
        f"import sys; sys.path.insert(0, {SOURCE!r})\n"
        "import ctypes, os, resource, signal, socket, subprocess, threading\n"
        "from strongroom.sandbox import seccomp\n"
        "assert seccomp.confine()\n"
        f"try:\n    {snippet}\nexcept PermissionError:\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr


needs_a_list = pytest.mark.skipif(not seccomp.known(), reason="no list for this architecture")


@needs_a_list
@pytest.mark.parametrize(
    "snippet",
    [
        "socket.socket()",
        "socket.socketpair()",
        "os.execv('/bin/true', ['true'])",
        "subprocess.run(['true'])",
        "os.fork()",
        "os.kill(os.getppid(), 0)",
        "os.pidfd_open(os.getppid())",
        "os.unlink('/nowhere')",
        "os.mkdir('/nowhere/x')",
        "os.chmod('/nowhere', 0)",
        "os.memfd_create('x')",
        "resource.prlimit(os.getppid(), resource.RLIMIT_CORE)",
        "os.sched_setaffinity(0, {0})",
    ],
)
def test_what_reading_does_not_need_is_refused(snippet):
    assert bound(snippet) == "refused"


@needs_a_list
def test_threads_that_run_already_are_bound_as_well():
    """DuckDB's threads, which do most of a query's work, start as it is loaded."""
    code = (
        f"import sys; sys.path.insert(0, {SOURCE!r})\n"
        "import socket, threading\n"
        "from strongroom.sandbox import seccomp\n"
        "bound = threading.Event()\n"
        "def work():\n"
        "    bound.wait()\n"
        "    try:\n        socket.socket()\n"
        "    except PermissionError:\n        print('refused')\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()\n"
        "assert seccomp.confine()\n"
        "bound.set()\n"
        "thread.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "refused", done.stderr


@needs_a_list
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, id=name)
        for name, number in {
            "ptrace": 101,
            "mount": 165,
            "process_vm_readv": 310,
            "bpf": 321,
            "userfaultfd": 323,
            "perf_event_open": 298,
            "keyctl": 250,
            "io_uring_setup": 425,
            "x32_read": 0x40000000,
        }.items()
    ],
)
@pytest.mark.skipif(
    sys.platform != "linux" or "x86_64" not in __import__("os").uname(), reason="x86-64 numbers"
)
def test_calls_without_a_python_name_are_refused(number):
    call = (
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"    print(libc.syscall({number}, 0, 0, 0, 0, 0), ctypes.get_errno())"
    )
    assert bound(call) == "-1 1"


@needs_a_list
def test_what_reading_needs_is_not():
    reading = (
        "threads = [threading.Thread(target=sorted, args=([1],)) for _ in range(3)]\n"
        "    [thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "    import io, pyarrow.csv\n"
        "    print(pyarrow.csv.read_csv(io.BytesIO(b'a,b\\n' + b'1,x\\n' * 500_000)).num_rows)"
    )
    assert bound(reading) == "500000"


def test_an_architecture_without_a_list_is_told_and_not_bound(monkeypatch):
    monkeypatch.setattr(bpf.platform, "machine", lambda: "vax")
    assert not seccomp.known()
    assert not seccomp.confine()


def test_every_call_that_reading_needs_has_a_number_on_each_architecture_that_has_it():
    # arm64 never had the calls that newer ones replace
    old = "open stat lstat poll access select readlink time epoll_wait arch_prctl"
    names = set(seccomp._CALLS.split())
    assert names <= set(bpf.numbers("x86_64"))
    assert names - set(bpf.numbers("aarch64")) == set(old.split())
