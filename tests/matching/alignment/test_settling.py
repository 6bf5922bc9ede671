"""Rows and columns are settled, and a reading that matches no more rows than chance is given up."""

import numpy as np
import pyarrow as pa

from strongroom.matching.alignment.settling import settle
from strongroom.matching.alignment.starts import starts
from strongroom.matching.alignment.subject import Subject
from strongroom.matching.values.comparable_table import ComparableTable


def subject_of(marked, values):
    table = pa.table({f"v{place}": each for place, each in enumerate(values.T)})
    draw = np.random.default_rng(4)
    return Subject.of(ComparableTable.of(table), marked.held, marked.index, marked.reaches, draw), draw


def settled(marked, values):
    subject, draw = subject_of(marked, values)
    return [settle(subject, start, draw) for start in starts(subject, draw, seed=4) if start.columns]


def test_participants_rows_are_settled_from_a_sample_and_then_from_all_rows(marked):
    people = np.arange(900)
    found = settled(marked, marked.copy(people, marked.names))
    assert found[0] is not None
    columns = {each.file_column: each.cohort_column for each in found[0].columns}
    assert columns == {f"v{place}": name for place, name in enumerate(marked.names)}


def test_rows_of_nobody_are_given_up(marked):
    draw = np.random.default_rng(5)
    values = marked.copy(np.arange(600), marked.names)
    strangers = np.column_stack([draw.permutation(column) for column in values.T])
    assert all(each is None for each in settled(marked, strangers))
