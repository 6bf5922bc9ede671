"""Small encrypted files, such as a manifest: nonce and AES-256-GCM ciphertext, bound to the file's id."""

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.cohort.keys import derive
from strongroom.cohort.store.atomic import atomic_path
from strongroom.errors import StoreError
from strongroom.ids import RandomBytes, system_random

_NONCE_BYTES = 12  # fixed: AES-GCM (NIST SP 800-38D)
_LARGEST = 2**31 - 1 - 16  # fixed: what one AES-GCM message may hold in the `cryptography` library


def write_blob(
    path: Path, data: bytes, *, key: bytes, file_id: str, random: RandomBytes = system_random
) -> None:
    """Write `data` encrypted and bound to `file_id`, atomically; StoreError beyond 2 GiB."""
    if len(data) > _LARGEST:
        raise StoreError(f"{len(data)} bytes are too many for one blob.", hint="Store them as a table.")
    nonce = random(_NONCE_BYTES)
    sealed = _cipher(key, file_id).encrypt(nonce, data, file_id.encode())
    with atomic_path(path) as partial:
        partial.write_bytes(nonce + sealed)


def read_blob(path: Path, *, key: bytes, file_id: str) -> bytes:
    """Return what `write_blob` was given; StoreError if the file is missing, is another, or was changed."""
    try:
        sealed = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path} cannot be read.", hint="Restore the vault from its backup.") from error
    try:
        return _cipher(key, file_id).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], file_id.encode())
    except (InvalidTag, ValueError) as error:
        raise StoreError(
            f"{path} was changed, or its key is not this one.",
            hint="Restore the vault from its backup.",
        ) from error


def _cipher(key: bytes, file_id: str) -> AESGCM:
    # A key for each blob: the caller's key also wraps keys, and no key serves two purposes.
    return AESGCM(derive(key, f"blob:{file_id}"))
