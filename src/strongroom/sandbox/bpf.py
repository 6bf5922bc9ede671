"""System-call filters as programs for the kernel: what is not listed is refused.

Seccomp-BPF as in the kernel's `seccomp_filter` documentation, without a library: a filter uses only a few
kinds of instruction. The numbers of system calls are those of Linux 6.1 (`asm/unistd.h`).
"""

import errno
import json
import platform
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # fixed: linux/bpf_common.h
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000  # fixed: linux/seccomp.h
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _ARGUMENT = 0, 4, 16, 8  # fixed: struct seccomp_data
_INSTRUCTION = struct.Struct("<HBBI")
_X32 = 0x40000000  # fixed: __X32_SYSCALL_BIT
INSTRUCTION_BYTES = _INSTRUCTION.size
# The architecture's number in linux/audit.h.
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Read as the module is loaded, once: every reader of a file is forked later, and makes a filter.
_NUMBERS: Mapping[str, Mapping[str, int]] = json.loads(
    Path(__file__).with_name("system_calls.json").read_text(encoding="ascii")
)


@dataclass(frozen=True)
class Rule:
    """What one call is answered: it is allowed if one of its arguments, counted from 0, passes a test.

    `equals` are the values that pass; without them, `has` and `lacks` are bits of which one must, or none
    may, be set. `otherwise` is the error that a refused call returns. Only the lower 32 bits are compared.
    """

    argument: int = 0
    equals: tuple[int, ...] = ()
    has: int = 0
    lacks: int = 0
    otherwise: int = errno.EPERM


class Never(Rule):
    """The call is refused, with the error `otherwise`."""


def known() -> bool:
    """Return whether filters can be made for this machine's architecture."""
    return platform.machine() in _AUDIT


def numbers(machine: str) -> Mapping[str, int]:
    """Return every system call's number on an architecture."""
    return _NUMBERS[machine]


def program(calls: Iterable[str], rules: Mapping[str, Rule], *, machine: str = "") -> bytes:
    """Return a filter for this machine: `calls` are allowed, those in `rules` under their rule.

    Other calls fail with EPERM, those that Linux 6.1 does not have with ENOSYS, so that a library falls back
    to an older one; calls of another architecture kill the process. KeyError for an unknown architecture.
    """
    machine = machine or platform.machine()
    table = numbers(machine)
    refused = _step(_RETURN, _ERRNO | errno.EPERM)
    steps = [
        *(_step(_LOAD, _ARCHITECTURE), _step(_EQUAL, _AUDIT[machine], 1, 0), _step(_RETURN, _KILL)),
        *(_step(_LOAD, _NUMBER), _step(_AT_LEAST, _X32, 0, 1), refused),
        *(_step(_AT_LEAST, max(table.values()) + 1, 0, 1), _step(_RETURN, _ERRNO | errno.ENOSYS)),
    ]
    for name in calls:
        if name in table:  # some exist on one architecture only
            answer = _answer(rules[name]) if name in rules else [_step(_RETURN, _ALLOW)]
            steps += [_step(_EQUAL, table[name], 0, len(answer)), *answer]
    return b"".join([*steps, refused])


def _answer(rule: Rule) -> list[bytes]:
    refused, allowed = _step(_RETURN, _ERRNO | rule.otherwise), _step(_RETURN, _ALLOW)
    if isinstance(rule, Never):
        return [refused]
    load = _step(_LOAD, _FIRST_ARGUMENT + _ARGUMENT * rule.argument)
    if rule.equals:
        passes = [step for value in rule.equals for step in (_step(_EQUAL, value, 0, 1), allowed)]
        return [load, *passes, refused]
    if rule.has:
        return [load, _step(_ANY_BIT, rule.has, 0, 1), allowed, refused]
    return [load, _step(_ANY_BIT, rule.lacks, 0, 1), refused, allowed]


def _step(code: int, value: int, when: int = 0, otherwise: int = 0) -> bytes:
    return _INSTRUCTION.pack(code, when, otherwise, value)
