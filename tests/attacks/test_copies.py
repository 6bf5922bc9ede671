"""Attacks by what a released copy keeps: T-COPY-*."""

import io

import numpy as np
import pytest
from PIL import Image

from strongroom.checker.contents.found import Limits
from strongroom.checker.formats.registry import rebuild_bytes


@pytest.mark.parametrize(
    "spellings", ["{:.3f} {:.4f}", "{:.8g} {:.7e}", "{:+.3f} {:.3f}", "0{:.8g} {:.8g}", "NA null"]
)
def test_a_choice_of_spelling_for_each_cell_is_not_released(spellings):
    """Two spellings of a number, or of a missing value, have room for a bit a cell."""
    rng = np.random.default_rng(5)
    values, bits = rng.integers(1, 9_999, 2_000) / 8, rng.integers(0, 2, 2_000)
    cells = [spellings.split()[bit].format(value) for bit, value in zip(bits, values, strict=True)]
    data = "n,x\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(cells))
    rebuilt = rebuild_bytes(data.encode(), "t.csv", limits=Limits())
    copied = [line.split(",")[1] for line in rebuilt.files[0].data.decode().splitlines()[1:]]
    assert copied == ["" if cell in {"NA", "null"} else f"{float(cell):.8g}" for cell in cells]
    assert "1 columns in shortest form" in rebuilt.changes[0]


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_low_bits_of_a_pictures_areas_do_not_choose_its_colours(bits):
    """Common colours are kept as they are: a payload in an area's low bits must change none of them."""
    rng = np.random.default_rng(bits)
    cover = np.full((120, 120, 3), 224, np.uint8)
    cover[40:80, 40:80] = (32, 112, 176)
    copies = set()
    for payload in rng.integers(0, 1 << bits, (3, *cover.shape), dtype=np.uint8):
        sink = io.BytesIO()
        Image.fromarray(cover | payload).save(sink, "PNG")
        [copy] = rebuild_bytes(sink.getvalue(), "p.png", limits=Limits()).files
        copies.add(copy.data)
    assert len(copies) == 1
