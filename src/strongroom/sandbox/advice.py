"""What to do about each thing that a machine lacks."""

from pathlib import Path

INSTALL = "Install it: apt install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora, RHEL)."
PROCESSOR = "Use a machine with an x86-64 or a 64-bit ARM processor."
RUNTIME = "Jobs must be able to read the interpreter: install Strongroom below /opt, not in a private home."
LANDLOCK = "Use a kernel from 5.13 on that has Landlock among its security modules (see its lsm= setting)."
USER = "Create a user for Strongroom (useradd --system --create-home strongroom) and run it as that user."
CORE = "Turn it off: sysctl -w kernel.core_pattern=core, and mask systemd-coredump or remove apport."
MEMORY = "A job may use 4 GiB by default: add memory, or run smaller jobs (strongroom run --memory)."
SWAP = "Turn swap off (swapoff -a) or encrypt it: a view is decrypted into memory."
CLOCK = "Install and start chrony or systemd-timesyncd: the ledger's times come from this clock."
DISK = "Use a larger disk for the home, or another home (--home)."
NETWORK = "Use a local disk: a database on a network file system can be damaged, and memory is lost."
KEYS = "Close it: chmod -R go-rwx HOME. If others could have read the keys, make a new home."
DELEGATE = """Delegate control groups to Strongroom's service. For systemd, in its unit:
  [Service]
  User=strongroom
  Delegate=cpu memory pids
or for one command: systemd-run --user --scope -p Delegate=yes strongroom run ..."""

_LIMIT = "Allow namespaces: sysctl -w user.max_user_namespaces=15000 (and in /etc/sysctl.d to keep it)."
_CLONE = "Allow namespaces to users: sysctl -w kernel.unprivileged_userns_clone=1 (and in /etc/sysctl.d)."
_APPARMOR = """Ubuntu from 23.10 on needs a profile. Write to /etc/apparmor.d/bwrap:
  abi <abi/4.0>,
  include <tunables/global>
  profile bwrap /usr/bin/bwrap flags=(unconfined) {
    userns,
  }
then: apparmor_parser -r /etc/apparmor.d/bwrap
Jobs make a namespace before bubblewrap does: give Strongroom's interpreter such a profile as well, or
  sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"""
_CONTAINER = """In a container, let it make namespaces. Docker, Podman:
  --security-opt seccomp=unconfined --security-opt apparmor=unconfined
  --security-opt systempaths=unconfined
Kubernetes: a pod with hostUsers: false, whose securityContext has
  seccompProfile: {type: Unconfined}, procMount: Unmasked"""
_SETTINGS = (
    ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", _APPARMOR),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", _CLONE),
    ("/proc/sys/user/max_user_namespaces", "0", _LIMIT),
)


def namespaces(settings: tuple[tuple[str, str, str], ...] = _SETTINGS) -> str:
    """Return what keeps this machine's users from namespaces, and how to change that."""
    found = [
        words
        for path, value, words in settings
        if Path(path).exists() and Path(path).read_text(encoding="ascii").strip() == value
    ]
    return "\n".join(found) or _CONTAINER
