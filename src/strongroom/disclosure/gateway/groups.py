"""The groups of a query: their key values, counts and names."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.cell_noise import Keys
from strongroom.disclosure.answer_noise.estimates import Estimate
from strongroom.disclosure.answer_noise.noisy_counts import deviation_of_count, noisy_counts, shown_counts
from strongroom.disclosure.answer_noise.overlap_audit import Sketch
from strongroom.disclosure.gateway.context import Engine, Protection, QueriedView
from strongroom.disclosure.gateway.group_names import descriptions, limits_name, written
from strongroom.disclosure.gateway.query_cost import Noise
from strongroom.disclosure.query.emitting import SKETCH, Emitted
from strongroom.disclosure.query.representation import Expression, Query

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Groups:
    """The groups with enough people for any noise; smaller ones are dropped before anything else.

    No noise lifts a smaller group to the threshold, so whether it was dropped cannot be seen. `table` has
    the engine's row of each group.
    """

    query: Query
    table: pa.Table
    view: QueriedView
    protection: Protection
    noise: Noise

    @classmethod
    def of(
        cls, query: Query, cells: pa.Table, view: QueriedView, protection: Protection, noise: Noise
    ) -> "Groups":
        """Return the groups of the engine's result that have enough people."""
        enough = cells.column("people").to_numpy() >= protection.rule.smallest
        return cls(query, cells.filter(pa.array(enough)), view, protection, noise)

    @property
    def keys(self) -> list[Key]:
        """The key values of each group."""
        return keys_of(self.table, len(self.query.keys))

    def names(self, having: Sequence[Expression] = ()) -> Keys:
        """Return the noise key of each group, or of its people who have the values `having`."""
        # By text: 0.0 and -0.0 are equal, but have different names.
        of = written(tuple(having))
        if of not in self._known:
            self._known[of] = self._named(having)
        return self._known[of]

    @cached_property
    def _known(self) -> dict[str, Keys]:
        return {}

    @cached_property
    def _limits(self) -> str:
        return limits_name(self.query, self.noise.groups_each)

    def _named(self, having: Sequence[Expression]) -> Keys:
        prefix = f"{self.view.name}/{self._limits}"
        named = descriptions(self.query, self.keys, having)
        return self.protection.noise.keys([f"{prefix}/{name}" for name in named])

    def integers(self, column: str) -> NDArray[np.int64]:
        """Return a column of integers."""
        return np.array([int(each or 0) for each in self.table.column(column).to_pylist()], np.int64)

    def counted(self, people: str, having: Sequence[Expression] = ()) -> list[Estimate]:
        """Return each group's noisy count of the column, and its standard deviation; None where hidden."""
        rule, deviation = self.protection.rule, self.noise.deviation
        noisy = noisy_counts(
            self.integers(people), self.names(having), noise=self.protection.noise, deviation=deviation
        )
        shown = shown_counts(noisy, rule=rule, deviation=deviation)
        width = round(deviation_of_count(rule, deviation), 1)
        return [
            (None, None) if hide else (int(value), width)
            for value, hide in zip(shown.values, shown.hidden, strict=True)
        ]

    def sketches(self, people: str, sketch: str = SKETCH) -> list[Sketch]:
        """Return what the overlap audit remembers of the groups."""
        counts, parities = self.integers(people), self.table.column(sketch).to_pylist()
        enough = np.flatnonzero(counts >= self.protection.rule.smallest)
        return [Sketch(int(parities[place] or 0), int(counts[place])) for place in enough]


def results_of(emitted: Emitted, engine: Engine) -> tuple[pa.Table, dict[int, pa.Table]]:
    """Run a query's statements, each once; return the rows of its groups and of its distributions.

    Raises EngineError if one fails.
    """
    if emitted.joint is None:
        return engine.run(emitted.cells), {}
    both = engine.run(emitted.joint)
    whole = both.column("whole").to_numpy() == 1
    of_bins = ~whole & both.column("bin").is_valid().to_numpy(zero_copy_only=False)
    found = {next(iter(emitted.distributions.values())): both.filter(pa.array(of_bins))}
    for sql in emitted.distributions.values():
        if sql not in found:
            found[sql] = engine.run(sql)
    distributions = {place: found[sql] for place, sql in emitted.distributions.items()}
    return both.filter(pa.array(whole)), distributions


def keys_of(table: pa.Table, keys: int) -> list[Key]:
    """Return the key values of each row of the engine's result."""
    if not keys:
        return [()] * table.num_rows
    return list(zip(*(table.column(f"k{place}").to_pylist() for place in range(keys)), strict=True))
