"""Formats of fitted models."""

import re

from strongroom.checker.formats.format import Candidate, Format, Order, Sign

_IN = "strongroom.checker.formats.models"
_PICKLE_START = re.compile(rb"\x80[\x02-\x05]", re.DOTALL)
_SAFETENSORS_HEADER = 100_000_000  # fixed: the format's own limit of its header
_KERAS_MEMBERS = {"config.json", "model.weights.h5"}
_ONNX_ENDINGS = (".onnx",)


def _is_safetensors(file: Candidate) -> bool:
    length = int.from_bytes(file.start[:8], "little")
    starts = file.start[8:9] == b"{" and length <= min(len(file.data), _SAFETENSORS_HEADER)
    return starts and not file.is_zip


def _is_onnx(file: Candidate) -> bool:
    return file.name.endswith(_ONNX_ENDINGS) and file.start[:1] == b"\x08"


def _is_torch(file: Candidate) -> bool:
    if not file.is_zip or b"data.pkl" not in file.tail:
        return False
    return any(name == "data.pkl" or name.endswith("/data.pkl") for name in file.members)


def _is_keras(file: Candidate) -> bool:
    return file.is_zip and b"model.weights.h5" in file.tail and set(file.members) >= _KERAS_MEMBERS


SAFETENSORS = Format(
    "Safetensors",
    "application/x-safetensors",
    (".safetensors",),
    f"{_IN}.safetensors_file:read",
    (Sign(Order.SCIENTIFIC_LAYOUT, _is_safetensors),),
    f"{_IN}.safetensors_file:rebuild",
    copy="the tensors, without metadata",
)
ONNX = Format(
    "ONNX",
    "application/x-onnx",
    _ONNX_ENDINGS,
    f"{_IN}.onnx_model:read",
    (Sign(Order.SCIENTIFIC_LAYOUT, _is_onnx),),
    f"{_IN}.onnx_model:rebuild",
    copy="the model, without descriptions and metadata",
    library="onnx",
)
PICKLE = Format(
    "Python pickle",
    "application/x-python-pickle",
    (".pkl", ".pickle", ".joblib", ".sav"),
    f"{_IN}.pickle_file:read",
    (
        Sign(Order.SERIALISED, lambda file: bool(_PICKLE_START.match(file.start))),
        Sign(Order.SERIALISED_AND_PACKED, lambda file: bool(_PICKLE_START.match(file.unpacked_start))),
    ),
)
TORCH = Format(
    "PyTorch",
    "application/x-pytorch",
    (".pt", ".pth", ".ckpt", ".bin"),
    f"{_IN}.torch_file:read",
    (Sign(Order.SCIENTIFIC_ZIP, _is_torch),),
)
KERAS = Format(
    "Keras",
    "application/x-keras",
    (".keras",),
    f"{_IN}.keras:read",
    (Sign(Order.SCIENTIFIC_ZIP, _is_keras),),
    "strongroom.checker.formats.archives.zip_archive:rebuild",
    copy="an archive of the rebuilt members",
    library="h5py",
)
