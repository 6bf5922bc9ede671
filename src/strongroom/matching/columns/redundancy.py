"""The information that columns share: height, weight and body mass index do not count as three."""

from collections.abc import Sequence

import numpy as np

from strongroom.matching.storage.coded_column import CodedColumn
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sample: int = threshold(
        4_000,
        "people",
        "cost: a correlation over 4,000 people has a standard error of 0.016",
    )
    ridge: float = threshold(
        1e-6,
        "added to the diagonal",
        "judgement: without it, the matrix of columns that determine each other has no Cholesky factor",
    )


LIMITS = _Limits()


def repeated_bits(columns: Sequence[CodedColumn]) -> float:
    """Return the bits that columns repeat of each other, for each at most its own entropy.

    The total correlation (Watanabe 1960) of a Gaussian with the columns' rank correlations: with L the
    Cholesky factor of the matrix, -log2 L_jj is what the columns before j say about j.
    """
    # Codes are ranks among the distinct values, which a long tail cannot distort.
    entropy = np.array([_entropy(column) for column in columns])
    order = np.argsort(-entropy)
    step = max(1, len(columns[0].codes) // LIMITS.sample)
    sample = np.column_stack([columns[each].codes[::step].astype(np.float64) for each in order])
    sample[sample == 0] = np.nan
    known = np.count_nonzero(~np.isnan(sample), axis=0) > 0
    sample = sample[:, known]
    filled = np.where(np.isnan(sample), np.nanmean(sample, axis=0), sample)
    varies = filled.std(axis=0) > 0
    if np.count_nonzero(varies) < 2:  # noqa: PLR2004 - one column cannot repeat another
        return 0.0
    matrix = np.corrcoef(filled[:, varies], rowvar=False)
    explained = -np.log2(np.diag(np.linalg.cholesky(matrix + LIMITS.ridge * np.eye(len(matrix)))))
    return float(np.sum(np.clip(explained, 0.0, entropy[order][known][varies])))


def _entropy(column: CodedColumn) -> float:
    share = column.counts / max(int(column.counts.sum()), 1)
    share = share[share > 0]
    return float(-np.sum(share * np.log2(share)))
