"""Sums, means, spreads and lines of a group as they are shown: worked out from changed sums.

Nobody adds more than one to any of the sums, because values are held within bounds that are the same for all
groups of a view; so every sum is changed by as much as a count. How large the change is, and how many digits
are shown, follows from the bounds and the changed number of people, and tells nothing of who is in the group.
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
    """Return one statistic of each group as may be shown, None where too few people have a value.

    `sums` are as the engine gives them, of shape (groups,). `of` names what they are sums of: asking for a
    mean and for a spread shows one sum with one change. `bounds` are those of the values that are shown,
    which may be the summed ones on another scale.
    """
    people = sums["n"] + noise.changes(keys, of="people")
    changed = {
        name: values / UNIT + noise.spreads(keys, of=f"{name}/{of}")
        for name, values in sums.items()
        if name != "n"
    }
    one = math.sqrt(rule.variance)
    found: list[float | None] = []
    for place, many in enumerate(people):
        mine = {name: float(values[place]) for name, values in changed.items()} | {"n": float(many)}
        found.append(None if many < rule.shown_from else estimate(statistic, bounds, mine, one)[0])
    return found
