"""ONNX models: every constant anywhere in the graph, every word, and nothing the schema does not know."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from strongroom.checker.contents.found import Artefact, FoundModel, FoundText, Origin, ProblemKind
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.science.arrays import array_artefacts, raw_bytes
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    few: int = threshold(5, "values", "judgement: shorter attributes are settings such as strides")
    long_bytes: int = threshold(
        64, "bytes", "judgement: shorter bytes are names and settings; a few records take more"
    )


LIMITS = _Limits()


_EXTERNAL = 1  # fixed: onnx.proto, TensorProto.DataLocation.EXTERNAL


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the model's tensors and lists as tables, its words as text, and its kinds of nodes."""
    model, unknown = parse(part.data)
    if unknown:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "fields that the ONNX format does not have")
    words: list[str] = []
    operators: set[str] = set()
    numbers = 0
    for message, path in _messages(model):
        name = type(message).__name__
        if name == "NodeProto":
            operators.add(f"{message.domain or 'onnx'}.{message.op_type}")
        if name == "TensorProto":
            array = _tensor(message)
            numbers += array.size
            yield from array_artefacts(part.inner(b"", path), array, context, Origin.MODEL)
            words.extend((message.name, message.doc_string))
            continue
        for field, value in message.ListFields():
            yield from _field(
                field.name, value, part.inner(b"", f"{path} {field.name}".strip()), context, words
            )
    yield FoundText(f"{part.where} > names", "\n".join(dict.fromkeys(word for word in words if word)))
    yield FoundModel(part.where, "ONNX", tuple(sorted(operators)), numbers)


def parse(data: bytes) -> tuple[Any, bool]:
    """Return the model and whether it held fields its schema does not know; raise UnreadableError."""
    import onnx  # noqa: PLC0415 - heavy, and few files need it

    try:
        model = onnx.ModelProto.FromString(data)
    except Exception as error:
        # protobuf's DecodeError, and RecursionError on what is nested without end.
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged ONNX model") from error
    total = model.ByteSize()
    model.DiscardUnknownFields()
    if not model.HasField("graph"):
        raise UnreadableError(ProblemKind.UNREADABLE, "an ONNX model without a graph")
    return model, total != len(data) or model.ByteSize() != total


def _messages(root: Any) -> Iterator[tuple[Any, str]]:
    """Yield every message of the tree with its names so far."""
    waiting = [(root, "")]
    while waiting:
        message, path = waiting.pop()
        yield message, path
        if type(message).__name__ == "TensorProto":
            continue
        for field, value in message.ListFields():
            if field.message_type is None:
                continue
            for each in value if hasattr(value, "__len__") else [value]:
                label = getattr(each, "name", "") or field.name
                waiting.append((each, f"{path} > {label}".removeprefix(" > ")[-100:]))


def _tensor(message: Any) -> Any:
    from onnx import numpy_helper  # noqa: PLC0415 - heavy, and few files need it

    if message.data_location == _EXTERNAL or message.external_data:
        raise UnreadableError(ProblemKind.UNSAFE_NAME, "a tensor whose values are in another file")
    try:
        return np.asarray(numpy_helper.to_array(message))
    except MemoryError:
        raise
    except Exception as error:
        # onnx raises TypeError, ValueError and its own kinds on sizes that do not fit.
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged tensor") from error


def _field(name: str, value: Any, place: Part, context: Context, words: list[str]) -> Iterator[Artefact]:
    """Yield a field's numbers as a table, its bytes as what they are; gather its words."""
    values = list(value) if hasattr(value, "__len__") and not isinstance(value, (str, bytes)) else [value]
    if values and isinstance(values[0], (int, float)) and not isinstance(values[0], bool):
        if len(values) >= LIMITS.few:
            yield from array_artefacts(place, np.asarray(values), context, Origin.MODEL)
        else:
            words.extend(f"{name} {each}" for each in values)
    for each in values:
        if isinstance(each, bytes) and len(each) >= LIMITS.long_bytes:
            yield from raw_bytes(place, each, context)
        elif isinstance(each, (bytes, str)):
            words.append(each if isinstance(each, str) else each.decode("utf-8", errors="replace"))


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the model from its parsed fields, without descriptions and metadata."""
    model, unknown = parse(part.data)
    if unknown:
        raise UnreadableError(ProblemKind.HIDDEN_CONTENT, "fields that the ONNX format does not have")
    context.budget.take(len(part.data))
    for name in ("doc_string", "metadata_props", "producer_name", "producer_version"):
        model.ClearField(name)
    model.graph.ClearField("doc_string")
    data = model.SerializeToString(deterministic=True)
    return one_file(part, data, f"{part.where}: rebuilt from its fields, without descriptions and metadata")
