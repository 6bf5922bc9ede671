"""The data of ACRO's published examples, as far as their published outputs tell them.

Nursery: the cross table of recommendation and parents that its notebooks print, and numbers of children drawn
anew, as the notebooks draw them. Charities: 15, 59, 71 and 8 charities a grant type in each of six years, as
printed; their grants are drawn with the printed means and deviations. Synthetic: three letters in up to four
columns, 11 records each and 5 where three of them are C, numbered, as ACRO's tests lay them out.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FEW, _MANY = 5, 11


@dataclass(frozen=True)
class Records:
    """Columns of one length; `keys` are what tables are made by."""

    keys: dict[str, list[str]]
    values: NDArray[np.float64]

    def without(self, key: str, name: str) -> "Records":
        """Return the records that are not of one name in one key."""
        chosen = np.array([each != name for each in self.keys[key]])
        kept = {
            column: [each for each, keep in zip(cells, chosen, strict=True) if keep]
            for column, cells in self.keys.items()
        }
        return Records(kept, self.values[chosen])


def nursery(draw: np.random.Generator) -> Records:
    """Return 12,960 families: recommendation, parents, and children."""
    recommendations = ["not_recom", "priority", "recommend", "spec_prior", "very_recom"]
    parents = ["great_pret", "pretentious", "usual"]
    printed = [1440, 1440, 1440, 858, 1484, 1924, 0, 0, 2, 2022, 1264, 758, 0, 132, 196]
    pairs = [
        pair
        for pair, count in zip(product(recommendations, parents), printed, strict=True)
        for _ in range(count)
    ]
    some = draw.integers(1, 5, len(pairs))
    children = np.where(some == 4, draw.integers(4, 10, len(pairs)), some)
    keys = {"recommend": [pair[0] for pair in pairs], "parents": [pair[1] for pair in pairs]}
    return Records(keys, children.astype(np.float64))


def charities(draw: np.random.Generator) -> Records:
    """Return 918 accounts of charities: year, grant type, and what they got in grants."""
    printed = {
        "G": (15, 11_412_787, 22_832_202),
        "N": (59, 134_431, 198_873),
        "R": (71, 8_098_502, 32_044_950),
        "R/G": (8, 16_648_273, 15_835_323),
    }
    keys: dict[str, list[str]] = {"year": [], "grant_type": []}
    grants: list[Any] = []
    for year, (kind, (count, mean, deviation)) in product(range(2010, 2016), printed.items()):
        spread = np.sqrt(np.log(1 + (deviation / mean) ** 2))
        grants.extend(draw.lognormal(np.log(mean) - spread**2 / 2, spread, count).tolist())
        keys["year"] += [str(year)] * count
        keys["grant_type"] += [kind] * count
    return Records(keys, np.array(grants))


def synthetic(columns: int) -> Records:
    """Return the synthetic records of so many free columns, the others held at C."""
    fixed = {"fourth": columns < 4, "third": columns < 3, "second": columns < 2}
    keys: dict[str, list[str]] = {"first": [], "second": [], "third": [], "fourth": []}
    values: list[float] = []
    for letters in product("ABC", repeat=4):
        named = dict(zip(keys, letters, strict=True))
        if any(held and named[name] != "C" for name, held in fixed.items()):
            continue
        count = _FEW if named["first"] == named["third"] == named["fourth"] == "C" else _MANY
        for name, letter in named.items():
            keys[name] += [letter] * count
        values += [float(each) for each in range(count)]
    return Records(keys, np.array(values))
