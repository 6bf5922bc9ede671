"""What a view needs of its cohort's decoys, generated once and kept for all views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import Cohort as StoredCohort
from strongroom.cohort.model import PARTICIPANT, TableKind
from strongroom.cohort.selection import filter_columns, rows_passing
from strongroom.cohort.views import usual_columns
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys import DecoySettings, InventedPeople
from strongroom.tracer.decoys.decoy_tables import (
    DecoyRequest,
    affordable_decoys,
    extend_decoys,
    generate_decoys,
    with_whole_tables,
)
from strongroom.tracer.decoys.reserve import PROJECTS_IN_RESERVE, Reserve
from strongroom.tracer.decoys.settings import MOST_DECOYS
from strongroom.tracer.fingerprint import MarkPlan

_MAIN = TableKind.PARTICIPANTS.value


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_columns: int = threshold(
        60,
        "columns",
        "cost: of a wider cohort only the columns that views need are generated, about half a second each",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class DecoyNeeds:
    """What a view needs of the cohort's decoys: columns by table, with the marks' inputs, and its filter."""

    cohort: StoredCohort
    shown: Mapping[str, list[str]]
    where: str
    plan: MarkPlan

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns that kept decoys have to have: other tables whole, and those the row filter reads."""
        columns = with_whole_tables(self.cohort, {_MAIN: self.shown[_MAIN], **self.shown})
        columns[_MAIN] = list(dict.fromkeys([*columns[_MAIN], *filter_columns(self.cohort, self.where)]))
        return columns

    def reserve(
        self, kept: InventedPeople | None, settings: DecoySettings, *, own: int, random: np.random.Generator
    ) -> Reserve | None:
        """Return the cohort's decoys with all that the view needs; None where there are to be none."""
        everybody = self.cohort.ordinals()
        usual = affordable_decoys(settings.unique, len(everybody))
        batch = PROJECTS_IN_RESERVE * usual
        if kept is None:
            size = affordable_decoys(settings.shared, len(everybody))
            if size + batch == 0:
                return None
            made = self._generated(self._all_columns(), size + batch, everybody, random)
            return Reserve(replace(made, pool=size))
        wanted = DecoyRequest(self.columns, everybody, self.plan.obeyed)
        found = Reserve(extend_decoys(self.cohort, kept, wanted, random))
        if found.free >= min(own, usual):
            return found
        columns = {name: _without_person(table) for name, table in found.kept.tables.items()}
        return found.refilled(self._generated(columns, batch, everybody, random))

    def own(
        self, reserve: Reserve | None, count: int, members: NDArray[np.uint32], random: np.random.Generator
    ) -> tuple[InventedPeople, Reserve | None]:
        """Return a project's own decoys, from the reserve if enough of it pass the row filter."""
        first = self.cohort.manifest.capacity + MOST_DECOYS
        passes = partial(rows_passing, self.cohort, self.where)
        if reserve is not None:
            taken = reserve.taken(count, first=first, passes=passes, random=random)
            if taken is not None:
                return taken
        able = set(filter_columns(self.cohort, self.where)) <= set(self.shown[_MAIN])
        wanted = DecoyRequest(self.shown, members, self.plan.obeyed, passes if able else None)
        return generate_decoys(self.cohort, wanted, count, first=first, random=random), reserve

    def _generated(
        self,
        columns: Mapping[str, Sequence[str]],
        count: int,
        everybody: NDArray[np.uint32],
        random: np.random.Generator,
    ) -> InventedPeople:
        wanted = DecoyRequest(columns, everybody, self.plan.obeyed)
        first = self.cohort.manifest.capacity
        return generate_decoys(self.cohort, wanted, count, first=first, random=random)

    def _all_columns(self) -> dict[str, list[str]]:
        """Return the view's columns with all others of the participants' table, if these are not too many."""
        columns = self.columns
        others = [each for each in usual_columns(self.cohort) if each not in set(columns[_MAIN])]
        if len(columns[_MAIN]) + len(others) <= LIMITS.most_columns:
            columns[_MAIN] += others
        return columns


def _without_person(table: pa.Table) -> list[str]:
    return [name for name in table.column_names if name != PARTICIPANT]
