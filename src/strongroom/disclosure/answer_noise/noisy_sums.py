"""Sums, means, variances and regressions of a group, computed from noisy sums.

A person adds at most 1 to each sum, because values are clamped to bounds that are the same for all groups of
a view; so each sum gets as much noise as a count. The size of the noise and the number of digits depend only
on the bounds and the noisy number of people, and reveal nothing about who is in the group.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, Keys
from strongroom.disclosure.answer_noise.estimates import Estimate, estimate
from strongroom.disclosure.answer_noise.noisy_counts import noisy_counts
from strongroom.disclosure.answer_noise.release_rule import ReleaseRule
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting.sums import UNIT
from strongroom.disclosure.query.representation import Statistic


def shown_numbers(
    statistic: Statistic,
    sums: Mapping[str, NDArray[np.int64]],
    keys: Keys,
    *,
    of: str,
    bounds: Sequence[Bounds],
    noise: CellNoise,
    rule: ReleaseRule,
    deviation: float,
) -> list[Estimate]:
    """Return one statistic of each group with its noise's standard deviation, None for too few people.

    `sums` come from the engine, shape (groups,). `of` names the summed values, so that a mean and a variance
    of them use one sum with one noise. `bounds` are those to which the values were clamped.
    """
    people = noisy_counts(sums["n"], keys, noise=noise, deviation=deviation)
    noisy = {
        name: values / UNIT + noise.normals(keys, of=f"{name}/{of}", deviation=deviation)
        for name, values in sums.items()
        if name != "n"
    }
    values_of_groups: list[Estimate] = []
    for group, size in enumerate(people):
        own_sums = {name: float(values[group]) for name, values in noisy.items()} | {"n": float(size)}
        enough = size >= rule.shown_from(deviation)
        values_of_groups.append(estimate(statistic, bounds, own_sums, deviation) if enough else (None, None))
    return values_of_groups
