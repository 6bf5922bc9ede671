"""The probability that a table has one row per person, by a small model of boosted trees.

`row_level_model.json` holds the trees, the data they were fitted to (a hash of the manifest of public
tables), the command, commit and date, and how well they do on repositories that the fit did not use.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from strongroom.checker.table_types.row_level_features import row_level_features
from strongroom.checker.table_types.typed_table import TypedTable
from strongroom.fitted import read_fitted

FITTED = Path(__file__).with_name("row_level_model.json")
_SHOWN = 3  # fixed: features that a reading names


@dataclass(frozen=True)
class RowLevelReading:
    """The probability that rows are persons (or a person's events), and what it rests on.

    `reasons` are up to three features with the log-odds each one added, largest first. A table that cannot be
    measured (one row, or no values) has the probability 0.5 and no reasons.
    """

    probability: float
    reasons: tuple[tuple[str, float], ...]


def read_row_level(table: TypedTable) -> RowLevelReading:
    """Return the reading of a table; StoreError for a model that does not state how it was fitted."""
    features = row_level_features(table)
    if not features:
        return RowLevelReading(0.5, ())
    return score(_model(), features)


def score(model: Mapping[str, Any], features: Mapping[str, float]) -> RowLevelReading:
    """Return a model's reading of features: each step down a tree credits the feature it asked about."""
    names: Sequence[str] = model["features"]
    values = [features[name] for name in names]
    credit = dict.fromkeys(names, 0.0)
    total = float(model["start"])
    for tree in model["trees"]:
        total += tree["value"][0]
        total += _descend(tree, names, values, credit)
    odds = model["slope"] * total + model["intercept"]
    largest = sorted(credit.items(), key=lambda item: -abs(item[1]))[:_SHOWN]
    reasons = tuple((name, round(model["slope"] * part, 3)) for name, part in largest)
    return RowLevelReading(1 / (1 + math.exp(-max(-50.0, min(50.0, odds)))), reasons)


def _descend(
    tree: Mapping[str, Sequence[Any]],
    names: Sequence[str],
    values: Sequence[float],
    credit: dict[str, float],
) -> float:
    """Return the value of the leaf less that of the root, crediting each feature on the way."""
    node = 0
    while (asked := tree["feature"][node]) >= 0:
        below = tree["left"] if values[asked] <= tree["cut"][node] else tree["right"]
        credit[names[asked]] += tree["value"][below[node]] - tree["value"][node]
        node = below[node]
    return float(tree["value"][node] - tree["value"][0])


@cache
def _model() -> Mapping[str, Any]:
    return read_fitted(FITTED)
