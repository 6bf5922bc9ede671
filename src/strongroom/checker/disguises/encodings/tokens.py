"""Long tokens that may be encoded bytes: base64, base32, hexadecimal, base85, uuencode, base58."""

import base64
import binascii
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from strongroom.checker.formats.text.intelligible import number_share
from strongroom.thresholds import Thresholds, threshold

# Separators between the pieces of a token broken over lines, strings, cells or comments.
_PARTED = r"(?:\\n|\s\+\s|[\s\"'`,;|\\>#*])"
_PIECE = r"[A-Za-z0-9+/_-]{16,}={0,2}"
_WORDS = re.compile(
    rf"{_PIECE}(?:{_PARTED}{{1,40}}{_PIECE})*(?:{_PARTED}{{1,40}}[A-Za-z0-9+/_-]{{2,}}={{1,2}})?"
)
_HEX = re.compile(
    r"(?:(?:0x)?[0-9A-Fa-f]{2}[\s:,\-]{1,2}){20,}(?:0x)?[0-9A-Fa-f]{2}"
    rf"|[0-9A-Fa-f]{{16,}}(?:{_PARTED}{{1,40}}[0-9A-Fa-f]{{16,}})*(?:\n[0-9A-Fa-f]+)?"
)
_DENSE = re.compile(r"[!-~]{40,}(?:\s{1,8}[!-~]{40,})*(?:\s{1,8}[!-~]+)?")
_UU = re.compile(
    r"(?m)^(?:M[ -`]{60}\r?\n)+(?:[ -L][ -`]*\r?\n?)?|^begin [0-7]{3} .*\r?\n(?:[ -M][ -`]*\r?\n)+"
)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least: int = threshold(40, "characters", "judgement: shorter tokens are words, names and hashes")
    least_backwards: int = threshold(200, "characters", "judgement: shorter tokens are not tried backwards")
    least_letters: int = threshold(
        14, "different characters", "judgement: encoded bytes use most of their alphabet"
    )
    least_pairs: int = threshold(
        18, "pairs", "derived: those of the 21 pairs in _HEX that lie between two others"
    )
    least_digits: int = threshold(4, "different digits", "judgement: fewer are padding and patterns")
    numbers: float = threshold(
        0.6, "share of characters", "judgement: above this share a token is rows of numbers without spaces"
    )
    longest_base58: int = threshold(20_000, "characters", "cost: base58 takes quadratic time")


LIMITS = _Limits()


_SHAPES = bytes(
    ord(
        "h"
        if chr(code) in string.hexdigits
        else "s"
        if chr(code) in " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f:,-?"
        else "x"
        if chr(code) == "x"
        else "."
    )
    for code in range(256)
)
_HASHES = {32, 40, 43, 44, 48, 56, 64, 86, 88, 96, 128}  # in hexadecimal and base64: MD5 to SHA-512
_ALPHABET_58 = {
    letter: place for place, letter in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
}
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ANY = re.compile(r"[!-~]{16}")


@dataclass(frozen=True)
class Token:
    """A candidate: its letters, where it begins, and the bytes it may represent."""

    letters: str = field(repr=False)
    start: int
    readings: tuple[tuple[str, bytes], ...] = field(repr=False)

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.letters)


def tokens(text: str) -> Iterator[Token]:
    """Yield the long tokens of a text with every well-formed decoding."""
    hexadecimal = _may_be_hex(text)
    if not hexadecimal and not _ANY.search(text):
        return
    for match in _UU.finditer(text):
        data = _uu(match.group())
        if data:
            yield Token(match.group(), match.start(), (("uuencode", data),))
    for pattern, read in ((_HEX, _hex_readings), (_WORDS, _word_readings), (_DENSE, _dense_readings)):
        for match in pattern.finditer(text) if pattern is not _HEX or hexadecimal else ():
            readings = tuple(read(match.group()))
            if readings:
                yield Token(match.group(), match.start(), readings)


def _may_be_hex(text: str) -> bool:
    """Return whether a text has 16 hexadecimal digits in a row, or as many pairs of them as _HEX asks for."""
    shape = text.encode("ascii", "replace").translate(_SHAPES)
    if b"h" * 16 in shape:
        return True
    return 2 * shape.count(b"shhs") + shape.count(b"xhhs") >= LIMITS.least_pairs


def pieces(letters: str) -> list[str]:
    """Return the parts of a token that was broken over lines, strings or cells."""
    return [piece for piece in re.split(rf"{_PARTED}+", letters) if piece]


def is_hash(piece: str) -> bool:
    """Return whether a piece has a digest's length or is a UUID, as lock files and logs are full of."""
    digest = piece.rsplit("-", 1)[-1] if piece[:3] in {"sha", "md5"} else piece
    return len(digest) in _HASHES or bool(_UUID.fullmatch(piece))


def _hex_readings(run: str) -> Iterator[tuple[str, bytes]]:
    digits = re.sub(r"0x|[^0-9A-Fa-f]", "", run)
    # Digits alone are far more often decimal than hexadecimal.
    if len(digits) >= LIMITS.least and len(digits) % 2 == 0 and len(set(digits)) > LIMITS.least_digits:
        yield "hexadecimal", bytes.fromhex(digits)
        yield "hexadecimal backwards", bytes.fromhex(digits[::-1])


