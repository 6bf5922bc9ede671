"""Sums, means, variances and regressions of a group, computed from noisy sums.

A person adds at most 1 to each sum, because values are clamped to bounds that are the same for all groups of
a view; so each sum gets as much noise as a count. The size of the noise and the number of digits depend only
on the bounds and the noisy number of people, and reveal nothing about who is in the group.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import CellNoise, Keys
from strongroom.disclosure.answer_noise.estimates import estimate
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
) -> list[float | None]:
    """Return one statistic of each group with noise, None where too few people have a value.

    `sums` come from the engine, shape (groups,). `of` names the summed values, so that a mean and a variance
    of them use one sum with one noise. `bounds` are those of the reported values, which may be on another
    scale than the summed ones.
    """
    people = sums["n"] + noise.integers(keys, of="people")
    noisy = {
        name: values / UNIT + noise.normals(keys, of=f"{name}/{of}")
        for name, values in sums.items()
        if name != "n"
    }
    one = math.sqrt(rule.variance)
    values_of_groups: list[float | None] = []
    for group, size in enumerate(people):
        own_sums = {name: float(values[group]) for name, values in noisy.items()} | {"n": float(size)}
        values_of_groups.append(
            None if size < rule.shown_from else estimate(statistic, bounds, own_sums, one)[0]
        )
    return values_of_groups
