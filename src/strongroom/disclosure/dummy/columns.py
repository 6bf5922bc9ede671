"""One column of a dummy table: its values, uniform and independent of all other columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.dictionary import Field, ValueType
from strongroom.cohort.model import TableKind
from strongroom.disclosure.dummy.dates import about_death, period
from strongroom.disclosure.dummy.example_codes import example_codes
from strongroom.disclosure.dummy.ranges import plausible_range
from strongroom.thresholds import Thresholds, threshold

Mask = NDArray[np.bool_]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    missing: float = threshold(
        0.1, "share", "judgement: enough that code which ignores missing values fails on dummy tables too"
    )
    often_missing: float = threshold(
        0.5,
        "share",
        "judgement: repeat visits, further answers of one question and dates of death: few people have them",
    )
    special: float = threshold(
        0.02,
        "share",
        "judgement: enough that code which ignores special values such as -1 fails on dummy tables too",
    )
    default_grid: float = threshold(0.01, "value", "judgement: two decimals, as most measurements have")
    most_codes: int = threshold(
        500, "codes", "judgement: of a longer list, each code would have a few rows, and a filter none"
    )


LIMITS = _Limits()
_QUANTITIES = frozenset({ValueType.INTEGER, ValueType.REAL, ValueType.DATE, ValueType.DATETIME})
_INTEGER = re.compile(r"-?[0-9]+")


@dataclass(frozen=True)
class DummyColumn:
    """A column to generate: as the view stores it, as the dictionary describes it, and its table's kind."""

    stored: pa.Field
    field: Field | None
    kind: TableKind

    def values(self, rows: int, draw: np.random.Generator) -> pa.Array:
        """Return that many values of the stored type, some of them missing if it can be."""
        if self.kind is TableKind.GENOTYPES:
            return pa.array(draw.integers(0, 3, rows)).cast(self.stored.type)
        missing = self._missing(rows, draw)
        drawn = self._draw_known(rows - int(missing.sum()), draw)
        return _with_missing(drawn, missing).cast(self.stored.type)

    def _missing(self, rows: int, draw: np.random.Generator) -> Mask:
        if not self.stored.nullable:
            return np.zeros(rows, np.bool_)
        share = LIMITS.often_missing if self._is_partial() else LIMITS.missing
        return draw.random(rows) < share

    def _is_partial(self) -> bool:
        title = self.field.title if self.field else ""
        repeated = self.field is not None and (self.field.instance > 0 or self.field.array > 0)
        return repeated or (
            self.kind is TableKind.PARTICIPANTS and about_death(f"{self.stored.name} {title}")
        )

    def _draw_known(self, rows: int, draw: np.random.Generator) -> pa.Array:
        codes = self._codes()
        if codes:
            return _coded(codes, rows, draw)
        if pa.types.is_temporal(self.stored.type):
            first, last = period(self.stored.name, self.field, self.kind)
            return pa.array(first + draw.integers(0, int((last - first).astype(int)) + 1, rows))
        if pa.types.is_boolean(self.stored.type):
            return pa.array(draw.integers(0, 2, rows) == 1)
        if pa.types.is_integer(self.stored.type) or pa.types.is_floating(self.stored.type):
            return self._numbers(rows, draw)
        return pa.array([f"dummy {number}" for number in draw.integers(0, 100, rows)], pa.string())

    def _codes(self) -> Sequence[str]:
        """Return the codes to draw from, empty for quantities: their coding has only special values."""
        listed = list(self.field.coding.values) if self.field and self.field.coding else []
        if self.field is not None and self.field.type in _QUANTITIES:
            return ()
        if listed and len(listed) <= LIMITS.most_codes:
            return listed
        if not listed and not pa.types.is_string(self.stored.type):
            return ()
        examples = example_codes(self.stored.name, self.field)
        return [code for code in examples if not listed or code in listed] or listed

    def _numbers(self, rows: int, draw: np.random.Generator) -> pa.Array:
        field, stored = self.field, self.stored.type
        whole = pa.types.is_integer(stored) or (field is not None and field.type is ValueType.INTEGER)
        grid = LIMITS.default_grid if field is None or not field.precision else field.precision
        drawn = plausible_range(self.stored.name, field, whole=whole).draw(rows, draw)
        found = _on_grid(drawn, 1.0 if whole else grid)
        special = _special_numbers(field)
        if special:
            found = np.where(draw.random(rows) < LIMITS.special, draw.choice(special, rows), found)
        if not pa.types.is_integer(stored):
            return pa.array(found)
        limits = np.iinfo(stored.to_pandas_dtype())
        return pa.array(np.clip(found, limits.min, limits.max).astype(np.int64))


def _special_numbers(field: Field | None) -> list[float]:
    """Return the values of a column of numbers that are not quantities."""
    if field is None:
        return []
    codes = field.coding.values if field.coding is not None else ()
    return sorted({*field.sentinels, *(float(code) for code in codes if _INTEGER.fullmatch(code))})


def _on_grid(values: NDArray[np.float64], grid: float) -> NDArray[np.float64]:
    """Return the values as multiples of `grid`, without the rounding error of the multiplication."""
    decimals = 9
    rounded: NDArray[np.float64] = np.round(np.round(values / grid) * grid, decimals)
    return rounded


def _coded(codes: Sequence[str], rows: int, draw: np.random.Generator) -> pa.Array:
    """Return codes in equal shares, in random order; those such as -3 (not answered) are fewer."""
    special = [code for code in codes if code.startswith("-")]
    usual = [code for code in codes if code not in special]
    if not usual:
        usual, special = special, []
    few = min(max(len(special), round(LIMITS.special * rows)), rows) if special else 0
    places = [usual[number % len(usual)] for number in range(rows - few)]
    places += [special[number % len(special)] for number in range(few)]
    return pa.array([places[number] for number in draw.permutation(rows)], pa.string())


def _with_missing(known: pa.Array, missing: Mask) -> pa.Array:
    """Return an array as long as `missing`, with the known values in order where nothing is missing."""
    places = np.cumsum(~missing) - 1
    return known.take(pa.array(places, mask=missing))
