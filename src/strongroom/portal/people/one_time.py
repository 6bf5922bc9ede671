"""One-time links and tokens: a random text that only its holder has, and the digest that is kept."""

import hashlib

from strongroom.portal.home import Home

_BYTES = 24  # fixed: 192 random bits cannot be guessed


def new_secret(home: Home) -> str:
    """Return a new secret of 48 hexadecimal digits."""
    return home.random(_BYTES).hex()


def digest_of(secret: str) -> str:
    """Return what is kept of a secret. It is random, so a plain hash cannot be reversed by guessing."""
    return hashlib.sha256(secret.encode()).hexdigest()
