"""Compressed files and tar: every stream is read, every byte has a place, and the copy is made anew."""

import bz2
import gzip
import io
import lzma
import tarfile

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.checker.contents.found import FoundProblem, FoundTable, FoundText, Limits, ProblemKind
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.registry import BUILT_IN, rebuild_bytes
from strongroom.checker.formats.text.formats import PLAIN_TEXT

CSV = b"a,b\n1,2\n3,4\n"
PACKERS = {
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "zst": zstandard.ZstdCompressor().compress,
}


def read(data, name, **limits):
    return list(read_bytes(data, name, limits=Limits(**limits)))


def problems(data, name, **limits):
    return {each.kind for each in read(data, name, **limits) if isinstance(each, FoundProblem)}


def archive(*members, kind=tarfile.PAX_FORMAT):
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=kind) as file:
        for name, data in members:
            member = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
    return sink.getvalue()


def special(name, kind, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.mark.parametrize("ending", PACKERS)
def test_a_table_is_read_and_made_anew(ending):
    data = PACKERS[ending](CSV)
    [found] = read(data, f"t.csv.{ending}")
    assert isinstance(found, FoundTable)
    assert found.where == f"t.csv.{ending} > t.csv"
    [copy] = rebuild_bytes(data, f"t.csv.{ending}", limits=Limits()).files
    [again] = read(copy.data, f"t.csv.{ending}")
    assert again.table.equals(found.table)


@pytest.mark.parametrize("ending", ["bz2", "xz", "zst"])
def test_all_streams_of_a_file_are_read(ending):
    pack = PACKERS[ending]
    [found] = read(pack(CSV) + pack(b"5,6\n"), f"t.csv.{ending}")
    assert found.table.num_rows == 3


@pytest.mark.parametrize("ending", ["bz2", "xz", "zst"])
def test_bytes_after_the_last_stream(ending):
    assert ProblemKind.TRAILING_BYTES in problems(PACKERS[ending](CSV) + b"hidden", f"t.csv.{ending}")


@pytest.mark.parametrize("ending", PACKERS)
def test_damage_and_early_ends_are_told(ending):
    data = PACKERS[ending](CSV * 50)
    assert problems(data[:-3], f"t.csv.{ending}") == {ProblemKind.UNREADABLE}


@pytest.mark.parametrize("ending", PACKERS)
def test_what_unpacks_to_too_much_is_stopped(ending):
    assert problems(PACKERS[ending](bytes(40_000_000)), f"t.csv.{ending}") == {ProblemKind.TOO_LARGE}


def test_a_frame_that_zstd_skips_is_not_skipped():
    frame = b"\x50\x2a\x4d\x18" + (6).to_bytes(4, "little") + b"hidden"
    assert problems(frame + PACKERS["zst"](CSV), "t.csv.zst") == {ProblemKind.HIDDEN_CONTENT}
    assert ProblemKind.TRAILING_BYTES in problems(PACKERS["zst"](CSV) + frame, "t.csv.zst")


@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_members_of_a_tar_are_read_with_their_place(kind):
    data = archive(("x/a.csv", CSV), ("x/" + "b" * 90 + ".csv", CSV), kind=kind)
    found = read(data, "t.tar")
    assert [type(each) for each in found] == [FoundTable, FoundTable]
    assert found[0].where == "t.tar > x/a.csv"


@pytest.mark.parametrize("name", ["t.tar.gz", "t.tgz"])
def test_a_tar_in_gzip(name):
    [found] = read(gzip.compress(archive(("a.csv", CSV)), mtime=0), name)
    assert found.where.endswith("t.tar > a.csv")


def test_a_tar_is_made_anew_without_owners_and_times():
    member = tarfile.TarInfo("a.csv")
    member.uname, member.mtime = "eid1000001", 1_700_000_000
    data = archive((special("x", tarfile.DIRTYPE), b""), (member, CSV))
    [copy] = rebuild_bytes(data, "t.tar", limits=Limits()).files
    assert b"eid1000001" not in copy.data
    [found] = read(copy.data, "t.tar")
    assert found.where == "t.tar > a.csv"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar(kind):
    data = archive((special("a.csv", kind, "/etc/passwd"), b""))
    assert ProblemKind.UNSAFE_NAME in problems(data, "t.tar")


@pytest.mark.parametrize(
    "name", ["../a.csv", "/a.csv", "x/../a.csv", "a\u202evsc.csv", "\uff0e\uff0e/a.csv", "nul.csv"]
)
def test_names_that_point_elsewhere(name):
    assert ProblemKind.UNSAFE_NAME in problems(archive((name, CSV)), "t.tar")


def test_headers_that_carry_text():
    member = tarfile.TarInfo("a.csv")
    member.pax_headers = {"comment": "1000001 1000002"}
    found = read(archive((member, CSV)), "t.tar")
    assert ProblemKind.HIDDEN_CONTENT in {each.kind for each in found if isinstance(each, FoundProblem)}
    assert "1000001" in "".join(each.text for each in found if isinstance(each, FoundText))


def test_bytes_between_and_after_members():
    data = archive(("a.csv", CSV), ("b.csv", CSV))
    between = bytearray(data)
    between[512 + len(CSV) + 5] = 1
    after = bytearray(data)
    after[-1] = 1
    assert ProblemKind.TRAILING_BYTES in problems(bytes(between), "t.tar")
    assert ProblemKind.TRAILING_BYTES in problems(bytes(after), "t.tar")


def test_a_member_that_claims_a_hundred_gigabytes():
    member = tarfile.TarInfo("a.csv")
    member.size = 100 * 2**30
    assert ProblemKind.UNREADABLE in problems(member.tobuf() + CSV, "t.tar")


def test_members_count_together():
    data = archive(*((f"{n}.csv", CSV) for n in range(5)))
    assert ProblemKind.TOO_LARGE in problems(data, "t.tar", members=4)
    assert ProblemKind.TOO_LARGE in problems(data, "t.tar", unpacked_bytes=20)


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "t.7z"),
        (b"!<arch>\ndebian-binary", "t.deb"),
        (bytes(0x8001) + b"CD001", "t.iso"),
    ],
)
def test_archives_that_are_not_opened_say_so(start, name):
    [found] = read(start + bytes(20), name)
    assert found.kind is ProblemKind.UNKNOWN_TYPE
    assert "pack it as" in found.detail


def test_text_that_begins_like_a_format_stays_text():
    assert BUILT_IN.identify(b"BZhang et al. found", "t.txt") is PLAIN_TEXT
    assert BUILT_IN.identify(b"LZIP is a format", "t.txt") is PLAIN_TEXT


@settings(max_examples=100, deadline=None)
@given(
    ending=st.sampled_from([*PACKERS, "tar"]),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_a_changed_byte_never_raises(ending, changes):
    data = bytearray(archive(("a.csv", CSV)) if ending == "tar" else PACKERS[ending](CSV * 5))
    for place, value in changes:
        data[int(place * len(data))] = value
    assert read(bytes(data), f"t.csv.{ending}", unpacked_bytes=10_000_000)
