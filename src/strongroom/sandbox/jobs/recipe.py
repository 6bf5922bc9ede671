"""The arguments with which bubblewrap confines a job.

They are passed by descriptor: on a command line, the job could read the host's paths in /proc. The launcher's
environment is empty for the same reason.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from strongroom.sandbox.jobs.stage import PLACE
from strongroom.sandbox.kernel_files import process_options

USER = 1000  # fixed: the researcher's number inside, whoever runs the supervisor
HOME = "/home/researcher"
CODE, DATA, INPUTS, OUTPUTS, SCRATCH, SHARED = "/code", "/data", "/inputs", "/outputs", "/tmp", "/dev/shm"  # noqa: S108 - inside
FIGURES = "matplotlib"
"""The directory of matplotlib's settings below the home directory."""
SOCKETS = "/run/session"
"""Where the server of a session listens; the caller has a descriptor of it."""
LIBRARY = "/opt/strongroom"
"""Where `strongroom_data` is."""

WRITABLE: Mapping[str, str] = {
    "outputs": OUTPUTS,
    "scratch": SCRATCH,
    "home": HOME,
    "shared": SHARED,
    "sockets": SOCKETS,
}
READABLE: Mapping[str, str] = {"etc": "/etc", "code": CODE, "data": DATA, "inputs": INPUTS}
"""The stage's file systems, by name, and where a job finds them."""

_LINKS = ("/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32")
_SETTINGS = ("alternatives", "fonts", "R")
"""What programs look up in /etc: which of several is meant, fonts, and R's own."""
_COPIED = "ld.so.cache"
_FILES: Mapping[str, bytes] = {
    "passwd": f"researcher:x:{USER}:{USER}::{HOME}:/bin/sh\n".encode(),
    "group": f"researcher:x:{USER}:\n".encode(),
    "hosts": b"127.0.0.1 localhost\n",
    "nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files\n",
}


@dataclass(frozen=True)
class System:
    """Options that depend on this machine alone, found before a job comes: /bin and its like, /proc, /etc."""

    links: tuple[str, ...]
    processes: tuple[str, ...]
    settings: tuple[str, ...]

    @classmethod
    def found(cls) -> "System":
        """Look at the machine."""
        settings = (word for path in _settings() for word in ("--ro-bind", path, path))
        return cls(tuple(_links()), tuple(process_options()), tuple(settings))


def arguments(
    system: System,
    *,
    readable: Sequence[str],
    library: str,
    environment: Mapping[str, str],
    filter_fd: int,
    status_fd: int,
) -> list[str]:
    """Return bubblewrap's options, without the program and its command.

    `readable` are host directories that the job sees, read-only, at the same paths; `library` is that of
    `LIBRARY`.
    """
    return [
        *("--unshare-user", "--uid", str(USER), "--gid", str(USER), "--unshare-pid", "--unshare-net"),
        *("--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--disable-userns", "--cap-drop", "ALL"),
        *("--die-with-parent", "--new-session", "--hostname", "enclave", "--clearenv"),
        *(word for name, value in environment.items() for word in ("--setenv", name, value)),
        *("--tmpfs", "/", "--ro-bind", "/usr", "/usr"),
        *system.links,
        *system.processes,
        *("--dev", "/dev", "--remount-ro", "/dev"),
        *("--ro-bind", library, LIBRARY),
        *(word for name, at in READABLE.items() for word in ("--ro-bind", f"{PLACE}/{name}", at)),
        *(word for name, at in WRITABLE.items() for word in ("--bind", f"{PLACE}/{name}", at)),
        *system.settings,
        # After the job's own file systems: a runtime may be below /tmp.
        *(word for path in readable for word in ("--ro-bind", path, path)),
        *("--remount-ro", "/", "--chdir", HOME),
        *("--seccomp", str(filter_fd), "--json-status-fd", str(status_fd)),
    ]


def environment(*, path: str, seed: int, processors: int) -> dict[str, str]:
    """Return a job's environment; what a library draws at random, or dates, is the same in every run."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
    return {
        "PATH": f"{path}:/usr/bin",
        "HOME": HOME,
        "USER": "researcher",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": LIBRARY,
        "PYTHONHASHSEED": str(seed % 2**32),
        "PYTHONDONTWRITEBYTECODE": "1",
        "STRONGROOM_SEED": str(seed),
        "SOURCE_DATE_EPOCH": "0",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": f"{HOME}/{FIGURES}",
        "MATPLOTLIBRC": f"{LIBRARY}/matplotlibrc",
        **dict.fromkeys(threads, str(max(processors, 1))),
    }


def _links() -> Iterator[str]:
    """Yield what makes /bin and its like the same as on the host: a link into /usr, or the directory."""
    for path in _LINKS:
        if os.path.islink(path):  # noqa: PTH114 - pathlib is slow to load
            yield from ("--symlink", os.readlink(path), path)  # noqa: PTH115
        elif os.path.isdir(path):  # noqa: PTH112
            yield from ("--ro-bind", path, path)


def fill_etc() -> None:
    """Write the stage's /etc: one user, no services, the host's cache of libraries."""
    directory = f"{PLACE}/etc"
    files = dict(_FILES)
    with suppress(FileNotFoundError), open(f"/etc/{_COPIED}", "rb") as cache:  # noqa: PTH123
        files[_COPIED] = cache.read()
    for name, content in files.items():
        with open(f"{directory}/{name}", "wb") as file:  # noqa: PTH123 - pathlib is slow to load
            file.write(content)
    for path in _settings():
        os.mkdir(f"{PLACE}{path}")  # noqa: PTH102


def _settings() -> list[str]:
    return [path for path in (f"/etc/{name}" for name in _SETTINGS) if os.path.isdir(path)]  # noqa: PTH112


def in_memory(content: bytes) -> int:
    """Return a descriptor, inherited by a program that is started, from which `content` can be read."""
    descriptor = os.memfd_create("strongroom", 0)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
