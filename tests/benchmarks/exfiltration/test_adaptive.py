"""An attacker who learns from verdicts takes what passes, and what left is counted once."""

from types import SimpleNamespace

import numpy as np
import polars as pl
from benchmarks.exfiltration.adaptive import attack, channels, lines

from strongroom.checker import Verdict

DRAW = np.random.default_rng(1)
TELLING = [f"v{place}" for place in range(10)]
SOURCE = SimpleNamespace(
    telling=TELLING, people=pl.DataFrame({name: DRAW.normal(size=150) for name in TELLING})
)


class Gate:
    """Releases what has one of the endings, and blocks the rest."""

    def __init__(self, *endings):
        self.endings, self.blocked = endings, []

    def check(self, request, history):
        self.blocked.append(history.blocked)
        passed = request[0].suffix in self.endings
        return SimpleNamespace(verdict=Verdict.RELEASE if passed else Verdict.BLOCK, tables=())


def test_a_gate_that_releases_nothing_lets_nothing_out_and_counts_every_try():
    gate = Gate()
    [(name, released)] = attack(gate, SOURCE, 12, np.random.default_rng(1))[-1:]
    assert (name, released.people, released.bits) == ("all", 0, 0)
    assert gate.blocked == list(range(12))


def test_what_passes_is_used_again_and_each_cell_counts_once_with_its_most_bits():
    found = attack(Gate(".csv", ".svg", ".txt"), SOURCE, 60, np.random.default_rng(2))
    [*_, (name, released)] = found
    assert (name, released.people, released.columns) == ("all", 100, 10)
    assert released.bits <= 100 * 10 * 8
    assert "| 60 | all | 100 | 10 |" in "\n".join(lines(found))


def test_every_channel_writes_a_file(tmp_path):
    values = DRAW.random((5, 10))
    for channel in channels():
        assert channel.write(values[:, : channel.columns], tmp_path / "results").stat().st_size
