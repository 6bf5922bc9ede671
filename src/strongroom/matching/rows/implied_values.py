"""Single people's values that follow from totals and means of growing groups, or from means of two people.

What anybody could compute from a table is computed here, and then compared with the cohort like any other
table. If a group grows by one person, the totals differ by that person's value, and so do n times the means.
The mean and the SD of two people give both values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa

from strongroom.matching.rows.reshaped import Reshaped
from strongroom.matching.values.comparable import Floats, ValueKind
from strongroom.matching.values.comparable_table import ComparableTable, distinct_names
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(5, "rows", "derived: row matching needs five rows")
    most_rows: int = threshold(20_000, "rows", "cost: longer series of totals are sampled elsewhere")
    most_columns: int = threshold(24, "columns", "cost: more are not needed to recognise a person")
    by_one: float = threshold(
        0.6, "share of rows", "judgement: groups of a series grow by one person in most rows, not in all"
    )
    most_counts: int = threshold(2, "columns", "cost: each column that counts by one gives a table")
    of_two: float = threshold(0.9, "share of rows", "judgement: nearly all rows are about two people")
    most_pairs: int = threshold(
        3, "means with SDs", "cost: which of the two people has the higher value is tried for each"
    )
    digits: int = threshold(15, "digits", "derived: a double holds no more")


LIMITS = _Limits()


_TWO = 2  # fixed: people of whom the mean and the SD give both values


@dataclass(frozen=True, repr=False)
class _Numbers:
    """A column's numbers, NaN for none, and with how many decimals they are written."""

    values: Floats
    decimals: int


def implied_values(whole: ComparableTable) -> Iterator[Reshaped]:
    """Yield tables of one row a person that follow from the rows of a table."""
    if not LIMITS.least_rows <= whole.table.num_rows <= LIMITS.most_rows:
        return
    columns = _numbers(whole)
    if len(columns) <= 1:
        return
    counts = [name for name, each in columns.items() if _are_counts(each.values)]
    for name in [each for each in counts if _counts_by_one(columns[each].values)][: LIMITS.most_counts]:
        yield from _differences(columns, name)
    if any(np.mean(columns[name].values == _TWO) >= LIMITS.of_two for name in counts):
        yield from _of_two(columns)


def _numbers(whole: ComparableTable) -> dict[str, _Numbers]:
    found: dict[str, _Numbers] = {}
    for place, name in enumerate(distinct_names(whole.table)):
        values = whole.values(place) if len(found) < LIMITS.most_columns else None
        if values is not None and values.kind is ValueKind.NUMBER and not np.all(np.isnan(values.keys)):
            exact = values.with_all_decimals()
            if exact is values and values.unrounded is not None:
                # All digits of a double.
                whole_digits = int(np.ceil(np.log10(np.nanmax(np.abs(values.unrounded)) + 1)))
                found[name] = _Numbers(values.unrounded, LIMITS.digits - whole_digits)
            else:
                found[name] = _Numbers(exact.keys, exact.decimals)
    return found


def _are_counts(values: Floats) -> bool:
    present = values[~np.isnan(values)]
    return len(present) >= LIMITS.least_rows and bool(np.all((present >= 0) & (present % 1 == 0)))


def _counts_by_one(values: Floats) -> bool:
    steps = np.diff(np.sort(values[~np.isnan(values)]))
    return bool(len(steps)) and float(np.mean(steps == 1)) >= LIMITS.by_one


def _differences(columns: Mapping[str, _Numbers], name: str) -> Iterator[Reshaped]:
    """Yield what the one person contributes by whom each group is larger, from totals and from means."""
    order = np.argsort(columns[name].values, kind="stable")
    counts = columns[name].values[order]
    one_more = np.flatnonzero(np.diff(counts) == 1)
    lost = int(np.ceil(np.log10(2 * np.nanmax(counts) + 1)))
    table = {}
    for other, numbers in columns.items():
        if other != name:
            values = numbers.values[order]
            table[f"{other} (totals)"] = _written(np.diff(values)[one_more], numbers.decimals)
            table[f"{other} (means)"] = _written(np.diff(values * counts)[one_more], numbers.decimals - lost)
    yield Reshaped(f"differences by {name}", pa.table(table))


def _of_two(columns: Mapping[str, _Numbers]) -> Iterator[Reshaped]:
    """Yield both people's values from their mean and SD, or their mean and standard error."""
    names = [name for name, each in columns.items() if np.nanmin(each.values) < np.nanmax(each.values)]
    for apart in range(1, LIMITS.most_pairs + 1):
        pairs = [
            (mean, spread)
            for mean, spread in zip(names, names[apart:], strict=False)
            if _are_mean_and_spread(columns[mean].values, columns[spread].values)
        ][: LIMITS.most_pairs]
        for how, share in (("SDs", 1 / np.sqrt(_TWO)), ("standard errors", 1.0)) if pairs else ():
            # Which of the two people has the higher value is unknown for each.
            signs = list(product((1, -1), repeat=len(pairs)))
            table = {}
            for place, (mean, spread) in enumerate(pairs):
                middle, away = columns[mean], columns[spread].values * share
                both = np.concatenate([middle.values + sign[place] * away for sign in signs])
                table[mean] = _written(both, min(middle.decimals, columns[spread].decimals - 1))
            yield Reshaped(f"means of two and {how}, {apart} to the right", pa.table(table))


def _are_mean_and_spread(mean: Floats, spread: Floats) -> bool:
    with np.errstate(invalid="ignore"):
        return float(np.mean((spread >= 0) & (spread < np.abs(mean)))) >= LIMITS.of_two


def _written(values: Floats, decimals: int) -> pa.Array:
    return pa.array(np.round(values, max(decimals, 0)), from_pandas=True)
