"""Models made anew from their parsed content: safetensors and ONNX. A pickle is never made anew."""

import json

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.models import onnx_model, safetensors_file
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.rebuilt import Rebuilt, one

_ALIGNED = 8


def rebuild_safetensors(part: Part, context: Context) -> Rebuilt:
    """Return the tensors in a new file, without metadata."""
    tensors, _ = safetensors_file.parse(part.data)
    context.budget.take(len(part.data))
    header: dict[str, object] = {}
    position = 0
    for tensor in tensors:
        end = position + len(tensor.data)
        header[tensor.name] = {"dtype": tensor.kind, "shape": tensor.shape, "data_offsets": [position, end]}
        position = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % _ALIGNED)
    data = b"".join([len(text).to_bytes(8, "little"), text, *(tensor.data for tensor in tensors)])
    return one(part, data, f"{part.where}: written anew from its tensors, without metadata")


def rebuild_onnx(part: Part, context: Context) -> Rebuilt:
    """Return the model from its parsed fields, without descriptions and metadata."""
    model, unknown = onnx_model.parse(part.data)
    if unknown:
        raise UnreadableError(ProblemKind.HIDDEN_CONTENT, "fields that no ONNX model has")
    context.budget.take(len(part.data))
    for name in ("doc_string", "metadata_props", "producer_name", "producer_version"):
        model.ClearField(name)
    model.graph.ClearField("doc_string")
    data = model.SerializeToString(deterministic=True)
    return one(part, data, f"{part.where}: written anew from its fields, without descriptions and metadata")
