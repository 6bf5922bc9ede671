"""Signed notes and checkpoints, as text that any C2SP tool can read.

Sources: c2sp.org/signed-note (note, verifier key), c2sp.org/tlog-checkpoint (origin, size, root),
c2sp.org/tlog-cosignature (what a witness signs).
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from strongroom.errors import LedgerError
from strongroom.ledger.merkle import HASH_BYTES

_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n")
_SIGNATURE_LINES = re.compile(f"(?:{_SIGNATURE_LINE.pattern})+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_KEY_NAME = re.compile(r"[^\s+]+")
_KEY_ID_BYTES = 4  # fixed: c2sp.org/signed-note
_CHECKPOINT_LINES = 3  # fixed: c2sp.org/tlog-checkpoint


class Algorithm(IntEnum):
    """A key's signature type byte."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True)
class VerifierKey:
    """A named public key; `text` is the form given to a verifier."""

    name: str
    algorithm: Algorithm
    public: bytes

    def __post_init__(self) -> None:
        if not _KEY_NAME.fullmatch(self.name):
            raise LedgerError(
                f"{self.name!r} is not a key name: it must not be empty or contain spaces or '+'."
            )

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of the SHA-256 of name, newline, algorithm and public key."""
        return hashlib.sha256(self.name.encode() + b"\n" + self._material).digest()[:_KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The verifier key as text: name+key id+base64(algorithm, public key)."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self._material).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a verifier key; LedgerError if the text is not one."""
        try:
            name, key_id, material = text.strip().split("+", 2)
            decoded = base64.b64decode(material, validate=True)
            key = cls(name, Algorithm(decoded[0]), decoded[1:])
            Ed25519PublicKey.from_public_bytes(key.public)
        except (ValueError, IndexError) as error:
            raise LedgerError(f"{text!r} is not a verifier key: {error}") from error
        if key.key_id.hex() != key_id:
            raise LedgerError(f"the verifier key {text!r} is mistyped: its key id does not match.")
        return key

    def verify(self, text: str, signature: bytes) -> bool:
        """Return whether `signature` (without the key id) is this key's signature of a note's text."""
        message = text.encode()
        if self.algorithm is Algorithm.COSIGNATURE:
            message = cosigned_message(text, timestamp=int.from_bytes(signature[:8], "big"))
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @property
    def _material(self) -> bytes:
        return bytes([self.algorithm]) + self.public


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: the signer's name, the key id and the signature bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True)
class SignedNote:
    """A text ending in a newline, with its signatures; `str()` returns the note."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, note: str) -> Self:
        """Parse a note without verifying it; LedgerError if the text is not a note."""
        text, separator, lines = note.rpartition("\n\n")
        if not separator or _CONTROL.search(note) or not _SIGNATURE_LINES.fullmatch(lines):
            raise LedgerError("this text is not a signed note.")
        return cls(text + "\n", tuple(_signature(*match) for match in _SIGNATURE_LINE.findall(lines)))

    def with_signature(self, signature: NoteSignature) -> Self:
        """Return the note with one more signature."""
        return replace(self, signatures=(*self.signatures, signature))

    def signed_by(self, key: VerifierKey) -> bool:
        """Return whether the key signed this note; LedgerError if one of its signatures is invalid."""
        lines = [line for line in self.signatures if (line.name, line.key_id) == (key.name, key.key_id)]
        if not all(key.verify(self.text, line.signature) for line in lines):
            raise LedgerError(f"the signature of {key.name} does not verify.")
        return bool(lines)


@dataclass(frozen=True)
class TreeHead:
    """A checkpoint's statement: the log with this origin had this size and this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text of a checkpoint."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a note's text; LedgerError if it is not a checkpoint or has further lines."""
        lines = text.split("\n")
        if len(lines) != _CHECKPOINT_LINES + 1 or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise LedgerError("this note is not a checkpoint.")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except binascii.Error as error:
            raise LedgerError("this checkpoint's root is not base64.") from error
        head = cls(lines[0], int(lines[1]), root)
        if len(root) != HASH_BYTES or head.text != text:
            raise LedgerError("this checkpoint is not in canonical form.")
        return head


def cosigned_message(text: str, *, timestamp: int) -> bytes:
    """Return the message a witness signs: a header, the POSIX time in seconds and the checkpoint's text."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def _signature(name: str, encoded: str) -> NoteSignature:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise LedgerError(f"the signature of {name} is not base64.") from error
    if base64.b64encode(decoded).decode() != encoded or len(decoded) <= _KEY_ID_BYTES:
        raise LedgerError(f"the signature of {name} is not in canonical form.")
    return NoteSignature(name, decoded[:_KEY_ID_BYTES], decoded[_KEY_ID_BYTES:])
