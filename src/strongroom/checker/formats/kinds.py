"""What a file is, by its structure; its extension can only contradict, never decide what is binary."""

from enum import Enum
from pathlib import PurePosixPath

from strongroom.checker.formats.archives import packed_kinds
from strongroom.checker.formats.documents import document_kinds
from strongroom.checker.formats.science import signatures
from strongroom.checker.formats.text.charset import has_mark


class FileKind(Enum):
    """The kinds that are read; the value is the MIME type. Everything else is UNKNOWN and stays inside."""

    DELIMITED = "text/csv"
    TEXT = "text/plain"
    JSON = "application/json"
    NDJSON = "application/x-ndjson"
    NOTEBOOK = "application/x-ipynb+json"
    GZIP = "application/gzip"
    ZIP = "application/zip"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PARQUET = "application/vnd.apache.parquet"
    ARROW = "application/vnd.apache.arrow.file"
    PNG = "image/png"
    ENCRYPTED_OFFICE = "application/encrypted"
    NPY = signatures.NPY
    NPZ = signatures.NPZ
    STATA = signatures.STATA
    SAS = signatures.SAS
    XPORT = signatures.XPORT
    SAV = signatures.SAV
    POR = signatures.POR
    R_DATA = signatures.R_DATA
    HDF5 = signatures.HDF5
    SQLITE = signatures.SQLITE
    PICKLE = signatures.PICKLE
    TORCH = signatures.TORCH
    KERAS = signatures.KERAS
    SAFETENSORS = signatures.SAFETENSORS
    ONNX = signatures.ONNX
    HTML = document_kinds.HTML
    SVG = document_kinds.SVG
    PDF = document_kinds.PDF
    DOCX = document_kinds.DOCX
    PPTX = document_kinds.PPTX
    XLS = document_kinds.XLS
    ODS = document_kinds.ODS
    JPEG = document_kinds.JPEG
    TIFF = document_kinds.TIFF
    GIF = document_kinds.GIF
    WEBP = document_kinds.WEBP
    BMP = document_kinds.BMP
    BZIP2 = packed_kinds.BZIP2
    XZ = packed_kinds.XZ
    ZSTD = packed_kinds.ZSTD
    TAR = packed_kinds.TAR
    FOREIGN_ARCHIVE = packed_kinds.FOREIGN
    PROGRAM_ARCHIVE = packed_kinds.PROGRAMS
    VCF = packed_kinds.VCF
    BCF = packed_kinds.BCF
    BED = packed_kinds.BED
    BGEN = packed_kinds.BGEN
    PGEN = packed_kinds.PGEN
    PLINK_TEXT = packed_kinds.PLINK_TEXT
    RTF = packed_kinds.RTF
    XML = packed_kinds.XML
    UNKNOWN = "application/octet-stream"


_MAGIC = (
    (b"\x1f\x8b", FileKind.GZIP),
    (b"PAR1", FileKind.PARQUET),
    (b"PARE", FileKind.PARQUET),
    (b"ARROW1\x00\x00", FileKind.ARROW),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.ENCRYPTED_OFFICE),
)
# Text by its bytes, a program or a drawing by its grammar: no reader here accounts for all of it.
_UNREAD_GRAMMARS = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"%pdf", b"{\\rtf", b"%!ps", b"mime-version:")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BINARY_EXTENSIONS = {
    ".gz": {FileKind.GZIP},
    ".bgz": {FileKind.GZIP},
    ".zip": {FileKind.ZIP},
    ".xlsx": {FileKind.XLSX, FileKind.ENCRYPTED_OFFICE},
    ".parquet": {FileKind.PARQUET},
    ".pq": {FileKind.PARQUET},
    ".arrow": {FileKind.ARROW},
    ".feather": {FileKind.ARROW},
    ".png": {FileKind.PNG},
}
for _kind, _endings in (signatures.ENDINGS | document_kinds.ENDINGS | packed_kinds.ENDINGS).items():
    for _ending in _endings:
        _BINARY_EXTENSIONS.setdefault(_ending, set()).add(FileKind(_kind))
