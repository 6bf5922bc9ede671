"""How surely a row is somebody's."""

import numpy as np

from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.alignment.row_matching import matched_pairs
from strongroom.matching.recognised import RecognisedColumn, Transform

DRAW = np.random.default_rng(9)
HELD = [np.round(DRAW.normal(0, 1, 2_000), 3) for _ in range(5)]
MODELS = [
    CellModel.of(RecognisedColumn(f"v{n}", f"c{n}", Transform("same", lambda v: v), 0.002, 5e-4), held, ())
    for n, held in enumerate(HELD)
]
ROWS = np.arange(40)


def test_who_it_is_is_almost_sure():
    pairs = matched_pairs(MODELS, [held[:40] for held in HELD], ROWS)
    sure = pairs.certainty > 0.9
    assert np.array_equal(pairs.people[sure], pairs.rows[sure])
    assert sure.sum() == 40


def test_nobodys_rows_are_given_to_nobody():
    mixed = [held[DRAW.permutation(2_000)[:40]] for held in HELD]
    assert np.all(matched_pairs(MODELS, mixed, ROWS).certainty < 0.9)


def test_a_barred_owner_is_not_named():
    pairs = matched_pairs(MODELS, [held[:40] for held in HELD], ROWS, owners=ROWS)
    assert not np.any(pairs.people == pairs.rows)


def test_the_chances_of_a_row_are_at_most_one():
    blurred = [held[:40] + DRAW.normal(0, 0.1, 40) for held in HELD]
    pairs = matched_pairs(MODELS, blurred, ROWS)
    assert np.all(np.bincount(pairs.rows, pairs.certainty) <= 1 + 1e-9)
