"""Decoys told by the recognised columns of a file, and how surely."""

from itertools import combinations, product
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.cohort.model import PARTICIPANT
from strongroom.matching.recognised import Pairs, RecognisedColumn, Recognition, Transform
from strongroom.matching.values.comparable import ValueKind
from strongroom.tracer.decoys import DecoyRegister, SharedPool
from strongroom.tracer.decoys.detection.cell_search import found_by_cells
from strongroom.tracer.decoys.detection.e_values import (
    log10_chance,
    log10_e_of_cells,
    log10_e_of_pool,
)
from strongroom.tracer.recognised_tables import RecognisedTables

NAMES = ["height", "weight", "pulse", "lead", "zinc", "iron"]
PEOPLE = 5_000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 50), min_size=6, max_size=6), st.integers(1, 4))
def test_an_innocent_projects_decoys_are_worth_one_at_most_on_average(likelihoods, decoys):
    likelihood_ratio = np.array(likelihoods) + 1e-3
    likelihood_ratio /= likelihood_ratio.mean()
    worth = [
        10 ** log10_e_of_cells(likelihood_ratio[list(chosen)]) for chosen in combinations(range(6), decoys)
    ]
    assert np.mean(worth) <= 1 + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([13, 38, 128, 218, 243]), min_size=1, max_size=6))
def test_what_an_innocent_project_was_given_of_the_pool_is_worth_one_on_average(levels):
    probability = np.array(levels) / 256
    mean = 0.0
    for given_bits in product([False, True], repeat=len(levels)):
        bits = np.array(given_bits)
        likely = float(np.prod(np.where(bits, probability, 1 - probability)))
        mean += likely * 10 ** log10_e_of_pool(bits, probability)
    assert mean == pytest.approx(1)


def test_more_projects_looked_at_make_any_of_them_likelier_found():
    assert log10_chance(5.0, 100) == pytest.approx(-3.0)
    assert log10_chance(1.0, 100) == 0.0


def invented(draw, count):
    sizes = draw.normal(size=count)
    return np.column_stack(
        [
            np.round(170 + 9 * sizes, 1),
            np.round(75 + 10 * sizes + draw.normal(0, 8, count), 1),
            2 * np.round(draw.normal(34, 5, count)),
            *np.round(np.exp(draw.normal(0, 0.5, (3, count))), 3),
        ]
    )


def register(project, people, ordinals, shared):
    rows = pa.table({PARTICIPANT: ordinals, **dict(zip(NAMES, people.T, strict=True))})
    return DecoyRegister(project, 1, ordinals, 10**6 + ordinals, shared, {"participants": rows})


CHANGES = {
    "as they are": (lambda values: values, 0.0),
    "in other units": (lambda values: values * 0.3937, 0.0),
    "with noise of a fiftieth of an SD": (lambda values: values, 0.02),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_every_decoy_in_a_leak_is_told_and_nobody_elses(change):
    forward, noise = CHANGES[change]
    draw = np.random.default_rng(7)
    cohort, ours, others, pool = (invented(draw, count) for count in (PEOPLE, 50, 50, 40))
    given_us = draw.random(40) < 0.5
    leaked = np.concatenate([cohort[:600], ours[:20], pool[:12][given_us[:12]]])
    spread = cohort.std(axis=0)
    file = forward(leaked + draw.normal(0, 1, leaked.shape) * noise * spread)
    aligned = tuple(
        RecognisedColumn(f"x{k}", name, Transform(change, forward), noise * float(forward(spread[k])), 0.0005)
        for k, name in enumerate(NAMES)
    )
    known = Pairs(np.arange(600), np.arange(600), np.ones(600))
    values = {f"x{k}": column for k, column in enumerate(file.T)}
    recognition = Recognition(aligned, np.arange(len(file)), 600, known, values=values)
    held = SimpleNamespace(values=lambda name, decimals: np.round(cohort[:, NAMES.index(name)], decimals))
    index = SimpleNamespace(columns={name: SimpleNamespace(kind=ValueKind.NUMBER) for name in NAMES})
    own, of_pool = 10_000 + np.arange(50), 9_000 + np.flatnonzero(given_us)
    everyone, ordinals = np.concatenate([pool[given_us], ours]), np.concatenate([of_pool, own])
    registers = [
        register("lung", others, 20_000 + np.arange(50), np.zeros(50, bool)),
        register("heart", everyone, ordinals, ordinals < 10_000),
    ]
    plain = pa.table(dict(zip(NAMES, pool.T, strict=True)))
    found = found_by_cells(
        RecognisedTables((), {3: recognition}, {}),
        registers,
        SharedPool(plain, 9_000 + np.arange(40), np.full(40, 0.5)),
        index=index,
        columns=held,
    )
    assert set(found.own_hits) == {1}
    assert {each.ordinal: each.where[1] for each in found.own_hits[1]} == {
        10_000 + k: 600 + k for k in range(20)
    }
    assert {each.ordinal for each in found.pool} == set((9_000 + np.flatnonzero(given_us[:12])).tolist())
    assert found.own.get("lung", 0.0) == 0.0
    assert found.own["heart"] < -20
    assert found.shared["heart"] < 0 == found.shared["lung"]
