"""ZIP archives: every byte has a place, and no archive can point outside, go on for ever, or hide."""

import io
import stat
import struct
import zipfile

import pytest

from strongroom.checker.contents.found import FoundProblem, FoundTable, Limits, ProblemKind
from strongroom.checker.disguises.search_file import read_bytes

CSV = b"a,b\n1,2\n3,4\n"


def archive(*members, method=zipfile.ZIP_DEFLATED):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as file:
        for name, data in members:
            file.writestr(name, data)
    return sink.getvalue()


def read(data, name="a.zip", **limits):
    return list(read_bytes(data, name, limits=Limits(**limits)))


def problems(data, name="a.zip", **limits):
    return {each.kind for each in read(data, name, **limits) if isinstance(each, FoundProblem)}


def test_members_are_read_with_their_place():
    [found] = read(archive(("results/b.csv", CSV)))
    assert isinstance(found, FoundTable)
    assert found.where == "a.zip > results/b.csv"


def test_streamed_archives_with_descriptors_have_no_gap():
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.data = b""

        def writable(self):
            return True

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("b.csv", CSV)
        file.writestr("c.csv", CSV)
    assert not problems(pipe.data)


@pytest.mark.parametrize(
    "name", ["../b.csv", "/etc/b.csv", "x/../../b.csv", "C:/b.csv", "x\\b.csv", "b\x1b.csv"]
)
def test_names_that_point_elsewhere(name):
    assert ProblemKind.UNSAFE_NAME in problems(archive((name, CSV)))


def test_symbolic_links():
    link = zipfile.ZipInfo("b.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert ProblemKind.UNSAFE_NAME in problems(archive((link, "/etc/passwd")))


def test_prefix_gap_and_trailing_bytes():
    data = archive(("b.csv", CSV), ("c.csv", CSV))
    assert ProblemKind.TRAILING_BYTES in problems(data + b"hidden")
    # A prefix the offsets know of: the directory still finds its members.
    start = data.index(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    gap = data[:start] + b"hidden" + data[start:]
    moved = bytearray(gap)
    struct.pack_into("<I", moved, end + 6 + 16, start + 6)
    assert ProblemKind.TRAILING_BYTES in problems(bytes(moved))


def test_a_program_before_the_archive_is_not_taken_for_one():
    assert problems(b"#!/bin/sh\n" + archive(("b.csv", CSV)))


def test_directory_and_local_header_must_agree():
    data = bytearray(archive(("b.csv", CSV)))
    data[30:35] = b"x.csv"
    assert problems(bytes(data))


def test_a_damaged_member_is_told():
    data = bytearray(archive(("b.csv", CSV), method=zipfile.ZIP_STORED))
    data[40] ^= 1
    assert ProblemKind.UNREADABLE in problems(bytes(data))


def test_encrypted_members():
    data = bytearray(archive(("b.csv", CSV)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert ProblemKind.ENCRYPTED in problems(bytes(data))


def test_comments_and_doubled_names_are_hidden_content():
    sink = io.BytesIO(archive(("b.csv", CSV)))
    with zipfile.ZipFile(sink, "a") as file:
        file.comment = b"1000001"
    assert ProblemKind.HIDDEN_CONTENT in problems(sink.getvalue())
    with pytest.warns(UserWarning, match="Duplicate name"):
        doubled = archive(("b.csv", CSV), ("b.csv", CSV))
    assert ProblemKind.HIDDEN_CONTENT in problems(doubled)


def test_bombs_are_stopped_by_ratio_budget_and_count():
    bomb = archive(("b.csv", b"0" * 30_000_000))
    assert problems(bomb) == {ProblemKind.TOO_LARGE}
    assert problems(archive(("b.csv", CSV), ("c.csv", CSV)), unpacked_bytes=20) == {ProblemKind.TOO_LARGE}
    assert problems(archive(*((f"{n}.csv", CSV) for n in range(5))), members=4) == {ProblemKind.TOO_LARGE}


def test_members_nested_within_archives_share_one_count():
    inner = archive(*((f"{n}.csv", CSV) for n in range(3)))
    assert ProblemKind.TOO_LARGE in problems(archive(("x.zip", inner), ("y.zip", inner)), members=6)


def test_ten_archives_in_each_other_are_too_deep():
    data = CSV
    name = "b.csv"
    for level in range(10):
        data, name = archive((name, data)), f"{level}.zip"
    assert problems(data) == {ProblemKind.TOO_DEEP}


def test_truncated_archives():
    data = archive(("b.csv", CSV))
    for cut in range(1, len(data) - 4, 7):
        assert problems(data[:-cut]), cut


def test_office_documents_and_programs_inside_are_unknown():
    assert ProblemKind.UNKNOWN_TYPE in problems(archive(("x.exe", b"MZ\x00\x01")))
    assert problems(archive(("word/document.xml", b"<?xml version='1.0'?><a/>")), "x.docx")
