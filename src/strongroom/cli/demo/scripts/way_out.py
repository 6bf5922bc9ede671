# ruff: noqa: INP001 - a researcher's script, not a module
"""Look for a way out of the enclave: networks, other projects' files, keys, other processes."""

import os
import socket
from pathlib import Path


def connects(family: int, address: object) -> str:
    """Try to open a connection."""
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.settimeout(2)
        tried.connect(address)
    return "connected"


def reads(path: str) -> str:
    """Try to read a file of the host."""
    return f"{len(Path(path).read_bytes())} bytes read"


def signalled(numbers: range) -> str:
    """Try to find processes other than this one."""
    found = [number for number in numbers if number != os.getpid() and Path(f"/proc/{number}").exists()]
    if not found:
        raise ProcessLookupError(3, "there is no other process")
    os.kill(found[0], 0)
    return f"{len(found)} processes"


def main() -> None:
    """Try each way and write what came of it."""
    key, view, *_ = Path("/inputs/paths.txt").read_text(encoding="utf-8").splitlines()
    tries = {
        "the internet": lambda: connects(socket.AF_INET, ("192.0.2.1", 443)),
        "the virtual machine's host": lambda: connects(socket.AF_VSOCK, (2, 1024)),
        "a service on this machine": lambda: connects(socket.AF_UNIX, "\0dbus"),
        "the master key": lambda: reads(key),
        "another project's view": lambda: reads(view),
        "the system's passwords": lambda: reads("/etc/shadow"),
        "writing to the view": lambda: str(Path("/data/mine").write_text("x", encoding="utf-8")),
        "a signal to every process of the machine": lambda: signalled(range(2, 100_000)),
    }
    with Path("/outputs/attempts.txt").open("w", encoding="utf-8") as file:
        for name, attempt in tries.items():
            try:
                outcome = f"OPEN: {attempt()}"
            except OSError as error:
                outcome = f"refused: {error.strerror}"
            file.write(f"{name}: {outcome}\n")


main()
