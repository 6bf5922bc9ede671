"""R objects: frames, vectors and matrices anywhere in the tree, models with what they keep."""

import bz2
import gzip
import lzma
import struct

import numpy as np
import pandas as pd
import pytest
import rdata
from rdata.conversion.to_r import DEFAULT_CLASS_MAP, build_r_object
from rdata.parser import RObjectType
from tests.checker.formats.found import model, problems, read, tables, words

from strongroom.checker.contents.found import FoundTable, Limits, Origin, ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes

FRAME = pd.DataFrame({"age": [50.0, 61.0, 72.5], "arm": pd.Categorical(["a", "b", "a"])})


class Fit:
    """Stands for a list of class "lm"."""

    def __init__(self, **parts):
        self.parts = parts


def _fit(fit, converter):
    about = {"names": np.array(list(fit.parts)), "class": "lm"}
    held = [converter.convert_to_r_object(each) for each in fit.parts.values()]
    return build_r_object(
        RObjectType.VEC, value=held, is_object=True, attributes=converter.convert_to_r_attributes(about)
    )


def rds(value, folder, **options):
    rdata.write_rds(folder / "x", value, constructor_dict=DEFAULT_CLASS_MAP | {Fit: _fit}, **options)
    return (folder / "x").read_bytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("file_format", ["xdr", "ascii"])
def test_a_data_frame_is_a_table_in_every_spelling(tmp_path, pack, file_format):
    data = pack(rds(FRAME, tmp_path, compression=None, file_format=file_format))
    found = read(data, "x.rds")
    assert not problems(found)
    assert tables(found)["x.rds"].to_pydict() == {
        "row.names": [0, 1, 2],
        "age": [50.0, 61.0, 72.5],
        "arm": ["a", "b", "a"],
    }


def test_a_workspace_leaves_as_one_csv_a_table(tmp_path):
    rdata.write_rda(tmp_path / "x", {"first": np.arange(6), "second": np.arange(12.0).reshape(3, 4)})
    data = (tmp_path / "x").read_bytes()
    found = tables(read(data, "x.RData"))
    assert found["first"]["f0"].to_pylist() == list(range(6))
    assert found["second"].to_pydict()["f1"] == [1.0, 5.0, 9.0]
    copies = rebuild_bytes(data, "x.RData", limits=Limits()).files
    assert [copy.name for copy in copies] == ["x.RData.sheets/1-second.csv", "x.RData.sheets/2-first.csv"]


def test_lists_in_lists_names_and_short_values_are_all_seen(tmp_path):
    value = {"meta": {"note": "eid 1000001", "n": 3.0}, "ids": np.arange(1_000_000, 1_000_009)}
    found = read(rds(value, tmp_path), "x.rds")
    assert "eid 1000001" in words(found)
    assert "note" in words(found)
    assert tables(found)["ids"]["f0"].to_pylist()[0] == 1_000_000
    assert 3.0 in tables(found)["single values"]["value"].to_pylist()


def test_a_fitted_model_is_one_and_its_frame_is_judged(tmp_path):
    fit = Fit(coefficients=np.arange(3.0), residuals=np.arange(9.0), model=FRAME)
    data = rds(fit, tmp_path)
    found = read(data, "fit.rds")
    assert {"lm", "lm$residuals", "lm$model"} <= set(model(found).classes)
    [frame] = [each for each in found if isinstance(each, FoundTable) and "age" in each.table.column_names]
    assert frame.origin is Origin.MODEL
    with pytest.raises(UnreadableError):
        rebuild_bytes(data, "fit.rds", limits=Limits())


def test_levels_that_no_cell_has_are_seen(tmp_path):
    arm = pd.Categorical(["a"] * 5, categories=["a", *(f"person {n}" for n in range(20))])
    found = read(rds(arm, tmp_path), "x.rds")
    assert "person 7" in tables(found)["attribute levels"]["f0"].to_pylist()


def test_damage_and_what_follows_are_told(tmp_path):
    data = rds(FRAME, tmp_path, compression=None)
    assert problems(read(data[:-5], "x.rds")) == {ProblemKind.UNREADABLE}
    assert problems(read(data + b"more", "x.rds")) == {ProblemKind.TRAILING_BYTES}
    assert problems(read(gzip.compress(data) + b"more", "x.rds")) == {ProblemKind.TRAILING_BYTES}
    assert ProblemKind.DISAGREEMENT in problems(read(gzip.compress(data), "x.csv.gz"))


def test_bombs_are_stopped(tmp_path):
    start = rds(0, tmp_path, compression=None)[:23]
    packed = gzip.compress(start + bytes(80_000_000))
    assert problems(read(packed, "x.rds")) == {ProblemKind.TOO_LARGE}
    # A compact sequence of 10^15 numbers takes a few bytes.
    sequence = rds(pd.RangeIndex(5, 5 + 10), tmp_path, compression=None)
    endless = sequence.replace(struct.pack(">d", 10.0), struct.pack(">d", 1e15))
    assert endless != sequence
    assert problems(read(endless, "x.rds")) == {ProblemKind.TOO_LARGE}


def test_a_chain_as_deep_as_it_is_long_is_read_or_refused(tmp_path):
    start = rds(0, tmp_path, compression=None, format_version=2)[:14]
    pair, nothing, number = (struct.pack(">i", each) for each in (2, 254, 13))
    one = number + struct.pack(">ii", 1, 7)
    assert tables(read(start + (pair + one) * 5_000 + nothing, "x.rds"))["single values"].num_rows == 5_000
    assert problems(read(start + (pair + one) * 60_000 + nothing, "x.rds")) == {ProblemKind.UNREADABLE}
