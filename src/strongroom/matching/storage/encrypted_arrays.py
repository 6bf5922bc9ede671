"""A file of named arrays in encrypted blocks: memory-mapped, and only the blocks in use are decrypted.

    header      8 bytes "SRINDEX2" · 32 bytes salt · offset and length of the catalogue (uint64, little)
    blocks      AES-256-GCM, at most 1 MiB of one array each, one after another
    catalogue   AES-256-GCM: the name, type, length and first block of each array

The key is derived from the cohort's key, the file's id and the salt. It serves this file alone, so a block's
number can be its nonce. A block that was changed, moved or taken from another file fails authentication. The
catalogue authenticates the header. Without the key the file shows nothing but its length: not which values
are equal, nor how many there are of any.
"""

import json
import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from strongroom.cohort.keys import derive
from strongroom.cohort.store import atomic_path
from strongroom.errors import StoreError
from strongroom.ids import RandomBytes, system_random

_MAGIC = b"SRINDEX2"
_SALT_BYTES, _TAG_BYTES, _NONCE_BYTES = 32, 16, 12  # fixed: format SRINDEX2, with AES-GCM (NIST SP 800-38D)
_PLACE = struct.Struct("<QQ")
_HEADER_BYTES = len(_MAGIC) + _SALT_BYTES + _PLACE.size
_BLOCK_BYTES = 1_048_576  # fixed: format SRINDEX2
_CATALOGUE = 2 ** (8 * _NONCE_BYTES) - 1
_HINT = "Restore the vault from its backup, or add the cohort again."


@dataclass(frozen=True)
class _Section:
    """Where an array is stored: its first block's number and offset in the file, numpy type and items."""

    block: int
    offset: int
    type: str
    items: int


class EncryptedArraysWriter:
    """Adds arrays to the file that `write_encrypted_arrays` creates."""

    def __init__(self, file: BinaryIO, cipher: AESGCM) -> None:
        self._file, self._cipher = file, cipher
        self._offset, self._block = _HEADER_BYTES, 0
        self.sections: dict[str, list[Any]] = {}

    def add(self, name: str, array: NDArray[Any]) -> None:
        """Write a one-dimensional array under a new name."""
        if name in self.sections:
            raise StoreError(f"the index already holds {name}.")
        self.sections[name] = [self._block, self._offset, array.dtype.str, len(array)]
        plain = array.tobytes()
        for start in range(0, len(plain), _BLOCK_BYTES):
            sealed = self._cipher.encrypt(_nonce(self._block), plain[start : start + _BLOCK_BYTES], None)
            self._file.write(sealed)
            self._block += 1
            self._offset += len(sealed)

    def close(self, salt: bytes) -> None:
        """Write the catalogue, and the header that points to it."""
        catalogue = json.dumps(self.sections, separators=(",", ":")).encode()
        header = _MAGIC + salt + _PLACE.pack(self._offset, len(catalogue) + _TAG_BYTES)
        self._file.write(self._cipher.encrypt(_nonce(_CATALOGUE), catalogue, header))
        self._file.seek(0)
        self._file.write(header)


@contextmanager
def write_encrypted_arrays(
    path: Path, *, key: bytes, file_id: str, random: RandomBytes = system_random
) -> Iterator[EncryptedArraysWriter]:
    """Yield a writer of arrays; the complete file appears when the context ends without an error."""
    salt = random(_SALT_BYTES)
    with atomic_path(path) as partial, partial.open("wb") as file:
        file.write(bytes(_HEADER_BYTES))
        writer = EncryptedArraysWriter(file, _cipher(key, file_id, salt))
        yield writer
        writer.close(salt)


class EncryptedArrays:
    """Reads what `write_encrypted_arrays` wrote; opening it authenticates key, file id and catalogue.

    Raises StoreError, on opening or reading, if the file is missing, is another file, or was changed.
    """

    def __init__(self, mapped: mmap.mmap, *, key: bytes, file_id: str) -> None:
        self._mapped = mapped
        header = mapped[:_HEADER_BYTES]
        if not header.startswith(_MAGIC):
            raise StoreError(
                "this is not an index, or an index of another version.", hint="Add the cohort again."
            )
        salt = header[len(_MAGIC) : len(_MAGIC) + _SALT_BYTES]
        start, size = _PLACE.unpack(header[-_PLACE.size :])
        self._cipher = _cipher(key, file_id, salt)
        catalogue = json.loads(self._opened(_CATALOGUE, start, size, header))
        self._sections = {name: _Section(*place) for name, place in catalogue.items()}

    @classmethod
    def open(cls, path: Path, *, key: bytes, file_id: str) -> Self:
        """Map a file; StoreError if it is missing or was not written under this key and id."""
        try:
            with path.open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise StoreError(f"{path} cannot be read.", hint=_HINT) from error
        return cls(mapped, key=key, file_id=file_id)

    @property
    def names(self) -> list[str]:
        """The arrays, in the order they were written."""
        return list(self._sections)

    def length(self, name: str) -> int:
        """Return how many items an array has."""
        return self._sections[name].items

    def array(self, name: str, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Return items `first` up to, not including, `last` of an array; only their blocks are decrypted."""
        section = self._sections[name]
        kind = np.dtype(section.type)
        last = section.items if last is None else min(last, section.items)
        if last <= first:
            return np.empty(0, kind)
        total, low, high = section.items * kind.itemsize, first * kind.itemsize, last * kind.itemsize
        begin = low // _BLOCK_BYTES
        blocks = [self._block(section, place, total) for place in range(begin, -(-high // _BLOCK_BYTES))]
        joined = blocks[0] if len(blocks) == 1 else b"".join(blocks)
        return np.frombuffer(joined, kind, last - first, low - begin * _BLOCK_BYTES)

    def _block(self, section: _Section, place: int, total: int) -> bytes:
        size = min(_BLOCK_BYTES, total - place * _BLOCK_BYTES) + _TAG_BYTES
        offset = section.offset + place * (_BLOCK_BYTES + _TAG_BYTES)
        return self._opened(section.block + place, offset, size, None)

    def _opened(self, block: int, offset: int, size: int, bound: bytes | None) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(block), self._mapped[offset : offset + size], bound)
        except (InvalidTag, ValueError) as error:
            raise StoreError("the index was changed, or its key is not this one.", hint=_HINT) from error


def _nonce(block: int) -> bytes:
    return block.to_bytes(_NONCE_BYTES, "little")


def _cipher(key: bytes, file_id: str, salt: bytes) -> AESGCM:
    return AESGCM(derive(key, f"sealed:{file_id}:{salt.hex()}"))
