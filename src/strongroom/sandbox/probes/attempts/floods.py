"""Floods: using up what other jobs and the host need. Each runs in a job of its own, with small limits."""

import ctypes
import mmap
import os
import sys
import threading
import time
from collections.abc import Callable

from strongroom.sandbox.probes.attempts.probe import Bait, CannotTell, Family, Held

FAMILY = Family("floods", alone=True)
_CHUNK = 1 << 20  # fixed: bytes written at once


def _filled(directory: str, most: int) -> str:
    """Write a file until something stops it; held if `most` bytes are not reached."""
    path = f"{directory}/flood-{os.getpid()}"
    written = 0
    try:
        with open(path, "wb", buffering=0) as file:
            while written < most:
                written += file.write(bytes(_CHUNK))
    except OSError as error:
        raise Held(f"stopped below the limit ({error.strerror})") from error
    finally:
        os.unlink(path)
    return "more was stored than the limit"


def _many_files(directory: str, most: int) -> str:
    """Make empty files until something stops it."""
    folder = f"{directory}/files-{os.getpid()}"
    os.mkdir(folder)
    made = 0
    try:
        for made in range(most):
            os.close(os.open(f"{folder}/{made}", os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise Held("stopped below the limit") from error
    finally:
        for number in range(made + 1):
            if os.path.exists(f"{folder}/{number}"):
                os.unlink(f"{folder}/{number}")
        os.rmdir(folder)
    return "more files were made than the limit"


@FAMILY.probe("Fills /outputs beyond its size.")
def outputs_bytes(bait: Bait) -> str:
    """With more than may be collected."""
    return _filled(bait.outputs, bait.size)


@FAMILY.probe("Fills /tmp beyond its size.")
def scratch_bytes(bait: Bait) -> str:
    """It is memory of the host."""
    return _filled(bait.scratch, bait.size)


@FAMILY.probe("Fills /dev/shm beyond its size.")
def shared_bytes(bait: Bait) -> str:
    """Bubblewrap's own has no limit."""
    return _filled(bait.shared, bait.size)


@FAMILY.probe("Fills the home directory beyond its size.")
def home_bytes(bait: Bait) -> str:
    """It is memory too."""
    return _filled(bait.home, bait.size)


@FAMILY.probe("Makes more files in /outputs than it may.")
def outputs_files(bait: Bait) -> str:
    """Each costs the kernel memory, empty or not."""
    return _many_files(bait.outputs, bait.files)


@FAMILY.probe("Makes more files in /tmp than it may.")
def scratch_files(bait: Bait) -> str:
    """Inodes are memory that no size limits."""
    return _many_files(bait.scratch, bait.files)


@FAMILY.probe("Makes more files in /dev/shm than it may.")
def shared_files(bait: Bait) -> str:
    """As in /tmp."""
    return _many_files(bait.shared, bait.files)


@FAMILY.probe("Uses more memory than it may.")
def memory(bait: Bait) -> str:
    """Pages that are written count."""
    kept = [bytearray(b"\1" * _CHUNK) for _ in range(bait.memory // _CHUNK)]
    time.sleep(1)
    return f"more memory was used than the limit, in {len(kept) and 'blocks'}"


@FAMILY.probe("Uses more memory than it may, in many processes of which each has little.")
def memory_of_many(bait: Bait) -> str:
    """A limit of each process would not see it."""
    parts = 8
    children = []
    for _ in range(parts):
        number = os.fork()
        if number == 0:
            kept = bytearray(b"\1" * (bait.memory // parts))
            time.sleep(1.5)
            os._exit(0 if kept else 1)
        children.append(number)
    statuses = [os.waitpid(each, 0)[1] for each in children]
    if any(statuses):
        raise Held("processes were ended for their memory")
    return "more memory was used than the limit"


@FAMILY.probe("Keeps memory in files without a name.")
def memory_files(bait: Bait) -> str:
    """memfd_create: memory that no process has mapped, and no directory shows."""
    numbers = []
    for _ in range(bait.memory // _CHUNK // 8):
        numbers.append(os.memfd_create("flood"))
        for _ in range(8):
            os.write(numbers[-1], b"\1" * _CHUNK)
    time.sleep(1)
    return "more memory was kept than the limit"


@FAMILY.probe("Keeps memory in System V segments.")
def memory_segments(bait: Bait) -> str:
    """They stay when the process that made them ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    made = []
    try:
        for _ in range(bait.memory // _CHUNK // 8):
            made.append(bait.call("shmget", 0, 8 * _CHUNK, 0o1600))
            address = libc.shmat(made[-1], None, 0)
            ctypes.memset(address, 1, 8 * _CHUNK)
            libc.shmdt(ctypes.c_void_p(address))
        time.sleep(1)
    finally:
        for number in made:
            bait.call("shmctl", number, 0, 0)
    return "more memory was kept than the limit"


@FAMILY.probe("Keeps memory in shared pages that it has let go of.")
def memory_let_go(bait: Bait) -> str:
    """Dropped from the process, the pages of a shared mapping stay: its own size does not show them."""
    kept = mmap.mmap(-1, bait.memory)
    for start in range(0, bait.memory, _CHUNK):
        kept[start : start + _CHUNK] = b"\1" * _CHUNK
        kept.madvise(mmap.MADV_DONTNEED, start, _CHUNK)
    time.sleep(1)
    return "more memory was kept than the limit"


@FAMILY.probe("Starts more processes than it may.")
def processes(bait: Bait) -> str:
    """A fork bomb that stops itself, for the control."""
    children: list[int] = []
    try:
        for _ in range(bait.processes):
            number = os.fork()
            if number == 0:
                time.sleep(30)
                os._exit(0)
            children.append(number)
    except OSError as error:
        raise Held("stopped below the limit") from error
    finally:
        for each in children:
            os.kill(each, 9)
        for each in children:
            os.waitpid(each, 0)
    return "more processes were started than the limit"


@FAMILY.probe("Starts more threads than it may.")
def threads(bait: Bait) -> str:
    """Threads are processes to the kernel."""
    ended = threading.Event()
    threading.stack_size(1 << 16)
    try:
        for _ in range(bait.processes):
            threading.Thread(target=ended.wait, daemon=True).start()
    except RuntimeError as error:
        raise Held("stopped below the limit") from error
    finally:
        ended.set()
    return "more threads were started than the limit"


@FAMILY.probe("Runs for longer than it may.")
def time_limit(bait: Bait) -> str:
    """Sleeping: processor time would not show it."""
    time.sleep(bait.seconds)
    return "it ran for longer than the limit"


@FAMILY.probe("Runs for longer than it may, in a process that has left its session.")
def time_limit_of_daemon(bait: Bait) -> str:
    """A timer that stops the first process alone would miss it."""
    number = os.fork()
    if number == 0:
        os.setsid()
        time.sleep(bait.seconds)
        os._exit(0)
    os.waitpid(number, 0)
    return "it ran for longer than the limit"


@FAMILY.probe("Writes a file that is larger than any may be, without filling it.")
def sparse_file(bait: Bait) -> str:
    """A file of a terabyte that takes no room, until it is copied."""
    path = f"{bait.outputs}/sparse"
    with open(path, "wb") as file:
        file.truncate(1 << 40)
    return "a file of a terabyte was made"


@FAMILY.probe("Opens more files than it may.", control="the host's own limit may be low")
def open_files(_: Bait) -> str:
    """Each takes memory of the kernel."""
    opened: list[int] = []
    try:
        for _each in range(20_000):
            opened.append(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        raise Held("stopped below the limit") from error
    finally:
        for each in opened:
            os.close(each)
    return "more files were opened than the limit"


@FAMILY.probe(
    "Uses more processors than it may.", control="a machine may have fewer processors than the limit"
)
def processors(_: Bait) -> str:
    """Held or not, it is a matter of fairness: a tenth of a processor is allowed."""
    began, used = time.monotonic(), time.process_time()
    while time.monotonic() - began < 1.5:
        pass
    share = (time.process_time() - used) / 1.5
    if share > 0.6:
        return "more of a processor was used than the limit"
    if share > 0.3:
        raise CannotTell("the machine is too busy to tell")
    raise Held("the processor was shared")


def _keeps_writing(number: int, most: int) -> Callable[[], None]:
    def work() -> None:
        for _ in range(most // _CHUNK):
            os.write(number, b"x" * _CHUNK)

    return work


@FAMILY.probe("Fills the log of the job.", control="a control's log is read by its harness")
def standard_output(bait: Bait) -> str:
    """More than is kept: the rest must be forgotten, and the job must not stop."""
    sys.stdout.flush()
    _keeps_writing(2, bait.size)()
    raise Held("the rest was forgotten; the kept part is counted by the host")
