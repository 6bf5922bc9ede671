"""The peers name a recipient from the whole copy as their papers say, and are tuned to our distortion."""

import sys

import numpy as np
import pytest
from benchmarks.attribution._given import score_given
from benchmarks.attribution._peers import SCHEMES, toolbox
from benchmarks.attribution._peers.agrawal_kiernan import AgrawalKiernan
from benchmarks.attribution._peers.block import Block
from benchmarks.attribution._peers.li_swarup_jajodia import LiSwarupJajodia
from benchmarks.attribution._peers.scheme import Rows
from benchmarks.attribution._peers.two_level import TwoLevel
from benchmarks.attribution._sides import OURS, Table, sides

DRAW = np.random.default_rng(8)
ROWS = Rows(DRAW.permutation(60_000)[:8_000], np.round(DRAW.normal(500, 50, (8_000, 4))), np.arange(4))


def made(scheme):
    return scheme(ROWS, np.ones(4), recipients=12, share=0.9, significant=3)


@pytest.mark.parametrize("scheme", [LiSwarupJajodia, TwoLevel, Block])
def test_the_whole_copy_names_its_recipient_alone(scheme):
    peer = made(scheme)
    copy = peer.mark(5)
    assert 0 < np.mean(copy != ROWS.values) < 0.5
    assert peer.accused(Rows(ROWS.keys, copy, ROWS.columns)) == [5]


def test_agrawal_kiernan_names_it_among_others():
    peer = made(AgrawalKiernan)
    assert 5 in peer.accused(Rows(ROWS.keys, peer.mark(5), ROWS.columns))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_without_the_primary_key_nothing_is_read(scheme):
    few = Rows(ROWS.keys[:400], ROWS.values[:400], ROWS.columns)
    peer = scheme(few, np.ones(4), recipients=12, share=0.9, significant=3)
    lost = Rows(DRAW.integers(10**6, 10**7, 400), peer.mark(5), ROWS.columns)
    assert len(peer.accused(lost)) < 12


def test_peers_are_tuned_to_our_distortion(world):
    people, names = world.pick(400, 4, np.random.default_rng(1))
    compared = list(sides(Table(world, people, names, 12), score_given))
    assert [side.name for side in compared][:2] == [OURS, AgrawalKiernan.name]
    table = Table(world, people, names, 12)
    ours = table.distortion(compared[0].copy(0))
    for side in compared[1:4]:
        assert table.distortion(side.copy(0)) == pytest.approx(ours, rel=0.5)


STUB = """
import random
class {name}:
    def __init__(self, secret_key, number_of_buyers, fingerprint_bit_length, **parameters):
        self.parameters = parameters
    def insertion(self, dataset_name, buyer_id):
        relation, key = import_dataset(dataset_name)
        random.seed(key[0])
        print("their chatter")
        relation["c0"] += buyer_id
        write_dataset(relation, "", dataset_name, [], buyer_id)
    def detection(self, dataset_name, real_buyer_id):
        relation = dataset_name
        if isinstance(dataset_name, str):
            relation, _ = import_fingerprinted_dataset(
                scheme_string="", dataset_name=dataset_name, scheme_params=[], real_buyer_id=real_buyer_id)
        named = int(relation["c0"].max()) - 900
        if named <= 0:
            exit()
        return named
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout whose schemes add the recipient to the first column, run by this Python."""
    for folder, name in (("ak", "AKScheme"), ("two_level", "TwoLevelScheme"), ("block", "BlockScheme")):
        place = tmp_path / "fingerprinting-toolbox" / "schemes" / f"{folder}_scheme" / f"{folder}_scheme.py"
        place.parent.mkdir(parents=True)
        place.write_text(STUB.format(name=name))
    monkeypatch.setenv("STRONGROOM_TOOLBOX_PYTHON", sys.executable)
    return tmp_path


def test_the_authors_code_marks_and_names_through_its_own_process(checkout):
    values = np.column_stack([np.r_[900.0, np.arange(5)], np.r_[np.nan, np.arange(5)]]) / 10
    rows = Rows(np.array([9, 4, 7, 1, 2, 3]), values, np.arange(2))
    assert len(toolbox.authors(checkout)) == 3
    for kind in toolbox.authors(checkout):
        peer = kind(rows, np.full(2, 0.1), recipients=12, share=0.9, significant=2)
        copy = peer.mark(5)
        assert np.allclose(copy[:, 0], values[:, 0] + 0.5)
        assert np.array_equal(copy[:, 1], values[:, 1], equal_nan=True)
        turned = Rows(rows.keys[::-1], copy[::-1, ::-1], np.array([1, 0]))
        assert peer.accused(turned) == [5]
        assert peer.accused(rows) == []
        assert peer.accused(Rows(rows.keys + 1_000, copy, rows.columns)) == []


def test_without_a_checkout_there_are_no_authors(tmp_path):
    assert toolbox.authors(None) == toolbox.authors(tmp_path) == []
