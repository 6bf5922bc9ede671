"""The readers of scientific containers and models; each imports its heavy library when it first reads."""

from collections.abc import Mapping

from strongroom.checker.readers import (
    archive,
    hdf5,
    keras_file,
    npy,
    onnx_model,
    pickle_file,
    r_data,
    safetensors_file,
    sqlite_tables,
    statistical,
    torch_file,
)
from strongroom.checker.readers.kinds import FileKind
from strongroom.checker.readers.part import PartReader

SCIENTIFIC: Mapping[FileKind, PartReader] = {
    FileKind.NPY: npy.read,
    FileKind.NPZ: archive.read,
    FileKind.HDF5: hdf5.read,
    FileKind.KERAS: keras_file.read,
    FileKind.PICKLE: pickle_file.read,
    FileKind.TORCH: torch_file.read,
    FileKind.SAFETENSORS: safetensors_file.read,
    FileKind.ONNX: onnx_model.read,
    FileKind.R_DATA: r_data.read,
    FileKind.SQLITE: sqlite_tables.read,
    FileKind.STATA: statistical.read,
    FileKind.SAS: statistical.read,
    FileKind.XPORT: statistical.read,
    FileKind.SAV: statistical.read,
    FileKind.POR: statistical.read,
}
