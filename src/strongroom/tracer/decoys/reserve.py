"""Decoys kept for a cohort: the shared pool, and a reserve from which each project is given its own.

Both are generated together, once, with all columns that views may need: the generator is fitted to a whole
cohort, and the members of any view are some of its people.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, TableKind
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.register import InventedPeople

_MAIN = TableKind.PARTICIPANTS.value
Passes = Callable[[pa.Table], NDArray[np.bool_]]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    projects: int = threshold(
        20,
        "projects",
        "cost: generating decoys for 20 projects at once takes three times as long as for one",
    )


LIMITS = _Limits()
PROJECTS_IN_RESERVE = LIMITS.projects


@dataclass(frozen=True)
class Reserve:
    """The decoys kept for a cohort: its shared pool, and those that no view has yet."""

    kept: InventedPeople

    @property
    def pool(self) -> InventedPeople:
        """The shared decoys."""
        ordinals = self.kept.ordinals
        return self.kept.only(ordinals[ordinals < self._end])

    @property
    def free(self) -> int:
        """How many decoys are left for further projects."""
        return int(np.count_nonzero(self.kept.ordinals >= self._end))

    @property
    def _end(self) -> int:
        return self.kept.first + self.kept.pool

    def refilled(self, people: InventedPeople) -> "Reserve":
        """Return the reserve with more free decoys, which have the same columns."""
        first = int(self.kept.ordinals.max(initial=self._end - 1)) + 1
        more = people.renumbered(first)
        tables = {
            name: pa.concat_tables([table, more.tables[name].select(table.column_names)])
            for name, table in self.kept.tables.items()
        }
        return Reserve(replace(self.kept, tables=tables))

    def taken(
        self, count: int, *, first: int, passes: Passes, random: np.random.Generator
    ) -> "tuple[InventedPeople, Reserve] | None":
        """Return `count` free decoys of those who pass, with ordinals from `first` on, and the rest.

        None where fewer pass. `passes` tells for each row of the participants' table whether it does.
        """
        table = self.kept.tables[_MAIN]
        ordinals = table.column(PARTICIPANT).to_numpy().astype(np.int64)
        able = ordinals[(ordinals >= self._end) & passes(table)]
        if len(able) < count:
            return None
        chosen = random.choice(able, count, replace=False)
        rest = self.kept.ordinals[~np.isin(self.kept.ordinals, chosen)]
        return self.kept.only(chosen).renumbered(first), Reserve(self.kept.only(rest))
