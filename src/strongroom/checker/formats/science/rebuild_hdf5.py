"""Rebuilt HDF5 files: the datasets and attributes that were read, in a new file with nothing in between."""

from io import BytesIO
from typing import Any

import numpy as np

from strongroom.checker.formats.part import Context, Part, Rebuilt, one_file
from strongroom.checker.formats.science.hdf5_file import nodes, opened, values


def rebuild_hdf5(part: Part, context: Context) -> Rebuilt:
    """Return a new HDF5 file with the same groups, datasets and plain attributes."""
    import h5py  # noqa: PLC0415 - heavy, and few files need it

    sink = BytesIO()
    with opened(part) as old, h5py.File(sink, "w") as new:
        for node in nodes(old):
            if node.held is None:
                continue
            if isinstance(node.held, h5py.Dataset):
                _copy_dataset(new, node.path, node.held, context)
            elif node.path and isinstance(node.held, h5py.Group):
                new.require_group(node.path)
            _copy_attributes(new.get(node.path or "/"), node.held)
    change = f"{part.where}: rebuilt; links, references, unused space and the user block are left out"
    return one_file(part, sink.getvalue(), change)


def _copy_dataset(new: Any, path: str, dataset: Any, context: Context) -> None:
    import h5py  # noqa: PLC0415 - as above

    array = values(dataset, context)
    if array is None:
        new.create_dataset(path, data=h5py.Empty(dataset.dtype))
        return
    text = h5py.check_string_dtype(dataset.dtype) is not None
    if array.dtype.kind == "O" and not text and h5py.check_vlen_dtype(dataset.dtype) is None:
        return  # references point to content that is in the file anyway
    packed = {"compression": "gzip", "shuffle": True} if dataset.chunks and array.ndim and array.size else {}
    kind = h5py.string_dtype() if text else dataset.dtype
    new.create_dataset(path, data=array, dtype=kind, **packed)


def _copy_attributes(to: Any, held: Any) -> None:
    import h5py  # noqa: PLC0415 - as above

    for name in held.attrs if to is not None else ():
        value = held.attrs[name]
        array = np.asarray(value)
        plain = isinstance(value, (str, bytes, h5py.Empty)) or (
            array.dtype.kind in "biufcSU" or all(isinstance(each, str) for each in array.reshape(-1))
        )
        if plain:
            to.attrs[name] = value
