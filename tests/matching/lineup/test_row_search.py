"""Rows that no participant explains are recognised as other people's, and participants' rows are not."""

import numpy as np
import pytest

from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.lineup.lineup import Lineup
from strongroom.matching.lineup.row_search import recognise_others
from strongroom.matching.recognised import Null, Pairs, RecognisedColumn, Recognition

DRAW = np.random.default_rng(3)
NAMES = tuple(f"x{number}" for number in range(6))
COHORT, OTHERS, STRANGERS = (np.round(DRAW.normal(size=(count, 6)), 3) for count in (2_000, 40, 30))
COLUMNS = tuple(RecognisedColumn(name, name, half=0.0005) for name in NAMES)


def lineup(values):
    common = [CellModel.of(column, held, ()) for column, held in zip(COLUMNS, COHORT.T, strict=True)]
    if values is COHORT:
        return Lineup(tuple(common))
    own = [CellModel.of(column, held, ()) for column, held in zip(COLUMNS, values.T, strict=True)]
    shared = (each.sample for each in common)
    return Lineup(
        tuple(
            CellModel(each.column, each.middle, each.reach, (), sample, np.zeros(len(sample)))
            for each, sample in zip(own, shared, strict=True)
        )
    )


def searched(file, paired, others=OTHERS):
    pairs = Pairs.one_each(np.arange(paired), np.arange(paired))
    values = dict(zip(NAMES, file.T, strict=True))
    known = Recognition(COLUMNS, np.arange(len(file)), paired, pairs, values=values)
    return recognise_others(known, lineup(COHORT), lineup(others))


def test_the_rows_of_others_are_theirs_and_strangers_are_nobodys():
    found = searched(np.concatenate([COHORT[:100], OTHERS[5:15], STRANGERS]), 100)
    assert found.pairs.rows.tolist() == list(range(100, 110))
    assert found.pairs.people.tolist() == list(range(5, 15))
    assert found.matched == 10
    assert found.rows.tolist() == list(range(100, 140))
    assert found.chance.null is Null.UNIFORM
    assert np.all(found.surest.certainty > 0.99)


def test_a_row_that_a_participant_explains_is_not_examined():
    found = searched(np.concatenate([COHORT[:50], OTHERS[:5]]), 55)
    assert len(found.rows) == len(found.pairs.rows) == 0


def test_a_participant_who_explains_a_row_as_well_takes_half_of_it():
    found = searched(COHORT[:1], 0, np.concatenate([COHORT[:1], OTHERS]))
    assert found.pairs.people.tolist() == [0]
    assert found.pairs.certainty.tolist() == pytest.approx([0.5])
    assert found.matched == 0
