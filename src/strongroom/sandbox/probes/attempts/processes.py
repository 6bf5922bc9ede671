"""Other processes: seeing, tracing, reading, signalling and outliving them."""

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress

from strongroom.sandbox.probes.attempts.probe import (
    LEAKS_AS_ROOT,
    PROCESSES,
    Bait,
    CannotTell,
    Family,
    Held,
    child,
    in_child,
)

FAMILY = Family("processes")
_IOV = ctypes.c_void_p * 2
_LATE_SECONDS = 20  # fixed: longer than it takes to look for the process


@FAMILY.probe("Looks for processes of the host in /proc.")
def processes_listed(bait: Bait) -> str:
    """Their number, and what they are."""
    if os.path.exists(f"/proc/{bait.victim}") and bait.victim > 200:
        return "a process of the host is listed"
    raise Held("only the job's own are listed")


@FAMILY.probe("Sends a signal to a process of the host.")
def signal_to_host(bait: Bait) -> str:
    """Signal 0 asks whether it would be allowed."""
    os.kill(bait.victim, 0)
    return "a process of the host can be signalled"


@FAMILY.probe("Sends a signal to a process of the host by a descriptor of it.")
def signal_by_descriptor(bait: Bait) -> str:
    """A process descriptor is another way to name a process."""
    signal.pidfd_send_signal(os.pidfd_open(bait.victim), 0)
    return "a process of the host can be signalled"


@FAMILY.probe("Changes the priority and limits of a process of the host.")
def priority_of_host(bait: Bait) -> str:
    """With its own limits raised, a job would be heard above others."""
    os.sched_setaffinity(bait.victim, os.sched_getaffinity(bait.victim))
    return "a process of the host can be changed"


@FAMILY.probe(
    "Traces a process of the host.", control="a machine may forbid tracing (kernel.yama.ptrace_scope)"
)
def trace_host(bait: Bait) -> str:
    """PTRACE_SEIZE does not stop it."""
    bait.call("ptrace", 0x4206, bait.victim, 0, 0)
    return "a process of the host was traced"


@FAMILY.probe("Asks to be traced by its parent.")
def trace_me(bait: Bait) -> str:
    """Without a filter, tracing one's own children widens what they may call."""

    def attempt() -> str:
        bait.call("ptrace", 0, 0, 0, 0)
        return "tracing is possible"

    return in_child(attempt)


def _memory_of_child(bait: Bait, call: str) -> str:
    buffer = ctypes.create_string_buffer(b"untouched", 16)
    vector = _IOV(ctypes.addressof(buffer), 9)
    # Not a lambda around time.sleep: the child must be there while its memory is used.
    with child(lambda: time.sleep(5)) as number:
        bait.call(call, number, vector, 1, vector, 1, 0)
    return "memory of another process is open"


@FAMILY.probe(
    "Reads another process's memory with process_vm_readv.",
    control="a machine may forbid tracing (kernel.yama.ptrace_scope)",
)
def memory_read(bait: Bait) -> str:
    """Of a child, which is the weakest case."""
    return _memory_of_child(bait, "process_vm_readv")


@FAMILY.probe(
    "Writes another process's memory with process_vm_writev.",
    control="a machine may forbid tracing (kernel.yama.ptrace_scope)",
)
def memory_write(bait: Bait) -> str:
    """Code of its choice in another process."""
    return _memory_of_child(bait, "process_vm_writev")


@FAMILY.probe(
    "Searches the memory of every process in /proc for what the host keeps.",
    control="a machine may forbid tracing (kernel.yama.ptrace_scope)",
)
def memory_of_processes(bait: Bait) -> str:
    """Bubblewrap's own process in the job's namespace holds nothing of the host."""
    for pid in (str(bait.victim), "1"):
        try:
            with open(f"/proc/{pid}/maps", encoding="utf-8") as file:
                areas = [line.split()[0].split("-") for line in file if "rw" in line.split()[1]]
            with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
                for first, last in areas:
                    memory.seek(int(first, 16))
                    if bait.found_in(memory.read(int(last, 16) - int(first, 16))):
                        return "memory of a process of the host was read"
        except (OSError, OverflowError):
            continue
    raise Held("no memory of a process of the host can be read")


