"""Small files of the formats that no attack is written in, so that every reader has something to read."""

import gzip
import io
import json
import lzma
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import openpyxl
import polars as pl
import pyreadstat
import scipy.io
import scipy.sparse
from openpyxl.styles import Font
from PIL import Image

_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le") + bytes(600)
_SAS = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011") + bytes(2_000)
_FOREIGN = b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(120)


def other_formats(people: pl.DataFrame, draw: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents; `people` has twelve rows of an id, numbers and a date."""
    csv = people.write_csv().encode()
    records = json.dumps(people.with_columns(pl.selectors.date().cast(pl.String)).to_dicts()).encode()
    pixels = draw.integers(0, 256, (24, 24, 3)).astype(np.uint8)
    for name in ("made.gif", "made.tiff", "made.bmp", "made.webp"):
        yield name, _picture(pixels, name)
    for name, mode in (("made.tar", "w"), ("made.tar.gz", "w:gz"), ("made.tar.bz2", "w:bz2")):
        yield name, _tar({"people.csv": csv, "people.json": records, "notes.txt": b"nothing"}, mode)
    yield "records.json.xz", lzma.compress(records)
    yield "records.json", records
    yield "made.xml", _xml(people)
    yield "made.rtf", _rich_text(people)
    yield "made.ods", _open_document(people)
    yield "made.odt", _open_text(people)
    yield "made.xls", _WORKBOOK
    yield "locked.xlsx", _WORKBOOK.replace("Workbook".encode("utf-16-le"), bytes(16))
    yield "made.sas7bdat", _SAS
    yield "made.7z", _FOREIGN
    yield "made.rar", b"Rar!\x1a\x07\x01\x00" + bytes(120)
    yield from _matlab(people)
    yield (
        "made.whl",
        _zip({"made/__init__.py": b"x = 1\n", "made-1.dist-info/WHEEL": b"Wheel-Version: 1.0\n"}),
    )
    yield "hidden.xlsx", _hidden_cells(people)
    yield "glued.txt", _glued(people)
    yield "made.pt", _torch(draw.normal(size=(3, 4)).astype(np.float32))
    yield "made.keras", _keras(draw.normal(size=(3, 4)))
    yield from _statistical(people)
    yield from _genotypes(draw)


def _picture(pixels: np.ndarray, name: str) -> bytes:
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, format=Path(name).suffix[1:].upper(), **_lossless(name))
    return sink.getvalue()


def _lossless(name: str) -> dict[str, bool]:
    return {"lossless": True} if name.endswith(".webp") else {}


def _tar(members: dict[str, bytes], mode: str) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode=mode) as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return sink.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()


def _xml(people: pl.DataFrame) -> bytes:
    rows = (
        "".join(f"<{name}>{value}</{name}>" for name, value in row.items())
        for row in people.iter_rows(named=True)
    )
    listed = "".join(f'<p id="{place}">{row}</p>' for place, row in enumerate(rows))
    return f'<?xml version="1.0"?><people><!-- made -->{listed}</people>'.encode()


def _rich_text(people: pl.DataFrame) -> bytes:
    rows = ("".join(f"{value}\\cell " for value in row) for row in people.iter_rows())
    table = "".join(f"\\trowd {row}\\row" for row in rows)
    return f"{{\\rtf1\\ansi{{\\fonttbl{{\\f0 Times;}}}}\\f0 It\\'s \\u233?\\par {table}}}".encode()


def _open_document(people: pl.DataFrame) -> bytes:
    kind = "office:value-type='float' office:value"
    table = _open_table(people.select(pl.selectors.numeric()), kind)
    return _open_zip("spreadsheet", f"<office:spreadsheet>{table}</office:spreadsheet>")


def _open_text(people: pl.DataFrame) -> bytes:
    """Write a text with a heading, a paragraph, a deleted one, a comment and a table."""
    deleted = (
        "<text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>"
    )
    comment = "<office:annotation><text:p>why</text:p></office:annotation>"
    words = f"<text:h>Results</text:h><text:p>It{comment} ran</text:p>"
    return _open_zip(
        "text", f"<office:text>{deleted}{words}{_open_table(people, 'office:value')}</office:text>"
    )


def _open_table(people: pl.DataFrame, value: str) -> str:
    rows = (
        "".join(
            f"<table:table-cell {value}='{each}'><text:p>{each}</text:p></table:table-cell>" for each in row
        )
        for row in people.iter_rows()
    )
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f"<table:table table:name='a'>{table}</table:table>"


def _open_zip(kind: str, body: str) -> bytes:
    namespace = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f"xmlns:{name}='{namespace}:{name}:1.0'" for name in ("office", "table", "text"))
    content = f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>"
    return _zip(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def _hidden_cells(people: pl.DataFrame) -> bytes:
    """Write a workbook with a hidden column, a hidden row, white words and a format that shows nothing."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (people.columns, *people.iter_rows()):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[4].hidden = True
    for cell in sheet["C"]:
        cell.font = Font(color="FFFFFFFF")
    for cell in sheet["D"]:
        cell.number_format = ";;;"
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def _glued(people: pl.DataFrame) -> bytes:
    """Print columns so narrow that a sign alone parts two numbers, under names that touch the first."""
    centred = people.select(pl.selectors.float() - pl.selectors.float().mean())
    lines = (
        f"term{place}" + "".join(f"{-abs(value):8.4f}" for value in row)
        for place, row in enumerate(centred.iter_rows())
    )
    return ("estimates\n" + "\n".join(lines) + "\n").encode()


def _torch(weights: np.ndarray) -> bytes:
    """Write what torch.save writes of one tensor, its pickle by hand."""

    def word(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    def numbers(values: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(b"J" + struct.pack("<i", value) for value in values) + b"t"

    storage = b"(" + word("storage") + b"ctorch\nFloatStorage\n" + word("0") + word("cpu")
    storage += b"J" + struct.pack("<i", weights.size) + b"tQ"
    rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"J" + struct.pack("<i", 0)
    rebuilt += numbers(weights.shape) + numbers((weights.shape[1], 1))
    rebuilt += b"\x89ccollections\nOrderedDict\n)RtR"
    held = {"m/data.pkl": b"\x80\x02}(" + word("weight") + rebuilt + b"u.", "m/data/0": weights.tobytes()}
    return _zip({**held, "m/version": b"3\n"})


def _keras(weights: np.ndarray) -> bytes:
    sink = io.BytesIO()
    with h5py.File(sink, "w") as file:
        file["layers/dense/vars/0"] = weights
    config = {"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense"}]}}
    return _zip(
        {
            "metadata.json": b'{"keras_version": "3.0"}',
            "config.json": json.dumps(config).encode(),
            "model.weights.h5": sink.getvalue(),
        }
    )


