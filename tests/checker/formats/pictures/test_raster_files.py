"""JPEG, TIFF, GIF, WebP and BMP: what stands beside the picture is told, and pixels alone leave."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from strongroom.checker.contents.found import (
    FoundOpaque,
    FoundPicture,
    FoundProblem,
    Limits,
    ProblemKind,
)
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.registry import rebuild_bytes

FORMATS = {"JPEG": "jpg", "TIFF": "tiff", "GIF": "gif", "WEBP": "webp", "BMP": "bmp"}


def read(data, name, **limits):
    return list(read_bytes(data, name, limits=Limits(**limits)))


def problems(found):
    return {each.kind for each in found if isinstance(each, FoundProblem)}


def drawn():
    pixels = np.full((40, 60, 3), 255, np.uint8)
    pixels[10:20, 5:50] = (200, 30, 30)
    return Image.fromarray(pixels)


def encoded(kind, image=None, **options):
    sink = io.BytesIO()
    (image or drawn()).save(sink, kind, **options)
    return sink.getvalue()


@pytest.mark.parametrize(("kind", "ending"), FORMATS.items())
def test_a_picture_of_every_format_is_measured_and_leaves_as_png(kind, ending):
    data = encoded(kind)
    [found] = read(data, f"p.{ending}")
    assert isinstance(found, FoundPicture)
    assert (found.width, found.height, found.size) == (60, 40, len(data))
    [copy] = rebuild_bytes(data, f"p.{ending}", limits=Limits()).files
    assert copy.name == f"p.{ending}.png"
    assert Image.open(io.BytesIO(copy.data)).size == (60, 40)


@pytest.mark.parametrize(("kind", "ending"), FORMATS.items())
def test_bytes_after_a_picture_are_told(kind, ending):
    hidden = encoded(kind) + b"1000001,2\n" * 5_000
    assert ProblemKind.TRAILING_BYTES in problems(read(hidden, f"p.{ending}"))


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP"])
def test_further_pictures_are_told_and_do_not_leave(kind):
    other = Image.fromarray(np.zeros((40, 60, 3), np.uint8))
    data = encoded(kind, save_all=True, append_images=[other])
    name = f"p.{FORMATS[kind]}"
    assert ProblemKind.HIDDEN_CONTENT in problems(read(data, name))
    [copy] = rebuild_bytes(data, name, limits=Limits()).files
    assert getattr(Image.open(io.BytesIO(copy.data)), "n_frames", 1) == 1


def test_metadata_is_named_and_does_not_leave():
    exif = Image.Exif()
    exif[0x010E] = "1000001"
    data = encoded("JPEG", exif=exif, comment=b"1000002")
    found, *beside = read(data, "p.jpg")
    assert {"comment", "exif"} <= set(found.metadata)
    assert {each.text for each in beside} == {"1000001", "1000002"}
    [copy] = rebuild_bytes(data, "p.jpg", limits=Limits()).files
    assert b"100000" not in copy.data


def with_small_copy(small):
    """Return EXIF with a second directory, which points to a picture of its own."""
    place = 8 + 2 + 12 + 4
    tags = struct.pack("<HHII", 0x0131, 2, 4, int.from_bytes(b"Gimp", "little"))
    second = struct.pack("<HHII", 0x0201, 4, 1, place + 30) + struct.pack("<HHII", 0x0202, 4, 1, len(small))
    first = struct.pack("<H", 1) + tags + struct.pack("<I", place)
    return b"Exif\0\0II*\0\x08\0\0\0" + first + struct.pack("<H", 2) + second + bytes(4) + small


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_small_copy_in_exif_is_a_picture_of_its_own(kind):
    exif = with_small_copy(encoded("JPEG"))
    options = {"exif": exif}
    if kind == "PNG":
        # As ImageMagick writes it.
        written = PngInfo()
        written.add_text("Raw profile type exif", f"\nexif\n    {len(exif)}\n{exif.hex()}\n", zip=True)
        options = {"pnginfo": written}
    found = read(encoded(kind, **options), f"p.{kind.lower()}")
    assert [each.where.rpartition(" > ")[2] for each in found if isinstance(each, FoundPicture)] == [
        f"p.{kind.lower()}",
        "small copy.jpg",
    ]
    assert not [each for each in found if isinstance(each, FoundOpaque | FoundProblem)]


@pytest.mark.parametrize("data", [b"Exif\0\0" + b"\x93" * 400, with_small_copy(b"")[:30] + b"\xff" * 300])
def test_exif_that_is_damaged_never_raises(data):
    assert isinstance(read(encoded("JPEG", exif=data), "p.jpg")[0], FoundPicture)


@pytest.mark.parametrize(("kind", "ending"), FORMATS.items())
def test_cut_pictures_and_pictures_of_too_many_pixels_are_not_read(kind, ending):
    data = encoded(kind)
    assert problems(read(data[: len(data) // 2], f"p.{ending}"))
    assert problems(read(data, f"p.{ending}", pixels=100)) == {ProblemKind.TOO_LARGE}


def test_a_picture_under_the_name_of_another_kind_is_a_picture_and_under_a_tables_name_is_told():
    assert not problems(read(encoded("GIF"), "p.png"))
    assert ProblemKind.DISAGREEMENT in problems(read(encoded("GIF"), "p.csv"))


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_what_is_in_low_bits_does_not_leave(seed, bits):
    """A payload in the lowest bits is gone: the copy is the same whatever it was."""
    draw = np.random.default_rng(seed)
    cover = np.asarray(drawn())[:8, :8] & np.uint8(256 - (1 << bits))
    payloads = draw.integers(0, 1 << bits, (2, *cover.shape), dtype=np.uint8)
    copies = []
    for payload in payloads:
        data = encoded("PNG", Image.fromarray(cover | payload))
        [copy] = rebuild_bytes(data, "p.png", limits=Limits()).files
        copies.append(copy.data)
    assert copies[0] == copies[1]


def test_colours_nobody_sees_through_do_not_leave():
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[..., :3] = np.random.default_rng(1).integers(0, 256, (8, 8, 3))
    [copy] = rebuild_bytes(encoded("PNG", Image.fromarray(pixels)), "p.png", limits=Limits()).files
    assert not np.asarray(Image.open(io.BytesIO(copy.data)).convert("RGBA")).any()
