"""What a column could be, by its values alone."""

import numpy as np

from strongroom.matching.alignment.column_hypotheses import likely_hypotheses, unchanged_hypotheses
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.values.comparable import ValueKind, Values


def file_of(values):
    return FileColumn.of(Values(ValueKind.NUMBER, values, 3), np.arange(len(values)))


def test_itself_comes_first_and_a_right_name_is_a_hint(marked):
    name = marked.names[0]
    known = np.flatnonzero(~np.isnan(marked.of(name)))[:300]
    file = file_of(marked.copy(known, [name])[:, 0])
    thought = likely_hypotheses("v", file, marked.held, marked.index)
    assert name in [each.column for each in thought[:3]]
    assert likely_hypotheses(name.upper(), file, marked.held, marked.index)[0].column == name


def test_what_was_not_thought_of_is_every_other_column(marked):
    file = file_of(np.array([1.0, 2.0, 3.0]))
    thought = likely_hypotheses("v", file, marked.held, marked.index)
    others = unchanged_hypotheses(file, thought, marked.index)
    same = {each.column for each in thought if each.way == "same"}
    numeric = {n for n, each in marked.index.columns.items() if each.kind is not ValueKind.TEXT}
    assert {each.column for each in others} == numeric - same
    words = FileColumn.of(Values(ValueKind.TEXT, np.ones(3)), np.arange(3))
    assert unchanged_hypotheses(words, [], marked.index) == []
