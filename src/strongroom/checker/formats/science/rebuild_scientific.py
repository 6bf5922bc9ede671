"""Scientific containers made anew from the values that were read."""

from collections.abc import Mapping

from strongroom.checker.formats.kinds import FileKind
from strongroom.checker.formats.models import rebuild_models
from strongroom.checker.formats.rebuilt import Rebuilder
from strongroom.checker.formats.science import (
    rebuild_arrays,
    rebuild_columns,
    rebuild_hdf5,
    rebuild_sqlite,
)

SCIENTIFIC: Mapping[FileKind, Rebuilder] = {
    FileKind.NPY: rebuild_arrays.rebuild_npy,
    FileKind.HDF5: rebuild_hdf5.rebuild_hdf5,
    FileKind.SAFETENSORS: rebuild_models.rebuild_safetensors,
    FileKind.ONNX: rebuild_models.rebuild_onnx,
    FileKind.R_DATA: rebuild_columns.rebuild_r,
    FileKind.SQLITE: rebuild_sqlite.rebuild_sqlite,
    FileKind.STATA: rebuild_columns.rebuild_statistical,
    FileKind.SAS: rebuild_columns.rebuild_statistical,
    FileKind.XPORT: rebuild_columns.rebuild_statistical,
    FileKind.SAV: rebuild_columns.rebuild_statistical,
    FileKind.POR: rebuild_columns.rebuild_statistical,
}
