"""A cohort whose columns carry marks, and copies of some people's rows."""

from dataclasses import dataclass

import numpy as np
import pytest

from strongroom.matching import CohortColumns, Index
from strongroom.matching.values.comparable import ValueKind
from strongroom.tracer.fingerprint.code import Code
from strongroom.tracer.fingerprint.planning.number_columns import plan_marks


@dataclass(frozen=True)
class Marked:
    """Everything alignment is handed, and `copy`, which makes somebody's marked rows."""

    held: CohortColumns
    index: Index
    names: list[str]
    rules: dict

    @property
    def reaches(self):
        return {name: (rule,) for name, rule in self.rules.items()}

    def of(self, name, people=None):
        values = self.held.values(name, decimals=6)
        return values if people is None else values[people]

    def copy(self, people, names, seed=5):
        """Return marked values of shape (people, names)."""
        draw = np.random.default_rng(seed)
        columns = []
        for name in names:
            before = self.of(name, people)
            cells = Code(bytes(32)).marked(name, np.arange(len(people)), 1.0, rise=self.rules[name].rise)
            bits = Code(draw.bytes(32)).bits(cells)
            after = self.rules[name].nudged(before, bits, cells.levels, cells.raised)
            columns.append(np.where(self.rules[name].markable(before), after, before))
        return np.column_stack(columns)


@pytest.fixture
def marked(extracts):
    held = CohortColumns(extracts.cohort, extracts.index)
    rules = {
        name: plan_marks(name, held.values(name, decimals=6), strength=0.02) for name in extracts.telling
    }
    kinds = {name: extracts.index.columns[name].kind for name in extracts.telling}
    names = [name for name in kinds if rules[name].density > 0.9 and kinds[name] is ValueKind.NUMBER]
    return Marked(held, extracts.index, names, {name: rules[name] for name in names})
