"""One visit of a block of people: every field's values, computed on first use and kept."""

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from strongroom.cohort.synthetic.array_types import Bools, Dates, Floats, Ints, Scores, Values
from strongroom.cohort.synthetic.conditions import Conditions
from strongroom.cohort.synthetic.people import People
from strongroom.cohort.synthetic.spec import Catalogue, FieldSpec

Maker = Callable[["Visit", FieldSpec, int], Values]
"""Computes the values of a field at one array position, for the people at the visit."""


class Visit:
    """The m people of a block who attended visit `instance`; its arrays have length m, in block order."""

    def __init__(
        self, people: People, conditions: Conditions, instance: int, *, catalogue: Catalogue, maker: Maker
    ) -> None:
        self.people = people
        self.conditions = conditions
        self.instance = instance
        self._catalogue = catalogue
        self._maker = maker
        self._made: dict[tuple[int, int], Values] = {}
        self._kept: dict[int, Values] = {}
        self._blocks: dict[str, Bools] = {}
        self.rows: Ints = np.flatnonzero(~np.isnat(people.attended[instance]))

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def day(self) -> Dates:
        """The day on which each attended."""
        return self.people.attended[self.instance][self.rows]

    @cached_property
    def traits(self) -> Mapping[str, Scores]:
        """The traits' scores on that day."""
        return {name: score[self.rows] for name, score in self.people.traits[self.instance].items()}

    @cached_property
    def male(self) -> Bools:
        """Who is a man."""
        return self.people.male[self.rows]

    @cached_property
    def years(self) -> Floats:
        """Exact age in years."""
        return (self.day - self.people.born[self.rows]).astype("timedelta64[D]").astype(np.float64) / 365.25

    def values(self, field_id: int, array: int = 0) -> Values:
        """Return a field's recorded values: floats with NaN, or days with NaT, where there is none."""
        key = (field_id, array)
        if key not in self._made:
            spec = self._catalogue.fields[field_id]
            self._made[key] = self._present(spec, self._maker(self, spec, array))
        return self._made[key]

    def answers(self, field_id: int, array: int = 0) -> Floats:
        """Return a field's values without its special codes, which are not quantities."""
        values = self.values(field_id, array)
        return np.where(np.isin(values, list(self._catalogue.fields[field_id].special)), np.nan, values)

    def random(self, *label: str | int) -> np.random.Generator:
        """Return the stream of this visit for `label`."""
        return self.people.streams.open("visit", self.instance, *label)

    def once(self, field_id: int, make: Callable[[], Values]) -> Values:
        """Return what `make` gives for a field, computed once: an array's positions come from one table."""
        if field_id not in self._kept:
            self._kept[field_id] = make()
        return self._kept[field_id]

    def before(self, onset: Dates) -> Bools:
        """Tell who had, by that day, the condition whose `onset` (for the whole block) is given."""
        return onset[self.rows] <= self.day

    def _present(self, spec: FieldSpec, values: Values) -> Values:
        absent = np.zeros(len(self), bool)
        if spec.block:
            absent |= self._block_absent(spec.block)
        if spec.missing:
            absent |= self.random("missing", spec.field_id).random(len(self)) < spec.missing
        if spec.only:
            absent |= self.male != (spec.only == "male")
        for parent, codes in spec.asked.items():
            absent |= ~np.isin(self.values(parent), codes)
        if spec.unless:
            absent |= ~np.isnan(self.values(spec.unless))
        if not absent.any():
            return values
        nothing = np.datetime64("NaT", "D") if values.dtype.kind == "M" else np.nan
        return np.where(absent, nothing, values)

    def _block_absent(self, block: str) -> Bools:
        """Tell for whom a tube, a device or a questionnaire is missing, with all its fields."""
        if block not in self._blocks:
            share = self._catalogue.blocks[block]
            self._blocks[block] = self.random("block", block).random(len(self)) < share
        return self._blocks[block]