_DELIMITED = {".csv", ".tsv", ".tab", ".psv", ".assoc", ".linear", ".logistic", ".sumstats"}
_PICTURES = {FileKind.PNG, FileKind.JPEG, FileKind.TIFF, FileKind.GIF, FileKind.WEBP, FileKind.BMP}
_STRUCTURED = {
    ".json": FileKind.JSON,
    ".ndjson": FileKind.NDJSON,
    ".jsonl": FileKind.NDJSON,
    ".ipynb": FileKind.NOTEBOOK,
}
# fmt: off
# Names that promise something this house does not read: text under such a name is a disagreement.
_NOT_TEXT = {
    ".pkl", ".pickle", ".joblib", ".pt", ".pth", ".npy", ".npz", ".h5", ".hdf5", ".rds", ".rda", ".rdata",
    ".sav", ".dta", ".sas7bdat", ".xls", ".xlsb", ".xlsm", ".ods", ".docx", ".pptx", ".pdf", ".svg",
    ".html", ".htm", ".xml", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp", ".bmp", ".exe", ".dll",
    ".so", ".whl", ".jar", ".7z", ".rar", ".tar", ".bz2", ".xz", ".zst", ".db", ".sqlite", ".bed", ".bgen",
    ".pgen", ".mp3", ".mp4", ".wav", ".avi", ".ttf", ".onnx", ".safetensors",
}
# fmt: on


def identify(data: bytes, name: str) -> FileKind:
    """Say what bytes are, from their structure; the name only picks among the kinds of text.

    `data` is the whole file: a ZIP is told from a workbook by its members. Whether it holds what it
    promises is for its reader to find by a full parse.
    """
    science = signatures.scientific(data, name)
    known = science or document_kinds.document(data, name) or packed_kinds.packed(data, name)
    if known is not None:
        return FileKind(known)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(_ZIP):
        return FileKind.XLSX if _is_workbook(data) else FileKind.ZIP
    if b"\x00" in data and not has_mark(data):
        # A table or a notebook with NULs is a damaged one of its kind, and is reported as that.
        return _text_kind(name) if extension(name) in _DELIMITED | set(_STRUCTURED) else FileKind.UNKNOWN
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return FileKind.UNKNOWN if start.startswith(_UNREAD_GRAMMARS) else _text_kind(name)


def is_text(kind: FileKind) -> bool:
    """Tell whether a kind is told by characters and not by structure."""
    return kind in {FileKind.DELIMITED, FileKind.TEXT, *_STRUCTURED.values()}


def disagreement(kind: FileKind, name: str) -> str:
    """Return how a name contradicts what the file is, or "" when it does not."""
    ending = extension(name)
    expected = _BINARY_EXTENSIONS.get(ending)
    if is_text(kind):
        wrong = expected is not None or ending in _NOT_TEXT
    elif kind in {FileKind.UNKNOWN, FileKind.ENCRYPTED_OFFICE}:
        return ""  # a problem of its own already
    else:
        # Pictures of any kind leave as PNG: which of them a name promised does not matter.
        wrong = expected is None or not (kind in expected or {kind} | expected <= _PICTURES)
    return f"the name ends in {ending[:12] or 'nothing'}, the content is {kind.value}" if wrong else ""


def extension(name: str) -> str:
    """Return the last extension of a name in lower case, with its dot; "" without one."""
    return PurePosixPath(name).suffix.lower()


def usual_ending(kind: FileKind) -> str:
    """Return an ending that files of a binary kind have, or ""."""
    return next((ending for ending, kinds in _BINARY_EXTENSIONS.items() if kind in kinds), "")


def _text_kind(name: str) -> FileKind:
    ending = extension(name)
    if ending in _DELIMITED:
        return FileKind.DELIMITED
    return _STRUCTURED.get(ending, FileKind.TEXT)


def _is_workbook(data: bytes) -> bool:
    # The names stand uncompressed in the central directory, which ends the file.
    tail = data[-(1 << 20) :]
    return b"xl/workbook.xml" in tail and b"[Content_Types].xml" in tail
