"""How surely a file holds a project's decoys: e-values whose expectation is 1 if it does not.

*Cells.* An innocent project's decoys are drawn like people, and the file was made without them: put among
all people of the cohort and all decoys that are looked for, each is as likely to be anyone of the line-up.
For a row r let x(d) be the likelihood of r if it is d's, over its mean in the line-up: that is 1 on average
over the line-up, whatever the row. So is its mean over rows chosen without a look at decoys; and at most
1 is the mean of products over several decoys (drawing without replacement: Maclaurin's inequality), of
(1 - p) + p x for any share p of a project's decoys in the file. Markov's inequality bounds how often it is
large. No decoy counts for more than the line-up is long.

*The shared pool.* Whom of it a project is given, its secret code says: an independent bit for each, with a
known probability. Those found in a file are found without it, so that their bits are as likely 1 as ever for
an innocent project.
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

    `probability` is how likely each project was given each; both of shape (found,).
    """
    log = []
    for stray in _ELSEWHERE:
        factor = np.where(given, (1 - stray) / probability + stray, stray)
        log.append(float(np.sum(np.log(factor))))
    return _mean(log)


def log10_chance(log10_e: float, projects: int) -> float:
    """Return log10 of a bound on the chance that any of so many innocent projects reaches the e-value."""
    return min(0.0, float(np.log10(max(projects, 1))) - log10_e)


def _mean(log: Sequence[float]) -> float:
    return float((logsumexp(log) - np.log(len(log))) / np.log(10))
