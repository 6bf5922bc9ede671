"""The readers of scientific containers and models; each imports its heavy library when it first reads."""

from collections.abc import Mapping

from strongroom.checker.formats.archives import zip_archive
from strongroom.checker.formats.kinds import FileKind
from strongroom.checker.formats.models import (
    keras,
    onnx_model,
    pickle_file,
    safetensors_file,
    torch_file,
)
from strongroom.checker.formats.part import PartReader
from strongroom.checker.formats.science import hdf5, npy, r_data, sqlite_tables, statistical

SCIENTIFIC: Mapping[FileKind, PartReader] = {
    FileKind.NPY: npy.read,
    FileKind.NPZ: zip_archive.read,
    FileKind.HDF5: hdf5.read,
    FileKind.KERAS: keras.read,
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
