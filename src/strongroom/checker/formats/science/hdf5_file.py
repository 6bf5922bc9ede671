"""What is in an HDF5 file: every group, dataset and attribute, and how many bytes they take."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import FoundProblem, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.thresholds import Thresholds, threshold

# Registered filters the library itself brings: deflate, shuffle, fletcher32, szip, nbit, scale-offset, LZF.
_FILTERS = {1, 2, 3, 4, 5, 6, 32000}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_objects: int = threshold(20_000, "objects", "cost: each is opened and described; a second or so")
    deepest: int = threshold(64, "groups", "judgement: no program nests as deep; more is a loop or an attack")
    slack_bytes: int = threshold(
        1 << 16,
        "bytes",
        "judgement: h5py and MATLAB leave up to tens of kilobytes of freed pages in any file",
    )
    slack_part: int = threshold(
        8,
        "parts of the file",
        "judgement: one byte in eight; heaps of long texts and freed pages are not listed",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Node:
    """An object and the first path to it; `target` is where a soft link without an object points."""

    path: str
    held: Any = field(repr=False)
    target: str = ""


@contextmanager
def opened(part: Part) -> Iterator[Any]:
    """Open the bytes as an h5py File; the library's errors on damage become UnreadableError."""
    import h5py  # noqa: PLC0415 - heavy, and few files need it

    try:
        with h5py.File(BytesIO(part.data), "r", locking=False) as file:
            yield file
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:
        # Damage raises OSError, RuntimeError, KeyError or ValueError at any point.
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged HDF5 file") from error


def nodes(file: Any) -> Iterator[Node]:
    """Yield every object once, groups first; raise UnreadableError for links to other files."""
    import h5py  # noqa: PLC0415 - as above

    waiting = [("", file)]
    seen: set[int] = set()
    while waiting:
        path, held = waiting.pop()
        address = h5py.h5o.get_info(held.id).addr
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > LIMITS.most_objects or path.count("/") > LIMITS.deepest:
            raise UnreadableError(ProblemKind.TOO_LARGE, "more or deeper objects than the limit")
        yield Node(path, held)
        if isinstance(held, h5py.Group):
            for name in reversed(list(held)):
                inner = f"{path}/{name}"
                link = held.get(name, getlink=True)
                if isinstance(link, h5py.SoftLink):
                    yield Node(inner, None, link.path)
                elif isinstance(link, h5py.HardLink):
                    waiting.append((inner, held[name]))
                else:
                    raise UnreadableError(ProblemKind.UNSAFE_NAME, "a link to another file")


def values(dataset: Any, context: Context) -> NDArray[Any] | None:
    """Return a dataset's values, text as objects; None for one without any. Raise UnreadableError."""
    import h5py  # noqa: PLC0415 - as above

    if dataset.shape is None:
        return None
    if dataset.is_virtual or dataset.external:
        raise UnreadableError(ProblemKind.UNSAFE_NAME, "a dataset whose values are in another file")
    plan = dataset.id.get_create_plist()
    if any(plan.get_filter(number)[0] not in _FILTERS for number in range(plan.get_nfilters())):
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a dataset with an unsupported filter")
    if dataset.nbytes > context.unpack_limit(dataset.id.get_storage_size()):
        raise UnreadableError(ProblemKind.TOO_LARGE, "a dataset's stated size is far larger than the file")
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return np.asarray(dataset.asstr(errors="replace")[()], dtype=object)
    return np.asarray(dataset[()])


def unexplained_bytes(part: Part, file: Any, found: list[Node], long: int) -> Iterator[FoundProblem]:
    """Yield the problem of a file with far more bytes than its objects and its heaps (`long`) take."""
    explained = _explained_bytes(file, found) + long
    if len(part.data) - explained > LIMITS.slack_bytes + len(part.data) // LIMITS.slack_part:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "data outside the datasets and attributes")


def _explained_bytes(file: Any, found: list[Node]) -> int:
    """Return how many bytes headers, indexes, heaps and stored values take, as far as the library tells."""
    import h5py  # noqa: PLC0415 - as above

    total = int(file.userblock_size)
    for node in found:
        if node.held is None:
            continue
        about = h5py.h5o.get_info(node.held.id)
        total += about.hdr.space.total
        for size in (about.meta_size.obj, about.meta_size.attr):
            total += size.index_size + size.heap_size
        if isinstance(node.held, h5py.Dataset):
            total += node.held.id.get_storage_size()
    return total
