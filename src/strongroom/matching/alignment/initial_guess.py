"""A first guess from a few dozen rows: the columns, their transforms, and the people in these rows.

The distributions of columns give a short list of what each could be; coarse levels of all columns together
give a short list of people for each row (`matching.disguised`). These few are compared by value, allowing for
marks. Rows and columns are then inferred jointly, first assuming no added noise, then more and more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from strongroom.matching.alignment.column_correlations import correlated_hypotheses
from strongroom.matching.alignment.column_hypotheses import TableHypotheses
from strongroom.matching.alignment.movements import Reaches
from strongroom.matching.alignment.value_likelihood import ValueLikelihood
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.disguised.match_disguised import informative, levels_of
from strongroom.matching.disguised.posterior import (
    ColumnHypotheses,
    Posterior,
    run_em,
    shortlist,
    shortlist_ratios,
)
from strongroom.matching.recognised import Floats, Places, Singles
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    first_blur: float = threshold(
        0.05,
        "share of a column's SD",
        "judgement: coarse levels are compared first; marks and rounding cross their edges",
    )
    rows: int = threshold(
        48, "rows", "cost: all columns and people are compared for each; four dozen settle a dozen columns"
    )
    first_columns: int = threshold(12, "columns", "cost: without noise a dozen say who a row is")
    columns: int = threshold(24, "columns", "cost: noisy columns say less, so more are needed")
    sure: float = threshold(0.5, "probability", "judgement: a row likelier matched than not")
    enough: float = threshold(
        0.5, "share of rows", "judgement: a wrong reading of the columns matches far fewer"
    )
    enough_rows: int = threshold(6, "rows", "judgement: fewer could agree by chance on a wrong reading")
    enough_bits: float = threshold(
        2.5,
        "bits a row",
        "judgement: set by trial on the attribution benchmark's cases; a wrong reading with noise earns less",
    )
    earned: float = threshold(3.0, "bits", "judgement: a column that gained less may be any other")
    least_values: int = threshold(2, "values", "judgement: the shape of a column needs two at least")
    enough_values: int = threshold(
        8, "values", "judgement: in long tables emptier columns say nothing of a sample of rows"
    )
    listings: int = threshold(4, "rounds", "cost: the short list of people settles in two or three")


LIMITS = _Limits()

# shares of a column's SD: noise assumed in turn. judgement: set by trial on the attribution benchmark's
# cases; noise in between fits one of them.
_BLURS = (0.0, 0.15, 0.5)


@dataclass(frozen=True, repr=False)
class Guess:
    """Columns by their names in the file, with a hypothesis each; rows and their likeliest people.

    `blur` is the noise that had to be assumed, as a share of a column's SD, and `bits` the log2 likelihood
    ratio of the whole reading. `hypotheses_by_column` lists what each column could be by its distribution
    alone.
    """

    columns: Mapping[str, Hypothesis]
    rows: Places
    people: Places
    certainty: Floats
    blur: float
    bits: float
    hypotheses_by_column: Mapping[str, Sequence[Hypothesis]] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Tell whether many of the rows match a participant with certainty, assuming no noise."""
        return self.blur == 0 and _enough(self)


