"""Safetensors: a JSON header that says where each tensor lies, and the tensors without a gap."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact, FoundModel, Origin, ProblemKind
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.science.arrays import array_artefacts
from strongroom.checker.formats.text import json_text
from strongroom.checker.formats.text.plain_text import with_tables

# The types of the format's specification that NumPy has, and the bits of those it has not.
TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "u1",
    "BOOL": "?",
    "F8_E4M3": "u1",
    "F8_E5M2": "u1",
}
_HEADER_STEP = 8  # fixed: the format pads its header to eight bytes
_LENGTH_BYTES = 8  # fixed: safetensors, eight bytes of header length
_HEADER_BYTES = 100_000_000  # fixed: safetensors, the limit of a header
_METADATA = "__metadata__"


@dataclass(frozen=True)
class Tensor:
    """A tensor: its name, the format's name of its type, its shape, and its bytes."""

    name: str
    kind: str
    shape: tuple[int, ...]
    data: bytes = field(repr=False)

    def array(self) -> NDArray[Any]:
        """Return the values; brain floats as float32."""
        values = np.frombuffer(self.data, TYPES[self.kind])
        if self.kind == "BF16":
            values = (values.astype(np.uint32) << 16).view(np.float32)
        return values.reshape(self.shape)


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield every tensor and the metadata as text."""
    tensors, metadata = parse(part.data)
    names = "\n".join([*(tensor.name for tensor in tensors), *metadata])
    if names:
        yield from with_tables(f"{part.where} > names and metadata", names)
    numbers = 0
    for tensor in tensors:
        array = tensor.array()
        numbers += array.size
        yield from array_artefacts(part.inner(b"", tensor.name), array, context, Origin.MODEL)
    yield FoundModel(part.where, "safetensors", (), numbers)


def parse(data: bytes) -> tuple[list[Tensor], list[str]]:
    """Return tensors in their order and metadata as lines; raise UnreadableError for any gap or overlap."""
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    start = _LENGTH_BYTES + length
    if length > _HEADER_BYTES or start > len(data):
        raise UnreadableError(ProblemKind.UNREADABLE, "a header longer than the file")
    try:
        header = json_text.parse(data[_LENGTH_BYTES:start].decode("utf-8"))
        metadata = header.pop(_METADATA, {})
        found = [_tensor(str(name), about, data, start) for name, about in header.items()]
        lines = [f"{key}: {value}" for key, value in metadata.items()]
    except (UnicodeDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged header") from error
    position = start
    for begin, end, _ in sorted(found, key=lambda each: each[:2]):
        if begin != position:
            raise UnreadableError(ProblemKind.TRAILING_BYTES, "bytes between tensors, or overlapping ones")
        position = end
    if position != len(data):
        raise UnreadableError(ProblemKind.TRAILING_BYTES, "bytes after the last tensor")
    return [tensor for _, _, tensor in found], lines


def _tensor(name: str, about: dict[str, Any], data: bytes, start: int) -> tuple[int, int, Tensor]:
    kind, shape, (begin, end) = about["dtype"], tuple(about["shape"]), about["data_offsets"]
    if about.keys() != {"dtype", "shape", "data_offsets"} or kind not in TYPES:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a tensor of unknown type")
    sides = (*shape, begin, end)
    if not all(type(each) is int and each >= 0 for each in sides) or begin > end or start + end > len(data):
        raise UnreadableError(ProblemKind.UNREADABLE, "a tensor without a valid position")
    if np.dtype(TYPES[kind]).itemsize * math.prod(shape) != end - begin:
        raise UnreadableError(ProblemKind.UNREADABLE, "a tensor whose size contradicts the header")
    return start + begin, start + end, Tensor(name, kind, shape, data[start + begin : start + end])


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the tensors in a new file, without metadata."""
    tensors, _ = parse(part.data)
    context.budget.take(len(part.data))
    header: dict[str, object] = {}
    position = 0
    for tensor in tensors:
        end = position + len(tensor.data)
        header[tensor.name] = {"dtype": tensor.kind, "shape": tensor.shape, "data_offsets": [position, end]}
        position = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % _HEADER_STEP)
    data = b"".join([len(text).to_bytes(8, "little"), text, *(tensor.data for tensor in tensors)])
    return one_file(part, data, f"{part.where}: rebuilt from its tensors, without metadata")
