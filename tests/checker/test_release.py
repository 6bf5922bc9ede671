"""What leaves is made anew: nothing that was not read survives, and what was read does."""

import base64
import gzip
import io
import json
import os
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image, PngImagePlugin
from pyarrow import parquet as pq

from strongroom.checker.confined.reader import read_file
from strongroom.checker.contents.found import FoundProblem, Limits
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes
from strongroom.checker.release import rebuild
from strongroom.errors import RefusedError, UsageError


def made(data, name):
    [copy] = rebuild_bytes(data, name, limits=Limits()).files
    assert copy.name == name
    return copy.data


def picture(**options):
    sink = io.BytesIO()
    Image.fromarray(np.arange(300, dtype=np.uint8).reshape(10, 10, 3)).save(sink, "PNG", **options)
    return sink.getvalue()


def test_a_table_keeps_its_delimiter_and_the_spelling_of_its_cells():
    assert made(b'a;b\r\n"1";0.500\r\n2;\r\n', "t.csv") == b"a;b\n1;0.500\n2;\n"
    assert made(b"1\t2\n3\t4\n", "t.tsv") == b"1\t2\n3\t4\n"
    assert made(b"bmi\n\n23.10\n\n27.4\n", "t.csv") == b"bmi\n\n23.10\n\n27.4\n"


def test_a_table_of_r_is_read_the_same_by_pandas():
    """What R and others write is kept: NA, trailing zeros, powers of ten, codes, dates, commas in words."""
    data = (
        b'"","n","mean","p","code","day"\n"A, all",1200,120.50,1.2e-08,007,2021-03-01\n'
        b'"B",1e+05,NA,0.0450,012,NA\n"C ""x""",90,118.00,4.50E-10,100,2021-05-01\n'
    )
    copy = made(data, "t.csv")
    assert copy.splitlines() == [
        b",n,mean,p,code,day",
        b'"A, all",1200,120.50,1.2e-08,007,2021-03-01',
        b"B,1e+05,NA,0.0450,012,NA",
        b'"C ""x""",90,118.00,4.50E-10,100,2021-05-01',
    ]
    left, right = (pd.read_csv(io.BytesIO(each), dtype=str, na_filter=False) for each in (data, copy))
    assert left.rename(columns={"Unnamed: 0": ""}).equals(right.rename(columns={"Unnamed: 0": ""}))


