"""The peers name a recipient from the whole copy as their papers say, and are tuned to our distortion."""

import numpy as np
import pytest
from benchmarks.attribution._given import score_given
from benchmarks.attribution._peers import SCHEMES
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
