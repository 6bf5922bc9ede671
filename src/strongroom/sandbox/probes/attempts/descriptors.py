"""What a job is started with: open files, standard input, signals, core dumps."""

import os
import resource
import select
import signal

from strongroom.sandbox.probes.attempts.probe import Bait, Family, Held

FAMILY = Family("descriptors")


@FAMILY.probe("Reads every descriptor that it inherited.")
def inherited_descriptors(bait: Bait) -> str:
    """A descriptor that the host forgot to close is an open door."""
    for number in range(3, 1024):
        try:
            os.lseek(number, 0, os.SEEK_SET)
            if bait.found_in(os.read(number, 1 << 16)):
                return "an open file of the host was inherited"
        except OSError:
            continue
    raise Held("none holds anything of the host")


@FAMILY.probe("Reads directories of the host by a descriptor that it inherited.")
def inherited_directory(bait: Bait) -> str:
    """Openat of a directory leads to everything below it."""
    for number in range(3, 1024):
        try:
            inner = os.open(os.path.basename(bait.secret_file), os.O_RDONLY, dir_fd=number)
        except OSError:
            continue
        os.close(inner)
        return "a directory of the host was inherited"
    raise Held("no directory was inherited")


@FAMILY.probe("Reads standard input.")
def standard_input(bait: Bait) -> str:
    """It could be the terminal or a pipe of the one who started the job."""
    if select.select([0], [], [], 0.5)[0] and bait.found_in(os.read(0, 4096)):
        return "the host's standard input was read"
    raise Held("it is empty")


@FAMILY.probe("Writes to a file of the host that is its standard error.")
def standard_error(bait: Bait) -> str:
    """A log file as stderr could be opened again, read and cut; a pipe cannot."""
    if os.path.isfile("/proc/self/fd/2"):
        with open("/proc/self/fd/2", "rb") as file:
            if bait.found_in(file.read()):
                return "the log that it writes to was read"
    raise Held("it is no file")


@FAMILY.probe("Has its memory written to a core dump.", control="a machine may have core dumps turned off")
def core_dump(_: Bait) -> str:
    """A core dump is plain data on the host's disk."""
    dumped = os.fork()
    if dumped == 0:
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        os.kill(os.getpid(), signal.SIGQUIT)
        os._exit(0)
    status = os.waitpid(dumped, 0)[1]
    if os.WIFSIGNALED(status) and os.WCOREDUMP(status):
        return "the kernel dumped its memory"
    raise Held("nothing was dumped")


@FAMILY.probe("Raises its own limits of files and processes.", control="the host's limits may be low")
def raised_limits(_: Bait) -> str:
    """What the host limits must stay limited."""
    if resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY:
        return "files may be of any size"
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 20, 1 << 20))
    except ValueError as error:
        raise Held("the limits stay") from error
    return "more files may be open than the host allows"
