"""Messages of Jupyter's kernel websocket, in both formats: JSON text and `v1.kernel.websocket.jupyter.org`.

A frame that cannot be read in the format that was agreed raises `FrameError`: it is not forwarded.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from strongroom.thresholds import Thresholds, threshold

V1 = "v1.kernel.websocket.jupyter.org"
CHANNELS = frozenset({"shell", "iopub", "stdin", "control"})

_WORD = 8  # fixed: an offset is 64 bits, little-endian; jupyter_server.services.kernels.connection.base
_FIXED_PARTS = 5  # fixed: channel, header, parent header, metadata, content


class _Limits(Thresholds):
    """The numbers this module decides by."""

    frame_bytes: int = threshold(
        8 << 20, "bytes", "cost: of one message; a picture or a table that is shown takes less than 1 MiB"
    )
    parts: int = threshold(
        64, "parts", "cost: five and the buffers of widgets, which are not forwarded anyway"
    )


LIMITS = _Limits()


class FrameError(ValueError):
    """A frame is not a message of its format."""


@dataclass(frozen=True)
class Message:
    """A message on one of a kernel's channels. Buffers are dropped: `buffers` is how many there were."""

    channel: str
    header: Mapping[str, Any]
    parent: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    content: Mapping[str, Any] = field(default_factory=dict)
    buffers: int = 0

    @property
    def type(self) -> str:
        """The message's type, such as "stream"."""
        return str(self.header.get("msg_type", ""))


def read(frame: str | bytes, *, protocol: str | None) -> Message:
    """Return the message of a frame; FrameError if it is none, or too large."""
    if len(frame) > LIMITS.frame_bytes:
        raise FrameError("too large")
    if protocol == V1:
        return _read_parts(frame)
    if isinstance(frame, bytes):
        # In the older format, only messages with buffers are binary, and no buffer is forwarded.
        raise FrameError("binary")
    return _message(_object(frame))


def write(message: Message, *, protocol: str | None) -> str | bytes:
    """Return the frame of a message, without buffers."""
    if protocol != V1:
        return _json(
            {
                "channel": message.channel,
                "header": message.header,
                "parent_header": message.parent,
                "metadata": message.metadata,
                "content": message.content,
                "buffers": [],
            }
        )
    parts = [message.channel.encode()]
    parts += [
        _json(each).encode() for each in (message.header, message.parent, message.metadata, message.content)
    ]
    return _join(parts)


def _join(parts: Sequence[bytes]) -> bytes:
    offsets = [_WORD * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    numbers = [len(offsets), *offsets]
    return b"".join(each.to_bytes(_WORD, "little") for each in numbers) + b"".join(parts)


def _read_parts(frame: str | bytes) -> Message:
    if isinstance(frame, str):
        raise FrameError("text")
    channel, *objects = _split(frame)
    header, parent, metadata, content = (_object(part) for part in objects[: _FIXED_PARTS - 1])
    return _message(
        {
            "channel": _decoded(channel),
            "header": header,
            "parent_header": parent,
            "metadata": metadata,
            "content": content,
            "buffers": objects[_FIXED_PARTS - 1 :],
        }
    )


def _split(frame: bytes) -> list[bytes]:
    """Return the parts of a v1 frame; each byte belongs to the offsets or to exactly one part."""
    count = int.from_bytes(frame[:_WORD], "little")
    if len(frame) < _WORD or not _FIXED_PARTS + 1 <= count <= LIMITS.parts + 1:
        raise FrameError("offsets")
    start = _WORD * (count + 1)
    places = range(_WORD, start, _WORD)
    offsets = [int.from_bytes(frame[place : place + _WORD], "little") for place in places]
    if offsets[0] != start or offsets[-1] != len(frame) or offsets != sorted(offsets):
        raise FrameError("offsets")
    return [frame[first:last] for first, last in pairwise(offsets)]


def _message(found: Mapping[str, Any]) -> Message:
    channel, buffers = found.get("channel"), found.get("buffers") or []
    parts = [found.get(name, {}) for name in ("header", "parent_header", "metadata", "content")]
    if channel not in CHANNELS or not all(isinstance(part, dict) for part in parts):
        raise FrameError("shape")
    header, parent, metadata, content = parts
    if not isinstance(buffers, list) or not isinstance(header.get("msg_type"), str):
        raise FrameError("shape")
    return Message(channel, header, parent, metadata, content, len(buffers))


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(text), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(found, dict):
        raise FrameError("not an object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object with a name twice: another reader may take the other value."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FrameError("a name twice")
    return found


def _decoded(text: str | bytes) -> str:
    try:
        return text if isinstance(text, str) else text.decode()
    except UnicodeDecodeError as error:
        raise FrameError("not UTF-8") from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