def test_what_pandas_writes_is_kept():
    """Whole numbers among others end in .0, missing ones are blank, small ones have powers of ten."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"mean": rng.integers(0, 60, 2_000) / 3, "p": 10.0 ** rng.integers(-9, 0, 2_000)})
    frame.loc[::7, "mean"] = np.nan
    frame.loc[::3, "mean"] = 20.0
    data = frame.to_csv(index=False).encode()
    assert made(data, "t.csv") == data


def test_a_copy_has_the_time_of_its_writing(tmp_path):
    source, target = tmp_path / "t.txt", tmp_path / "out.txt"
    source.write_text("done\n", encoding="utf-8")
    os.utime(source, (1_000_000_016, 1_000_000_016))
    rebuild(source, read_file(source, limits=Limits()), target)
    assert target.stat().st_mtime > 1_600_000_000


def test_a_ragged_csv_leaves_as_text():
    assert made(b"\xef\xbb\xbfTitle\r\na,b,c\r\n", "t.csv") == b"Title\na,b,c\n"


def test_gzip_loses_its_name_and_time():
    packed = io.BytesIO()
    with gzip.GzipFile("eid1000001.csv", "wb", fileobj=packed, mtime=1_700_000_000) as file:
        file.write(b"a,b\n1,2\n")
    copy = made(packed.getvalue(), "t.csv.gz")
    assert gzip.decompress(copy) == b"a,b\n1,2\n"
    assert b"eid1000001" not in copy
    assert copy[4:8] == b"\x00" * 4


def test_columnar_files_lose_their_metadata():
    table = pa.table({"a": [1, 2]}).replace_schema_metadata({"note": "1000001"})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    copy = made(sink.getvalue().to_pybytes(), "t.parquet")
    assert b"1000001" not in copy
    assert pq.read_table(io.BytesIO(copy)).to_pydict() == {"a": [1, 2]}
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    copy = made(sink.getvalue().to_pybytes(), "t.feather")
    assert b"1000001" not in copy
    assert pa.ipc.open_file(copy).read_all().to_pydict() == {"a": [1, 2]}


def test_a_picture_keeps_its_pixels_only():
    info = PngImagePlugin.PngInfo()
    info.add_text("eid", "1000001")
    data = picture(pnginfo=info, icc_profile=b"hidden profile") + b"trailing"
    copy = made(data, "p.png")
    kinds = [copy[at - 4 : at] for at in range(12, len(copy)) if copy[at - 4 : at].isalpha()]
    assert b"tEXt" not in kinds
    assert b"iCCP" not in copy
    assert b"trailing" not in copy
    left, right = (np.asarray(Image.open(io.BytesIO(each))) for each in (copy, data))
    assert np.array_equal(left >> 4, right >> 4)
    # One colour for each level: the low bits, in which the original's pixels differ, are no choice.
    assert len(np.unique(left.reshape(-1, 3), axis=0)) == len(np.unique(right.reshape(-1, 3) >> 4, axis=0))


def test_a_figure_keeps_its_colours_and_resolution():
    image = Image.new("RGB", (60, 40), "white")
    image.paste((31, 119, 180), (10, 10, 30, 30))
    image.paste((255, 127, 14), (30, 10, 50, 20))
    sink = io.BytesIO()
    image.save(sink, "PNG", dpi=(300, 300))
    copy = Image.open(io.BytesIO(made(sink.getvalue(), "p.png")))
    assert np.array_equal(np.asarray(copy), np.asarray(image))
    assert copy.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt"])
def test_a_long_comment_in_a_picture_is_left_out_and_blocks_nothing(kind):
    """The picture library refuses texts of a megabyte; the copy has none."""
    info = PngImagePlugin.PngInfo()
    words = "A description of the figure. " * 60_000
    if kind == "iTXt":
        info.add_itxt("Comment", words, zip=True)
    else:
        info.add_text("Comment", words, zip=kind == "zTXt")
    data = picture(pnginfo=info)
    found = list(read_bytes(data, "p.png"))
    assert not [each for each in found if isinstance(each, FoundProblem)]
    assert b"description" not in made(data, "p.png")


def test_a_palette_and_sixteen_bits_are_not_kept():
    image = Image.new("P", (4, 4))
    image.putpalette(bytes(range(255)) + b"\x00\x01\x02")
    sink = io.BytesIO()
    image.save(sink, "PNG")
    assert b"PLTE" not in made(sink.getvalue(), "p.png")
    sink = io.BytesIO()
    Image.fromarray(np.full((4, 4), 257, np.uint16)).save(sink, "PNG")
    assert Image.open(io.BytesIO(made(sink.getvalue(), "p.png"))).mode in {"L", "RGB"}


def test_a_notebook_keeps_known_outputs_only():
    forms = {
        "text/plain": "shown",
        "text/html": "<script>1000001</script>",
        "application/javascript": "1000001",
        "image/png": base64.b64encode(picture()).decode(),
    }
    cell = {
        "cell_type": "code",
        "source": "x = 1",
        "id": "1000001",
        "metadata": {"note": "1000001"},
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": forms}],
    }
    data = json.dumps({"cells": [cell], "metadata": {"note": "1000001"}, "nbformat": 4, "nbformat_minor": 5})
    copy = made(data.encode(), "n.ipynb")
    assert b"1000001" not in copy
    [output] = json.loads(copy)["cells"][0]["outputs"]
    assert set(output["data"]) == {"text/plain", "image/png"}


def test_json_is_written_anew():
    assert json.loads(made(b'{"a" :   [1, 2.50]}', "r.json")) == {"a": [1, 2.5]}
    assert made(b'{"a":  1}\n\n{"a":  2}', "r.ndjson") == b'{"a": 1}\n{"a": 2}\n'


def test_an_archive_is_made_of_rebuilt_members_with_fixed_dates():
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as file:
        file.comment = b"1000001"
        file.writestr("x/", b"")
        file.writestr("x/a.csv", b"a,b\r\n1,2\r\n")
    copies = [made(sink.getvalue(), "a.zip") for _ in range(2)]
    assert copies[0] == copies[1]
    with zipfile.ZipFile(io.BytesIO(copies[0])) as file:
        assert file.namelist() == ["x/a.csv"]
        assert file.read("x/a.csv") == b"a,b\n1,2\n"
        assert file.infolist()[0].date_time[0] == 1980
        assert not file.comment


def test_what_is_not_understood_cannot_be_made_anew():
    for data, name in ((b"%PDF-1.7", "x.pdf"), (b"\x00\x01", "x.bin"), (b"{", "x.ipynb")):
        with pytest.raises(UnreadableError):
            rebuild_bytes(data, name, limits=Limits())


# Through the confined child


def test_the_released_copy_is_written_and_its_changes_told(tmp_path):
    path, to = tmp_path / "t.csv", tmp_path / "out.csv"
    path.write_bytes(b"a,b\r\n1,nan\r\n2,0.50\r\n")
    written, changes = rebuild(path, read_file(path), to)
    assert written == to
    assert to.read_bytes().startswith(b"a,b\n1,")
    assert len(changes) == 1
    with pytest.raises(UsageError):
        rebuild(path, read_file(path), to)


def test_a_file_changed_since_it_was_checked_does_not_leave(tmp_path):
    path, to = tmp_path / "t.csv", tmp_path / "out.csv"
    path.write_text("a,b\n1,2\n")
    content = read_file(path)
    path.write_text("a,b\n1,3\n")
    with pytest.raises(RefusedError):
        rebuild(path, content, to)
    assert not to.exists()


def test_a_file_that_cannot_be_made_anew_is_refused(tmp_path):
    path = tmp_path / "x.pdf"
    path.write_text("%PDF-1.7")
    with pytest.raises(RefusedError):
        rebuild(path, read_file(path), tmp_path / "y.pdf")


def test_a_workbook_leaves_as_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["n", "share"])
    book.active.append([10, 0.5])
    path = tmp_path / "w.xlsx"
    book.save(path)
    written, changes = rebuild(path, read_file(path), tmp_path / "out.xlsx")
    assert written == tmp_path / "out.xlsx"
    assert list(openpyxl.load_workbook(written).active.values) == [("n", "share"), (10, 0.5)]
    assert "workbook of its values" in changes[0]
