"""Classifiers choose among invented people, are believed as far as they are right, and see nobody twice."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from strongroom.cohort.model import TableKind
from strongroom.tracer.decoys.synthesis.classifier_filter import most_realistic
from strongroom.tracer.decoys.synthesis.encoding import numbered
from strongroom.tracer.decoys.synthesis.population import Population

PEOPLE, DECOYS, ALTERNATES = 1_500, 300, 20


def test_who_looks_wrong_is_hardly_taken():
    draw = np.random.default_rng(1)
    real = draw.normal(size=(PEOPLE, 4))
    real[:, 1] += real[:, 0]
    invented = draw.normal(size=(DECOYS, ALTERNATES, 4))
    right = draw.random((DECOYS, ALTERNATES)) < 0.5
    invented[..., 1] += np.where(right, 1, -1) * invented[..., 0]
    order = most_realistic(real, invented, np.ones(right.shape, bool), draw)
    assert right[np.arange(DECOYS), order[:, 0]].mean() > 0.6
    assert np.array_equal(np.sort(order, axis=1), np.tile(np.arange(ALTERNATES), (DECOYS, 1)))


def test_where_nothing_is_wrong_everybody_has_the_same_chance():
    draw = np.random.default_rng(2)
    real = draw.normal(size=(PEOPLE, 4))
    invented = draw.normal(size=(DECOYS, ALTERNATES, 4))
    order = most_realistic(real, invented, np.ones((DECOYS, ALTERNATES), bool), draw)
    taken = invented[np.arange(DECOYS), order[:, 0]]
    assert np.abs(taken.std(axis=0) - 1).max() < 0.35


def test_few_judges_let_the_givers_be_learned_from():
    draw = np.random.default_rng(6)
    x = draw.normal(size=PEOPLE + 200)
    real = np.column_stack([x, x + 0.5 * draw.normal(size=len(x))])
    donors, judges = real[:PEOPLE], real[PEOPLE:]
    one, other = draw.integers(PEOPLE, size=(2, DECOYS, ALTERNATES))
    right = draw.random((DECOYS, ALTERNATES)) < 0.5
    # Every value is some giver's; who is right has both of one person.
    invented = np.stack([donors[one, 0], donors[np.where(right, one, other), 1]], axis=-1)
    order = most_realistic(judges, invented, np.ones(right.shape, bool), draw, donors=donors)
    assert right[np.arange(DECOYS), order[:, 0]].mean() > 0.6


def test_who_is_not_allowed_comes_last():
    draw = np.random.default_rng(3)
    allowed = draw.random((DECOYS, ALTERNATES)) < 0.5
    order = most_realistic(
        draw.normal(size=(PEOPLE, 3)), draw.normal(size=(DECOYS, ALTERNATES, 3)), allowed, draw
    )
    sorted_allowed = np.take_along_axis(allowed, order, axis=1)
    assert np.all(np.diff(sorted_allowed.astype(int), axis=1) <= 0)


@pytest.fixture
def population():
    """Two hundred people with a history each, and genotypes of every second one."""
    draw = np.random.default_rng(4)
    table = numbered(
        pa.table({"place": [f"t{each}" for each in draw.integers(5, size=200)], "x": np.arange(200.0)})
    )
    person = np.sort(draw.integers(200, size=900))
    days = [date(2001, 1, 1) + timedelta(days=int(each)) for each in draw.integers(3_000, size=900)]
    events = pa.table({"code": draw.choice(["I10", "E11", "J45"], 900), "day": days})
    calls = pa.table({f"rs{k}": draw.integers(3, size=100) for k in range(5)})
    made = Population(table, np.array([True, False]), share=0.0)
    made = made.beside("diagnoses", TableKind.EVENTS, events, person)
    return made.beside("genotypes", TableKind.GENOTYPES, calls, np.arange(0, 200, 2))


def test_judges_are_others_and_look_as_they_did_among_all(population):
    split = population.judged_by(80, np.random.default_rng(5))
    mine, theirs = split.people.values[:, 1].astype(int), split.judges.people.values[:, 1].astype(int)
    assert np.array_equal(np.sort(np.concatenate([mine, theirs])), np.arange(200))
    assert len(theirs) == 80
    everybody = population.looks(split)
    assert np.array_equal(split.looks(split), everybody[mine], equal_nan=True)
    assert np.array_equal(split.judges.looks(split), everybody[theirs], equal_nan=True)
    assert split.genotyped.sum() == len(split.genotypes.values)
    assert np.array_equal(split.genotypes.values, population.genotypes.values[mine[split.genotyped] // 2])
