"""Keys wrap keys: a data key for each file, under a cohort's or project's key, under the master key.

Destroying a key in the middle makes every file under it unreadable, including backups of the files. A wrapped
key is bound to its `context`, so it cannot be used for another file, project or purpose.
"""

import os
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from strongroom.errors import AlreadyExistsError, KeyUnavailableError
from strongroom.ids import RandomBytes, system_random

KEY_BYTES = 32  # fixed: AES-256
_NONCE_BYTES = 12  # fixed: AES-GCM (NIST SP 800-38D)
_SHARED_MODE_BITS = 0o077  # fixed: POSIX permissions of group and others


class KeyProvider(Protocol):
    """Wraps keys under a master key that it alone holds: a file here; elsewhere Vault or a cloud KMS."""

    def wrap(self, key: bytes, *, context: str) -> bytes:
        """Return `key` encrypted and bound to `context`."""

    def unwrap(self, wrapped: bytes, *, context: str) -> bytes:
        """Return the key that `wrap` was given; KeyUnavailableError for another master key or context."""


def new_key(random: RandomBytes = system_random) -> bytes:
    """Return a fresh 256-bit key."""
    return random(KEY_BYTES)


def derive(key: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """Return `length` bytes for one purpose, by HKDF-SHA256 (RFC 5869): no key serves two purposes."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(key)


def wrap(parent: bytes, key: bytes, *, context: str, random: RandomBytes = system_random) -> bytes:
    """Return nonce and AES-256-GCM ciphertext of `key` under `parent`, with `context` authenticated."""
    nonce = random(_NONCE_BYTES)
    return nonce + AESGCM(parent).encrypt(nonce, key, context.encode())


def unwrap(parent: bytes, wrapped: bytes, *, context: str) -> bytes:
    """Return the key inside `wrapped`; KeyUnavailableError for another parent, context or a changed bit."""
    try:
        return AESGCM(parent).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise KeyUnavailableError(
            f"the key for {context!r} cannot be unwrapped.",
            hint="Either the key above it was destroyed or replaced, or this wrapped key was changed.",
        ) from error


class FileKeyProvider:
    """A master key in a file that only its owner can read."""

    def __init__(self, path: Path, *, random: RandomBytes = system_random) -> None:
        self._path = path
        self._random = random

    @classmethod
    def create(cls, path: Path, random: RandomBytes = system_random) -> "FileKeyProvider":
        """Write a new master key to a new file of mode 0600; AlreadyExistsError if the file exists."""
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise AlreadyExistsError(
                f"{path} already contains a key.",
                hint="A master key is never overwritten, because all files depend on it.",
            ) from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_key(random))
            file.flush()
            os.fsync(file.fileno())
        return cls(path, random=random)

    def wrap(self, key: bytes, *, context: str) -> bytes:
        """Return `key` encrypted under the master key and bound to `context`."""
        return wrap(self._master(), key, context=context, random=self._random)

    def unwrap(self, wrapped: bytes, *, context: str) -> bytes:
        """Return the key that `wrap` was given; KeyUnavailableError if the master key is missing or wrong."""
        return unwrap(self._master(), wrapped, context=context)

    def _master(self) -> bytes:
        # Read each time: a destroyed master key must stop working at once, also in running processes.
        try:
            mode = self._path.stat().st_mode
            master = self._path.read_bytes()
        except OSError as error:
            raise KeyUnavailableError(
                f"the master key {self._path} cannot be read.", hint="Restore it from its backup."
            ) from error
        if mode & _SHARED_MODE_BITS:
            raise KeyUnavailableError(
                f"the master key {self._path} can be read by others.", hint=f"Run: chmod 600 {self._path}"
            )
        if len(master) != KEY_BYTES:
            raise KeyUnavailableError(
                f"{self._path} is not a master key of {KEY_BYTES} bytes.", hint="Restore it from its backup."
            )
        return master
