"""The tables of the utility benchmark are fifty, and different ones."""

from benchmarks.privacy.utility import tables


def test_there_are_fifty_different_tables():
    assert len(set(tables())) == len(tables()) == 50
