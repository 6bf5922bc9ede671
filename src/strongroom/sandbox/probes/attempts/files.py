"""Files: of other projects and the host, by their paths, through /proc, and by writing to the system."""

import os
from collections.abc import Iterator

from strongroom.sandbox.probes.attempts.probe import LEAKS_AS_ROOT, Bait, CannotTell, Family, Held, permitted

_ADMINISTRATOR = "/root"
FAMILY = Family("files")


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1 << 20)


def _pids() -> Iterator[str]:
    yield from (name for name in os.listdir("/proc") if name.isdigit())


def _token_in(bait: Bait, name: str) -> str:
    """Return a sentence where the token is in /proc/PID/`name` of a process other than this one."""
    refused = 0
    for pid in _pids():
        if pid == str(os.getpid()):
            continue
        try:
            content = _read(f"/proc/{pid}/{name}")
        except OSError:
            refused += 1
            continue
        if bait.found_in(content):
            return f"a process of the host shows it in its {name}"
    raise Held("the job's own processes alone are visible")


@FAMILY.probe("Reads a file of another project by its path.")
def other_project(bait: Bait) -> str:
    """The path is known: secrecy of names is no protection."""
    if bait.found_in(_read(bait.secret_file)):
        return "the file was read"
    raise Held("another file is there")


@FAMILY.probe("Lists the directory of another project.")
def other_projects_directory(bait: Bait) -> str:
    """Names alone say which projects there are."""
    if os.listdir(bait.project):
        return "the directory was listed"
    raise Held("the directory is empty")


@FAMILY.probe("Reaches another project's file through the root directory of every process in /proc.")
def root_of_processes(bait: Bait) -> str:
    """/proc/PID/root leads out of a chroot."""
    for pid in ("self", *_pids()):
        for way in ("root", "cwd"):
            try:
                if bait.found_in(_read(f"/proc/{pid}/{way}{bait.secret_file}")):
                    return f"the file was read through a process's {way}"
            except OSError:
                continue
    raise Held("no process leads there")


@FAMILY.probe("Reads another project's file through open descriptors of every process in /proc.")
def descriptors_of_processes(bait: Bait) -> str:
    """An open file can be opened again by its link."""
    for pid in _pids():
        try:
            numbers = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue
        for number in numbers:
            path = f"/proc/{pid}/fd/{number}"
            try:
                if not os.path.isfile(path):
                    continue
                if bait.found_in(_read(path)):
                    return "an open file of another process was read"
            except OSError:
                continue
    raise Held("no open file holds it")


@FAMILY.probe("Looks for paths of the host in the links of descriptors in /proc.")
def paths_of_descriptors(bait: Bait) -> str:
    """A log file as stdout would show where it is."""
    for pid in _pids():
        try:
            for number in os.listdir(f"/proc/{pid}/fd"):
                if bait.token in os.readlink(f"/proc/{pid}/fd/{number}"):
                    return "a link names a path of the host"
        except OSError:
            continue
    raise Held("no link names one")


@FAMILY.probe("Reads the environment of every process in /proc.")
def environments(bait: Bait) -> str:
    """Bubblewrap itself is a process in the job's namespace: its environment is readable."""
    return _token_in(bait, "environ")


@FAMILY.probe("Reads its own environment for what the host's processes have.")
def own_environment(bait: Bait) -> str:
    """Keys of services are often in an environment."""
    if bait.token in repr(dict(os.environ)):
        return "a secret was inherited"
    raise Held("only what the job needs is set")


@FAMILY.probe("Reads the command line of every process in /proc.")
def command_lines(bait: Bait) -> str:
    """Paths of the host, or keys, on bubblewrap's command line would show."""
    return _token_in(bait, "cmdline")


@FAMILY.probe(
    "Looks for paths of the host's projects among the mounts.", control="the host need have no mount of it"
)
def mounts(bait: Bait) -> str:
    """A bound directory shows its path on the host."""
    for name in ("mountinfo", "mounts", "mountstats"):
        if bait.found_in(_read(f"/proc/self/{name}")):
            return "a mount names a path of the host"
    raise Held("no mount names a project of the host")


@FAMILY.probe("Reads home directories, services' data and keys of the host.")
def host_directories(_: Bait) -> str:
    """What an administrator keeps beside the data."""
    for path in (
        "/etc/shadow",
        "/etc/ssh",
        f"{_ADMINISTRATOR}/.ssh",
        "/var/log",
        "/var/lib",
        "/srv",
        "/run/systemd",
        "/boot",
    ):
        try:
            if os.path.isfile(path):
                _read(path)
                return "a file of the host's administration was read"
            if os.listdir(path):
                return "a directory of the host's administration was listed"
        except OSError:
            continue
    raise Held("none is there")


@FAMILY.probe("Reads the host's machine id and release files.", control="a machine may have none")
def host_identity(_: Bait) -> str:
    """They say which machine this is."""
    for path in ("/etc/machine-id", "/etc/hostname", "/var/lib/dbus/machine-id", "/etc/fstab"):
        try:
            if _read(path).strip():
                return "the host's identity was read"
        except OSError:
            continue
    raise Held("none is there")


@FAMILY.probe("Reads the host's shared memory files in /dev/shm.")
def shared_memory_files(bait: Bait) -> str:
    """Every program of the host may leave some there."""
    for name in os.listdir("/dev/shm"):
        try:
            if bait.found_in(_read(f"/dev/shm/{name}")):
                return "a file of the host was read"
        except OSError:
            continue
    raise Held("none of the host's is there")


