"""The fuzz run: inputs can be made again, every one is answered, and a child that dies is replaced."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from benchmarks.robustness._children import Run, one_input
from benchmarks.robustness._corpus import Sample
from benchmarks.robustness._formats import other_formats
from benchmarks.robustness._mutations import mutated

from benchmarks.robustness import _corpus, fuzz
from strongroom.checker.disguises.search_file import read_bytes

SAMPLES = [
    Sample("a.csv", b"x,y\n1,2\n3,4\n" * 20),
    Sample("b.json", json.dumps({"a": [1, 2, 3]}).encode()),
    Sample("c.txt", b"nothing to see " * 40),
]


def test_an_input_is_the_same_for_the_same_seed():
    assert one_input(SAMPLES, 1, 77) == one_input(SAMPLES, 1, 77)
    assert one_input(SAMPLES, 1, 77) != one_input(SAMPLES, 2, 77)


def test_mutations_change_most_files():
    draw = np.random.default_rng(1)
    content = SAMPLES[0].content
    changed = [mutated(content, [content], draw) != content for _ in range(200)]
    assert np.mean(changed) > 0.8


def test_every_input_is_answered(tmp_path):
    tally = Run(SAMPLES, 3, 60, fuzz.WHOLE, seconds=60).go()
    assert tally.answered == 60
    assert set(tally.counts) == {".csv", ".json", ".txt"}
    assert not tally.failures


@pytest.mark.parametrize("answer", ["child died"])
def test_a_child_that_dies_is_replaced_and_its_input_named(monkeypatch, answer):
    def dying(self, first, last, told):
        for number in range(first, last):
            if number == 5:
                os._exit(7)
            os.write(told, b"read\t\n")

    monkeypatch.setattr(Run, "_read_many", dying)
    tally = Run(SAMPLES, 3, 9, fuzz.WHOLE, seconds=60).go()
    assert tally.answered == 9
    assert [each.split(" (")[0] for each in tally.failures] == [f"{answer}: input 5"]


def test_made_files_are_what_their_names_say():
    draw = np.random.default_rng(1)
    made = dict(other_formats(_corpus._invented(draw), draw))
    found = {name: [type(each).__name__ for each in read_bytes(each, name)] for name, each in made.items()}
    closed = {"made.xls", "made.7z", "made.rar", "made.whl", "locked.xlsx", "made.sas7bdat", "hidden.xlsx"}
    assert {name for name, kinds in found.items() if "FoundProblem" in kinds} == closed
    assert all("FoundTable" in found[name] for name in ("made.tar.gz", "made.xml", "made.rtf", "glued.txt"))


def test_formats_without_a_file_are_named():
    assert "JSON Lines" in fuzz.formats_without(SAMPLES)
    assert "JSON" not in fuzz.formats_without(SAMPLES)


def test_small_files_are_read_as_large_ones_are():
    # Its limits stay small until a process ends.
    run = subprocess.run([sys.executable, "-c", IN_PIECES], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "False", "table", "problem"]


IN_PIECES = """
from benchmarks.robustness import _pieces
from benchmarks.robustness.fuzz import read_in_pieces
from strongroom.checker.contents.found import Limits
_pieces.as_if_large()
records = b'[' + b','.join(b'{"x": %d, "y": 2.5}' % row for row in range(200)) + b']'
print(_pieces.is_read_in_pieces("a.json", records), _pieces.is_read_in_pieces("a.txt", b"some words"))
print(*set(_pieces.frames_of("a.json", records, Limits())) - {"type", "seen", "end"})
print(read_in_pieces("a.json", records[:-40])[0])
"""
