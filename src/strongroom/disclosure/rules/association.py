"""Association results of rare variants: an effect of one carrier is that person's phenotype."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def minor_allele_counts(frequencies: Numbers, sizes: Numbers) -> Numbers:
    """Return how often the rarer allele was seen: 2 N min(f, 1 - f), for arrays of one shape."""
    return 2 * sizes * np.minimum(frequencies, 1 - frequencies)


def rare_variants(frequencies: Numbers, sizes: Numbers, smallest: int) -> int:
    """Return for how many variants somebody, but fewer than `smallest` people, can carry the rarer allele."""
    counts = minor_allele_counts(frequencies, sizes)
    counts = counts[np.isfinite(counts)]
    # Frequencies are rounded, so a count is known to about a half.
    return int(np.count_nonzero((counts >= 0.5) & (counts < smallest - 0.5)))  # noqa: PLR2004 - see above
