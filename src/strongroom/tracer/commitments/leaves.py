"""The leaves of the three trees: a project's bits, a plan's draws, and the values of the cohort.

Bits and draws are in blocks of consecutive participants of one column; a block's salt is keystream of a use
of its own. A record is one participant's marked columns: every value has a salt, so that showing one shows
none of the others.
"""

import hashlib
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.commitments.tree import BLOCK
from strongroom.tracer.fingerprint.code import Code

SALT_BYTES = 16  # fixed: an AES block
_PEOPLE_A_TURN = 4_096  # fixed: memory of the salts of one turn
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]


def blocks_of(people: int) -> int:
    """Return the number of blocks of a column."""
    return -(-people // BLOCK)


def label(column: str) -> bytes:
    """Return what stands for a column in a leaf, 8 bytes."""
    return hashlib.sha256(column.encode()).digest()[:8]


def bit_messages(project: Code, column: str, people: int) -> Bytes:
    """Return a column's leaves of a project's bits, shape (blocks, bytes)."""
    return _messages(
        column, project.block_salts(column, blocks_of(people)), [project.bit_bytes(column, _padded(people))]
    )


def draw_messages(plan: Code, column: str, people: int) -> Bytes:
    """Return a column's leaves of the plan's draws: of every block both bytes that mark, then the levels'."""
    return _messages(
        column, plan.block_salts(column, blocks_of(people)), plan.draw_bytes(column, _padded(people))
    )


def block_hashes(messages: Bytes) -> list[bytes]:
    """Return the hashes of a column's leaves, in order."""
    sha256, size = hashlib.sha256, messages.shape[1]
    flat = messages.tobytes()
    return [sha256(flat[at : at + size]).digest() for at in range(0, len(flat), size)]


def record_hashes(plan: Code, values: Mapping[str, Floats]) -> Iterator[bytes]:
    """Yield the hash of each participant's record, by ordinal; `values` have shape (people,), NaN missing."""
    people = len(next(iter(values.values()), np.empty(0)))
    sha256 = hashlib.sha256
    for start in range(0, people, _PEOPLE_A_TURN):
        stop = min(start + _PEOPLE_A_TURN, people)
        columns = [_value_hashes(plan, name, each, start, stop) for name, each in values.items()]
        for ordinal, cells in zip(range(start, stop), zip(*columns, strict=True), strict=True):
            yield sha256(b"\x00" + struct.pack("<q", ordinal) + b"".join(cells)).digest()


def opened_record(
    plan: Code, person: int, values: Mapping[str, Floats], names: Collection[str]
) -> list[dict[str, str] | str]:
    """Open one participant's record: value and salt of the columns `names`, the hashes of the others."""
    found: list[dict[str, str] | str] = []
    for name, each in values.items():
        salt = plan.value_salts(name, person, person + 1).tobytes()
        # No negative zero, as in the leaf.
        value = float(each[person]) + 0.0
        found.append(
            {"value": repr(value), "salt": salt.hex()}
            if name in names
            else _value_hashes(plan, name, each, person, person + 1)[0].hex()
        )
    return found


def _value_hashes(plan: Code, name: str, values: Floats, start: int, stop: int) -> list[bytes]:
    count = stop - start
    message = np.zeros((count, 41), np.uint8)
    message[:, 0] = 2
    message[:, 1:9] = np.frombuffer(label(name), np.uint8)
    message[:, 9:17] = np.arange(start, stop, dtype="<i8").view(np.uint8).reshape(count, 8)
    message[:, 17:33] = plan.value_salts(name, start, stop)
    # One pattern for every missing value, and no negative zero.
    chosen = values[start:stop] + 0.0
    plain = np.where(np.isnan(chosen), np.nan, chosen).astype("<f8")
    message[:, 33:41] = plain.view(np.uint8).reshape(count, 8)
    return block_hashes(message)


def _padded(people: int) -> int:
    return blocks_of(people) * BLOCK


def _messages(column: str, salts: Bytes, parts: Sequence[Bytes]) -> Bytes:
    count = len(salts)
    message = np.zeros((count, 1 + 8 + 8 + SALT_BYTES + len(parts) * BLOCK), np.uint8)
    message[:, 1:9] = np.frombuffer(label(column), np.uint8)
    message[:, 9:17] = np.arange(count, dtype="<i8").view(np.uint8).reshape(count, 8)
    message[:, 17:33] = salts
    for place, part in enumerate(parts):
        message[:, 33 + place * BLOCK : 33 + (place + 1) * BLOCK] = part.reshape(count, BLOCK)
    return message
