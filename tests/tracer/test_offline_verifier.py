"""The verifier is one file of the standard library, and computes by itself what the tracer computes.

What it rejects is tested in tests/attacks/test_evidence.py.
"""

import ast
import json
import math
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from strongroom.tracer import offline_verifier
from strongroom.tracer.fingerprint import LEVELS, Code, plan_marks
from strongroom.tracer.fingerprint.code import LEVEL_SHARES
from strongroom.tracer.fingerprint.date_shifts import days_in
from strongroom.tracer.fingerprint.decoding import collusion
from strongroom.tracer.fingerprint.decoding.e_values import score_keys
from strongroom.tracer.fingerprint.decoding.mark_reading import Observations
from strongroom.tracer.fingerprint.rules import DATE, DOSAGE, DOUBLE, SINGLE, MarkRule
from strongroom.tracer.offline_verifier import read_table, tables_of

DRAW = np.random.default_rng(8)
VALUES = np.round(DRAW.normal(5.7, 1.1, 3_000), 2)
RULE = plan_marks("x", VALUES, strength=0.02)
HEAPED = replace(RULE, kept=(5.5,), heaps=(5.0, 6.0), heap_shares=(0.25, 0.5), density=0.8)
PLAN_KEY = bytes(range(32))
PLAIN = {"knots": offline_verifier.IDENTITY, "noise": "0.0", "half": "0.05", "usual_half": "0.05"}


def test_it_imports_nothing_but_the_standard_library():
    tree = ast.parse(Path(offline_verifier.__file__).read_text())
    whole = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    parts = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in [*whole, *parts]} <= set(sys.stdlib_module_names)


def test_its_library_is_the_tracers():
    assert offline_verifier.ERROR_EDGES == collusion.ERROR_EDGES
    assert offline_verifier.ERRORS == collusion.ERRORS
    assert (offline_verifier.COALITIONS, offline_verifier.FLIPS) == (collusion.SIZES, collusion.FLIPS)
    assert offline_verifier.LONE_SHARE == collusion.LONE_SHARE
    assert (offline_verifier.LEVELS, offline_verifier.LEVEL_SHARES) == (LEVELS, LEVEL_SHARES)
    assert sum(offline_verifier.SIZE_SHARES) == 1


def test_the_e_value_is_the_tracers():
    positions = Code(PLAN_KEY).marked("x", np.arange(900), 0.9)
    key = DRAW.bytes(32)
    held = Code(key).bits(positions)
    shown = np.where(DRAW.random(len(held)) < 0.1, ~held, held)
    reliability = DRAW.integers(0, len(collusion.ERRORS), len(held)).astype(np.uint8)
    (expected,) = score_keys([Observations(positions, shown, reliability)], [key])
    columns = (positions.levels, reliability, shown.astype(int), held.astype(int))
    cells = list(zip(*(each.tolist() for each in columns), strict=True))
    assert offline_verifier.log10_e_value(cells) == pytest.approx(expected.log10_e, rel=1e-9)


@pytest.mark.parametrize(
    "rule",
    [RULE, HEAPED, replace(RULE, rise=0.3), replace(RULE, relative=0.02, rise=0.0), replace(RULE, lean=0.0),
     replace(RULE, form=SINGLE), replace(RULE, form=DOUBLE)],
)  # fmt: skip
def test_marked_cells_and_their_two_values_are_the_plans(rule):
    code, people = Code(PLAN_KEY), np.arange(len(VALUES))
    positions = rule.positions(code, people, VALUES)
    coarse, fine, levels = code.draw_bytes(rule.column, len(VALUES))
    plain = rule.to_json()
    drawn = (coarse.astype(int) << 8 | fine).tolist()
    found = [offline_verifier.marked(plain, *each) for each in zip(drawn, VALUES.tolist(), strict=True)]
    assert np.flatnonzero([carries for carries, _ in found]).tolist() == positions.ordinals.tolist()
    own = VALUES[positions.ordinals]
    for bit in (0, 1):
        sides = rule.nudged(own, np.full(len(own), bool(bit)), positions.levels, positions.raised)
        mine = [
            offline_verifier.candidates(
                plain, VALUES[person], offline_verifier.level_of(int(levels[person])), found[person][1]
            )[bit]
            for person in positions.ordinals
        ]
        assert mine == pytest.approx(sides.tolist(), abs=1e-9)


DAYS = np.round(DRAW.normal(14_000, 300, 3_000))
DOSAGES = np.round(np.clip(DRAW.normal(0.6, 0.5, 3_000), 0, 2), 3)


