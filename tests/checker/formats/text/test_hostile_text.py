"""A long run of any one thing is read to its end: no search of a text takes more than a few looks at it."""

import base64
from contextlib import suppress
from itertools import islice

import numpy as np
import pytest

from strongroom.checker.contents.found import FoundProblem, Limits
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.text.literals import literal_tables, literals_of
from strongroom.checker.formats.text.markup_tables import keyed_tables, latex_tables, without_smcl
from strongroom.checker.formats.text.normalised import hidden_in, visible
from strongroom.checker.formats.text.text_tables import line_tables

SIZE = 100_000
DRAW = np.random.default_rng(8)
CODE = "x = [1, 2, 3, 4, 5, 6]\n"  # what makes a text worth reading as code
REPEATED = {
    "a letter": "a",
    "an underscore": "_",
    "a digit": "7",
    "two digits": "01",
    "round brackets": "(",
    "square brackets": "[",
    "curly brackets": "{",
    "closing brackets": "]",
    "quotes": '"',
    "apostrophes": "'",
    "three quotes": '"""',
    "quotes and commas": '",',
    "backslashes": "\\",
    "escaped quotes": '\\"',
    "escaped apostrophes": "\\'",
    "comments that do not end": "/*",
    "short lines": "7\n",
    "blank lines": "\n",
    "blanks": " ",
    "tabs": "\t",
    "numbers and commas": "1,",
    "numbers and blanks": "1 ",
    "calls": "c(1,",
    "tabulars": "\\begin{tabular}",
    "rules": "\\cline{",
    "escapes cut short": "\\x4",
    "keys": "a: 1\n",
    "bars": "|",
}
ENDS = {"": ("", ""), " in code": (CODE, ""), " between letters": ("a", ":::a")}
RANDOM = {
    "base64": base64.b64encode(DRAW.bytes(SIZE * 3 // 4)).decode(),
    "hexadecimal": DRAW.bytes(SIZE // 2).hex(),
    "cells of hexadecimal": "\n".join(DRAW.bytes(16).hex() for _ in range(SIZE // 33)),
    "short words": "".join(map(chr, DRAW.choice([10, *range(97, 105)], SIZE))),
}


def _literals(text):
    yield from literal_tables(literals_of(text))


SEARCHES = {
    "lines": line_tables,
    "LaTeX": latex_tables,
    "SMCL": lambda text: without_smcl("{smcl}{c " + text),
    "keys": keyed_tables,
    "literals": _literals,
    "hidden": hidden_in,
    "visible": visible,
}


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("end", ENDS)
def test_each_search_of_a_text_ends(search, end):
    before, after = ENDS[end]
    for piece in REPEATED.values():
        text = before + piece * (SIZE // len(piece)) + after
        found = SEARCHES[search](text)
        with suppress(UnreadableError):  # brackets deeper than anyone writes
            assert len(list(islice(() if isinstance(found, str) else found, 2_000))) <= 2_000


@pytest.mark.parametrize("name", [*REPEATED, *RANDOM])
def test_a_whole_file_of_it_ends(name):
    text = RANDOM.get(name) or REPEATED[name] * (SIZE // len(REPEATED[name]))
    found = list(read_bytes(text.encode(), "t.txt", limits=Limits()))
    assert found
    assert not [each for each in found if isinstance(each, FoundProblem) and "failed" in each.detail]
