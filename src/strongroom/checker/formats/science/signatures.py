"""How scientific containers and models begin: their kinds by structure, as the MIME types `kinds` names."""

import bz2
import lzma
import re
import zipfile
import zlib
from io import BytesIO

NPY, NPZ = "application/x-npy", "application/x-npz"
STATA, SAS, XPORT = "application/x-stata-dta", "application/x-sas-data", "application/x-sas-xport"
SAV, POR = "application/x-spss-sav", "application/x-spss-por"
R_DATA = "application/x-r-data"
HDF5, SQLITE = "application/x-hdf5", "application/vnd.sqlite3"
PICKLE, TORCH, KERAS = "application/x-python-pickle", "application/x-pytorch", "application/x-keras"
SAFETENSORS, ONNX = "application/x-safetensors", "application/x-onnx"

# What the names of these kinds end in.
ENDINGS: dict[str, tuple[str, ...]] = {
    NPY: (".npy",),
    NPZ: (".npz",),
    STATA: (".dta",),
    SAS: (".sas7bdat",),
    XPORT: (".xpt",),
    SAV: (".sav", ".zsav"),
    POR: (".por",),
    R_DATA: (".rds", ".rda", ".rdata"),
    HDF5: (".h5", ".hdf5", ".hdf", ".he5", ".h5ad", ".nc", ".nc4", ".loom"),
    SQLITE: (".db", ".sqlite", ".sqlite3", ".db3"),
    PICKLE: (".pkl", ".pickle", ".joblib", ".sav"),
    TORCH: (".pt", ".pth", ".ckpt", ".bin"),
    KERAS: (".keras",),
    SAFETENSORS: (".safetensors",),
    ONNX: (".onnx",),
}

_SAS_MAGIC = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_MAGIC = (
    (b"\x93NUMPY", NPY),
    (b"<stata_dta>", STATA),
    (b"$FL2", SAV),
    (b"$FL3", SAV),
    (b"HEADER RECORD*******LIB", XPORT),
    (b"SQLite format 3\x00", SQLITE),
    (b"RDX2\n", R_DATA),
    (b"RDX3\n", R_DATA),
    (b"RDA2\n", R_DATA),
    (b"RDA3\n", R_DATA),
    (b"RDB2\n", R_DATA),
    (b"RDB3\n", R_DATA),
    (_SAS_MAGIC, SAS),
)
_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
_OLD_STATA = re.compile(rb"[\x68-\x73][\x01\x02]\x01\x00", re.DOTALL)
_R_STREAM = re.compile(
    rb"X\n\x00\x00\x00[\x02\x03]|[AB]\r?\n[23]\r?\n|B\n(?:[\x02\x03]\x00\x00\x00|\x00\x00\x00[\x02\x03])",
    re.DOTALL,
)
_PICKLE_START = re.compile(rb"\x80[\x02-\x05]", re.DOTALL)
_ZLIB_STARTS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_POR_TITLE, _POR = b"SPSS PORT FILE", b"SPSSPORT"
_USER_BLOCK_MOST = 1 << 24
_PEEKED, _SHOWN = 1 << 16, 64
_SAFETENSORS_HEADER = 100_000_000
_GZIP_WINDOW = 31


def scientific(data: bytes, name: str) -> str | None:
    """Return the MIME type of a scientific container or model, or None; `name` decides for ONNX alone."""
    start = data[:_SHOWN]
    by_magic = next((kind for magic, kind in _MAGIC if start.startswith(magic)), None)
    if by_magic is not None:
        return by_magic
    if start.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    return _by_layout(data, name) or _serialised(start) or _serialised(_peek(data))


def _by_layout(data: bytes, name: str) -> str | None:
    """Return the kind of what begins with no word of its own."""
    start = data[:_SHOWN]
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") <= min(len(data), _SAFETENSORS_HEADER):
        return SAFETENSORS
    if _POR_TITLE in data[:100] and _POR in data[400:600]:
        return POR
    if _OLD_STATA.match(start):
        return STATA
    if name.lower().endswith(ENDINGS[ONNX]) and start[:1] == b"\x08":
        return ONNX
    return HDF5 if _has_hdf5(data) else None


def _serialised(start: bytes) -> str | None:
    """Return the kind of a stream of objects by how it begins, unpacked or not."""
    if (start.startswith((b"RDX", b"RDA", b"RDB")) and start[4:5] == b"\n") or _R_STREAM.match(start):
        return R_DATA
    return PICKLE if _PICKLE_START.match(start) else None


def _peek(data: bytes) -> bytes:
    """Return how a compressed stream goes on, a few bytes of it, or nothing."""
    head = data[:_PEEKED]
    try:
        if head.startswith(b"\x1f\x8b"):
            return zlib.decompressobj(_GZIP_WINDOW).decompress(head, _SHOWN)
        if head.startswith(_ZLIB_STARTS):
            return zlib.decompressobj().decompress(head, _SHOWN)
        if head.startswith(b"BZh"):
            # A block of bzip2 is up to 900 kB, and nothing of it shows before its end.
            return bz2.BZ2Decompressor().decompress(data[: 1 << 20], _SHOWN)
        if head.startswith(b"\xfd7zXZ\x00"):
            return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=1 << 28).decompress(head, _SHOWN)
    except (zlib.error, OSError, lzma.LZMAError, ValueError, EOFError):
        return b""
    return b""


def _has_hdf5(data: bytes) -> bool:
    """Tell whether an HDF5 superblock stands at 0, 512, 1024 and so on: what is before is a user block."""
    if data.startswith(_HDF5_MAGIC):
        return True
    place = 512
    while place < min(len(data), _USER_BLOCK_MOST):
        if data.startswith(_HDF5_MAGIC, place):
            return True
        place *= 2
    return False


def _zip_kind(data: bytes) -> str | None:
    """Return the kind of a ZIP by its members: only arrays, or what PyTorch and Keras put in."""
    tail = data[-(1 << 20) :]
    if not any(word in tail for word in (b".npy", b"data.pkl", b"model.weights.h5")):
        return None
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return None
    if names and all(name.endswith(".npy") for name in names):
        return NPZ
    if any(name == "data.pkl" or name.endswith("/data.pkl") for name in names):
        return TORCH
    return KERAS if {"config.json", "model.weights.h5"} <= set(names) else None