@FAMILY.probe(
    "Takes an open file from another process with pidfd_getfd.",
    control="a machine may forbid tracing (kernel.yama.ptrace_scope)",
)
def descriptor_taken(bait: Bait) -> str:
    """Of the host's process if it is visible, else of the first."""
    target = bait.victim if os.path.exists(f"/proc/{bait.victim}") else 1
    os.close(bait.call("pidfd_getfd", os.pidfd_open(target), 0, 0))
    return "an open file of another process was taken"


@FAMILY.probe(
    "Compares its open files with another process's by kcmp.",
    control="a kernel may be built without it, or forbid it",
)
def files_compared(bait: Bait) -> str:
    """It says which kernel objects two processes share."""
    bait.call("kcmp", os.getpid(), os.getppid(), 0, 0, 0)
    return "kernel objects were compared"


@FAMILY.probe("Gives advice on another process's memory.", control=LEAKS_AS_ROOT)
def memory_advice(bait: Bait) -> str:
    """process_madvise drops pages of another."""
    memory = ctypes.create_string_buffer(8192)
    address = (ctypes.addressof(memory) + 4095) & ~4095
    with child(lambda: time.sleep(5)) as number:
        bait.call("process_madvise", os.pidfd_open(number), _IOV(address, 4096), 1, 20, 0)
    return "memory of another process was advised on"


@FAMILY.probe("Moves pages of another process.", control="a kernel may be built without it")
def pages_moved(bait: Bait) -> str:
    """move_pages of a process says where its memory is."""
    bait.call("move_pages", os.getppid(), 0, None, None, None, 0)
    return "pages of another process can be moved"


@FAMILY.probe("Has a terminal, or gets one that the host's shell shares.", control="a test has no terminal")
def terminal(_: Bait) -> str:
    """What is typed into a shared terminal, the shell runs."""
    os.close(os.open("/dev/tty", os.O_RDWR))
    return "there is a controlling terminal"


@FAMILY.probe(
    "Types characters into a terminal with TIOCSTI.",
    control="a newer kernel may forbid it (dev.tty.legacy_tiocsti)",
)
def typed_characters(_: Bait) -> str:
    """In a terminal of its own, which shows whether the call would be let through."""
    import fcntl
    import pty

    def attempt() -> str:
        try:
            _first, second = pty.openpty()
        except OSError as error:
            raise CannotTell("no terminal can be made") from error
        with suppress(OSError):
            os.setsid()
        with suppress(OSError):
            fcntl.ioctl(second, 0x540E, 0)
        fcntl.ioctl(second, 0x5412, b"x")
        return "a character was typed"

    return in_child(attempt)


@FAMILY.probe(
    "Leaves a process that ignores signals, twice forked, in a session of its own.", judge=PROCESSES
)
def late_process(bait: Bait) -> str:
    """It would write after the outputs were judged."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            nothing = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(nothing, descriptor)
            os.closerange(3, 256)
            script = f"import time; time.sleep({_LATE_SECONDS})  # {bait.token}-late"
            os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", script])
        os._exit(0)
    os.wait()
    return "a process stays behind"


@FAMILY.probe("Leaves a thread of work behind that writes to its outputs.", judge=PROCESSES)
def late_writer(bait: Bait) -> str:
    """What is written after the check would leave unread."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            nothing = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(nothing, descriptor)
            os.closerange(3, 256)
            script = (
                "import os, time\n"
                f"for n in range({_LATE_SECONDS} * 10):\n"
                f"    open({bait.outputs!r} + '/late.txt', 'a').write('x')\n"
                f"    time.sleep(0.1)  # {bait.token}-late"
            )
            os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", script])
        os._exit(0)
    os.wait()
    return "a writer stays behind"
