"""The fuzz run: inputs can be made again, every one is answered, and a child that dies is replaced."""

import json
import os

import numpy as np
import pytest
from benchmarks.robustness._corpus import Sample
from benchmarks.robustness._mutations import mutated

from benchmarks.robustness import fuzz

SAMPLES = [
    Sample("a.csv", b"x,y\n1,2\n3,4\n" * 20),
    Sample("b.json", json.dumps({"a": [1, 2, 3]}).encode()),
    Sample("c.txt", b"nothing to see " * 40),
]


def test_an_input_is_the_same_for_the_same_seed():
    assert fuzz.one_input(SAMPLES, 1, 77) == fuzz.one_input(SAMPLES, 1, 77)
    assert fuzz.one_input(SAMPLES, 1, 77) != fuzz.one_input(SAMPLES, 2, 77)


def test_mutations_change_most_files():
    draw = np.random.default_rng(1)
    content = SAMPLES[0].content
    changed = [mutated(content, [content], draw) != content for _ in range(200)]
    assert np.mean(changed) > 0.8


def test_every_input_is_answered(tmp_path):
    tally = fuzz.Run(SAMPLES, seed=3, inputs=60, seconds=60).go()
    assert tally.answered == 60
    assert set(tally.counts) == {".csv", ".json", ".txt"}
    assert not tally.failures


@pytest.mark.parametrize("answer", ["child died"])
def test_a_child_that_dies_is_replaced_and_its_input_named(monkeypatch, answer):
    def dying(samples, seed, first, last, told):
        for number in range(first, last):
            if number == 5:
                os._exit(7)
            os.write(told, b"read\t\n")

    monkeypatch.setattr(fuzz, "_read_many", dying)
    tally = fuzz.Run(SAMPLES, seed=3, inputs=9, seconds=60).go()
    assert tally.answered == 9
    assert [each.split(" (")[0] for each in tally.failures] == [f"{answer}: input 5"]
