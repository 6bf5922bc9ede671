"""Every attack writes files that open, and that carry the people it says."""

import json
from collections import Counter
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from benchmarks.exfiltration._attacks import Leak, all_attacks, plots
from benchmarks.exfiltration._attacks.leak import is_held_out

from opening import open_it
from strongroom.checker import Limits
from strongroom.checker.formats.registry import rebuild_bytes

SIZE = 12


def _kinds(attack):
    seen = {}
    for setting in attack.grid:
        own = {name: value for name, value in setting.items() if name != "columns"}
        seen.setdefault(str(own), own)
    return list(seen.values())


EVERY = [pytest.param(each, own, id=f"{each.name}-{own}") for each in all_attacks() for own in _kinds(each)]


@pytest.fixture
def leak(tmp_path):
    draw = np.random.default_rng(5)
    days = [date(2006, 1, 1) + timedelta(days=int(each)) for each in draw.integers(0, 2_000, 200)]
    cohort = pl.DataFrame(
        {
            "eid": draw.choice(5_000_000, 200, replace=False) + 1_000_000,
            "sbp": draw.normal(140, 18, 200).round(1),
            "bmi": draw.normal(27, 5, 200).round(3),
            "ldl": draw.normal(3.5, 0.8, 200).round(4),
            "smoker": draw.integers(0, 3, 200),
            "visit": days,
        }
    )
    people = cohort.head(SIZE)
    ids = people["eid"].to_list() * 2
    events = pl.DataFrame({"eid": ids, "code": ["I10", "E11"] * SIZE, "date": days[: 2 * SIZE]})
    return Leak(people, cohort, tmp_path, draw, events, draw.integers(-1, 3, (SIZE, 20)).astype(np.int8))


@pytest.mark.parametrize(("attack", "own"), EVERY)
def test_an_attack_writes_files_that_open(attack, own, leak):
    handed = attack.make(leak, **own)
    files = [path for request in handed.requests for path in request]
    assert files
    assert handed.people == SIZE
    assert handed.cells > 0
    for path in files:
        open_it(path)


def test_all_43_classes_and_compositions_are_there():
    assert {each.number for each in all_attacks()} == set(range(44))
    assert max(Counter(each.name for each in all_attacks()).values()) == 1


def test_a_third_of_the_parameters_is_held_out_and_no_parameter_is_in_both():
    sets = [(each.name, one) for each in all_attacks() for one in each.grid]
    held = [is_held_out(name, one) for name, one in sets]
    assert 0.28 < np.mean(held) < 0.38
    for each in all_attacks():
        kept = each.settings(held_out=False)
        aside = each.settings(held_out=True)
        assert kept
        assert aside
        assert len(kept) + len(aside) == len(each.grid)


@pytest.mark.parametrize("form", ["csv", "parquet", "feather"])
def test_a_raw_extract_holds_the_very_people(form, leak):
    handed = _attack("raw_extract").make(leak, form=form)
    path = handed.requests[0][0]
    read = pl.read_csv(path, try_parse_dates=True) if form == "csv" else open_it(path)
    assert read.sort("eid").rows() == leak.people.sort("eid").rows()


def test_a_transposed_table_turned_back_is_the_people(leak):
    path = _attack("transposed").make(leak, form="csv").requests[0][0]
    wide = pl.read_csv(path, infer_schema_length=0)
    assert wide.shape == (5, SIZE + 1)
    rows = set(wide.drop("item").transpose().rows())
    names = wide["item"].to_list()
    values = {name: set(wide.drop("item").row(place)) for place, name in enumerate(names)}
    assert {str(each) for each in leak.people["ldl"]} in values.values()
    assert len(rows) == SIZE


def test_a_drip_hands_in_everyone_over_several_requests(leak):
    handed = _attack("rows_in_turn").make(leak, requests=4)
    tables = [pl.read_csv(path) for request in handed.requests for path in request]
    assert len(handed.requests) == 4
    assert sum(len(table) for table in tables) == SIZE


def test_low_bits_of_a_picture_give_the_table_back(leak):
    import io
    import zlib

    from PIL import Image

    path = _attack("under_picture").make(leak, how="low bits").requests[0][0]
    pixels = np.array(Image.open(path).convert("RGB")).reshape(-1)
    table = zlib.decompressobj().decompress(np.packbits(pixels & 1).tobytes())
    assert len(pl.read_csv(io.BytesIO(table))) == SIZE


def test_bed_codes_are_the_genotypes(leak):
    path = next(each for each in _attack("genotypes").make(leak, form="bed", names=True).requests[0])
    packed = np.frombuffer(path.read_bytes()[3:], np.uint8).reshape(20, -1)
    codes = (packed[:, :, None] >> np.array([0, 2, 4, 6]) & 3).reshape(20, -1)[:, :SIZE]
    assert (leak.genotypes == np.array([2, -1, 1, 0])[codes].T).all()


def test_a_notebook_shows_every_id(leak):
    path = _attack("notebook_outputs").make(leak, form="html").requests[0][0]
    text = json.dumps(json.loads(path.read_text()))
    assert all(str(each) in text for each in leak.ids)


def _attack(name):
    return next(each for each in all_attacks() if each.name == name)


def test_low_bits_are_told_from_a_copy_without_them():
    """What counts as undone is: the judge finds the payload in the file, and nothing of it in the copy."""
    payload = np.random.default_rng(2).bytes(400)
    carrier = plots.with_low_bits(plots.kaplan_meier_png(np.random.default_rng(1)), payload)
    [copy] = rebuild_bytes(carrier, "km.png", limits=Limits()).files
    assert plots.low_bits_remain(carrier, payload)
    assert not plots.low_bits_remain(copy.data, payload)
