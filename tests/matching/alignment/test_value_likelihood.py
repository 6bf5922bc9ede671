"""Likelihood ratios of values are against somebody with a value, whatever the noise that is assumed."""

import numpy as np
import pytest

from strongroom.matching.alignment.value_likelihood import ValueLikelihood
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.known_transforms import all_known_transforms
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.values.comparable import ValueKind, Values

SAME = next(all_known_transforms())


def file_of(values):
    return FileColumn.of(Values(ValueKind.NUMBER, values, 3), np.arange(len(values)))


@pytest.mark.parametrize("blur", [0.0, 0.15, 0.5])
def test_everybody_with_a_value_is_one_time_as_likely_on_average(marked, blur):
    name = marked.names[0]
    theirs = marked.of(name)
    known = np.flatnonzero(~np.isnan(theirs))
    file = file_of(theirs[known[:40]])
    near = ValueLikelihood(marked.held, marked.reaches, blur)
    ratios = near.ratios(Hypothesis(name, "same", 0.0, SAME), file, np.tile(known, (40, 1)))
    assert np.all(np.abs(ratios.mean(axis=1) - 1) < 0.15)


def test_a_marked_value_is_near_and_who_has_none_is_unlikely(marked):
    name = marked.names[0]
    known = np.flatnonzero(marked.rules[name].markable(marked.of(name)))[:50]
    absent = np.flatnonzero(np.isnan(marked.of(name)))[:1]
    values = marked.copy(known, [name])[:, 0]
    near = ValueLikelihood(marked.held, marked.reaches, 0.0)
    both = np.column_stack([known, np.resize(absent, 50)])
    ratios = near.ratios(Hypothesis(name, "same", 0.0, SAME), file_of(values), both)
    # Of marked values one in twenty is moved twice as far as usual.
    assert np.mean(ratios[:, 0] > 2) > 0.85
    assert len(absent) == 0 or np.all(ratios[:, 1] < 0.2)


def test_a_missing_value_says_nothing(marked):
    near = ValueLikelihood(marked.held, marked.reaches, 0.15)
    file = file_of(np.array([np.nan, 1.0]))
    people = np.arange(20).reshape(2, 10)
    assert np.all(near.ratios(Hypothesis(marked.names[0], "same", 0.0, SAME), file, people)[0] == 1)


def test_a_value_that_is_nobodys_is_not_everybodys(marked):
    far = np.array([1e7, 2e7])
    people = np.tile(np.arange(100), (2, 1))
    for blur in (0.0, 0.5):
        near = ValueLikelihood(marked.held, marked.reaches, blur)
        assert near.ratios(Hypothesis(marked.names[0], "same", 0.0, SAME), file_of(far), people).max() < 1


def test_without_a_way_back_there_is_nothing_to_compare(marked):
    near = ValueLikelihood(marked.held, marked.reaches, 0.0)
    with pytest.raises(TypeError):
        near.ratios(Hypothesis(marked.names[0], "scaled", 0.0), file_of(np.ones(2)), np.zeros((2, 1), int))
