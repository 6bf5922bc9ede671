"""Cells that spell numbers in signs of their own, beside columns that look a little like them."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundProblem, ProblemKind
from strongroom.checker.disguises.coded_cells import is_coded
from strongroom.checker.disguises.search_file import read_bytes

NUMBERS = [[f"{150 + 37 * n % 410 / 10:.1f}", f"{4 + n * 0.371 % 3:.3f}"] for n in range(12)]
FRENCH = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
MORSE = ["-----", ".----", "..---", "...--", "....-", ".....", "-....", "--...", "---..", "----."]
SPELT = {
    "letters": lambda text: text.translate(str.maketrans("0123456789", "QABCDEFGHI")),
    "signs": lambda text: text.translate(str.maketrans("0123456789.", "⠚⠁⠃⠉⠙⠑⠋⠛⠓⠊⠲")),
    "French": lambda text: " ".join(FRENCH[int(each)] if each.isdigit() else "virgule" for each in text),
    "Morse": lambda text: " ".join(MORSE[int(each)] if each.isdigit() else ".-.-.-" for each in text),
}


def table(spell):
    columns = zip(*([spell(cell) for cell in row] for row in NUMBERS), strict=True)
    return pa.table(dict(zip("ab", map(list, columns), strict=True)))


@pytest.mark.parametrize("how", SPELT)
def test_numbers_spelled_in_signs_of_their_own_are_told(how):
    assert is_coded(table(SPELT[how]))


@pytest.mark.parametrize("how", SPELT)
def test_two_digits_are_too_little_alone_and_told_beside_other_columns_in_the_same_signs(how):
    ages, weights = ([str(first + 7 * n % 60) for n in range(12)] for first in (20, 41))
    spelt = {name: [SPELT[how](cell) for cell in cells] for name, cells in (("a", ages), ("b", weights))}
    assert is_coded(pa.table(spelt))
    assert not is_coded(pa.table({"a": spelt["a"]}))


def test_numbers_that_come_again_are_told_in_a_long_table():
    ages, weights = ([str(first + 7 * n % 60) for n in range(600)] for first in (20, 41))
    spelt = {name: [SPELT["French"](cell) for cell in cells] for name, cells in (("a", ages), ("b", weights))}
    spelt["c"] = ["un", "zéro"] * 300
    assert is_coded(pa.table(spelt))


def test_they_are_a_problem_of_the_file():
    rows = "".join(",".join(map(SPELT["letters"], row)) + "\n" for row in NUMBERS)
    kinds = {
        each.kind for each in read_bytes(f"a,b\n{rows}".encode(), "t.csv") if isinstance(each, FoundProblem)
    }
    assert kinds == {ProblemKind.HIDDEN_CONTENT}


@pytest.mark.parametrize(
    "cells",
    [
        ["".join(word) for word in np.random.default_rng(1).choice(list("ACGT"), (40, 9))],
        ["never", "former", "current"] * 14,
        [f"gene {letter}{other}" for letter in "ABCDEFG" for other in "hijklm"],
        ["++-+", "+--+", "----"] * 14,
        [str(number) for number in range(40)],
    ],
    ids=["bases", "categories", "names", "patterns", "digits"],
)
def test_names_categories_and_bases_are_not(cells):
    assert not is_coded(pa.table({"a": cells, "b": cells}))


def test_columns_of_words_do_not_share_signs():
    groups = [["low", "medium", "high"][n % 3] for n in range(12)]
    names = [f"{first}{last}" for first in ["Ann", "Ben", "Fred", "Will"] for last in ("e", "ton", "sky")]
    assert not is_coded(pa.table({"group": groups, "name": names, "place": names[::-1]}))
