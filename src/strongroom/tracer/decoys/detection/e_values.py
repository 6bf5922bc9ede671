"""How certain it is that a file holds a project's decoys: e-values with expectation 1 if it does not.

*Cells.* An innocent project's decoys are drawn like people, and the file was made without them: among all
people of the cohort and all decoys searched for (the line-up), each is equally likely to be any one. For a
row r let x(d) be the likelihood of r if it is d's, over its mean in the line-up: that averages 1 over the
line-up, whatever the row. So does its mean over rows chosen without knowledge of decoys; and the expected
product over several decoys of (1 - p) + p x is at most 1 (drawing without replacement: Maclaurin's
inequality), for any share p of a project's decoys in the file. Markov's inequality bounds how often it is
large. No decoy counts for more than the size of the line-up.

*The shared pool.* Its secret code decides which decoys of the pool a project is given: an independent bit for
each, with a known probability. Those in a file are found without the code, so for an innocent project their
bits are 1 with the same probability as ever.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

Floats = NDArray[np.float64]

# shares of a project's decoys that a file may hold. judgement: from few rows of a view to nearly all;
# averaged, so none has to be chosen.
_SHARES = (0.01, 0.03, 0.1, 0.3, 0.9)
# shares of the shared decoys found that may be from elsewhere. judgement: another copy, or rows matched
# wrongly; averaged.
_ELSEWHERE = (0.01, 0.1, 0.5)


def log10_e_of_cells(times_likelier: Floats) -> float:
    """Return log10 of a project's e-value; `times_likelier` is x of each of its decoys, 0 if not found."""
    log = [float(np.sum(np.log1p(share * (times_likelier - 1)))) for share in _SHARES]
    return _mean(log)


def log10_e_of_pool(given: NDArray[np.bool_], probability: Floats) -> float:
    """Return log10 of the e-value of a project that was `given` these of the shared decoys found in a file.

    `probability` is that of being given each; both of shape (found,).
    """
    log = []
    for stray in _ELSEWHERE:
        factor = np.where(given, (1 - stray) / probability + stray, stray)
        log.append(float(np.sum(np.log(factor))))
    return _mean(log)


def log10_chance(log10_e: float, projects: int) -> float:
    """Return log10 of a bound on the probability that any of so many innocent projects scores as high."""
    return min(0.0, float(np.log10(max(projects, 1))) - log10_e)


def _mean(log: Sequence[float]) -> float:
    return float((logsumexp(log) - np.log(len(log))) / np.log(10))