def _statistical(people: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
    frame = people.rename(str.upper).to_pandas()
    writers: dict[str, Callable[..., None]] = {
        "made.xpt": pyreadstat.write_xport,
        "made.por": pyreadstat.write_por,
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, write in writers.items():
            path = Path(folder) / name
            write(frame, str(path))
            yield name, path.read_bytes()


def _matlab(people: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
    """Write every class of level 5, packed and not, and numbers, characters and cells as v7.3 has them."""
    numbers = people.select(pl.selectors.numeric()).to_numpy()
    values = {
        "people": {name: people[name].to_numpy() for name in people.columns[:4]},
        "cells": np.array([numbers[:, 1], "words", {"inner": 1}], dtype=object),
        "sparse": scipy.sparse.csc_matrix(numbers[:4] > 30.0),
        "complex": numbers[:2] * 1j,
    }
    for name, packed in (("packed.mat", True), ("plain.mat", False)):
        sink = io.BytesIO()
        scipy.io.savemat(sink, values, do_compression=packed)
        yield name, sink.getvalue()
    sink = io.BytesIO()
    with h5py.File(sink, "w", userblock_size=512) as file:
        file["numbers"], file["words"] = numbers.T, np.frombuffer(b"w\x00o\x00", "<u2")
        file["held/first"] = numbers[:, :1]
        file["cells"] = np.array([[file["held/first"].ref]], h5py.ref_dtype)
        for name, kind in (("numbers", "double"), ("words", "char"), ("cells", "cell"), ("held", "struct")):
            file[name].attrs["MATLAB_class"] = np.bytes_(kind)
    yield "made73.mat", b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(384) + sink.getvalue()[512:]


def _genotypes(draw: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    names = [f"p{number:03}" for number in range(5)]
    block = b"".join(struct.pack("<H", 4) + name.encode() for name in names)
    block = struct.pack("<II", 8 + len(block), len(names)) + block
    head = struct.pack("<III4sI", 20, 70, len(names), b"bgen", 1 << 31 | 9)
    yield "made.bgen", struct.pack("<I", 20 + len(block)) + head + block
    yield "made.pgen", b"\x6c\x1b\x10" + struct.pack("<II", 829, 2504) + bytes(20)
    columns = "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *names])
    header = f"##fileformat=VCFv4.3\n{columns}\n".encode() + b"\x00"
    record = struct.pack("<II", 4, 2) + bytes(6)
    yield "made.bcf.gz", gzip.compress(b"BCF\x02\x02" + struct.pack("<I", len(header)) + header + record * 7)
    called = draw.choice(list("ACGT"), (6, 8))
    lines = (f"{row} {row + 10} 0 0 1 -9 {' '.join(calls)}" for row, calls in enumerate(called))
    yield "made.ped", ("\n".join(lines) + "\n").encode()
    counts = "\n".join(f"{row} {row + 10} 0 0 1 -9 {row % 3} NA" for row in range(6))
    yield "made.raw", f"FID IID PAT MAT SEX PHENOTYPE rs1_A rs2_G\n{counts}\n".encode()