def _word_readings(run: str) -> Iterator[tuple[str, bytes]]:
    letters = re.sub(r"\\n|[^A-Za-z0-9+/_=-]", "", run)
    if len(letters) < LIMITS.least or len(set(letters)) < LIMITS.least_letters:
        return
    unpadded = letters.rstrip("=")
    if set(unpadded.upper()) <= _BASE32 and len(unpadded) % 8 in _WHOLE32:
        yield from _read("base32", base64.b32decode, unpadded.upper() + "=" * (-len(unpadded) % 8))
    if set(unpadded.upper()) <= _BASE32_HEX and len(unpadded) % 8 in _WHOLE32:
        yield from _read("base32hex", base64.b32hexdecode, unpadded.upper() + "=" * (-len(unpadded) % 8))
    if letters[0] == "+" and letters[-1] == "-":  # UTF-7, RFC 2152
        yield from _read("UTF-7", base64.b64decode, letters[1:-1] + "=" * (-len(letters[1:-1]) % 4))
    usual = letters.replace("-", "+").replace("_", "/")
    parts = pieces(run)
    if "=" in unpadded or len({len(part) for part in parts[:-1]}) > 1:  # encoded one by one
        yield from _read("base64 by piece", _by_piece, parts)
    if len(unpadded) % 4 != 1 and "=" not in unpadded:
        yield from _read("base64", base64.b64decode, usual.rstrip("=") + "=" * (-len(unpadded) % 4))
    if len(letters) >= LIMITS.least_backwards and len(unpadded) % 4 != 1:
        backwards = usual[::-1].strip("=")
        yield from _read("base64 backwards", base64.b64decode, backwards + "=" * (-len(backwards) % 4))
    if set(unpadded) <= _ALPHABET_58.keys() and len(unpadded) <= LIMITS.longest_base58:
        yield "base58", _base58(unpadded)


def _by_piece(parts: list[str]) -> bytes:
    """Return separately decoded pieces: as lines if all are text, otherwise as one run of bytes."""
    usual = [part.replace("-", "+").replace("_", "/").rstrip("=") for part in parts]
    lines = [base64.b64decode(part + "=" * (-len(part) % 4)) for part in usual if len(part) % 4 != 1]
    return (b"\n" if all(line.isascii() and line.strip() for line in lines) else b"").join(lines)


def _dense_readings(run: str) -> Iterator[tuple[str, bytes]]:
    parts = run.split()
    yield from _in_85(parts)
    # The end of the run may be a word of the next line.
    if len(parts) > 1 and len(parts[-1]) < LIMITS.least:
        yield from _in_85(parts[:-1])


def _in_85(parts: list[str]) -> Iterator[tuple[str, bytes]]:
    letters = "".join(parts)
    if len(letters) < LIMITS.least or letters.isalnum() or len(set(letters)) < LIMITS.least_letters:
        return
    if number_share(letters) > LIMITS.numbers:  # above this share a token is rows of numbers without spaces
        return
    inner = letters.removeprefix("<~").removesuffix("~>").replace("z", "!!!!!").replace("y", "+<VdL")
    for name, alphabet, encoded in (
        ("ascii85", _A85, inner),
        ("base85", _B85, letters),
        ("Z85", _Z85, letters),
    ):
        data = _base85(encoded, alphabet)
        if data:
            yield name, data


def _base85(letters: str, alphabet: str) -> bytes:
    """Return decoded base85 text; b"" for an invalid letter or group."""
    places = np.full(256, 255, np.uint64)
    places[np.frombuffer(alphabet.encode(), np.uint8)] = np.arange(85)
    padding = -len(letters) % 5
    codes = places[np.frombuffer(letters.encode() + alphabet[84].encode() * padding, np.uint8)]
    if (codes > 84).any():  # noqa: PLR2004 - not in the alphabet
        return b""
    values = codes.reshape(-1, 5) @ np.array([85**4, 85**3, 85**2, 85, 1], np.uint64)
    if (values >> np.uint64(32)).any():
        return b""
    return values.astype(">u4").tobytes()[: len(letters) // 5 * 4 + max(4 - padding, 0) * bool(padding)]


def _read(name: str, decode: Callable[[Any], bytes], letters: str | list[str]) -> Iterator[tuple[str, bytes]]:
    try:
        data = decode(letters)
    except (ValueError, binascii.Error, OverflowError):
        return
    if data:
        yield name, data


def _uu(run: str) -> bytes:
    lines = [line for line in run.splitlines() if line and not line.startswith(("begin ", "end"))]
    pieces = []
    for line in lines:
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            return b""
    return b"".join(pieces)


def _base58(letters: str) -> bytes:
    number = 0
    for letter in letters:
        number = number * 58 + _ALPHABET_58[letter]
    return number.to_bytes((number.bit_length() + 7) // 8)


_BASE32 = set(string.ascii_uppercase + "234567")
_BASE32_HEX = set(string.digits + string.ascii_uppercase[:22])
_WHOLE32 = {0, 2, 4, 5, 7}
_A85 = "".join(map(chr, range(33, 118)))
_Z85 = string.digits + string.ascii_lowercase + string.ascii_uppercase + ".-:+=^!/*?&<>()[]{}@%$#"
_B85 = string.digits + string.ascii_uppercase + string.ascii_lowercase + "!#$%&()*+-;<=>?@^_`{|}~"
