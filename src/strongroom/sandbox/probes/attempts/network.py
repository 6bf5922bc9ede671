"""Sockets: of every family, to the host's network, to its Unix sockets, and by inherited shared objects."""

import ctypes
import os
import socket

from strongroom.sandbox.probes.attempts.probe import LEAKS, LEAKS_AS_ROOT, Attempt, Bait, Family, Held

FAMILY = Family("network")
_SECONDS = 2.0  # fixed: a listener on this machine answers at once
_KERNEL = "a kernel may be built without this family"

# Number, name, and what the control shows: linux/socket.h.
_FAMILIES: tuple[tuple[int, str, str], ...] = (
    (2, "AF_INET", LEAKS),
    (3, "AF_AX25", _KERNEL),
    (4, "AF_IPX", _KERNEL),
    (5, "AF_APPLETALK", _KERNEL),
    (9, "AF_X25", _KERNEL),
    (10, "AF_INET6", "a machine may have IPv6 turned off"),
    (15, "AF_KEY", _KERNEL),
    (16, "AF_NETLINK", LEAKS),
    (17, "AF_PACKET", LEAKS_AS_ROOT),
    (21, "AF_RDS", _KERNEL),
    (24, "AF_PPPOX", _KERNEL),
    (26, "AF_LLC", _KERNEL),
    (29, "AF_CAN", _KERNEL),
    (30, "AF_TIPC", _KERNEL),
    (31, "AF_BLUETOOTH", _KERNEL),
    (33, "AF_RXRPC", _KERNEL),
    (36, "AF_IEEE802154", _KERNEL),
    (38, "AF_ALG", _KERNEL),
    (39, "AF_NFC", _KERNEL),
    (40, "AF_VSOCK", _KERNEL),
    (41, "AF_KCM", _KERNEL),
    (42, "AF_QIPCRTR", _KERNEL),
    (43, "AF_SMC", _KERNEL),
    (44, "AF_XDP", _KERNEL),
    (45, "AF_MCTP", _KERNEL),
)


def _made_in(family: int) -> Attempt:
    def attempt(bait: Bait) -> str:
        refused: OSError | None = None
        # Stream, datagram, raw, sequenced packets: families differ in what they have.
        for kind in (1, 2, 3, 5):
            try:
                os.close(bait.call("socket", family, kind, 0))
            except OSError as error:
                refused = error
            else:
                return "a socket of this family was made"
        raise refused or Held("no kind of socket")

    return attempt


for _number, _name, _control in _FAMILIES:
    FAMILY.probe(
        f"Makes a socket of the family {_name}.",
        control=_control,
        name=f"socket-{_name[3:].lower()}",
    )(_made_in(_number))


@FAMILY.probe("Makes a pair of sockets that are no Unix sockets.", control="few families have pairs")
def socket_pair(bait: Bait) -> str:
    """AF_TIPC's pairs; others have none."""
    pair = (ctypes.c_int * 2)()
    bait.call("socketpair", 30, 1, 0, pair)
    return "a pair of sockets of another family was made"


@FAMILY.probe("Connects to a TCP port of the host.")
def tcp_connection(bait: Bait) -> str:
    """As a script that sends rows away would."""
    with socket.create_connection(("127.0.0.1", bait.tcp), _SECONDS):
        return "a listener of the host answered"


@FAMILY.probe("Connects to a TCP port of the host over IPv6.", control="a machine may have IPv6 turned off")
def tcp_connection_over_ipv6(bait: Bait) -> str:
    """Firewalls are often made for IPv4 alone."""
    with socket.create_connection(("::1", bait.tcp6 or 9), _SECONDS):
        return "a listener of the host answered"


@FAMILY.probe("Sends a UDP packet to the host and waits for the answer.")
def udp_packet(bait: Bait) -> str:
    """UDP needs no connection."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packets:
        packets.settimeout(_SECONDS)
        packets.sendto(b"ping", ("127.0.0.1", bait.udp))
        packets.recv(64)
        return "a listener of the host answered"


@FAMILY.probe("Asks a name server of the host for a name that carries data.")
def name_server(bait: Bait) -> str:
    """A name looked up is a message to whoever serves it."""
    question = b"\x12\x34\x01\x00\x00\x01\0\0\0\0\0\0\x04data\x07example\0\x00\x01\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packets:
        packets.settimeout(_SECONDS)
        packets.sendto(question, ("127.0.0.1", bait.udp))
        packets.recv(512)
        return "a name server of the host answered"


@FAMILY.probe("Connects to an abstract Unix socket of the host.")
def abstract_socket(bait: Bait) -> str:
    """Such sockets have no file, and belong to the network namespace."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(f"\0{bait.abstract}")
        return "a socket of the host answered"


@FAMILY.probe("Connects to a Unix socket in a directory of the host.")
def path_socket(bait: Bait) -> str:
    """As /run/docker.sock is."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(bait.path_socket)
        return "a socket of the host answered"


@FAMILY.probe("Looks for sockets of the host's services.", control="a machine may run none of these services")
def service_sockets(_: Bait) -> str:
    """Containers, the message bus, the system's manager, displays."""
    places = ("/run", "/var/run", "/tmp/.X11-unix", "/var/lib", "/run/user")
    for place in places:
        for folder, _names, files in os.walk(place):
            for name in files:
                if name.endswith((".sock", ".socket", "socket")):
                    with socket.socket(socket.AF_UNIX) as caller:
                        try:
                            caller.connect(f"{folder}/{name}")
                        except OSError:
                            continue
                        return "a service of the host answered"
    raise Held("no socket was found")


@FAMILY.probe("Reads the host's connections in /proc/net.")
def connections_listed(bait: Bait) -> str:
    """Ports and names of sockets describe the host."""
    with open("/proc/net/unix", "rb") as file:
        if bait.abstract.encode() in file.read():
            return "a socket of the host is listed"
    with open("/proc/net/tcp", "rb") as file:
        if f":{bait.tcp:04X} ".encode() in file.read():
            return "a port of the host is listed"
    raise Held("only the job's own sockets are listed")


@FAMILY.probe("Looks for network interfaces besides the loopback.", control="a machine may have none")
def interfaces(_: Bait) -> str:
    """A network namespace of a job's own has one that is down."""
    with open("/proc/net/dev", encoding="ascii") as file:
        names = [line.split(":")[0].strip() for line in file if ":" in line]
    if [name for name in names if name not in {"lo", "sit0", "ip6tnl0", "tunl0"}]:
        return "a network interface is there"
    raise Held("only the loopback is there")


@FAMILY.probe("Attaches the host's System V shared memory.")
def shared_memory(bait: Bait) -> str:
    """It belongs to the IPC namespace, and has numbers instead of names."""
    number = bait.call("shmget", bait.shared_memory, 0, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    address = libc.shmat(number, None, 0o10000)  # SHM_RDONLY
    if address in {None, ctypes.c_void_p(-1).value}:
        raise OSError(ctypes.get_errno(), "shmat")
    if bait.found_in(ctypes.string_at(address, 64)):
        return "the host's shared memory was read"
    raise Held("another memory has this number")


@FAMILY.probe(
    "Opens a POSIX message queue of the host.", control="a kernel may be built without message queues"
)
def message_queue(bait: Bait) -> str:
    """It belongs to the IPC namespace too."""
    os.close(bait.call("mq_open", ctypes.c_char_p(bait.queue.lstrip("/").encode()), os.O_RDONLY, 0, None))
    return "a queue of the host was opened"