def guess(likely: TableHypotheses, reaches: Reaches, *, draw: np.random.Generator) -> Guess | None:
    """Return the likeliest reading of a table's columns and of some of its rows, or None."""
    values, held, index = likely.values, likely.held, likely.index
    total = max((len(each.keys) for each in values.values()), default=0)
    columns = informative(values, fewest=int(np.clip(total // 2, LIMITS.least_values, LIMITS.enough_values)))
    if not columns or not index.columns:
        return None
    rows = np.sort(draw.permutation(total)[: LIMITS.rows])
    files = {name: FileColumn.of(each, rows) for name, each in columns.items()}
    shapes = {name: each for name in files for each in [likely.of(name)] if each}
    hypotheses_by_column = correlated_hypotheses(shapes, columns, held, index)
    best = _likeliest(_Attempt(files, hypotheses_by_column, rows, held, reaches), _BLURS)
    if best is None or not _enough(best):
        reversed_columns = {
            name: [_reversed(each) for each in listed] for name, listed in hypotheses_by_column.items()
        }
        other = _likeliest(_Attempt(files, reversed_columns, rows, held, reaches), _BLURS[:1])
        if other is not None and (best is None or other.bits > best.bits):
            best = other
    return None if best is None else replace(best, hypotheses_by_column=shapes)


def _likeliest(attempt: "_Attempt", blurs: Sequence[float]) -> Guess | None:
    """Return the likeliest reading, assuming more and more noise until one is likely enough."""
    best: Guess | None = None
    for blur in blurs:
        found = replace(attempt, blur=blur).settled(LIMITS.columns if blur else LIMITS.first_columns)
        if found is not None and (best is None or found.bits > best.bits):
            best = found
        if best is not None and _enough(best):
            break
        if blur and best is not None and best.bits >= LIMITS.enough_bits * len(best.rows):
            break
    return best


def _reversed(hypothesis: Hypothesis) -> Hypothesis:
    """Return the hypothesis that larger values are smaller ones: what is left if all columns are negated.

    Correlations are then as before, and the shapes of symmetrical columns do not tell.
    """
    if hypothesis.way == "recoded":
        return hypothesis
    return replace(hypothesis, way="scaled" if hypothesis.kind == "falling" else "falling", transform=None)


def _earned(suspect: ColumnHypotheses, found: Posterior | None) -> ColumnHypotheses:
    """Return a column's hypotheses, updated by the people shortlisted before, for a better shortlist."""
    if found is None:
        return suspect
    gains = found.gains[suspect.name]
    odds = [
        replace(each, odds=each.odds + gain) for each, gain in zip(suspect.hypotheses, gains, strict=True)
    ]
    return replace(suspect, hypotheses=odds)


def _agree(before: Posterior, after: Posterior) -> bool:
    return {name: each for name, (each, _) in before.chosen.items()} == {
        name: each for name, (each, _) in after.chosen.items()
    }


def _enough(found: Guess) -> bool:
    rows = len(found.rows)
    sure = int(np.count_nonzero(found.certainty >= LIMITS.sure))
    return sure >= max(LIMITS.enough * rows, min(LIMITS.enough_rows, rows))


@dataclass(frozen=True, repr=False)
class _Attempt:
    """One reading of the table, assuming noise of `blur` x the SD on its values."""

    files: Mapping[str, FileColumn]
    hypotheses_by_column: Mapping[str, Sequence[Hypothesis]]
    rows: Places
    held: CohortColumns
    reaches: Reaches
    blur: float = 0.0

    def settled(self, most: int) -> Guess | None:
        """Infer rows and the `most` varied columns jointly."""
        suspects, files = [], []
        for name, hypotheses in list(self.hypotheses_by_column.items())[:most]:
            suspects.append(self._suspect(name, hypotheses, self.files[name]))
            files.append(self.files[name])
        if not suspects:
            return None
        found: Posterior | None = None
        for _ in range(LIMITS.listings):
            listed = shortlist([_earned(each, found) for each in suspects], len(self.rows), self.held.people)
            ratios = [self._compared(each, file, listed) for each, file in zip(suspects, files, strict=True)]
            before = found
            found = run_em(suspects, ratios, listed, people=self.held.people)
            if before is not None and _agree(before, found):
                break
        return None if found is None else self._guess(found)

    def _suspect(self, name: str, hypotheses: Sequence[Hypothesis], file: FileColumn) -> ColumnHypotheses:
        levels = [levels_of(self.held, each.column) for each in hypotheses]
        blur = max(self.blur, LIMITS.first_blur)
        ratios = [each.ratios(file, of, blur=blur) for each, of in zip(hypotheses, levels, strict=True)]
        return ColumnHypotheses(name, hypotheses, ratios, [each.codes for each in levels])

    def _guess(self, posterior: Posterior) -> Guess:
        columns = {name: each for name, (each, bits) in posterior.chosen.items() if bits >= LIMITS.earned}
        hypotheses_by_column = sum(each.odds for each, _ in posterior.chosen.values())
        earned = posterior.evidence + hypotheses_by_column
        return Guess(columns, self.rows, posterior.people, posterior.certainty, self.blur, earned)

    def _compared(self, suspect: ColumnHypotheses, file: FileColumn, listed: Places) -> Singles:
        """Return likelihood ratios (hypotheses, rows, listed), from values if the transform is invertible."""
        ratios = shortlist_ratios(suspect, listed)
        near = ValueLikelihood(self.held, self.reaches, self.blur)
        for place, hypothesis in enumerate(suspect.hypotheses):
            if hypothesis.transform is not None and hypothesis.way != "recoded":
                ratios[place] = near.ratios(hypothesis, file, listed)
        return ratios
