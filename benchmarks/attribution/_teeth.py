"""Kind 17: the flaws that the bound's conditions exclude, committed on purpose. Each must show."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

import numpy as np
from benchmarks.attribution._dummies import Floats, Tail, innocents, scores

from strongroom.tracer.fingerprint import LEVELS, Code
from strongroom.tracer.fingerprint.decoding.collusion import ERRORS

_CELLS = 17_000
_COLLUDERS = 5
_DOUBTFUL = 0.3


@dataclass(frozen=True)
class Tooth:
    """A flaw, whether it showed, and by how much."""

    flaw: str
    showed: bool
    how: str


def teeth(seed: int, *, repeats: int, trials: int = 200_000) -> Iterator[Tooth]:
    """Commit every flaw: `repeats` files of colluders, `trials` innocents."""
    draw = np.random.default_rng(seed)
    yield _one_model(draw, repeats)
    yield _counted_again(draw, trials)
    yield _fitted_to_codes(draw, trials)
    yield _rounded_bias()


def ratios(strategy: Floats, error: float, share: float) -> Floats:
    """Return log P(read | suspect holds) - log P(read), shape (read, held), from first principles."""
    shown = strategy * (1 - error) + (1 - strategy) * error
    others = len(strategy) - 2
    chance = [comb(others, k) * share**k * (1 - share) ** (others - k) for k in range(others + 1)]
    one = sum(weight * shown[k + 1] for k, weight in enumerate(chance))
    zero = sum(weight * shown[k] for k, weight in enumerate(chance))
    mean = share * one + (1 - share) * zero
    return np.log(np.array([[(1 - zero) / (1 - mean), (1 - one) / (1 - mean)], [zero / mean, one / mean]]))


def interleaving(colluders: int) -> Floats:
    """Return a library of the one model that takes every cell from one copy or another."""
    strategy = np.arange(colluders + 1) / colluders
    return np.array([[[ratios(strategy, error, level / 256) for level in LEVELS] for error in ERRORS]])


def _one_model(draw: np.random.Generator, repeats: int) -> Tooth:
    """Match the decoder to one attack; five colluders then show what fewest hold."""
    whole, alone = [], []
    for _ in range(repeats):
        levels = _levels(_CELLS, draw)
        bits = draw.random((_COLLUDERS, _CELLS)) < (np.array(LEVELS) / 256)[levels]
        count = bits.sum(axis=0)
        shown = np.where((count == 0) | (count == _COLLUDERS), count > 0, 2 * count < _COLLUDERS)
        cells = np.zeros((len(ERRORS), len(LEVELS), 2), np.int64)
        np.add.at(cells, (0, levels, shown.astype(int)), 1)
        held = np.zeros((_COLLUDERS, *cells.shape), np.int64)
        for who in range(_COLLUDERS):
            np.add.at(held[who], (0, levels[bits[who]], shown[bits[who]].astype(int)), 1)
        whole += list(scores(cells, held))
        alone += list(scores(cells, held, library=interleaving(_COLLUDERS), prior=np.zeros(1)))
    bar = 13.3
    missed, caught = np.mean(np.array(alone) < bar), np.mean(np.array(whole) >= bar)
    how = f"five colluders' minority, {_CELLS:,} cells: one model misses {missed:.0%} (median log10 e "
    how += f"{np.median(alone):.1f}), the library names {caught:.0%} (median {np.median(whole):.0f})"
    return Tooth("a decoder of one model", bool(missed > 0.9 and caught == 1), how)


def _counted_again(draw: np.random.Generator, trials: int) -> Tooth:
    """Count every position five times over."""
    cells, honest, flawed = _pure_chance(100), Tail(), Tail()
    for chunk in innocents(cells, trials, draw):
        honest.add(chunk)
    for chunk in innocents(cells, trials, draw, lambda once, held: scores(5 * once, 5 * held)):
        flawed.add(chunk)
    return _compared("positions counted five times", honest, flawed)


def _fitted_to_codes(draw: np.random.Generator, trials: int) -> Tooth:
    """Decide which way up each column is to be read by what suits the suspect."""
    columns, cells = 40, _pure_chance(5, reliability=int(np.argmin(np.abs(np.array(ERRORS) - _DOUBTFUL))))
    upside_down = cells[..., ::-1]
    honest, flawed = Tail(), Tail()
    bias = np.broadcast_to((np.array(LEVELS) / 256)[None, :, None], cells.shape)
    for tail, ways in ((honest, (cells,)), (flawed, (cells, upside_down))):
        for _ in range(20):
            held = draw.binomial(cells, bias, (trials // 20, columns, *cells.shape)).reshape(-1, *cells.shape)
            read = [held, held[..., ::-1]][: len(ways)]
            each = [_lone(way, mine).reshape(-1, columns) for way, mine in zip(ways, read, strict=True)]
            tail.add(np.max(each, axis=0).sum(axis=1))
    return _compared("readings fitted to the codes", honest, flawed)


def _rounded_bias() -> Tooth:
    """Let the decoder take a bias for .15 that is 38/256, over a million cells all read as 1."""
    true, believed = LEVELS[LEVELS.index(38)] / 256, 0.15
    factors = np.exp(ratios(np.array([0.0, 1.0]), ERRORS[-1], believed)[0])
    grown = 1e6 * np.log10(true * factors[1] + (1 - true) * factors[0])
    how = f"an innocent's expected e-value, 1 by right, is 10^{grown:.0f} after a million cells"
    return Tooth("a rounded bias", bool(grown > 1), how)


def _pure_chance(count: int, *, reliability: int = 0) -> np.ndarray:
    """Return cells of a file that shows nothing of anybody: half read as 1, half as 0."""
    cells = np.zeros((len(ERRORS), len(LEVELS), 2), np.int64)
    levels = _levels(count, np.random.default_rng(count))
    np.add.at(cells[reliability], (levels, np.arange(count) % 2), 1)
    return cells


def _levels(count: int, draw: np.random.Generator) -> np.ndarray:
    """Return the levels a plan gives so many positions."""
    return Code(draw.bytes(32)).marked("x", np.arange(count), 1.0).levels


def _lone(cells: np.ndarray, held: np.ndarray) -> Floats:
    return scores(cells, held, library=interleaving(1), prior=np.zeros(1))


def _compared(flaw: str, honest: Tail, flawed: Tail) -> Tooth:
    how = f"highest innocent log10 e {flawed.highest:.1f} (honest {honest.highest:.1f}); "
    how += f"10^3 reached by {flawed.reached[2] / flawed.trials:.1e} of innocents (bound 1e-3, honest "
    how += f"{honest.reached[2] / honest.trials:.1e})"
    return Tooth(flaw, flawed.broken and not honest.broken, how)
