"""Searches a text for encodings; decoded content is read like an embedded file."""

import re
import zlib
from collections.abc import Generator, Iterator
from dataclasses import replace

from strongroom.checker.contents.found import (
    Artefact,
    FoundOpaque,
    FoundProblem,
    FoundTable,
    Origin,
    ProblemKind,
)
from strongroom.checker.disguises.encodings.escapes import unescaped
from strongroom.checker.disguises.encodings.meaning import Meaning, meaning_of, named_text
from strongroom.checker.disguises.encodings.tokens import Token, is_hash, pieces, tokens
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.text.ciphers import is_enciphered, plain_texts, reversed_text_of
from strongroom.checker.formats.text.intelligible import entropy, language_share, unlike_language
from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_text: int = threshold(40, "characters", "judgement: shorter text encodes no record")
    least_opaque: int = threshold(
        256, "characters", "judgement: shorter tokens are hashes, keys and addresses"
    )
    least_hashes: int = threshold(
        50, "hashes", "judgement: as many hashes may be pseudonyms; fewer are versions and checksums"
    )
    letter_bits: float = threshold(
        3.4,
        "bits per letter",
        "judgement: by trial on the benchmark: names and words have less entropy than encoded bytes",
    )
    hex_bits: float = threshold(
        2.5,
        "bits per digit",
        "judgement: by trial on the benchmark: repeated hexadecimal digits are colours and padding",
    )
    language: float = threshold(
        0.18,
        "share of known words' letters",
        "judgement: by trial on the benchmark: joined words are not encoded content",
    )
    most_tokens: int = threshold(1_000, "tokens", "cost: each token is decoded and read")


LIMITS = _Limits()


_HEX = re.compile(r"[0-9A-Fa-f\s]+")
_WHY_A_HASH = re.compile(
    r"(?i)(?:sha\d*|md5|hash|integrity|checksum|commit|digest|etag|rev(?:ision)?|image_?id|@)[^\n]{0,16}$"
)
# Ordinary files use base64, hexadecimal and escapes; no analysis writes these.
_DISGUISES = {
    "XOR",
    "backwards",
    "ROT47",
    "letters",
    "base58",
    "base85",
    "Z85",
    "ascii85",
    "uuencode",
    "base32",
}


def encoded_in(text: str, where: str, context: Context) -> Iterator[Artefact]:
    """Yield the content encoded in a text, and how much of it remains unexplained."""
    if len(text) < LIMITS.least_text:
        return
    escapes = unescaped(text)
    for name, plain in escapes:
        yield from _read_as(_plain(plain), name, where, context)
    if any(2 * len(plain) < len(text) < 8 * len(plain) for _, plain in escapes):
        return  # nearly all of it was escapes
    candidates: list[Token] = []
    rest = yield from _in_tokens(text, where, context, candidates)
    ciphers = plain_texts(rest)
    for name, plain in ciphers:
        yield from _read_as(_plain(plain), name, where, context)
    turned = reversed_text_of(rest)
    if turned is not None:  # codes begin with a zero too: examined, but no finding by itself
        yield from _opaque(rest if is_enciphered(rest) else "", where, "reversed words and numbers")
        for table in tables_in(turned, f"{where} > numbers from their ends"):
            yield replace(table, origin=Origin.DECODED)
    if not ciphers:
        unexplained = "".join(_unexplained(text, candidates))
        yield from _opaque(unexplained, where, "letters that decode to nothing known")
        yield from _opaque("" if unexplained else unlike_language(rest), where, "a text unlike any language")


def _in_tokens(
    text: str, where: str, context: Context, candidates: list[Token]
) -> Generator[Artefact, None, str]:
    """Yield the meaning of long tokens; return the text without them, and add the others to `candidates`."""
    covered = bytearray(len(text))
    for number, token in enumerate(tokens(text)):
        if covered.find(1, token.start, token.end) >= 0:
            continue
        found = (
            _meaning(token, context)
            if number < LIMITS.most_tokens or len(token.letters) > LIMITS.least_opaque
            else None
        )
        if found is None:
            candidates.append(token)
            continue
        covered[token.start : token.end] = b"\x01" * (token.end - token.start)
        yield from _read_as(found[1], found[0], where, context)
    candidates[:] = [token for token in candidates if covered.find(1, token.start, token.end) < 0]
    return "".join(_kept(text, covered))


def _kept(text: str, covered: bytearray) -> Iterator[str]:
    position = 0
    while position < len(text):
        start = covered.find(0, position)
        if start < 0:
            return
        end = covered.find(1, start)
        position = len(text) if end < 0 else end
        yield text[start:position]


def _unexplained(text: str, candidates: list[Token]) -> Iterator[str]:
    """Yield the high-entropy tokens; digests only where many are unexplained."""
    covered = bytearray(len(text))
    hashes: list[str] = []
    for token in candidates:
        if covered.find(1, token.start, token.end) >= 0:
            continue
        if all(map(is_hash, pieces(token.letters))):
            if not _WHY_A_HASH.search(text[max(token.start - 40, 0) : token.start]):
                hashes.extend(pieces(token.letters))
        elif _carries(token.letters):
            yield token.letters
        else:
            continue
        covered[token.start : token.end] = b"\x01" * (token.end - token.start)
    if len(hashes) >= LIMITS.least_hashes:
        yield from hashes


def _plain(text: str) -> Meaning:
    return Meaning("", text.encode(errors="replace"), named_text(text))


def _meaning(token: Token, context: Context) -> tuple[str, Meaning] | None:
    keyed = _carries(token.letters)
    for name, data in token.readings:
        found = meaning_of(data, context.unpack_limit(len(data)), keyed=keyed)
        if found is not None:
            return name, found
    return None


def _carries(letters: str) -> bool:
    """Return whether letters have high entropy and are not concatenated words."""
    if _HEX.fullmatch(letters):
        return entropy(letters) > LIMITS.hex_bits
    return entropy(letters) > LIMITS.letter_bits and language_share(letters) < LIMITS.language


def _read_as(found: Meaning, how: str, where: str, context: Context) -> Iterator[Artefact]:
    """Yield the content of decoded data; its tables are marked DECODED, its name is not checked."""
    label = f"{where} > {how}{', ' if found.how else ''}{found.how}"
    if _DISGUISES & set(re.split(r" |, ", f"{how}, {found.how}")):
        yield FoundOpaque(label, len(found.data), len(zlib.compress(found.data)), "encoded content")
    if found.table is not None:
        yield FoundTable(label, found.table, Origin.DECODED)
        return
    context.budget.take(len(found.data))
    for artefact in context.nested(Part(found.data, found.name, label)):
        match artefact:
            case FoundTable():
                yield replace(artefact, origin=Origin.DECODED)
            case FoundProblem(kind=ProblemKind.DISAGREEMENT):
                continue
            case _:
                yield artefact


def _opaque(letters: str, where: str, what: str) -> Iterator[FoundOpaque]:
    if len(letters) >= LIMITS.least_opaque:
        yield FoundOpaque(where, len(letters), len(zlib.compress(letters.encode(errors="replace"), 9)), what)