@pytest.mark.parametrize(
    ("rule", "values"),
    [(MarkRule("(dates)", step=1.0, amplitude=7.0, density=1.0, low=13_500, high=14_500, form=DATE,
               kept=(float(DAYS[0]),), heaps=(float(DAYS[1]),)), DAYS),
     (MarkRule("x", 0.001, 0.01, 0.6, 0.0, 2.0, form=DOSAGE, decimals=3.0), DOSAGES),
     (MarkRule("x", 1 / 255, 3 / 255, 0.6, 0.0, 2.0, form=DOSAGE), np.rint(DOSAGES * 255) / 255),
     (MarkRule("x", 0.01, reason="never marked"), VALUES)],
)  # fmt: skip
def test_dates_dosages_and_unmarked_columns_are_the_plans_too(rule, values):
    code, plain = Code(PLAN_KEY), rule.to_json()
    positions = rule.positions(code, np.arange(len(values)), values)
    coarse, fine, _ = code.draw_bytes(rule.column, len(values))
    drawn = (coarse.astype(int) << 8 | fine).tolist()
    found = [offline_verifier.marked(plain, *each)[0] for each in zip(drawn, values.tolist(), strict=True)]
    assert np.flatnonzero(found).tolist() == positions.ordinals.tolist()
    own = values[positions.ordinals]
    sides = [rule.nudged(own, np.full(len(own), bit), positions.levels) for bit in (False, True)]
    cells = zip(own.tolist(), positions.levels.tolist(), strict=True)
    mine = [offline_verifier.candidates(plain, value, level, raised=False) for value, level in cells]
    assert np.array(mine).reshape(-1, 2) == pytest.approx(np.column_stack(sides), abs=1e-9)


def test_dates_are_read_in_the_style_that_the_sheet_states():
    (expected,) = days_in(pa.array(["2009-03-05"]).cast(pa.date32())).tolist()
    written = {
        "iso": ("2009-03-05", "2009-03-05 10:30:00", "2009-03-05T00:00:00Z"), "serial": ("39877",),
        "year month day": ("20090305",), "day/month/year": ("05/03/2009",), "month/day/year": ("3/5/2009",),
        "day.month.year": ("5.3.2009",), "day-month-year": ("05-03-2009",),
    }  # fmt: skip
    assert set(written) == set(offline_verifier.DATE_STYLES)
    for style, texts in written.items():
        assert {offline_verifier.value_of(each, {"dates": style}) for each in texts} == {expected}
        assert math.isnan(offline_verifier.value_of("", {"dates": style}))
    with pytest.raises(LookupError):
        offline_verifier.value_of("2009-03-05", {"dates": "whatever fits"})


def test_of_columns_that_share_a_position_one_is_read_and_who_may_not_move_has_no_mark():
    rule = MarkRule("(dates)", step=1.0, amplitude=7.0, density=1.0, low=0, high=20_000, form=DATE).to_json()
    column = {**PLAIN, "half": "0.5", "usual_half": "0.5"}
    texts, stays = ["14007", "15007"], offline_verifier.Opened(14_000.0, 9, 2, movable=False)
    moves = [offline_verifier.Opened(each, 9, 2) for each in (14_000.0, 15_000.0)]
    one, other = offline_verifier.read_row(texts, moves, [column] * 2, [rule] * 2)
    assert (one.low, one.high, one.reads, other) == (13_993.0, 14_007.0, 1, None)
    assert offline_verifier.read_row(texts, [stays, moves[1]], [column] * 2, [rule] * 2) is None


def test_which_of_several_dates_is_read_cannot_be_chosen():
    dates, other = {"form": "date"}, {"form": "decimal"}
    columns = [{"at": 2}, {"at": 0}, {"at": 5}]
    offline_verifier._check_dates(columns, [dates, other, dates])
    with pytest.raises(offline_verifier.NotVerifiedError, match="not in the order of the file"):
        offline_verifier._check_dates(columns, [dates, dates, other])


def test_a_reading_is_surer_the_nearer_it_is_and_the_less_noise_there_is():
    column = {"half": "0.005", "noise": "0.01"}
    assert offline_verifier.reading(5.02, 4.98, 5.02, column) == (1, 0)
    assert offline_verifier.reading(4.99, 4.98, 5.02, column)[0] == 0
    middling = offline_verifier.reading(5.005, 4.98, 5.02, column)
    noisy = offline_verifier.reading(5.02, 4.98, 5.02, {**column, "noise": "0.2"})
    assert 0 < middling[1] < noisy[1]
    assert offline_verifier.reading(5.0, 4.98, 5.02, column) is None
    assert offline_verifier.reading(9.0, 4.98, 5.02, column) is None


