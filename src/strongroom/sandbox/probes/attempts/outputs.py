"""Outputs that deceive the one who collects them: links, devices, names, sizes, bits and attributes."""

import os
import socket

from strongroom.sandbox.probes.attempts.probe import LEAKS_AS_ROOT, OUTPUTS, Bait, Family, Held

FAMILY = Family("outputs", alone=True)


@FAMILY.probe("Leaves a symbolic link to another project's file.", judge=OUTPUTS)
def symbolic_link(bait: Bait) -> str:
    """A collection that follows it copies the file."""
    os.symlink(bait.secret_file, f"{bait.outputs}/table.csv")
    return "a link"


@FAMILY.probe("Leaves a symbolic link to a directory of the host.", judge=OUTPUTS)
def directory_link(bait: Bait) -> str:
    """What is below it would be collected."""
    os.symlink(bait.project, f"{bait.outputs}/tables")
    return "a link"


@FAMILY.probe("Leaves a link to a process's files in /proc.", judge=OUTPUTS)
def process_link(bait: Bait) -> str:
    """Read by the host, /proc/self is the host's process."""
    os.symlink("/proc/self/environ", f"{bait.outputs}/table.csv")
    return "a link"


@FAMILY.probe("Leaves a named pipe, at which a reader waits for ever.", judge=OUTPUTS)
def named_pipe(bait: Bait) -> str:
    """Opening it stops the collection."""
    os.mkfifo(f"{bait.outputs}/table.csv")
    return "a named pipe"


@FAMILY.probe("Leaves a socket.", judge=OUTPUTS)
def unix_socket(bait: Bait) -> str:
    """It is no file."""
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(bait.outputs)
        listening.bind("table.csv")
    return "a socket"


@FAMILY.probe("Leaves a device file.", judge=OUTPUTS, control=LEAKS_AS_ROOT)
def device(bait: Bait) -> str:
    """Read by root, it is the device."""
    os.mknod(f"{bait.outputs}/table.csv", 0o020666, os.makedev(1, 5))
    return "a device"


@FAMILY.probe("Leaves a name with a line break and bytes that are no text.", judge=OUTPUTS)
def odd_name(bait: Bait) -> str:
    """It breaks lists, or carries data."""
    with open(f"{bait.outputs}/a\n\x1b[31m".encode() + b"\xff.csv", "wb") as file:
        file.write(b"x")
    return "an odd name"


@FAMILY.probe("Leaves a name that is an option of programs.", judge=OUTPUTS)
def option_name(bait: Bait) -> str:
    """`rm *` in that directory would take it for one."""
    with open(f"{bait.outputs}/--checkpoint-action=exec=sh", "wb") as file:
        file.write(b"x")
    return "a name with dashes"


@FAMILY.probe("Leaves a hidden file.", judge=OUTPUTS)
def hidden_name(bait: Bait) -> str:
    """A person who looks does not see it."""
    with open(f"{bait.outputs}/.table", "wb") as file:
        file.write(b"x")
    return "a hidden name"


@FAMILY.probe("Leaves a name of 200 characters, which carries data.", judge=OUTPUTS)
def long_name(bait: Bait) -> str:
    """Names are read by people and written to logs."""
    with open(f"{bait.outputs}/{'a1' * 100}", "wb") as file:
        file.write(b"x")
    return "a long name"


@FAMILY.probe("Leaves a program that is setuid.", judge=OUTPUTS)
def setuid_program(bait: Bait) -> str:
    """Copied with its bits, it is one for whoever collected it."""
    path = f"{bait.outputs}/table.csv"
    with open(path, "wb") as file:
        file.write(b"#!/bin/sh\n")
    os.chmod(path, 0o6777)
    return "a setuid program"


@FAMILY.probe("Leaves a sparse file that is larger than all outputs may be.", judge=OUTPUTS)
def sparse_output(bait: Bait) -> str:
    """It takes no room until it is copied."""
    with open(f"{bait.outputs}/table.csv", "wb") as file:
        try:
            file.truncate(bait.size * 4)
        except OSError as error:
            raise Held("no such file can be made") from error
    return "a sparse file"


@FAMILY.probe("Leaves directories in directories, a hundred deep.", judge=OUTPUTS)
def deep_directories(bait: Bait) -> str:
    """A collection that calls itself for each ends."""
    os.chdir(bait.outputs)
    for _ in range(100):
        os.mkdir("d")
        os.chdir("d")
    with open("table.csv", "wb") as file:
        file.write(b"x")
    return "deep directories"


@FAMILY.probe(
    "Leaves data in attributes of a file.", judge=OUTPUTS, control="a file system may have no attributes"
)
def attributes(bait: Bait) -> str:
    """Extended attributes are seen by few programs and copied by many."""
    path = f"{bait.outputs}/table.csv"
    with open(path, "wb") as file:
        file.write(b"x")
    os.setxattr(path, "user.data", b"1,2,3")
    return "an attribute"


@FAMILY.probe("Leaves data in the time of a file.", judge=OUTPUTS)
def file_time(bait: Bait) -> str:
    """Nine digits of nanoseconds, and ten of seconds."""
    path = f"{bait.outputs}/table.csv"
    with open(path, "wb") as file:
        file.write(b"x")
    os.utime(path, ns=(123_456_789, 123_456_789))
    return "a time"


@FAMILY.probe("Leaves a file and a directory that it may not read itself.", judge=OUTPUTS)
def closed_file(bait: Bait) -> str:
    """A collection that cannot read must not pass by."""
    os.mkdir(f"{bait.outputs}/closed")
    with open(f"{bait.outputs}/closed/link", "wb") as file:
        file.write(b"x")
    os.symlink(bait.secret_file, f"{bait.outputs}/closed/table.csv")
    os.chmod(f"{bait.outputs}/closed", 0)
    return "a closed directory"
