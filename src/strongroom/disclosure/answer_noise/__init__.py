"""The release rule: what of a group's true statistics is shown, changed by how much, and what is not.

`rule` holds the settings, `noise` the small change that the same people always get, `counts` and `measures`
apply both, `audit` counts the groups of a question that are nearly ones answered before.
"""

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, maximum_entropy
from strongroom.disclosure.answer_noise.noisy_counts import shown_counts
from strongroom.disclosure.answer_noise.overlap_audit import Audit, Sketch
from strongroom.disclosure.answer_noise.release_rule import DEFAULT_RULE, ReleaseRule

__all__ = [
    "DEFAULT_RULE",
    "Audit",
    "CellNoise",
    "ReleaseRule",
    "Sketch",
    "maximum_entropy",
    "shown_counts",
]
