"""Columns fitted to pairs: transform, noise and step."""

import numpy as np

from strongroom.matching.alignment.column_fitting import ColumnFitter
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.known_transforms import all_known_transforms
from strongroom.matching.recognised import Pairs
from strongroom.matching.values.comparable import ValueKind, Values


def fitted(marked, name, values, people, decimals=4):
    fitter = ColumnFitter({"v": Values(ValueKind.NUMBER, values, decimals)}, marked.held, marked.reaches)
    pairs = Pairs(np.arange(len(people)), people, np.ones(len(people)))
    thought = Hypothesis(name, "same", 0.0, next(all_known_transforms()))
    return fitter.fitted({"v": thought}, pairs)


def test_every_marked_column_is_left_as_it_is(marked):
    for name in marked.names:
        people = np.flatnonzero(~np.isnan(marked.of(name)))[:30]
        (column,) = fitted(marked, name, marked.copy(people, [name])[:, 0], people)
        assert column.transform.name == "same"
        assert column.noise < 0.05 * np.nanstd(marked.of(name))


def test_noise_is_measured_and_a_line_found(marked):
    name = marked.names[0]
    people = np.flatnonzero(~np.isnan(marked.of(name)))[:600]
    spread = np.std(marked.of(name, people))
    noise = np.random.default_rng(3).normal(0, 0.2 * spread, len(people))
    (column,) = fitted(marked, name, 3 * (marked.copy(people, [name])[:, 0] + noise) + 10, people)
    assert 0.4 * spread < column.noise < 0.9 * spread
    usual = np.nanquantile(marked.of(name, people), [0.1, 0.5, 0.9])
    assert np.all(np.abs(column.transform(usual) - (3 * usual + 10)) < 0.4 * spread)


def test_values_of_strangers_fit_no_column(marked):
    name = marked.names[0]
    people = np.flatnonzero(~np.isnan(marked.of(name)))[:300]
    assert fitted(marked, name, np.full(300, 1.0), people) == ()
    assert fitted(marked, name, marked.of(name, people)[:3], people[:3]) == ()