def test_signatures_are_checked_without_a_library():
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = key.sign(b"message")
    assert offline_verifier._ed25519(public, b"message", signature)
    last_changed = bytes((*signature[:-1], signature[-1] ^ 1))
    for changed in ((public, b"other", signature), (public, b"message", last_changed),
                    (bytes(32), b"message", signature), (public, b"message", signature[:40])):  # fmt: skip
        assert not offline_verifier._ed25519(*changed)


def test_tables_are_read_again_from_text_json_and_workbooks(tmp_path):
    rows = [["1", "2.50"], ["3", ""], ["5", "x,y"]]
    files = {
        "a.csv": 'p;q\n1;2.50\n\n3;\n5;"x,y"\n'.encode("utf-8-sig"),
        "b.tsv": b"1\t2.50\n3\t\n5\tx,y\n",
        "c.json": json.dumps([{"p": 1, "q": "2.50"}, {"p": 3}, {"p": 5, "q": "x,y"}]).encode(),
        "d.jsonl": b'{"p": 1, "q": 2.50}\n{"p": 3, "q": null}\n{"p": 5, "q": "x,y"}\n',
        "e.json": b'{"p": [1, 3, 5], "q": [2.50, null, "x,y"]}',
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        read = [read_table(tmp_path / name, each, range(9)) for each in tables_of(tmp_path / name)]
        assert any([*table.cells.values()] == rows for table in read), name
    with zipfile.ZipFile(tmp_path / "f.xlsx", "w") as book:
        book.writestr("xl/sharedStrings.xml", "<sst><si><t>p</t></si><si><t>x</t><t>,y</t></si></sst>")
        book.writestr(
            "xl/worksheets/sheet1.xml",
            '<w xmlns="u"><row><c r="A1" t="s"><v>0</v></c>'
            '<c r="B1" t="inlineStr"><is><t>q</t></is></c></row>'
            '<row><c r="A2"><v>1</v></c><c r="B2"><v>2.50</v></c></row><row><c r="A3"><v>3</v></c></row>'
            '<row><c r="A4"><v>5</v></c><c r="B4" t="s"><v>1</v></c></row></w>',
        )
    table = read_table(tmp_path / "f.xlsx", tables_of(tmp_path / "f.xlsx")[0], {0, 2})
    assert (table.rows, table.columns, dict(table.cells)) == (3, 2, {0: rows[0], 2: rows[2]})
    assert table.at(2, 7) == ""


def test_a_figure_is_never_stronger_than_the_key_or_one_in_a_million_million():
    found = offline_verifier.Verified("p", "I", 1, "", 90, 90, 500.0, 13.0, 20_000, 1e-9)
    assert found.log10_false == pytest.approx(math.log10(20_000) - 128 * math.log10(2))
    assert offline_verifier.in_words(found.log10_false) == "less than 1 in 10^12"
    assert offline_verifier.in_words(-4.38) == "at most 1 in 23,988"


def needed(rows, used, column=PLAIN):
    sheet = {
        "rows": [{"person": 1, "cells": [{}, {"value": "1"}]}] * used + [{"person": None}] * (rows - used),
        "table": {"columns": 2},
        "columns": [PLAIN, column],
        "size": 256,
    }
    return offline_verifier.log10_needed({"recipients": 20_000, "bound": "1e-09"}, sheet)


def test_what_was_left_out_counts_as_if_it_had_been_chosen():
    assert needed(100, 100) == pytest.approx(math.log10(2 * 20_000 / 1e-9))
    assert needed(100, 60) - needed(100, 100) == pytest.approx(math.log10(math.comb(100, 40)))


def test_a_transform_and_noise_count_as_if_they_had_been_chosen_to_suit_a_key():
    """With a knot for each cell, every cell could be made to read as an innocent project's bit."""
    line, bent = [["0.0", "1.0"], ["9.0", "19.0"]], [[repr(float(n)), repr(n + 0.1)] for n in range(129)]
    noisy = needed(100, 100, {**PLAIN, "noise": "0.01"}) - needed(100, 100)
    assert noisy == pytest.approx(math.log10(18 * 90))
    straight = needed(100, 100, {**PLAIN, "knots": line}) - needed(100, 100)
    assert straight == pytest.approx(2 * math.log10(math.e * 46 * 100 / 2))
    # A hundred cells without error are worth less than 30: nothing read along such a curve accuses.
    assert needed(100, 100, {**PLAIN, "knots": bent}) - needed(100, 100) > 100


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0.0"), (0.05, "0.05"), (0.123, "0.13"), (99.5, "100.0"), (1e-12, "1e-09"), (1e12, "990000000.0")],
)
def test_noise_is_written_with_two_digits_never_less_than_it_is(value, written):
    assert offline_verifier.rounded(value) == written == offline_verifier.rounded(float(written))
