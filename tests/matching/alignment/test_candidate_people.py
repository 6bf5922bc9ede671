"""Who could a row be: found by a few columns, or by all where these are missing or blurred."""

import numpy as np

from strongroom.matching.alignment.candidate_people import candidates, planned
from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.recognised import RecognisedColumn, Transform

PEOPLE = 3_000
DRAW = np.random.default_rng(8)
HELD = [np.round(DRAW.normal(0, 1, PEOPLE), 3) for _ in range(6)]


def models(noise):
    return [
        CellModel.of(
            RecognisedColumn(f"v{n}", f"c{n}", Transform("same", lambda v: v), noise, 5e-4), held, ()
        )
        for n, held in enumerate(HELD)
    ]


def found(values, noise):
    search = planned(models(noise), values, people=PEOPLE)
    rows, people = candidates(search, models(noise), values)
    return search, {row: set(people[rows == row].tolist()) for row in range(len(values[0]))}


def test_few_exact_columns_say_who_a_row_is():
    search, near = found([held[:50] for held in HELD], 0.001)
    assert not search.everybody
    assert all(row in near[row] and len(near[row]) < 30 for row in range(50))


def test_a_row_that_lacks_the_telling_columns_is_still_found():
    values = [held[:50].copy() for held in HELD]
    for chosen in planned(models(0.001), values, people=PEOPLE).sets:
        values[chosen[0]][3] = np.nan
    _, near = found(values, 0.001)
    assert 3 in near[3]


def test_blurred_columns_are_compared_with_everybody():
    noisy = [held[:50] + DRAW.normal(0, 0.3, 50) for held in HELD]
    search, near = found(noisy, 0.3)
    assert search.everybody
    assert np.mean([row in near[row] for row in range(50)]) > 0.9
