"""What is aligned: a file's table in comparable form, and the cohort it is aligned with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from strongroom.matching.alignment.bin_labels import ordered_bins
from strongroom.matching.alignment.cell_likelihood import CellModel, informative_models
from strongroom.matching.alignment.column_fitting import ColumnFitter
from strongroom.matching.alignment.column_hypotheses import TableHypotheses
from strongroom.matching.alignment.movements import Reaches
from strongroom.matching.alignment.regression_smoothing import RegressionSmoothing
from strongroom.matching.alignment.remaining_columns import RemainingColumns
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.recognised import Floats, Pairs, Places, RecognisedColumn
from strongroom.matching.sampled_table import SAMPLED_ROWS, comparable_columns, spread_sample
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import Values
from strongroom.matching.values.comparable_table import ComparableTable, distinct_names


@dataclass(frozen=True)
class Reading:
    """One reading of a table's columns: a hypothesis for each, and those that could be fitted."""

    hypotheses: Mapping[str, Hypothesis]
    columns: tuple[RecognisedColumn, ...]


@dataclass(frozen=True, repr=False)
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
        whole: ComparableTable,
        held: CohortColumns,
        index: Index,
        reaches: Reaches,
        draw: np.random.Generator,
    ) -> "Subject":
        """Return a table as the subject of an alignment, its sample of rows drawn by `draw`."""
        values = _with_labels(comparable(whole), whole.table, held, index)
        total = max((len(each.keys) for each in values.values()), default=0)
        return cls(values, held, index, reaches, total, spread_sample(total, SAMPLED_ROWS, draw))

    @cached_property
    def keys(self) -> dict[str, Floats]:
        """The columns' values as numbers, by name."""
        return {name: each.keys for name, each in self.values.items()}

    @cached_property
    def fitter(self) -> ColumnFitter:
        """What fits columns to pairs of rows and participants."""
        return ColumnFitter(self.values, self.held, self.reaches)

    @cached_property
    def halves(self) -> dict[str, float]:
        """Half the step of the grid of each column's values, by name."""
        return {name: self.fitter.half(name) for name in self.values}

    @cached_property
    def likely(self) -> TableHypotheses:
        """What each column could be by itself."""
        return TableHypotheses(self.values, self.held, self.index)

    @cached_property
    def remaining(self) -> RemainingColumns:
        """What finds the columns that were not recognised at first."""
        return RemainingColumns(self.likely, self.reaches)

    @cached_property
    def _smoothing(self) -> RegressionSmoothing:
        return RegressionSmoothing(self.values, self.held, self.reaches)

    def fit(
        self, hypotheses: Mapping[str, Hypothesis], pairs: Pairs, slack: float = 0.0
    ) -> tuple[RecognisedColumn, ...]:
        """Return the columns fitted to pairs of rows and participants, regression-smoothed ones included."""
        return self._smoothing.of(self.fitter.fitted(hypotheses, pairs, slack=slack), pairs)

    def models(self, columns: Sequence[RecognisedColumn]) -> list[CellModel]:
        """Return how likely a participant's value explains a cell, for each informative column."""
        return informative_models(columns, self.keys, self.held, self.reaches)

    def taken(self, models: Sequence[CellModel], rows: Places) -> list[Floats]:
        """Return the values of the models' columns in some rows."""
        return [self.keys[each.column.file_column][rows] for each in models]


def comparable(whole: ComparableTable) -> dict[str, Values]:
    """Return columns in comparable form under unique names, except empty ones."""
    return {name: each for name, each in comparable_columns(whole).items() if not np.all(np.isnan(each.keys))}


def _with_labels(
    values: Mapping[str, Values], table: pa.Table, held: CohortColumns, index: Index
) -> dict[str, Values]:
    """Replace columns of binned labels by the order of their bins."""
    ordered = dict(values)
    for column, name in zip(table.columns, distinct_names(table), strict=True):
        if name in values:
            ordered[name] = ordered_bins(column, values[name], held, index) or values[name]
    return ordered
