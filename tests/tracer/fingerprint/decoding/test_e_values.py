"""The guilty are named, alone and together; the innocent are not, whatever the attackers did."""

import numpy as np
import pytest

from strongroom.tracer.fingerprint import Code, Positions, log10_bar, log10_false_accusation, score_keys
from strongroom.tracer.fingerprint.decoding import e_values
from strongroom.tracer.fingerprint.decoding.mark_reading import Observations

RECIPIENTS = 20_000
PLAN = Code(bytes(32))


def keys(count, seed=1):
    draw = np.random.default_rng(seed)
    return [draw.bytes(32) for _ in range(count)]


def cells(count):
    return PLAN.marked("x", np.arange(count), 1.0)


def read(positions, shown, reliability=0):
    return [Observations(positions, shown, np.full(len(shown), reliability, np.uint8))]


def copies(positions, holders):
    return np.array([Code(key).bits(positions) for key in holders])


STRATEGIES = {
    "taken from one copy or the other": lambda held, draw: held[
        draw.integers(0, len(held), held.shape[1]), np.arange(held.shape[1])
    ],
    "what most copies show": lambda held, draw: held.sum(axis=0) * 2 > len(held),
    "what fewest copies show": lambda held, draw: np.where(
        held.all(axis=0) | ~held.any(axis=0), held[0], held.sum(axis=0) * 2 < len(held)
    ),
    "a coin where they differ": lambda held, draw: np.where(
        held.all(axis=0) | ~held.any(axis=0), held[0], draw.random(held.shape[1]) < 0.5
    ),
    "1 where any has it": lambda held, draw: held.any(axis=0),
}


def test_100_clean_cells_name_a_lone_leaker_among_20_000():
    everybody = keys(50)
    positions = cells(100)
    scores = score_keys(read(positions, Code(everybody[7]).bits(positions)), everybody)
    bar = log10_bar(RECIPIENTS)
    assert [place for place, score in enumerate(scores) if score.log10_e >= bar] == [7]
    assert scores[7].agree == scores[7].cells == 100
    assert log10_false_accusation(scores[7], RECIPIENTS) < -9


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("colluders", "needed"), [(2, 700), (3, 2_200), (5, 6_500)])
def test_colluders_are_named_and_nobody_else(strategy, colluders, needed):
    everybody = keys(200, seed=colluders)
    positions = cells(needed)
    shown = STRATEGIES[strategy](copies(positions, everybody[:colluders]), np.random.default_rng(3))
    scores = [score.log10_e for score in score_keys(read(positions, shown.astype(bool)), everybody)]
    named = {place for place, score in enumerate(scores) if score >= log10_bar(RECIPIENTS)}
    assert named
    assert named <= set(range(colluders))


def test_an_innocents_score_keeps_to_its_bound():
    """Markov: P(e >= 10^t) <= 10^-t, here over files of every kind and 20,000 innocent trials."""
    draw = np.random.default_rng(5)
    positions = cells(300)
    scores = []
    for trial in range(20):
        shown = draw.random(300) < draw.random()
        scores += [
            score.log10_e
            for score in score_keys(read(positions, shown, trial % 6), keys(1_000, seed=trial + 9))
        ]
    for exponent in (1, 2, 3):
        assert np.mean(np.array(scores) >= exponent) <= 10.0**-exponent


def test_of_cells_read_with_doubt_those_without_are_counted_by_themselves():
    positions, (guilty,) = cells(200), keys(1)
    shown = copies(positions, [guilty])[0].astype(bool)
    doubtful = np.arange(200) % 2 == 1
    observed = Observations(positions, shown ^ doubtful, (9 * doubtful).astype(np.uint8))
    (evidence,) = score_keys([observed], [guilty])
    assert (evidence.cells, evidence.agree) == (200, 100)
    assert (evidence.clean, evidence.clean_agree) == (100, 100)


def test_nothing_read_says_nothing():
    assert score_keys([], keys(2))[0].log10_e == pytest.approx(0)
    empty = Positions("x", np.empty(0, np.int64), np.empty(0, np.uint8))
    assert score_keys(read(empty, np.empty(0, bool)), keys(1))[0].cells == 0


def test_one_stage_decides_and_who_is_not_in_the_last_is_not_accused(monkeypatch):
    """If the score of either stage could accuse, an innocent would have two chances."""
    limits = type(e_values.LIMITS)(first_cells=500, finalists=1)
    monkeypatch.setattr(e_values, "LIMITS", limits)
    everybody = keys(3)
    positions = cells(3_000)
    held, other, _ = copies(positions, everybody)
    mixed = np.where(np.random.default_rng(1).random(len(held)) < 0.6, held, other)
    sheet = read(positions, mixed)
    alone = score_keys(sheet, everybody)
    assert min(alone[0].log10_e, alone[1].log10_e) > log10_bar(3)
    staged = e_values.score_recipients(sheet, [e_values.Recipient(key) for key in everybody])
    assert staged[0].log10_e == pytest.approx(alone[0].log10_e)
    assert max(staged[1].log10_e, staged[2].log10_e) <= 0


def test_no_claim_is_stronger_than_guessing_half_a_key():
    evidence = e_values.Evidence(1_470.0, 9_000, 9_000, 9_000, 9_000)
    assert log10_false_accusation(evidence, 20_000) == pytest.approx(np.log10(20_000) - 128 * np.log10(2))
    assert log10_false_accusation(e_values.Evidence(3.0, 9, 9, 9, 9), 20_000) == 0
