"""Names that people give to things, and the identifiers we give them."""

import os
import re
import secrets
from collections.abc import Callable

from strongroom.errors import UsageError

RandomBytes = Callable[[int], bytes]
system_random: RandomBytes = secrets.token_bytes

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?")


def require_name(text: str, *, what: str = "name") -> str:
    """Return `text` if it can name a cohort, table or project: it becomes a folder and a URL."""
    if not _NAME.fullmatch(text):
        raise UsageError(
            f"{text!r} cannot be a {what}.",
            hint="Use up to 63 lower-case letters, digits, '-' and '_', with a letter or digit at both ends.",
        )
    return text


def readable_name(name: str) -> str:
    """Return a file's name as text: bytes that are not UTF-8 are written as backslash escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def new_id(prefix: str, *, random: RandomBytes = system_random) -> str:
    """Return a fresh identifier such as `view_8c5f…` with 128 random bits."""
    return f"{prefix}_{random(16).hex()}"
