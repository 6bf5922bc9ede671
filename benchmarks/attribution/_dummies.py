"""Innocent recipients by the million: what their e-values are, drawn exactly and without a key each.

Given a file, an innocent's bits at the cells of one kind (reliability, level, what was read) are independent
coins of that level's bias, so that how many are 1 is binomial. Their e-value needs these counts alone.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.fingerprint import LEVELS, Observations
from strongroom.tracer.fingerprint.decoding.collusion import log_prior, weights

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_AT_ONCE = 20_000


def kinds(observed: Sequence[Observations]) -> Counts:
    """Count the cells read by reliability, level and what was read; shape (errors, levels, 2)."""
    shape = weights().shape[1:4]
    found = np.zeros(shape, np.int64)
    for cells in observed:
        np.add.at(found, (cells.reliability, cells.positions.levels, cells.shown.astype(np.int64)), 1)
    return found


def scores(
    cells: Counts, held: Counts, *, library: Floats | None = None, prior: Floats | None = None
) -> Floats:
    """Return log10 of the e-values of recipients who hold a 1 at `held` of `cells`.

    `cells` has shape (errors, levels, 2), `held` the same with recipients first. `library` and `prior` are
    the log-likelihood ratios and log weights of the models, the tracer's own by default.
    """
    models = weights() if library is None else library
    weight = log_prior() if prior is None else prior
    told = np.flatnonzero(cells.ravel())
    ones, zeros = (models[..., bit].reshape(len(models), -1)[:, told] for bit in (1, 0))
    # Single precision: off by a thousandth of a decade at most, and several times as fast.
    with_one = held.reshape(len(held), -1)[:, told].T.astype(np.float32)
    logs = (ones - zeros).astype(np.float32) @ with_one
    logs += (zeros @ cells.ravel()[told] + weight).astype(np.float32)[:, None]
    most = logs.max(axis=0)
    return np.asarray((most + np.log(np.exp(logs - most).sum(axis=0))) / np.log(10), np.float64)


def innocents(
    cells: Counts, trials: int, draw: np.random.Generator, score: Callable[[Counts, Counts], Floats] = scores
) -> Iterator[Floats]:
    """Yield log10 of the e-values of `trials` innocent recipients of a file, a chunk at a time."""
    bias = np.broadcast_to((np.array(LEVELS) / 256)[None, :, None], cells.shape)
    for start in range(0, trials, _AT_ONCE):
        count = min(_AT_ONCE, trials - start)
        yield score(cells, draw.binomial(cells, bias, (count, *cells.shape)))


class Tail:
    """How often innocents' e-values were at or past 10^t, t = 1..5, and the highest."""

    def __init__(self) -> None:
        self.trials, self.highest = 0, -np.inf
        self.reached = np.zeros(5, np.int64)

    def add(self, log10_e: Floats) -> None:
        """Count more of them."""
        self.trials += len(log10_e)
        self.highest = max(self.highest, float(log10_e.max(initial=-np.inf)))
        self.reached += np.array([np.count_nonzero(log10_e >= power) for power in range(1, 6)])

    def lines(self) -> list[str]:
        """Return a table: each power of ten, how often it was reached, the bound, and their ratio."""
        rows = ["| t | P(e >= 10^t) seen | bound | bound / seen |", "|---|---:|---:|---:|"]
        for power, reached in enumerate(self.reached, 1):
            seen, bound = reached / max(self.trials, 1), 10.0**-power
            ratio = f"{bound / seen:,.0f}" if reached else "none seen"
            rows.append(f"| {power} | {seen:.2e} ({reached:,}) | {bound:.0e} | {ratio} |")
        return [
            *rows,
            f"\n{self.trials:,} innocent (recipient, file) trials; highest log10 e {self.highest:.1f}.",
        ]

    @property
    def broken(self) -> bool:
        """Say whether a bound was passed by more than chance explains (four standard errors)."""
        expected = self.trials * 10.0 ** -np.arange(1, 6)
        return bool(np.any(self.reached > expected + 4 * np.sqrt(expected) + 4))
