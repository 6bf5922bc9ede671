"""The groups of a question that may be shown: their key values, how many people, and what they are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import Keys
from strongroom.disclosure.answer_noise.noisy_counts import shown_counts
from strongroom.disclosure.answer_noise.overlap_audit import Sketch
from strongroom.disclosure.gateway.context import Known, Protection
from strongroom.disclosure.gateway.group_names import descriptions
from strongroom.disclosure.query.emitting import MARK
from strongroom.disclosure.query.representation import Expression, Query

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Groups:
    """Groups of enough people, whatever their change: of fewer nothing is looked at any more.

    `table` has the engine's line of each.
    """

    query: Query
    table: pa.Table
    known: Known
    protection: Protection

    @classmethod
    def of(cls, query: Query, cells: pa.Table, known: Known, protection: Protection) -> "Groups":
        """Return those of an engine's groups that have enough people."""
        enough = cells.column("people").to_numpy() >= protection.rule.smallest
        return cls(query, cells.filter(pa.array(enough)), known, protection)

    @property
    def keys(self) -> list[Key]:
        """The key values of each group."""
        return keys_of(self.table, len(self.query.keys))

    def names(self, having: Sequence[Expression] = ()) -> Keys:
        """Return what each group's people who have these values draw their changes with."""
        return self._named(having) if having else self._whole_names

    @cached_property
    def _whole_names(self) -> Keys:
        return self._named(())

    def _named(self, having: Sequence[Expression]) -> Keys:
        named = descriptions(self.query, self.keys, having)
        return self.protection.noise.keys([f"{self.known.view}/{name}" for name in named])

    def whole(self, column: str) -> NDArray[np.int64]:
        """Return a column of whole numbers."""
        return np.array([int(each or 0) for each in self.table.column(column).to_pylist()], np.int64)

    def counted(self, people: str, having: Sequence[Expression] = ()) -> list[int | None]:
        """Return how many people each group has, by the column, as shown; None where it is not."""
        protection = self.protection
        shown = shown_counts(
            self.whole(people), self.names(having), noise=protection.noise, rule=protection.rule
        )
        return [None if hide else int(value) for value, hide in zip(shown.values, shown.hidden, strict=True)]

    def watched(self, people: str, mark: str = MARK) -> int:
        """Remember the groups as answered; returns how many are nearly ones answered before."""
        many, of = self.whole(people), self.table.column(mark).to_pylist()
        enough = np.flatnonzero(many >= self.protection.rule.smallest)
        return self.known.audit.watch([Sketch(int(of[place] or 0), int(many[place])) for place in enough])


def keys_of(table: pa.Table, keys: int) -> list[Key]:
    """Return the key values of each line of an engine's table."""
    if not keys:
        return [()] * table.num_rows
    return list(zip(*(table.column(f"k{place}").to_pylist() for place in range(keys)), strict=True))
