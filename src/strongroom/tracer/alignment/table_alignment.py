"""`align`: matches the cells of one table with the participants and columns they belong to."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from strongroom.matching import CohortColumns, Index, spread_sample
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.values.comparable import Values, canonical_values
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.alignment.bin_labels import ordered_bins
from strongroom.tracer.alignment.candidate_people import planned
from strongroom.tracer.alignment.cell_likelihood import CellModel
from strongroom.tracer.alignment.column_fitting import ColumnFitter
from strongroom.tracer.alignment.covariance_start import jointly_smoothed, same_named_columns
from strongroom.tracer.alignment.exact_values import ExactMatches, match_exact_values
from strongroom.tracer.alignment.initial_guess import Guess, guess
from strongroom.tracer.alignment.model import (
    ALMOST_SURE,
    AlignedColumn,
    Alignment,
    Floats,
    Pairs,
    Places,
    Reaches,
)
from strongroom.tracer.alignment.regression_smoothing import RegressionSmoothing
from strongroom.tracer.alignment.remaining_columns import RemainingColumns
from strongroom.tracer.alignment.row_matching import matched_pairs


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sample: int = threshold(
        2_000, "rows", "cost: rows used to settle columns; the rest are matched once, at the end"
    )
    settled: float = threshold(
        0.03, "relative change of the noise", "judgement: smaller changes alter no match"
    )
    probable: float = threshold(0.5, "probability", "judgement: a pair likelier right than wrong")
    blurred: float = threshold(
        0.7,
        "share of the first guess's blur",
        "judgement: the guess tries few blurs and errs upwards; less would keep only people near by chance",
    )
    least_bits: float = threshold(
        0.1, "bits", "judgement: a column that says less costs more time than it adds"
    )
    null_rows: int = threshold(
        400, "rows", "cost: with the rule of three their false-match rate is known down to 0.75 %"
    )
    least_compared: int = threshold(200, "rows", "judgement: fewer rows do not settle a column")
    compared_cells: int = threshold(
        120_000_000, "rows x people", "cost: bounds the repeated comparisons with everybody"
    )
    times_chance: float = threshold(
        2.0, "times the matches expected by chance", "judgement: fewer matches leave room for a better start"
    )


LIMITS = _Limits()

# share of a column's SD: least noise assumed in transformed columns, by round. judgement: a few dozen pairs
# misplace the ends of a line.
_SLACK = (0.03, 0.005, 0.0, 0.0, 0.0, 0.0, 0.0)
_DECIMALS = 6  # fixed: the index keeps six decimals


def align(
    table: pa.Table, held: CohortColumns, index: Index, reaches: Reaches, *, seed: int
) -> Alignment | None:
    """Recognise a table's columns and the participants in its rows; None if no column can be the cohort's.

    Ids and row order are not used, and column names only as a last resort (`covariance_start`). `reaches` are
    the amplitudes of the marks in use; no bit is known.
    """
    values = _with_labels(comparable(table), table, held, index)
    draw = np.random.default_rng(seed)
    search = _Search(values, held, index, reaches, draw)
    best: Alignment | None = None
    for hypotheses, columns in search.starts(guess(values, held, index, reaches, draw=draw), seed):
        found = search.settled(hypotheses, columns) if columns else None
        if found is not None and (best is None or _beyond_chance(found) > _beyond_chance(best)):
            best = found
        if best is not None and best.matched > LIMITS.times_chance * best.chance * best.rows:
            break
    return best


def _beyond_chance(found: Alignment) -> float:
    return found.matched - found.chance * found.rows


class _Search:
    """Alternates between matching rows and fitting columns, starting from a first guess."""

    def __init__(
        self,
        values: Mapping[str, Values],
        held: CohortColumns,
        index: Index,
        reaches: Reaches,
        draw: np.random.Generator,
    ) -> None:
        self.fitter = ColumnFitter(values, held, reaches)
        self._completion = RemainingColumns(values, held, index, reaches)
        self._blends = RegressionSmoothing(values, held, reaches)
        self._values, self._index = values, index
        self._held, self._reaches, self._draw = held, reaches, draw
        self._keys = {name: each.keys for name, each in values.items()}
        self._total = max((len(each) for each in self._keys.values()), default=0)
        self._rows = spread_sample(self._total, LIMITS.sample, draw)

    def starts(
        self, first: Guess | None, seed: int
    ) -> Iterator[tuple[Mapping[str, Hypothesis], tuple[AlignedColumn, ...]]]:
        """Yield initial readings of the columns; later ones are used where earlier ones match nobody."""
        guessed = {} if first is None else first.columns
        if first is not None and not first.plain:
            told = self._verbatim(first, seed)
            if told is not None:
                yield told.columns, self.fitter.fitted(told.columns, told.pairs)
        if first is not None and guessed:
            known = Pairs(first.rows, first.people, first.certainty)
            yield (
                guessed,
                self.fitter.fitted(guessed, known, blur=LIMITS.blurred * first.blur, slack=_SLACK[0]),
            )
        for named in (same_named_columns(self._values, self._index), guessed):
            yield named, jointly_smoothed(named, self._values, self._held)

    def _verbatim(self, first: Guess, seed: int) -> ExactMatches | None:
        halves = {name: self.fitter.half(name) for name in first.hypotheses_by_column}
        draw = np.random.default_rng([seed, 1])
        return match_exact_values(
            first.hypotheses_by_column,
            self._keys,
            halves,
            self._held,
            self._reaches,
            rows=self._rows,
            draw=draw,
        )

    def settled(
        self, hypotheses: Mapping[str, Hypothesis], columns: Sequence[AlignedColumn]
    ) -> Alignment | None:
        """Match rows given the columns and fit columns given the rows, in turn, with less and less slack."""
        for slack in _SLACK[1:]:
            models = self._models(columns)
            if not models:
                return None
            search = planned(models, self._taken(models, self._rows), people=self._held.people)
            step = max(1, len(self._rows) // _affordable(self._held.people)) if search.everybody else 1
            some = self._rows[::step]
            sampled = matched_pairs(models, self._taken(models, some), some, search=search)
            if len(sampled.rows) == 0:
                break
            hypotheses = self._completion.of(hypotheses, sampled.at(sampled.certainty >= LIMITS.probable))
            before, columns = columns, self._fitted(hypotheses, sampled, slack) or columns
            if slack == 0 and _settled(before, columns):
                break
        return self._aligned(hypotheses, columns)

    def _fitted(
        self, hypotheses: Mapping[str, Hypothesis], pairs: Pairs, slack: float = 0.0
    ) -> tuple[AlignedColumn, ...]:
        return self._blends.of(self.fitter.fitted(hypotheses, pairs, slack=slack), pairs)

    def _aligned(
        self, hypotheses: Mapping[str, Hypothesis], columns: Sequence[AlignedColumn]
    ) -> Alignment | None:
        models = self._models(columns)
        if not models:
            return None
        taken = self._taken(models, self._rows)
        pairs = matched_pairs(models, taken, self._rows)
        matched = _people_sure(pairs)
        chance = _chance(models, taken, self._held.people, self._draw)
        if self._total > len(self._rows):
            everything = np.arange(self._total)
            pairs = matched_pairs(models, self._taken(models, everything), everything)
            if len(pairs.rows):
                columns = self._fitted(hypotheses, pairs) or columns
        used = {each.column.file_column for each in models}
        kept = tuple(each for each in columns if each.file_column in used)
        return Alignment(kept, pairs, self._keys, len(self._rows), matched, chance)

    def _models(self, columns: Sequence[AlignedColumn]) -> list[CellModel]:
        made = [
            CellModel.of(
                each,
                self._held.values(each.cohort_column, decimals=_DECIMALS),
                self._reaches.get(each.cohort_column, ()),
            )
            for each in columns
        ]
        return [
            each
            for each in made
            if each.information(self._keys[each.column.file_column][: LIMITS.sample]) >= LIMITS.least_bits
        ]

    def _taken(self, models: Sequence[CellModel], rows: Places) -> list[Floats]:
        return [self._keys[each.column.file_column][rows] for each in models]


def _settled(before: Sequence[AlignedColumn], after: Sequence[AlignedColumn]) -> bool:
    """Tell whether the same columns were found, with about the same noise."""
    noise = {each.file_column: (each.transform.name, max(each.noise, 0.1 * each.half)) for each in before}
    return len(before) == len(after) and all(
        each.file_column in noise
        and noise[each.file_column][0] == each.transform.name
        and abs(max(each.noise, 0.1 * each.half) / noise[each.file_column][1] - 1) <= LIMITS.settled
        for each in after
    )


def comparable(table: pa.Table) -> dict[str, Values]:
    """Return columns in comparable form under unique names, except those without single values."""
    found = {name: canonical_values(table.column(place)) for place, name in enumerate(_own_names(table))}
    return {
        name: each for name, each in found.items() if each is not None and not np.all(np.isnan(each.keys))
    }


def _own_names(table: pa.Table) -> list[str]:
    names = table.column_names
    if len(set(names)) == len(names):
        return list(names)
    return [f"{name} ({place})" for place, name in enumerate(names, 1)]


def _with_labels(
    values: Mapping[str, Values], table: pa.Table, held: CohortColumns, index: Index
) -> dict[str, Values]:
    """Replace columns of binned labels by the order of their bins."""
    ordered = dict(values)
    for column, name in zip(table.columns, _own_names(table), strict=True):
        if name in values:
            ordered[name] = ordered_bins(column, values[name], held, index) or values[name]
    return ordered


def _affordable(people: int) -> int:
    """Return how many rows can be compared with all participants repeatedly."""
    return max(LIMITS.least_compared, LIMITS.compared_cells // people)


def _people_sure(pairs: Pairs) -> int:
    return len(np.unique(pairs.people[pairs.certainty >= ALMOST_SURE]))


def _chance(
    models: Sequence[CellModel], values: Sequence[Floats], people: int, draw: np.random.Generator
) -> float:
    """Return an upper limit on the share of rows matched by chance, measured on two kinds of null tables.

    In one, each column is drawn independently from the file's. The other has participants' rows, altered as
    the file is, that may not be matched with themselves: as similar as strangers can be.
    """
    search = planned(models, values, people=people)
    total = min(LIMITS.null_rows, _affordable(people)) if search.everybody else LIMITS.null_rows
    rows = np.arange(total)
    mixed = [each[draw.integers(0, len(each), total)] for each in values]
    owners = draw.integers(0, people, total)
    alike = [_disguised(model, owners, draw) for model in models]
    found = [
        matched_pairs(models, mixed, rows, search=search),
        matched_pairs(models, alike, rows, search=search, owners=owners),
    ]
    # Rule of three: the 95 % upper limit for an event with no occurrence in n rows is 3 / n.
    return min((max(_people_sure(each) for each in found) + 3) / total, 0.5)


def _disguised(model: CellModel, owners: Places, draw: np.random.Generator) -> Floats:
    ways = np.array(model.moves or ((0.0, 1.0),))
    moved = model.reach[owners] * draw.choice(ways[:, 0], len(owners), p=ways[:, 1] / ways[:, 1].sum())
    values = model.middle[owners] + moved + draw.normal(0, max(model.column.noise, 1e-12), len(owners))
    step = 2 * model.column.half
    return np.asarray(np.round(values / step) * step if step > 0 else values, np.float64)
