"""What is aligned: a file's table in comparable form, and the cohort it is aligned with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from strongroom.matching import CohortColumns, Index, spread_sample
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.values.comparable import Values, canonical_values
from strongroom.matching.values.comparable_table import distinct_names
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.alignment.bin_labels import ordered_bins
from strongroom.tracer.alignment.cell_likelihood import CellModel
from strongroom.tracer.alignment.column_fitting import ColumnFitter
from strongroom.tracer.alignment.model import AlignedColumn, Floats, Pairs, Places, Reaches
from strongroom.tracer.alignment.regression_smoothing import RegressionSmoothing
from strongroom.tracer.alignment.remaining_columns import RemainingColumns


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sample: int = threshold(
        2_000, "rows", "cost: rows used to settle columns; the rest are matched once, at the end"
    )
    least_bits: float = threshold(
        0.1, "bits", "judgement: a column that says less costs more time than it adds"
    )


LIMITS = _Limits()
_DECIMALS = 6  # fixed: the index keeps six decimals


@dataclass(frozen=True)
class Reading:
    """One reading of a table's columns: a hypothesis for each, and those that could be fitted."""

    hypotheses: Mapping[str, Hypothesis]
    columns: tuple[AlignedColumn, ...]


@dataclass(frozen=True)
class Subject:
    """A table to align: its columns in comparable form, and the sample of rows that settles them.

    `rows` has shape (sampled,) and counts from 0, `total` is the number of the table's rows; `held` and
    `index` are the cohort's, `reaches` the amplitudes of the marks in use.
    """

    values: Mapping[str, Values]
    held: CohortColumns
    index: Index
    reaches: Reaches
    total: int
    rows: Places

    @classmethod
    def of(
        cls,
        table: pa.Table,
        held: CohortColumns,
        index: Index,
        reaches: Reaches,
        draw: np.random.Generator,
    ) -> "Subject":
        """Return a table as the subject of an alignment, its sample of rows drawn by `draw`."""
        values = _with_labels(comparable(table), table, held, index)
        total = max((len(each.keys) for each in values.values()), default=0)
        return cls(values, held, index, reaches, total, spread_sample(total, LIMITS.sample, draw))

    @cached_property
    def keys(self) -> dict[str, Floats]:
        """The columns' values as numbers, by name."""
        return {name: each.keys for name, each in self.values.items()}

    @cached_property
    def fitter(self) -> ColumnFitter:
        """What fits columns to pairs of rows and participants."""
        return ColumnFitter(self.values, self.held, self.reaches)

    @cached_property
    def remaining(self) -> RemainingColumns:
        """What finds the columns that were not recognised at first."""
        return RemainingColumns(self.values, self.held, self.index, self.reaches)

    @cached_property
    def _smoothing(self) -> RegressionSmoothing:
        return RegressionSmoothing(self.values, self.held, self.reaches)

    def fit(
        self, hypotheses: Mapping[str, Hypothesis], pairs: Pairs, slack: float = 0.0
    ) -> tuple[AlignedColumn, ...]:
        """Return the columns fitted to pairs of rows and participants, regression-smoothed ones included."""
        return self._smoothing.of(self.fitter.fitted(hypotheses, pairs, slack=slack), pairs)

    def models(self, columns: Sequence[AlignedColumn]) -> list[CellModel]:
        """Return how likely a participant's value explains a cell, for each informative column."""
        made = [
            CellModel.of(
                each,
                self.held.values(each.cohort_column, decimals=_DECIMALS),
                self.reaches.get(each.cohort_column, ()),
            )
            for each in columns
        ]
        return [
            each
            for each in made
            if each.information(self.keys[each.column.file_column][: LIMITS.sample]) >= LIMITS.least_bits
        ]

    def taken(self, models: Sequence[CellModel], rows: Places) -> list[Floats]:
        """Return the values of the models' columns in some rows."""
        return [self.keys[each.column.file_column][rows] for each in models]


def comparable(table: pa.Table) -> dict[str, Values]:
    """Return columns in comparable form under unique names, except those without single values."""
    found = {name: canonical_values(table.column(place)) for place, name in enumerate(distinct_names(table))}
    return {
        name: each for name, each in found.items() if each is not None and not np.all(np.isnan(each.keys))
    }


def _with_labels(
    values: Mapping[str, Values], table: pa.Table, held: CohortColumns, index: Index
) -> dict[str, Values]:
    """Replace columns of binned labels by the order of their bins."""
    ordered = dict(values)
    for column, name in zip(table.columns, distinct_names(table), strict=True):
        if name in values:
            ordered[name] = ordered_bins(column, values[name], held, index) or values[name]
    return ordered
