"""Whether content is intelligible (language, numbers, code) or looks like random bytes."""

import math
import re
import zlib
from collections import Counter

import numpy as np

from strongroom.thresholds import Thresholds, threshold

# The fifty commonest letter pairs make half of English text and a third of source code, but a thirteenth of
# random letters.
_PAIRS = (
    "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le "
    "ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur"
)
_COMMON = np.zeros((27, 27), bool)  # 26: not a letter
for _pair in _PAIRS.split():
    _COMMON[ord(_pair[0]) - 97, ord(_pair[1]) - 97] = True
_LETTER = np.full(256, 26, np.uint8)
_LETTER[97:123] = _LETTER[65:91] = np.arange(26)
_WORDS = re.compile(r"[a-z]{2,}")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0c\x1b"))


class _Limits(Thresholds):
    """The numbers this module decides by."""

    looked_at: int = threshold(4_096, "bytes", "cost: what data is shows at its beginning")
    window: int = threshold(
        2_000,
        "characters",
        "judgement: long enough for a stable entropy, short enough to find a payload inside prose",
    )
    least_window: int = threshold(250, "characters", "judgement: the entropy of less is not stable")
    digits_and_marks: int = threshold(
        14, "characters", "derived: ten digits, point, minus, comma and line end"
    )
    dna_bits: float = threshold(
        2.9, "bits per letter", "judgement: sequences of four bases with some others stay below"
    )
    packed: float = threshold(
        0.28,
        "compressed share",
        "judgement: by trial on the benchmark: repeated sequences compress further, encoded data does not",
    )
    noise: float = threshold(
        0.13,
        "share of known words' letters",
        "judgement: by trial on the benchmark: random letters reach less than any language",
    )
    least_words: int = threshold(100, "words", "judgement: shares of fewer words are chance")


LIMITS = _Limits()


_PACKED = (
    (b"\x1f\x8b\x08", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"PK\x03\x04", "zip"),
    (b"PAR1", "parquet"),
    (b"ARROW1\x00\x00", "arrow"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"\x89HDF\r\n\x1a\n", "h5"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"\x93NUMPY", "npy"),
    (b"%PDF-", "pdf"),
)


def format_of(data: bytes) -> str:
    """Return the extension of the format that bytes start like, "" for none; zlib data counts as "zz"."""
    for magic, ending in _PACKED:
        if data.startswith(magic):
            return ending
    header = int.from_bytes(data[:2])
    # RFC 1950: deflate, a window up to 32 kB, and a header that is a multiple of 31.
    return "zz" if len(data) > 8 and data[0] & 0x8F == 8 and header % 31 == 0 else ""  # noqa: PLR2004


def as_text(data: bytes) -> str | None:
    """Return bytes as text, or None unless they are UTF-8 or UTF-16 with hardly any control characters."""
    if not data:
        return None
    head = data[: LIMITS.looked_at]
    if len(head.translate(None, _CONTROLS)) < 0.98 * len(head):
        return _wide(data)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() or _printable_share(text) > 0.97 else None  # noqa: PLR2004 - as above


def entropy(text: str | bytes) -> float:
    """Return the entropy of `text` in bits per character, from character frequencies."""
    counts = Counter(text[: LIMITS.looked_at * 4])
    total = counts.total()
    return -sum(n / total * math.log2(n / total) for n in counts.values()) if total else 0.0


def language_share(text: str) -> float:
    """Return the share of letter pairs that are among the commonest in English, 0 to 1."""
    letters = _LETTER[np.frombuffer(text.encode("ascii", "replace"), np.uint8)]
    first, second = letters[:-1], letters[1:]
    total = int(((first < 26) & (second < 26)).sum())  # noqa: PLR2004 - see _COMMON
    return int(_COMMON[first, second].sum()) / total if total else 0.0


def letters_in_words(text: str) -> int:
    """Return how many of a text's letters are next to another letter."""
    return sum(map(len, _WORDS.findall(text.lower())))


def vocabulary(text: str) -> str:
    """Return the distinct words of a text, in lower case, separated by spaces."""
    return " ".join(dict.fromkeys(_WORDS.findall(text.lower())))


def number_share(text: str) -> float:
    """Return the share of a text's characters that are digits or separate numbers, 0 to 1."""
    return sum(map(text.count, "0123456789.,;\t\n -")) / len(text) if text else 0.0


def digit_share(text: str) -> float:
    """Return the share of a text's characters that are digits, 0 to 1."""
    return sum(map(text.count, "0123456789")) / len(text) if text else 0.0


def _packed_share(text: str) -> float:
    """Return the compression ratio of a text, small for repetitive text."""
    return len(zlib.compress(text.encode(errors="replace"))) / len(text)


def _wide(data: bytes) -> str | None:
    """Return UTF-16 text with or without a byte order mark: every other byte of Latin text is zero."""
    if len(data) % 2 or b"\x00" not in data:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if text.isascii() and _printable_share(text) > 0.97:  # noqa: PLR2004 - as above
            return text
    return None


def _printable_share(text: str) -> float:
    head = text[: LIMITS.looked_at]
    return sum(letter.isprintable() or letter in "\t\n\r" for letter in head) / max(len(head), 1)


def unlike_language(text: str) -> str:
    """Return the stretches of a text that are neither language, nor numbers, nor code."""
    windows = [text[start : start + LIMITS.window] for start in range(0, len(text), LIMITS.window)]
    return "".join(window for window in windows if _is_noise(window))


def _is_noise(window: str) -> bool:
    if len(window) < LIMITS.least_window or number_share(window) > 0.5:  # noqa: PLR2004 - a table of numbers
        return False
    # Numbers in a private alphabet: few letters make nearly all of it, and all of them are used.
    counts = Counter(window)
    common = sum(count for _, count in counts.most_common(LIMITS.digits_and_marks))
    if common > 0.93 * len(window):
        return entropy(window) > LIMITS.dna_bits and _packed_share(window) > LIMITS.packed
    letters = letters_in_words(window)
    words = vocabulary(window)
    return (
        letters > 0.3 * len(window)
        and len(words) > LIMITS.least_words
        and language_share(words) < LIMITS.noise
    )
