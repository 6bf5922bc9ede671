"""Which columns are codes of a classification, bands or numbered groups."""

import pytest

from strongroom.checker.contents.found import Origin
from strongroom.checker.table_types.row_order import classifies
from strongroom.checker.table_types.typed_table import typed_from_texts


@pytest.mark.parametrize(
    "cells",
    [
        ["E11", "E11.9", "I21", "I21-I25"],
        ["<40", "40-49", "50-59", "60+"],
        ["2019-20", "2020-21", "2021Q1"],
        ["S1", "S2", "S3"],
    ],
    ids=["ICD-10", "bands", "periods", "numbered groups"],
)
def test_codes_of_groups_classify(cells):
    assert classifies(typed_from_texts(["v"], [cells], Origin.TABLE).columns[0])


@pytest.mark.parametrize(
    "cells",
    [
        ["A4821", "A0193", "A7754"],
        ["P00017", "P00912", "P00003"],
        [f"P{each:03d}" for each in range(1, 200)],
        ["male", "female"],
    ],
    ids=["assigned", "unordered numbers", "as many as people", "words"],
)
def test_assigned_ids_and_words_do_not(cells):
    assert not classifies(typed_from_texts(["v"], [cells], Origin.TABLE).columns[0])
