"""A cohort's columns for planning: their values, grids, and how numbers are recorded."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.matching import Index
from strongroom.matching.storage.index import ORDINALS
from strongroom.matching.values.comparable import ValueKind
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.planning.number_columns import grid_of
from strongroom.tracer.fingerprint.rules import DECIMAL, DOUBLE, SINGLE

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    coded: float = threshold(
        0.5, "share of values", "judgement: a column of which so many are codes is one of codes"
    )
    sample: int = threshold(20_000, "people", "cost: bounds the tests of formulas, grids and correlations")


LIMITS = _Limits()

_MOST_DECIMALS = 6  # fixed: the index keeps six decimals (matching/values)
_FINER_DECIMALS = 12  # fixed: numbers without a grid get the finest step a rule can have


@dataclass(frozen=True)
class PlannedColumns:
    """The columns of the participants' table, each read once."""

    cohort: Cohort
    index: Index

    def fineness(self, name: str) -> float:
        """Return the number of grid steps in a column's SD."""
        values = self.sample(name)
        known = values[np.isfinite(values)]
        return float(np.std(known)) / self.step(name) if len(known) else 0.0

    def step(self, name: str) -> float:
        """Return the grid a column is recorded on."""
        if self.forms[name] != DECIMAL:
            return 10.0**-_FINER_DECIMALS
        distinct, counts = self.values(name)
        return grid_of(distinct, counts)

    def values(self, name: str) -> tuple[Floats, NDArray[np.uint32]]:
        """Return a column's distinct values, ascending, and how many people have each."""
        return self.index.stored.array(f"distinct:{name}"), self.index.stored.array(f"counts:{name}")

    def sample(self, name: str) -> Floats:
        """Return values of the same sample of people for every column; NaN is missing or no quantity."""
        values = self.sampled(name)
        return np.where(np.isin(values, self.sentinels(name)), np.nan, values)

    def sampled(self, name: str) -> Floats:
        """Return the same, with codes where a column holds nothing else; dates are days since 1970."""
        if name not in self._sampled:
            column = self.index.coded(name)
            values = np.concatenate([[np.nan], column.distinct])[column.codes[:: self.every]]
            self._sampled[name] = np.where(np.isin(values, self.no_quantities(name)), np.nan, values)
        return self._sampled[name]

    @cached_property
    def every(self) -> int:
        """The number of stored rows for each one in the sample."""
        return max(1, len(self.index.stored.array(ORDINALS)) // LIMITS.sample)

    def no_quantities(self, name: str) -> tuple[float, ...]:
        """Return a column's sentinels, and the codes of its coding unless it holds nothing else."""
        field = self.cohort.dictionary.resolve(name)
        distinct, counts = self.values(name)
        sentinels = self.sentinels(name)
        if field is None or np.sum(counts[np.isin(distinct, sentinels)]) < LIMITS.coded * np.sum(counts):
            return sentinels
        return field.sentinels

    @cached_property
    def _sampled(self) -> dict[str, Floats]:
        return {}

    @cached_property
    def forms(self) -> dict[str, str]:
        """How each number is recorded; the index keeps six decimals, so finer columns are examined."""
        numbers = [name for name in self.index.columns if self.is_number(name)]
        finest = [name for name in numbers if self.index.columns[name].decimals >= _MOST_DECIMALS]
        batch = next(iter(self.cohort.participants.batches(finest)), None) if finest else None
        looked_at = {} if batch is None else {name: form_of(batch.column(name)) for name in finest}
        return {name: looked_at.get(name, DECIMAL) for name in numbers}

    def is_number(self, name: str) -> bool:
        """Tell whether a column holds numbers rather than codes."""
        return self.index.columns[name].kind is ValueKind.NUMBER and self.is_numeric(name)

    def is_numeric(self, name: str) -> bool:
        """Tell whether a column is stored as numbers."""
        kind = self._schema.field(name).type
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))

    def decimals(self, name: str) -> int:
        """Return how many decimals a column has; 0 where it may have more than the index keeps."""
        known = self.index.columns[name].decimals
        return known if known < _MOST_DECIMALS or self.forms[name] == DECIMAL else 0

    def sentinels(self, name: str) -> tuple[float, ...]:
        """Return the values that are not quantities: a column's sentinels and the codes of its coding."""
        field = self.cohort.dictionary.resolve(name)
        if field is None:
            return ()
        codes = () if field.coding is None else tuple(field.coding.values)
        return (*field.sentinels, *(float(code) for code in codes if _reads_as_number(code)))

    @cached_property
    def _schema(self) -> pa.Schema:
        return self.cohort.participants.schema


def form_of(column: pa.Array) -> str:
    """Return how numbers are recorded: decimals, or single or double precision."""
    values = column.drop_null().cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    values = values[np.isfinite(values)]
    if np.all(np.round(values, _MOST_DECIMALS) == values):
        return DECIMAL
    if pa.types.is_float32(column.type) or np.all(values.astype(np.float32) == values):
        return SINGLE
    return DOUBLE


def _reads_as_number(code: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", code) is not None
