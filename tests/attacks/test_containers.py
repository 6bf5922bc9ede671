"""Attempts to hide rows in how files are packed, named and written, or to stop who looks: T-CHECK-*.

Nothing here may be released: every file is blocked, or what it hides is read.
"""

import base64
import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
import zstandard
from PIL import Image

from strongroom.checker.contents.found import FoundProblem, FoundTable, Limits, Origin
from strongroom.checker.detectors.limits.opaque import Opaque
from strongroom.checker.detectors.limits.problems import Problems
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.finding import Verdict, worst
from strongroom.checker.policy import Policy
from strongroom.checker.table_types.examined import examine

CSV = "age,sex,bmi\n" + "".join(f"{40 + n},{n % 2},{20 + n / 10}\n" for n in range(30))
DATA = CSV.encode()
LIMITS = Limits(unpacked_bytes=50_000_000, members=100)


def read(data, name):
    return list(read_bytes(data, name, limits=LIMITS))


def verdict(data, name):
    evidence = SimpleNamespace(policy=Policy())
    found = [
        finding
        for artefact in read(data, name)
        for detector in (Problems(), Opaque())
        for finding in detector.run(examine(artefact), evidence)
    ]
    return worst([finding.severity for finding in found])


def decoded(data, name):
    return [
        each.table
        for each in read(data, name)
        if isinstance(each, FoundTable) and each.origin is Origin.DECODED
    ]


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as file:
        for name, data in members:
            file.writestr(name, data)
    return sink.getvalue()


def tarred(*members):
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as file:
        for member, data in members:
            entry = member if isinstance(member, tarfile.TarInfo) else tarfile.TarInfo(member)
            entry.size = len(data)
            file.addfile(entry, io.BytesIO(data))
    return sink.getvalue()


def picture(form):
    sink = io.BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(sink, form)
    return sink.getvalue()


ZEROS = bytes(30_000_000)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("t.zip", lambda: zipped(("t.csv", ZEROS))),
        ("t.csv.gz", lambda: gzip.compress(ZEROS)),
        ("t.csv.bz2", lambda: bz2.compress(ZEROS)),
        ("t.csv.xz", lambda: lzma.compress(ZEROS)),
        ("t.csv.zst", lambda: zstandard.ZstdCompressor().compress(ZEROS)),
        ("t.tar.gz", lambda: gzip.compress(tarred(("t.csv", ZEROS)))),
        ("t.txt", lambda: base64.b64encode(gzip.compress(ZEROS))),
        ("t.zip", lambda: zipped(*((f"{n}.zip", zipped(("t.csv", ZEROS[:9_000_000]))) for n in range(3)))),
    ],
)
def test_a_bomb_in_any_compression_is_stopped(name, pack):
    assert verdict(pack(), name) is Verdict.BLOCK


def test_a_claim_of_a_hundred_gigabytes_is_not_believed():
    member = tarfile.TarInfo("t.csv")
    member.size = 100 * 2**30
    claimed = bytearray(zipped(("t.csv", DATA)))
    struct.pack_into("<I", claimed, claimed.index(b"PK\x01\x02") + 24, 0xFFFFFFF0)
    shape = b"{'descr': '<f8', 'fortran_order': False, 'shape': (13421772800,), }".ljust(117) + b"\n"
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(shape)) + shape + bytes(800)
    sparse = tarfile.TarInfo("t.csv")
    sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(2**37)}
    for data, name in (
        (member.tobuf() + DATA, "t.tar"),
        (bytes(claimed), "t.zip"),
        (array, "t.npy"),
        (tarred((sparse, b"1\n0\n512\n".ljust(512, b"\0") + DATA)), "t.tar"),
    ):
        assert verdict(data, name) is Verdict.BLOCK, name


def test_json_ten_thousand_deep_is_stopped():
    for deep in ("[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000):
        assert verdict(deep.encode(), "t.json") is Verdict.BLOCK
    cell = {"cell_type": "code", "source": "", "metadata": json.loads("[" * 500 + "]" * 500)}
    assert verdict(json.dumps({"cells": [cell], "nbformat": 4}).encode(), "t.ipynb") is Verdict.BLOCK


def test_archives_in_archives_without_end_are_stopped():
    data = DATA
    for level in range(8):
        data = zipped((f"{level}.zip" if level else "t.csv", data))
    assert verdict(data, "t.zip") is Verdict.BLOCK


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (picture("PNG") + zipped(("t.csv", DATA)), "t.png"),
        (picture("PNG") + zipped(("t.csv", DATA)), "t.zip"),
        (picture("JPEG") + zipped(("t.csv", DATA)), "t.jpg"),
        (picture("GIF") + b"*/=1;" + DATA, "t.gif"),
        (b"%PDF-1.4\n" + zipped(("t.csv", DATA)) + b"\n%%EOF\n", "t.pdf"),
        (b"GIF89a=1;/*" + DATA + b"*/", "t.csv"),
        (zipped(("t.csv", DATA)) + gzip.compress(DATA), "t.zip"),
        (b"#!/bin/sh\nexit\n" + zipped(("t.csv", DATA)), "t.sh"),
    ],
)
def test_a_file_that_is_two_formats_is_blocked(data, name):
    assert verdict(data, name) is Verdict.BLOCK


