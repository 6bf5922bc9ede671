r"""Texts made mostly of escaped characters: %41, =41, \x41, &#65;, 65 66 67."""

import html
import quopri
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import numpy as np

from strongroom.thresholds import Thresholds, threshold

_BACKSLASHED = re.compile(r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\([0-3][0-7]{2})")
_NUMBERS = re.compile(r"[\d,; \t\n]{100,}")
_CODES = re.compile(r"(?<![\d.\w])(?:\d{1,3}(?:[,;]\s?|\s)){40,}\d{1,3}(?![\d.\w])")
_BITS = re.compile(r"(?<![01])(?:[01]{8}[ ,\n]?){16,}(?![01])")
_QUICK = re.compile(r"%[0-9A-Fa-f]{2}|=[0-9A-F]{2}|\\[xuU0-3][0-9a-fA-F]{2}|&#?\w{2,8};")
_CUT = re.compile(r"%[0-9A-Fa-f]?\n[0-9A-Fa-f]")
_SOFT_LINE = 76  # fixed: RFC 2045, section 6.7: the longest line of quoted-printable
_TOP = 0x110000  # fixed: Unicode: one past the last code point


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least: int = threshold(20, "escapes", "judgement: fewer are ordinary in text")
    long_line: int = threshold(60, "characters", "judgement: shorter lines need no soft break")
    lines_together: int = threshold(
        20, "lines", "judgement: quoted-printable text has its soft breaks within this many lines"
    )
    soft_breaks: int = threshold(3, "lines", "judgement: fewer lines that end in = are ordinary")
    soft_share: float = threshold(
        0.25, "share of lines", "judgement: by trial on the benchmark: share of long lines with soft breaks"
    )
    dense: float = threshold(0.02, "share of characters", "judgement: text with fewer escapes is not encoded")


LIMITS = _Limits()


def unescaped(text: str) -> list[tuple[str, str]]:
    """Return the kinds of escapes a text is full of, with the unescaped text."""
    found: list[tuple[str, str]] = []
    if text.count("=\n") >= LIMITS.soft_breaks and _is_broken_softly(text[: 1 << 16]):
        found.append(("quoted-printable", _from_quoted(text)))
    if len(_QUICK.findall(text[: 1 << 16])) >= LIMITS.least:
        for name, pattern, decode in _ESCAPES:
            count = len(pattern.findall(text))
            if count >= LIMITS.least and count > LIMITS.dense * len(text):
                found.append((name, decode(text)))
    for numbers in _NUMBERS.finditer(text):
        found.extend(
            ("character codes", _from_codes(run.group())) for run in _CODES.finditer(numbers.group())
        )
        found.extend(("bits", _from_bits(run.group())) for run in _BITS.finditer(numbers.group()))
    return [(name, decoded) for name, decoded in found if decoded and decoded != text]


def _is_broken_softly(text: str) -> bool:
    """Return whether many long lines within a stretch end in a soft line break.

    One line in 85 of base85 text ends with that character too; reading it as an escape would damage the data.
    """
    lines = [line for line in text.split("\n") if len(line) >= LIMITS.long_line]
    if len(lines) < LIMITS.soft_breaks:
        return False
    soft = np.array([line.endswith("=") and len(line) <= _SOFT_LINE for line in lines], np.int64)
    together = np.convolve(soft, np.ones(min(LIMITS.lines_together, len(soft)), np.int64), "valid")
    return bool(
        together.max() >= max(LIMITS.soft_breaks, LIMITS.soft_share * min(LIMITS.lines_together, len(soft)))
    )


def _from_percent(text: str) -> str:
    # An escape split by a line end shows that lines are cut at a fixed length.
    text = text.replace("\n", "") if _CUT.search(text) else text
    return unquote_to_bytes(text.replace("+", " ")).decode(errors="replace")


def _from_quoted(text: str) -> str:
    return quopri.decodestring(text.encode()).decode(errors="replace")


def _from_backslashes(text: str) -> str:
    return _BACKSLASHED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    octal = match.group(4)
    code = int(octal, 8) if octal else int(next(group for group in match.groups() if group), 16)
    return chr(code) if code < _TOP and not 0xD800 <= code < 0xE000 else "?"  # noqa: PLR2004 - surrogates


def _from_codes(run: str) -> str:
    codes = [int(number) for number in re.findall(r"\d+", run)]
    usual = all(code in (9, 10, 13) or 32 <= code < 127 for code in codes)  # noqa: PLR2004 - ASCII that prints
    # Ages and counts lie in this range too; only text has spaces or line ends between words.
    ends = sum(code in (9, 10, 13, 32, 44) for code in codes)
    return "".join(map(chr, codes)) if usual and ends > 0.05 * len(codes) else ""


def _from_bits(run: str) -> str:
    digits = re.sub(r"[^01]", "", run)
    data = int(digits, 2).to_bytes(len(digits) // 8) if len(digits) % 8 == 0 else b""
    return data.decode("ascii", errors="ignore") if data.isascii() else ""


_ESCAPES: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("URL escapes", re.compile(r"%[0-9A-Fa-f]{2}"), _from_percent),
    ("quoted-printable", re.compile(r"=[0-9A-F]{2}"), _from_quoted),
    ("backslash escapes", _BACKSLASHED, _from_backslashes),
    (
        "character references",
        re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"),
        html.unescape,
    ),
)
