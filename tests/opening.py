"""Open a file with the library of its format, as whoever received it would."""

import bz2
import gzip
import io
import json
import lzma
import pickletools
import sqlite3
import tarfile
import zipfile
from xml.etree import ElementTree as ET

import h5py
import numpy as np
import onnx
import openpyxl
import pikepdf
import polars as pl
import pyreadstat
import rdata
import zstandard
from docx import Document
from PIL import Image
from pptx import Presentation
from safetensors.numpy import load


def _unzip(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()
        encrypted = any(member.flag_bits & 1 for member in archive.infolist())
        assert encrypted or archive.testzip() is None


def _tar_or_gz(path):
    content = gzip.decompress(path.read_bytes())
    if path.name.endswith(".tar.gz"):
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            assert archive.getnames()
    assert content


def _picture(path):
    with Image.open(path) as picture:
        picture.load()


def _workbook(path):
    book = openpyxl.load_workbook(path)
    assert book.sheetnames
    book.close()


def _pdf(path):
    with pikepdf.open(path) as file:
        assert len(file.pages) > 0


def _hdf5(path):
    with h5py.File(path) as file:
        assert file.keys()


def _database(path):
    base = sqlite3.connect(path)
    assert base.execute("SELECT COUNT(*) FROM counts").fetchone() == (2,)
    base.close()


def _pickle(path):
    # Walked, never loaded; a joblib file interrupts the opcodes with arrays.
    first, _, _ = next(pickletools.genops(path.read_bytes()))
    assert first.name == "PROTO"


OPENERS = {
    ".csv": lambda path: path.read_text(encoding="utf-8"),
    ".parquet": pl.read_parquet,
    ".feather": pl.read_ipc,
    ".xlsx": _workbook,
    ".ndjson": pl.read_ndjson,
    ".json": lambda path: json.loads(path.read_text(encoding="utf-8")),
    ".ipynb": lambda path: json.loads(path.read_text(encoding="utf-8"))["cells"],
    ".zip": _unzip,
    ".gz": _tar_or_gz,
    ".bz2": lambda path: bz2.decompress(path.read_bytes()),
    ".xz": lambda path: lzma.decompress(path.read_bytes()),
    ".zst": lambda path: zstandard.decompress(path.read_bytes()),
    ".png": _picture,
    ".jpg": _picture,
    ".pdf": _pdf,
    ".docx": Document,
    ".pptx": lambda path: Presentation(str(path)).slides,
    ".svg": ET.parse,
    ".npy": np.load,
    ".npz": lambda path: np.load(path).files,
    ".h5": _hdf5,
    ".db": _database,
    ".dta": lambda path: pyreadstat.read_dta(str(path)),
    ".sav": lambda path: pyreadstat.read_sav(str(path)),
    ".rds": rdata.read_rds,
    ".RData": rdata.read_rda,
    ".safetensors": lambda path: load(path.read_bytes()),
    ".onnx": lambda path: onnx.checker.check_model(onnx.load(path)),
    ".joblib": _pickle,
    ".pkl": _pickle,
}


def open_it(path):
    """Open a file; text and what has no opener is read whole."""
    opened = OPENERS.get(path.suffix, type(path).read_bytes)(path)
    assert path.stat().st_size > 0
    return opened
