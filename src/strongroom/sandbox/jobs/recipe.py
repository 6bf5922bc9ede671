"""The arguments with which bubblewrap confines a job.

They are passed by descriptor: on a command line, the job could read the host's paths in /proc. The launcher's
environment is empty for the same reason.
"""

import os
from collections.abc import Iterator, Mapping, Sequence

from strongroom.sandbox.jobs.stage import PLACE
from strongroom.sandbox.kernel_files import process_options

USER = 1000  # fixed: the researcher's number inside, whoever runs the supervisor
HOME = "/home/researcher"
CODE, DATA, INPUTS, OUTPUTS, SCRATCH, SHARED = "/code", "/data", "/inputs", "/outputs", "/tmp", "/dev/shm"  # noqa: S108 - inside
LIBRARY = "/opt/strongroom"
"""Where `strongroom_data` is."""

WRITABLE: Mapping[str, str] = {"outputs": OUTPUTS, "scratch": SCRATCH, "home": HOME, "shared": SHARED}
READABLE: Mapping[str, str] = {"code": CODE, "data": DATA, "inputs": INPUTS}
"""The stage's file systems, by name, and where a job finds them."""

_LINKS = ("/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32")
_SYSTEM = (
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/R",
    "/etc/localtime",
    "/etc/ssl/certs",
)
_FILES: Mapping[str, bytes] = {
    "/etc/passwd": f"researcher:x:{USER}:{USER}::{HOME}:/bin/sh\n".encode(),
    "/etc/group": f"researcher:x:{USER}:\n".encode(),
    "/etc/hosts": b"127.0.0.1 localhost\n",
    "/etc/nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files\n",
}


def arguments(
    *, readable: Sequence[str], library: str, environment: Mapping[str, str], filter_fd: int, status_fd: int
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
        *_links(),
        *(word for path in _SYSTEM for word in ("--ro-bind-try", path, path)),
        *_files(),
        *process_options(),
        *("--dev", "/dev", "--remount-ro", "/dev"),
        *(word for path in readable for word in ("--ro-bind", path, path)),
        *("--ro-bind", library, LIBRARY),
        *(word for name, at in READABLE.items() for word in ("--ro-bind", f"{PLACE}/{name}", at)),
        *(word for name, at in WRITABLE.items() for word in ("--bind", f"{PLACE}/{name}", at)),
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
        "MPLCONFIGDIR": SCRATCH,
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


def _files() -> Iterator[str]:
    for path, content in _FILES.items():
        yield from ("--perms", "0444", "--ro-bind-data", str(in_memory(content)), path)


def in_memory(content: bytes) -> int:
    """Return a descriptor, inherited by a program that is started, from which `content` can be read."""
    descriptor = os.memfd_create("strongroom", 0)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
