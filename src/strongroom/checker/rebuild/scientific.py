"""Scientific containers made anew from the values that were read."""

from collections.abc import Mapping

from strongroom.checker.readers.kinds import FileKind
from strongroom.checker.rebuild import arrays, columns, hdf5, models, sqlite
from strongroom.checker.rebuild.copies import Rebuilder

SCIENTIFIC: Mapping[FileKind, Rebuilder] = {
    FileKind.NPY: arrays.rebuild_npy,
    FileKind.HDF5: hdf5.rebuild_hdf5,
    FileKind.SAFETENSORS: models.rebuild_safetensors,
    FileKind.ONNX: models.rebuild_onnx,
    FileKind.R_DATA: columns.rebuild_r,
    FileKind.SQLITE: sqlite.rebuild_sqlite,
    FileKind.STATA: columns.rebuild_statistical,
    FileKind.SAS: columns.rebuild_statistical,
    FileKind.XPORT: columns.rebuild_statistical,
    FileKind.SAV: columns.rebuild_statistical,
    FileKind.POR: columns.rebuild_statistical,
}
