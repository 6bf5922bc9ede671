"""What may be shown of an output: text, tables and bitmaps; never a script, SVG or a type not listed here."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

from strongroom.sandbox.proxy.markup import rebuilt
from strongroom.thresholds import Thresholds, threshold

_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
TEXT, HTML, PICTURES = "text/plain", "text/html", tuple(_MAGIC)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    picture_bytes: int = threshold(
        300_000, "bytes", "judgement: a figure of 10 by 8 inches at 100 dpi takes 20 to 150 kB; more is data"
    )


LIMITS = _Limits()


class Part(NamedTuple):
    """Something to be judged: text or HTML as it is, a picture in base64."""

    type: str
    data: str


def shown(bundle: object) -> dict[str, str]:
    """Return what may be shown of a MIME bundle, by type; empty if nothing may."""
    if not isinstance(bundle, Mapping):
        return {}
    kept = {}
    for name, value in bundle.items():
        text = joined(value)
        if text is None:
            continue
        if name == TEXT:
            kept[TEXT] = text
        elif name == HTML:
            kept[HTML] = rebuilt(text)
        elif name in _MAGIC and (picture := _picture(name, text)) is not None:
            kept[name] = picture
    return kept


def parts(bundle: Mapping[str, str]) -> list[Part]:
    """Return what must be judged of a bundle from `shown`."""
    return [Part(name, value) for name, value in bundle.items()]


def joined(value: Any) -> str | None:
    """Return text that notebooks may store as a list of lines; None if it is not text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return None


def _picture(name: str, text: str) -> str | None:
    """Return a picture's bytes in base64, written again; None if they are not of its type, or too many."""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not content.startswith(_MAGIC[name]) or len(content) > LIMITS.picture_bytes:
        return None
    return base64.b64encode(content).decode()
