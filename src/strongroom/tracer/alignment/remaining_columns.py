"""Columns that were not recognised by themselves, told by the people whose rows these are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from strongroom.matching import CohortColumns, Index
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.values.comparable import ValueKind, Values
from strongroom.tracer.alignment.column_hypotheses import not_thought_of, thinkable
from strongroom.tracer.alignment.model import Floats, Pairs, Reaches, ranks
from strongroom.tracer.alignment.value_likelihood import Nearness

_DECIMALS = 6
_LOOKED_AT, _COMPARED = 48, 1_000
_CONVINCING = 10.0
_FEWEST = 12
_FOLLOWS, _FOLLOWS_BLURRED = 0.6, 0.25
_FEWEST_BLURRED = 200
_OFF, _ERRORS = 0.05, 4.0


@dataclass(frozen=True)
class Completion:
    """Finds the cohort's columns for those columns of a table that have none yet."""

    values: Mapping[str, Values]
    held: CohortColumns
    index: Index
    reaches: Reaches

    def of(self, hypotheses: Mapping[str, Hypothesis], pairs: Pairs) -> dict[str, Hypothesis]:
        """Return the hypotheses, and such for the file's other columns that the pairs bear out."""
        found = dict(hypotheses)
        if len(pairs.rows) == 0:
            return found
        pairs = pairs.at(slice(None, None, max(1, len(pairs.rows) // _COMPARED)))
        for name, values in self.values.items():
            file = FileColumn.of(values, pairs.rows[:_LOOKED_AT])
            plain = name not in found and values.kind is not ValueKind.TEXT
            if not plain or len(file.present) == 0 or np.ptp(file.present) == 0:
                continue
            thought = thinkable(name, file, self.held, self.index)
            thought = [*thought, *not_thought_of(file, thought, self.index)]
            told = self._exactly(file, thought, pairs.at(slice(_LOOKED_AT)))
            told = told or self._roughly(values.keys[pairs.rows], thought, pairs)
            if told is not None:
                found[name] = told
        return found

    def _exactly(self, file: FileColumn, thought: Sequence[Hypothesis], pairs: Pairs) -> Hypothesis | None:
        """Return what a column is if that explains its values far better than being anybody's."""
        near = Nearness(self.held, self.reaches, 0.0)
        gains = [(-np.inf, 0)]
        for place, each in enumerate(thought):
            if each.transform is not None and each.way != "recoded":
                ratios = near.ratios(each, file, pairs.people[:, None])[:, 0]
                bits = float(np.sum(np.log2(1 + pairs.certainty * (ratios - 1))))
                gains.append((bits + each.odds, place))
        best, place = max(gains)
        return thought[place] if best >= _CONVINCING else None

    def _roughly(self, mine: Floats, thought: Sequence[Hypothesis], pairs: Pairs) -> Hypothesis | None:
        """Return the column followed most closely: closely indeed, or as itself with much noise."""
        judged = sorted(self._followed(mine, thought, pairs), key=lambda each: -each[0])
        if not judged:
            return None
        closeness, itself, best = judged[0]
        return best if closeness >= (_FOLLOWS_BLURRED if itself else _FOLLOWS) else None

    def _followed(
        self, mine: Floats, thought: Sequence[Hypothesis], pairs: Pairs
    ) -> Iterator[tuple[float, bool, Hypothesis]]:
        for each in thought:
            if each.way == "recoded":
                continue
            theirs = self.held.values(each.column, decimals=_DECIMALS)[pairs.people]
            both = ~(np.isnan(mine) | np.isnan(theirs))
            here, there = mine[both], theirs[both]
            if len(here) < _FEWEST or np.ptp(here) == 0 or np.ptp(there) == 0:
                continue
            closeness = float(abs(np.corrcoef(ranks(here), ranks(there))[0, 1]))
            yield closeness, each.way == "same" and _equal_but_for_noise(here, there), each


def _equal_but_for_noise(mine: Floats, theirs: Floats) -> bool:
    """Tell whether values are others plus noise: on a line of slope 1 through their own mean.

    A column that only goes together with the right one lies on another line.
    """
    if len(mine) < _FEWEST_BLURRED:
        return False
    spread = float(np.std(theirs))
    slope = float(np.cov(mine, theirs)[0, 1]) / float(np.var(theirs, ddof=1))
    error = float(np.std(mine - slope * theirs)) / (spread * np.sqrt(len(mine)))
    shift = abs(float(np.mean(mine - theirs))) / spread
    return bool(abs(slope - 1) <= _OFF + _ERRORS * error and shift <= _OFF + _ERRORS * error)
