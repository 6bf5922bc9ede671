"""The line-up: the people to whom a row of an aligned file could belong, in the file's own units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
import pyarrow as pa

from strongroom.matching.alignment.cell_likelihood import DECIMALS, CellModel, informative_models
from strongroom.matching.alignment.movements import Reaches
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.recognised import Floats, Places, RecognisedColumn, Recognition
from strongroom.matching.sampled_table import SAMPLED_ROWS
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import canonical_values, round_to


@dataclass(frozen=True)
class Lineup:
    """Some people, with a cell model for each column: the expected values and the reach of marks.

    The models' samples are of the whole cohort in every line-up: how common a value is does not depend on who
    is searched for.
    """

    models: tuple[CellModel, ...]

    @classmethod
    def of_cohort(cls, known: Recognition, held: CohortColumns, reaches: Reaches) -> Self:
        """Line up the whole cohort, in the informative columns of an aligned table."""
        return cls(tuple(informative_models(known.columns, known.values, held, reaches)))

    def of(self, people: pa.Table, index: Index, reaches: Reaches) -> "Lineup":
        """Line up other people, from a table with the cohort's columns; columns it lacks count as missing.

        `reaches` is empty for people in the form a view shows them: their marks are known.
        """
        models = []
        for model in self.models:
            name, column = model.column.cohort_column, _column_for(model.column, people, index)
            there = CellModel.of(column, _values(people, name, index), reaches.get(name, ()))
            models.append(replace(model, middle=there.middle, reach=there.reach))
        return Lineup(tuple(models))

    @classmethod
    def joined(cls, parts: Sequence["Lineup"]) -> Self:
        """Return several line-ups with the same columns as one."""
        columns = zip(*(each.models for each in parts), strict=True)
        return cls(tuple(_joined(same) for same in columns))

    def __len__(self) -> int:
        return len(self.models[0].middle) if self.models else 0

    @cached_property
    def steps(self) -> Floats:
        """Everybody's values in steps of each column's tolerance, shape (people, columns)."""
        return np.column_stack([each.all_steps for each in self.models])

    def steps_of(self, values: Mapping[str, Floats], rows: Places) -> Floats:
        """Return a file's rows in the same steps, shape (rows, columns)."""
        return np.column_stack([each.steps(values[each.column.file_column][rows]) for each in self.models])

    def bits(self, values: Mapping[str, Floats]) -> Floats:
        """Return the mean information of a value of each column, shape (columns,)."""
        return np.array(
            [each.information(values[each.column.file_column][:SAMPLED_ROWS]) for each in self.models]
        )

    def agreeing(self, values: Mapping[str, Floats], rows: Places, people: Places) -> Places:
        """Return in how many columns rows agree with people, shape (pairs,)."""
        away = np.abs(self.steps_of(values, rows) - self.steps[people])
        return np.asarray(np.count_nonzero(away <= 1, axis=1), np.int64)

    def log_ratios(self, values: Mapping[str, Floats], rows: Places, people: Places) -> Floats:
        """Return log p(row | person) - log p(row | anybody) of pairs, shape (pairs,)."""
        total = np.zeros(len(rows))
        for each in self.models:
            total += each.log_ratios(values[each.column.file_column][rows], people)
        return total


def _joined(same: Sequence[CellModel]) -> CellModel:
    middle = np.concatenate([each.middle for each in same])
    return replace(same[0], middle=middle, reach=np.concatenate([each.reach for each in same]))


def _column_for(column: RecognisedColumn, people: pa.Table, index: Index) -> RecognisedColumn:
    """Return a column for other people: a smoothed value has a part of their own other columns."""
    if column.others_part is None:
        return column
    part = column.others_part.for_others(lambda name: _values(people, name, index), people=people.num_rows)
    return replace(column, others_part=part)


def _values(people: pa.Table, name: str, index: Index) -> Floats:
    """Return a column as the cohort's are compared; NaN where it is missing or of another kind."""
    if name in people.column_names and name in index.columns:
        found = canonical_values(people.column(name))
        if found is not None and found.kind is index.columns[name].kind:
            return round_to(found.keys, DECIMALS)
    return np.full(people.num_rows, np.nan)


def concatenated(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the rows of several tables, each with the columns it has."""
    return pa.concat_tables(tables, promote_options="permissive").combine_chunks()
