"""Canonical JSON: the subset of RFC 8785 (JSON Canonicalization Scheme) that the ledger uses.

Floats are refused: implementations differ in their text form, and the ledger does not need them (write a
ratio as a string or as two integers). Integers beyond 2^53 are refused for the same reason (RFC 7493). Object
keys are ASCII, so that sorting by code point equals RFC 8785's sorting by UTF-16 code unit (3.2.3).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_LARGEST = 2**53 - 1  # fixed: RFC 7493, section 2.2
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def encode(value: Any) -> bytes:
    """Return the canonical bytes of a value made of dicts, lists, strings, integers, booleans and None.

    Raises TypeError or ValueError for anything else.
    """
    _require_canonical(value)
    return _ENCODER.encode(value).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(encode(value)).hexdigest()


def _require_canonical(value: Any) -> None:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is int:
        if not -_LARGEST <= value <= _LARGEST:
            raise ValueError(f"integer {value} is beyond 2^53")
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise TypeError(f"object key {key!r} is not ASCII text")
            _require_canonical(item)
    elif kind is list or kind is tuple:
        for item in value:
            _require_canonical(item)
    elif isinstance(value, Mapping):
        raise TypeError("pass a plain dict")
    else:
        raise TypeError(f"{kind.__name__} has no canonical form here")