def test_two_members_of_one_name_are_seen():
    with pytest.warns(UserWarning, match="Duplicate"):
        assert verdict(zipped(("t.csv", "a,b\n1,2\n"), ("t.csv", DATA)), "t.zip") is not Verdict.RELEASE


def test_a_local_header_that_tells_another_story_is_blocked():
    plain = zipped(("a.csv", DATA), ("b.csv", DATA), method=zipfile.ZIP_STORED)
    for place, value in ((30, ord("x")), (8, 8), (18, 7), (22, 7), (14, 7), (26, 4)):
        changed = bytearray(plain)
        changed[place] = value
        assert verdict(bytes(changed), "t.zip") is Verdict.BLOCK, place


def test_links_in_archives_are_not_followed():
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
        member = tarfile.TarInfo("t.csv")
        member.type, member.linkname = kind, "/etc/passwd"
        assert verdict(tarred((member, b"")), "t.tar") is Verdict.BLOCK
    link = zipfile.ZipInfo("t.csv")
    link.external_attr = 0o120777 << 16
    assert verdict(zipped((link, "/etc/passwd")), "t.zip") is Verdict.BLOCK


def test_what_follows_the_end_of_a_stream_or_archive_is_blocked():
    for data, name in (
        (gzip.compress(DATA) + DATA, "t.csv.gz"),
        (bz2.compress(DATA) + DATA, "t.csv.bz2"),
        (lzma.compress(DATA) + DATA, "t.csv.xz"),
        (zstandard.ZstdCompressor().compress(DATA) + DATA, "t.csv.zst"),
        (tarred(("t.csv", DATA)) + DATA, "t.tar"),
        (zipped(("t.csv", DATA)) + DATA, "t.zip"),
        (picture("PNG") + DATA, "t.png"),
    ):
        assert verdict(data, name) is Verdict.BLOCK, name


@pytest.mark.parametrize(
    "name", ["t.csv.exe", "t.csv.pkl", "t.csv.zip", "t.txt.rds", "t.csv.7z", "t.csv.whl"]
)
def test_a_second_extension_that_promises_something_else_is_blocked(name):
    assert verdict(DATA, name) is Verdict.BLOCK


@pytest.mark.parametrize(
    "name",
    [
        "t\u202evsc.exe",
        "t\u200b.csv",
        "\uff0e\uff0e/t.csv",
        "..\uff0ft.csv",
        "con.csv",
        "t.csv ",
        "a\\b.csv",
        "c:t.csv",
    ],
)
def test_a_members_name_that_looks_like_another_is_blocked(name):
    assert verdict(tarred((name, DATA)), "t.tar") is Verdict.BLOCK
    assert verdict(zipped((name, DATA)), "t.zip") is Verdict.BLOCK


def test_nul_bytes_hide_nothing():
    for name in ("t.csv", "t.txt", "t.json", "t.tsv", "t.md"):
        assert verdict(b"a,b\n1,2\n\x00" + DATA, name) is Verdict.BLOCK
        assert verdict(CSV.encode("utf-16-le"), name) is Verdict.BLOCK
    named = zipped(("tX.csv", DATA)).replace(b"tX.csv", b"t\x00.csv")
    assert verdict(named, "t.zip") is Verdict.BLOCK


def test_rows_in_another_charset_are_read():
    for charset in ("utf-16", "utf-32"):
        found = [each for each in read(CSV.encode(charset), "t.csv") if isinstance(each, FoundTable)]
        assert found[0].table.num_rows == 30
    seven = "+" + base64.b64encode(CSV.encode("utf-16-be")).decode().rstrip("=") + "-"
    assert decoded(seven.encode(), "t.txt")[0].num_rows == 30


@pytest.mark.parametrize(
    "encode",
    [
        base64.b64encode,
        base64.b32encode,
        base64.a85encode,
        base64.b85encode,
        lambda data: data.hex().encode(),
        lambda data: "".join(f"%{byte:02x}" for byte in data).encode(),
        lambda data: base64.b64encode(lzma.compress(data)),
        lambda data: base64.b64encode(base64.b64encode(bytes(byte ^ 0x55 for byte in data))),
        lambda data: json.dumps(
            {"x": [base64.b64encode(data[at : at + 30]).decode() for at in range(0, 300, 30)]}
        ).encode(),
    ],
)
def test_rows_encoded_in_text_are_read(encode):
    assert decoded(encode(DATA), "t.txt")


def test_rows_under_a_cipher_nobody_undoes_go_to_a_person():
    noise = np.random.default_rng(1).bytes(3_000)
    assert verdict(b"Supplement\n\n" + base64.encodebytes(noise), "t.txt") is not Verdict.RELEASE
    assert verdict(base64.b64encode(noise * 20), "t.txt") is not Verdict.RELEASE


def test_rows_written_into_code_are_read():
    code = "people = [\n" + "".join(f"    ({line}),\n" for line in CSV.splitlines()[1:]) + "]\n"
    [literals] = [
        each for each in read(code.encode(), "t.py") if getattr(each, "origin", None) is Origin.LITERALS
    ]
    assert literals.table.num_rows == 30


def test_a_problem_says_no_value():
    found = read(zipped(("eid1000001.csv\x1b", DATA)), "t.zip")
    assert not [each for each in found if isinstance(each, FoundProblem) and "1000001" in each.detail]
