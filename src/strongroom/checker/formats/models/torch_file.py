"""PyTorch's files: a ZIP of a pickle, which is walked and never loaded, and the tensors' raw bytes."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact, FoundModel, Origin, ProblemKind
from strongroom.checker.formats.archives.zip_structure import (
    member_bytes,
    open_zip,
    structure_problems,
    unsafe_name,
)
from strongroom.checker.formats.models.pickle_file import (
    Walk,
    classes,
    gathered,
    judged_names,
    values,
)
from strongroom.checker.formats.models.pickle_values import Made
from strongroom.checker.formats.models.pickle_walk import Machine
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.science.arrays import array_artefacts
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    small_bytes: int = threshold(
        64, "bytes", "judgement: version, byte order and alignment take less; more has room for values"
    )


LIMITS = _Limits()


_TENSORS = {"torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor"}
_STORAGES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "BFloat16Storage": "<u2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}
_STORAGE = re.compile(r"(?:[^/]+/)?data/(\d+)")
_SMALL = re.compile(
    r"(?:[^/]+/)?(?:version|byteorder|\.format_version|\.storage_alignment|\.data/serialization_id)"
)


@dataclass
class _Storages:
    """The raw storages by name, and how many values of each the tensors show."""

    data: Mapping[str, bytes] = field(repr=False)
    shown: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def tensor(self, made: Made) -> NDArray[Any] | None:
        """Return the tensor a call stands for, copied from its storage; None for other calls."""
        if made.what.full not in _TENSORS:
            return None
        try:
            outside, offset, size, strides = made.arguments[:4]
            _, kind, name, _, _ = outside.key
            values = np.frombuffer(self.data[name], _STORAGES[kind.full.removeprefix("torch.")])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnreadableError(ProblemKind.UNREADABLE, "a tensor without its storage") from error
        self.kinds[name] = kind.full
        taken = _strided(values, offset, tuple(size), tuple(strides))
        self.shown[name] = self.shown.get(name, 0) + taken.size
        return _widened(taken, kind.full)

    def hidden(self) -> Iterator[tuple[str, NDArray[Any]]]:
        """Yield the storages that no tensor shows in full."""
        for name, data in self.data.items():
            kind = self.kinds.get(name, "torch.ByteStorage")
            values = np.frombuffer(data, _STORAGES[kind.removeprefix("torch.")])
            if self.shown.get(name, 0) < values.size:
                yield name, _widened(values, kind)


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the tensors, the words and the names of what loading would make."""
    archive = open_zip(part)
    yield from structure_problems(part, archive)
    pickles: list[bytes] = []
    storages: dict[str, bytes] = {}
    for member in archive.infolist():
        inner = part.inner(b"", member.filename)
        if unsafe_name(member):
            yield inner.problem(ProblemKind.UNSAFE_NAME, unsafe_name(member))
        data = member_bytes(archive, member, context)
        stored = _STORAGE.fullmatch(member.filename)
        if stored:
            storages[stored[1]] = data
        elif member.filename.endswith("data.pkl"):
            pickles.append(data)
        elif not _SMALL.fullmatch(member.filename) or len(data) > LIMITS.small_bytes:
            yield inner.problem(
                ProblemKind.ACTIVE_CONTENT, "a part that is neither tensors nor their names and types"
            )
    for data in pickles:
        yield from _walked(part, data, _Storages(storages), context)


def _walked(part: Part, data: bytes, storages: _Storages, context: Context) -> Iterator[Artefact]:
    stream = BytesIO(data)
    machine = Machine(stream, storages.tensor)
    root = machine.run()
    walk = Walk(context)
    yield from values(root, part, walk)
    if stream.tell() != len(data):
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the pickle's end")
    for name, hidden in storages.hidden():
        yield from array_artefacts(part.inner(b"", f"storage {name}"), hidden, context, Origin.MODEL)
    yield from judged_names(part, machine.names)
    yield from gathered(part, walk)
    yield FoundModel(part.where, "PyTorch", classes(machine.names), walk.numbers)


def _strided(
    values: NDArray[Any], offset: Any, size: tuple[Any, ...], strides: tuple[Any, ...]
) -> NDArray[Any]:
    """Return a copy of a strided window; raise UnreadableError where it would leave the storage."""
    if not all(isinstance(each, int) and each >= 0 for each in (offset, *size, *strides)) or len(size) != len(
        strides
    ):
        raise UnreadableError(ProblemKind.UNREADABLE, "a tensor without a shape")
    cells = math.prod(size)
    last = offset + sum((side - 1) * step for side, step in zip(size, strides, strict=True))
    if cells > values.size or (cells and last >= values.size):
        raise UnreadableError(ProblemKind.UNREADABLE, "a tensor that extends beyond its storage")
    if not cells:
        return np.empty(size, values.dtype)
    width = values.dtype.itemsize
    window = np.lib.stride_tricks.as_strided(values[offset:], size, [step * width for step in strides])
    return window.copy()


def _widened(values: NDArray[Any], kind: str) -> NDArray[Any]:
    """Return values as NumPy has them: brain floats as the upper half of a float32."""
    if not kind.endswith("BFloat16Storage"):
        return values
    return (values.astype(np.uint32) << 16).view(np.float32)
