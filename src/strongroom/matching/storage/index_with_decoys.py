"""An index to which a view's decoys add their events and genotypes: what is visible to its project.

Decoys are invented people; a project cannot distinguish their rows from participants'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.model import PARTICIPANT, TableKind
from strongroom.cohort.views import DecoyTables
from strongroom.matching.storage.events import CohortEvents, add_events, open_events
from strongroom.matching.storage.genotypes import MISSING, CohortGenotypes, open_genotypes
from strongroom.matching.storage.index import Index

_CALLS = TableKind.GENOTYPES.value


@dataclass(frozen=True, repr=False)
class IndexWithDecoys(Index):
    """The index of a cohort, with the events and genotypes of decoys added."""

    decoys: tuple[DecoyTables, ...] = ()

    @cached_property
    def events(self) -> dict[int, CohortEvents]:
        """Which codes occur with which dates, by how many characters of the code count (0: all)."""
        besides = (TableKind.PARTICIPANTS.value, _CALLS)
        tables = [table for each in self.decoys for name, table in each.items() if name not in besides]
        held = open_events(self.stored)
        return {length: add_events(events, length, tables) for length, events in held.items()}

    @cached_property
    def genotypes(self) -> CohortGenotypes | None:
        """The genotypes, if any."""
        held = open_genotypes(self.stored)
        tables = [each[_CALLS] for each in self.decoys if _CALLS in each]
        return held if held is None or not tables else _added(held, tables)


@dataclass(frozen=True)
class _MoreGenotypes(CohortGenotypes):
    """Genotypes with further samples after those of `first`; `calls_of` holds their calls by variant."""

    first: CohortGenotypes
    calls_of: Mapping[int, NDArray[np.uint8]] = field(repr=False)

    def calls(self, variant: int) -> NDArray[np.uint8]:
        """Return a variant's calls, 0, 1, 2 or MISSING; shape (samples,)."""
        held = self.first.calls(variant)
        unknown = np.full(len(self.ordinals) - len(held), MISSING, np.uint8)
        return np.concatenate([held, self.calls_of.get(variant, unknown)])


def with_decoys(index: Index, decoys: Sequence[DecoyTables]) -> Index:
    """Return an index in which the decoys of some views count as people."""
    return IndexWithDecoys(index.columns, index.stored, tuple(decoys)) if decoys else index


def _added(held: CohortGenotypes, tables: Sequence[pa.Table]) -> CohortGenotypes:
    together = pa.concat_tables(tables, promote_options="default")
    place = {name: number for number, name in enumerate(held.names)}
    calls = {
        place[name]: together.column(name).fill_null(MISSING).to_numpy().astype(np.uint8)
        for name in together.column_names
        if name in place
    }
    ordinals = np.concatenate([held.ordinals, together.column(PARTICIPANT).to_numpy()])
    return _MoreGenotypes(held.names, ordinals, held.counts, held.stored, held, calls)
