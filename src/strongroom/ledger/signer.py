"""Private keys: a log's key signs checkpoints, a witness's key cosigns them."""

from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from strongroom.clock import Clock
from strongroom.ids import RandomBytes, system_random
from strongroom.ledger.note import Algorithm, NoteSignature, VerifierKey, cosigned_message

SEED_BYTES = 32  # fixed: RFC 8032, section 5.1.5


@dataclass(frozen=True)
class Signer:
    """A named Ed25519 key (RFC 8032); the name of a log's key is the log's origin."""

    name: str
    private_key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls, name: str, random: RandomBytes = system_random) -> Self:
        """Generate a new key."""
        return cls.from_bytes(name=name, seed=random(SEED_BYTES))

    @classmethod
    def from_bytes(cls, *, name: str, seed: bytes) -> Self:
        """Derive the key from a 32-byte seed."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    def to_bytes(self) -> bytes:
        """Return the 32-byte seed, which is secret."""
        return self.private_key.private_bytes_raw()

    @property
    def verifier_key(self) -> str:
        """The verifier key for checkpoints that this key signs as a log."""
        return self._public(Algorithm.ED25519).text

    @property
    def witness_key(self) -> str:
        """The verifier key for checkpoints that this key cosigns as a witness."""
        return self._public(Algorithm.COSIGNATURE).text

    def sign(self, text: str) -> NoteSignature:
        """Sign a note's text as the log (c2sp.org/signed-note)."""
        key_id = self._public(Algorithm.ED25519).key_id
        return NoteSignature(self.name, key_id, self.private_key.sign(text.encode()))

    def cosign(self, text: str, *, clock: Clock) -> NoteSignature:
        """Sign a checkpoint's text as a witness, with the time in seconds (c2sp.org/tlog-cosignature)."""
        seconds = int(clock().timestamp())
        signature = self.private_key.sign(cosigned_message(text, timestamp=seconds))
        key_id = self._public(Algorithm.COSIGNATURE).key_id
        return NoteSignature(self.name, key_id, seconds.to_bytes(8, "big") + signature)

    def _public(self, algorithm: Algorithm) -> VerifierKey:
        return VerifierKey(self.name, algorithm, self.private_key.public_key().public_bytes_raw())