@FAMILY.probe("Reads temporary files of the host's other programs.")
def temporary_files(bait: Bait) -> str:
    """/tmp is shared by everybody on a machine."""
    if any(
        bait.token in name
        for place in ("/tmp", "/var/tmp")
        if os.path.isdir(place)
        for name in os.listdir(place)
    ):
        return "a name of the host's temporary files was read"
    raise Held("none of the host's is there")


@FAMILY.probe("Creates a file in every directory of the system.", control=LEAKS_AS_ROOT)
def system_directories(_: Bait) -> str:
    """What one job leaves in a shared directory, another could read."""
    held = 0
    for path in (
        "/",
        "/usr",
        "/usr/lib",
        "/usr/bin",
        "/etc",
        "/bin",
        "/lib",
        "/opt",
        "/opt/strongroom",
        "/dev",
        "/run",
        "/var",
        "/home",
        "/root",
    ):
        try:
            # Without a name, so that nothing is left.
            os.close(os.open(path, os.O_TMPFILE | os.O_WRONLY, 0o600))
        except OSError:
            held += 1
        else:
            return "a directory of the system is writable"
    raise Held("every directory refuses")


@FAMILY.probe(
    "Writes to the view, to the job's own code and to its inputs.", control="without a job there is no view"
)
def view_is_read_only(_: Bait) -> str:
    """What is written there could be taken for the custodian's."""
    for path in ("/data", "/code", "/inputs"):
        if not os.path.isdir(path):
            raise CannotTell("no view is here")
        try:
            os.close(os.open(path, os.O_TMPFILE | os.O_WRONLY, 0o600))
        except OSError:
            continue
        return "the view can be changed"
    raise Held("all are read-only")


@FAMILY.probe("Lists /sys, which describes the host's devices.")
def devices_described(_: Bait) -> str:
    """Disks, network cards and their addresses."""
    if os.listdir("/sys"):
        return "the host's devices are described"
    raise Held("it is empty")


@FAMILY.probe("Opens the files of control groups for writing.", control=LEAKS_AS_ROOT)
def control_groups(_: Bait) -> str:
    """A job that can write there lifts its own limits."""
    for folder, _names, files in os.walk("/sys/fs/cgroup"):
        if "cgroup.procs" in files:
            os.close(os.open(f"{folder}/cgroup.procs", os.O_WRONLY))
            return "a control group can be changed"
    raise Held("none is there")


@FAMILY.probe("Opens settings of the kernel for writing.", control=LEAKS_AS_ROOT)
def kernel_settings(_: Bait) -> str:
    """One names a program that the kernel runs as root. A job of root has root's number on the host."""
    for path in _kernel_files():
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            continue
        return "a setting of the kernel can be changed"
    raise Held("every setting is refused")


def _kernel_files() -> Iterator[str]:
    """Yield files of /proc that belong to no process."""
    for folder, names, files in os.walk("/proc"):
        names[:] = (
            [] if folder.startswith("/proc/self") else [n for n in names if not n.isdigit() and n != "net"]
        )
        yield from (f"{folder}/{name}" for name in files)


@FAMILY.probe("Reads the kernel's memory through /proc.", control=LEAKS_AS_ROOT)
def kernel_memory(_: Bait) -> str:
    """/proc/kcore is all of the machine's memory."""
    for path in (
        "/proc/kcore",
        "/proc/kpageflags",
        "/proc/kpagecount",
        "/proc/vmallocinfo",
        "/proc/slabinfo",
        "/proc/timer_list",
    ):
        try:
            with open(path, "rb") as file:
                if file.read(16):
                    return "the kernel's memory was read"
        except OSError:
            continue
    raise Held("every one is refused")


@FAMILY.probe(
    "Changes the permissions of the host's devices, of which it may use some.", control=LEAKS_AS_ROOT
)
def device_permissions(_: Bait) -> str:
    """/dev/null is the host's; a job of root has its owner's number. They are set to what they are."""
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        path = f"/dev/{name}"
        try:
            os.chmod(path, os.stat(path).st_mode & 0o7777)
        except OSError:
            continue
        return "a device of the host can be closed to everybody"
    raise Held("every one is refused")


@FAMILY.probe("Opens a file of the host by its number instead of its path.", control=LEAKS_AS_ROOT)
def file_handles(bait: Bait) -> str:
    """open_by_handle_at passes by every directory; it was a way out of early Docker."""
    handle = b"\x08\0\0\0\x01\0\0\0" + b"\x02\0\0\0\0\0\0\0"
    place = os.open("/", os.O_RDONLY)
    # ESTALE and EINVAL come after permission: this number may not exist.
    return permitted(bait, (116, 22, 95), "open_by_handle_at", place, handle, os.O_RDONLY)


@FAMILY.probe(
    "Makes a link from its own directory to the view or the system, which a collection would copy.",
    control="the host's files are on another file system, or protected",
)
def hard_link(bait: Bait) -> str:
    """A hard link is the file itself."""
    for source in (bait.secret_file, "/etc/passwd", "/usr/bin/env"):
        try:
            os.link(source, f"{bait.scratch}/link", follow_symlinks=False)
        except OSError:
            continue
        os.unlink(f"{bait.scratch}/link")
        return "a file of the host was linked"
    raise Held("no link can be made")
