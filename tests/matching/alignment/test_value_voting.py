"""Who shares several of a row's values is found, whichever values these are."""

import numpy as np

from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.alignment.value_voting import people_sharing_values
from strongroom.matching.recognised import SAME, RecognisedColumn

PEOPLE = 3_000
DRAW = np.random.default_rng(8)
HELD = [np.round(DRAW.normal(0, 1, PEOPLE), 3) for _ in range(8)]
MODELS = [
    CellModel.of(RecognisedColumn(f"v{n}", f"c{n}", SAME, 0.0, 5e-4), held, ()) for n, held in enumerate(HELD)
]


def found(values):
    rows, people = np.divmod(people_sharing_values(MODELS, values), PEOPLE)
    return [set(people[rows == row].tolist()) for row in range(len(values[0]))]


def rows_of(count, kept):
    """Return rows of the first people of whom `kept` values, other ones in each row, are theirs still."""
    values = [held[:count] + DRAW.uniform(0.01, 2, count) for held in HELD]
    for row in range(count):
        for column in DRAW.choice(len(HELD), kept, replace=False):
            values[column][row] = HELD[column][row]
    return values


def test_two_or_three_values_are_enough():
    near = found(rows_of(200, 3))
    assert np.mean([row in near[row] for row in range(200)]) > 0.95
    assert np.mean([len(each) for each in near]) < 6
    near = found(rows_of(200, 2))
    assert np.mean([row in near[row] for row in range(200)]) > 0.7


def test_one_value_says_nobody():
    near = found(rows_of(200, 1))
    assert np.mean([row in near[row] for row in range(200)]) < 0.1


def test_missing_values_vote_for_nobody():
    values = rows_of(50, 3)
    for each in values[2:]:
        each[:] = np.nan
    near = found(values)
    assert all(len(each) <= 2 for each in near)
    assert found([np.full(5, np.nan) for _ in HELD]) == [set()] * 5


def test_the_commonest_values_are_not_counted():
    sexes = [DRAW.integers(0, 2, PEOPLE).astype(float) for _ in HELD]
    models = [
        CellModel.of(RecognisedColumn(f"v{n}", f"c{n}", SAME, 0.0, 0.5), each, ())
        for n, each in enumerate(sexes)
    ]
    assert len(people_sharing_values(models, [each[:20] for each in sexes])) == 0
