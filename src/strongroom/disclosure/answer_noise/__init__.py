"""The noise, rounding and thresholds of answers under the release rule.

release_rule    the custodian's settings
cell_noise      noise that depends only on a group's name, so that repeating a query reveals nothing more
noisy_counts    counts of people        noisy_sums   sums, means, variances, regressions (with estimates)
noisy_bins      quantiles and distinct counts
overlap_audit   counts the groups of a query that nearly equal groups answered before
"""

from strongroom.disclosure.answer_noise.cell_noise import CellNoise
from strongroom.disclosure.answer_noise.noisy_counts import shown_counts
from strongroom.disclosure.answer_noise.overlap_audit import Audit, Sketch
from strongroom.disclosure.answer_noise.release_rule import DEFAULT_RULE, ReleaseRule

__all__ = [
    "DEFAULT_RULE",
    "Audit",
    "CellNoise",
    "ReleaseRule",
    "Sketch",
    "shown_counts",
]
