"""`match_few_rows`: recognise a dozen rows whose values were rounded, perturbed or converted, jointly.

So few rows cannot be split into rows to fit and rows to test, nor counted against a rate. Their bits are
added up:

1. List what each column could be (`likely_columns`), and infer rows and columns jointly (`posterior`).
2. The distance of values from those of the likeliest people gives each column one number, its noise. Nothing
   else is fitted.
3. Score every row against all people, and likewise rows of participants transformed in the same way, which
   may not match themselves. The upper tail of the latter is what chance gives, whatever columns repeat of
   each other.
4. Add up the rows' bits beyond chance. Subtract the price of choosing each column from its list, of its noise
   and of adding up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.disguised.levels import FileColumn
from strongroom.matching.disguised.likely_columns import MOST_CANDIDATES, ColumnLikelihoods, half_step
from strongroom.matching.disguised.match_disguised import levels_of
from strongroom.matching.disguised.posterior import ColumnHypotheses, Posterior, infer
from strongroom.matching.disguised.scoring import BestPeople, NumericColumn, best_people
from strongroom.matching.disguised.sizes import LIMITS as SIZES
from strongroom.matching.disguised.sizes import can_be_searched, informative_columns
from strongroom.matching.recognised import SAME, Chance, Null, Pairs, RecognisedColumn, Recognition, Transform
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import Floats, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_columns: int = threshold(16, "columns", "cost: each is scored against every person")
    most_lookups: int = threshold(
        400_000_000,
        "rows x people x columns x hypotheses",
        "cost: bounds the look-ups of likelihood ratios; columns get fewer hypotheses, at least three, "
        "to stay below",
    )
    spare_bits: float = threshold(
        4.0,
        "bits",
        "judgement: subtracted once for choices that are not counted elsewhere",
    )
    null_cells: int = threshold(
        4_000_000,
        "rows x people",
        "cost: bounds the rows drawn to measure chance",
    )
    least_nulls: int = threshold(
        48, "rows", "judgement: of fewer rows the upper tail of chance scores is unknown"
    )
    most_nulls: int = threshold(200, "rows", "cost: more rows hardly change the mean")
    rounds: int = threshold(
        4,
        "rounds",
        "judgement: noise and people settle within four; half-way, uninformative columns are dropped",
    )
    least_lead: float = threshold(
        2.0,
        "bits",
        "judgement: people 2^2 times likelier than the next are used to measure noise",
    )
    least_sure: float = threshold(
        0.6,
        "share of rows",
        "judgement: with fewer clear rows the best of all rows are taken, this many",
    )
    exact_price: float = threshold(
        1.0,
        "bits a column",
        "judgement: price of the choice that a column is exact to its last digit",
    )
    noise_price: float = threshold(
        4.0,
        "bits a column",
        "judgement: price of measuring a column's noise, as of one choice among 2^4",
    )
    rarer: float = threshold(
        3.0,
        "bits",
        "judgement: one chance score this far above the highest drawn is assumed, "
        "because few draws miss the tail",
    )
    foreign_share: float = threshold(
        0.2,
        "share of rows",
        "judgement: rows that may be no participant's; with 0, one of them would cancel the evidence of all",
    )
    least_noise: float = threshold(
        1e-6,
        "in units of the column",
        "derived: the six decimals of comparable values (values/comparable)",
    )


LIMITS = _Limits()


_SIGMA = 1.4826  # fixed: standard deviation over median absolute deviation, of a normal distribution
# Powers of the likelihood ratio that are mixed (judgement: below 1 for scores that fit less well).
_POWERS = (1.0, 0.75, 0.5)


@dataclass(frozen=True)
class _Column:
    """A file column inverted under a hypothesis, shape (rows,), and half of its last written digit."""

    candidates: ColumnHypotheses
    hypothesis: Hypothesis
    inverted: Floats = field(repr=False)
    half_digit: float
    empty: float


def match_few_rows(
    values: Mapping[str, Values], cohort: CohortColumns, index: Index, *, draw: np.random.Generator
) -> Recognition | None:
    """Recognise the rows of a table of 5 to 64 rows, given in comparable form; None if none is recognised."""
    if not can_be_searched(values) or not index.columns:
        return None
    rows, files = len(next(iter(values.values())).keys), _informative(values)
    candidates_by_column = _candidate_columns(files, index, cohort)
    if len(candidates_by_column) < SIZES.least_columns:
        return None
    posterior = infer(candidates_by_column, rows=rows, people=cohort.people)
    columns = [
        column
        for each in candidates_by_column
        if each.name in posterior.chosen and posterior.chosen[each.name][1] > 0
        for column in [_inverted(files[each.name], each, posterior.chosen[each.name][0])]
        if column is not None
    ]
    columns, found, best = _fit_noise(columns, posterior, cohort)
    if len(found) < SIZES.least_columns:
        return None
    return _with_evidence(columns, found, best, cohort, draw)


def _informative(values: Mapping[str, Values]) -> dict[str, FileColumn]:
    """Keep numbers and dates with several distinct values, the most varied if there are many."""
    files = {
        name: FileColumn.of(values[name], np.arange(len(values[name].keys)))
        for name in informative_columns(values)
    }
    varied = sorted(files, key=lambda name: -len(np.unique(files[name].present)))
    return {name: files[name] for name in varied[: LIMITS.most_columns]}


def _candidate_columns(
    files: Mapping[str, FileColumn], index: Index, cohort: CohortColumns
) -> list[ColumnHypotheses]:
    likely = cohort.derived("likely", lambda: ColumnLikelihoods(index))
    rows = len(next(iter(files.values())).keys)
    most = max(3, min(MOST_CANDIDATES, LIMITS.most_lookups // (rows * cohort.people * len(files))))
    candidates_by_column = []
    for name, file in files.items():
        hypotheses = likely.hypotheses(file)[:most]
        if hypotheses:
            levels = [levels_of(cohort, each.column) for each in hypotheses]
            ratios = [each.ratios(file, of) for each, of in zip(hypotheses, levels, strict=True)]
            candidates_by_column.append(
                ColumnHypotheses(name, hypotheses, ratios, [each.codes for each in levels])
            )
    return candidates_by_column


def _inverted(file: FileColumn, candidates: ColumnHypotheses, hypothesis: Hypothesis) -> _Column | None:
    """Return a column inverted, None if that gives no numbers, as with powers of large ones."""
    back = hypothesis.transform.invert if hypothesis.transform is not None else np.asarray
    half = half_step(file)
    with np.errstate(all="ignore"):
        inverted = back(file.keys)
        steps = np.abs(back(file.keys + half) - back(file.keys - half))
    known = np.isfinite(inverted) & np.isfinite(steps)
    if not known.any():
        return None
    half_digit = float(np.median(steps[known])) / 2
    return _Column(candidates, hypothesis, np.where(known, inverted, np.nan), half_digit, file.missing)


def _fit_noise(
    columns: Sequence[_Column], posterior: Posterior, cohort: CohortColumns
) -> tuple[list[_Column], list[NumericColumn], BestPeople]:
    """Measure each column's noise from likely people, find likelier people with it, and repeat.

    Columns that say less about these people than they cost are dropped half-way.
    """
    people, sure = (
        posterior.people,
        posterior.certainty >= np.quantile(posterior.certainty, 1 - LIMITS.least_sure),
    )
    kept, found = list(columns), list[NumericColumn]()
    best = BestPeople(people, posterior.certainty, posterior.certainty)
    for turn in range(LIMITS.rounds):
        found = [_with_noise(column, people, sure, cohort) for column in kept]
        if turn == LIMITS.rounds // 2:
            informs = [_informs(*pair, people, sure) for pair in zip(kept, found, strict=True)]
            kept = [column for column, each in zip(kept, informs, strict=True) if each]
            found = [fitted for fitted, each in zip(found, informs, strict=True) if each]
        if len(found) < SIZES.least_columns:
            return [], [], best
        best = best_people(found, _prepared(kept, found), people=cohort.people)
        sure = best.bits - best.second >= LIMITS.least_lead
        if np.count_nonzero(sure) < LIMITS.least_sure * len(sure):
            sure = best.bits >= np.quantile(best.bits, 1 - LIMITS.least_sure)
        people = best.people
    return kept, found, best


def _informs(
    column: _Column, fitted: NumericColumn, people: NDArray[np.int64], sure: NDArray[np.bool_]
) -> bool:
    """Tell whether a column says more about the most certain people than its choice costs."""
    theirs = replace(fitted, theirs=fitted.theirs[people[sure]])
    bits = np.zeros((np.count_nonzero(sure),) * 2, np.float32)
    theirs.add(bits, fitted.prepared(column.inverted)[sure])
    return float(np.trace(bits)) > _price(column, fitted)


def _with_noise(
    column: _Column, people: NDArray[np.int64], sure: NDArray[np.bool_], cohort: CohortColumns
) -> NumericColumn:
    theirs = cohort.values(column.hypothesis.column, decimals=6)
    away = np.abs(column.inverted - theirs[people])[sure]
    away = away[~np.isnan(away)]
    finest = _finest(column)
    noise = max(_SIGMA * float(np.median(away)), finest) if len(away) else float(np.nanstd(theirs))
    back = column.hypothesis.transform
    transform = SAME if back is None or back.name == SAME.name else Transform(back.name)
    recognised = RecognisedColumn(
        column.candidates.name, column.hypothesis.column, transform, noise, column.half_digit
    )
    # The file's values are compared after the way back, as the cohort's.
    return NumericColumn.of(recognised, theirs, theirs, column.empty)


def _finest(column: _Column) -> float:
    """Return the noise of a value that is merely rounded to its last digit."""
    return max(0.58 * column.half_digit, LIMITS.least_noise)


def _prepared(columns: Sequence[_Column], found: Sequence[NumericColumn]) -> list[Floats]:
    return [fitted.prepared(column.inverted) for column, fitted in zip(columns, found, strict=True)]


def _with_evidence(
    columns: Sequence[_Column],
    found: Sequence[NumericColumn],
    best: BestPeople,
    cohort: CohortColumns,
    draw: np.random.Generator,
) -> Recognition | None:
    price = LIMITS.spare_bits + sum(_price(*each) for each in zip(columns, found, strict=True))
    # Before rows are drawn: the null can only lower the evidence.
    if _evidence(best, np.empty(0), cohort.people) <= price:
        return None
    nulls = int(np.clip(LIMITS.null_cells // cohort.people, LIMITS.least_nulls, LIMITS.most_nulls))
    owners = draw.choice(cohort.people, min(nulls, cohort.people), replace=False)
    alike = [each.simulate(owners, draw) for each in found]
    others = best_people(found, alike, people=cohort.people, owners=owners).bits
    bits = _evidence(best, others, cohort.people) - price
    people = np.where(best.bits - best.second >= 1.0, best.people, -1)
    rows = np.arange(len(people))
    return Recognition(
        columns=tuple(each.column for each in found),
        rows=rows,
        matched=int(np.count_nonzero(people >= 0)),
        pairs=Pairs.one_each(rows, people),
        chance=Chance(log10=min(-bits * float(np.log10(2)), 0.0), null=Null.ALIKE),
        bits_median=float(np.median(best.bits)),
        method="disguised",
    )


def _price(column: _Column, fitted: NumericColumn) -> float:
    """Return the bits that choosing the column's hypothesis among all likely ones costs, with its noise."""
    odds = np.array([each.odds for each in column.candidates.hypotheses])
    chosen = float(np.log2(np.sum(2.0 ** (odds - column.hypothesis.odds))))
    return chosen + (LIMITS.exact_price if fitted.column.noise <= _finest(column) else LIMITS.noise_price)


def _evidence(best: BestPeople, null: Floats, people: int) -> float:
    """Return log2 of how much likelier the rows' scores are for participants than by chance.

    2^(power * score) over its mean by chance is an e-value (Vovk and Wang 2021): its mean is 1, a product
    over rows exceeds B with probability 1 / B at most, and so does a mixture over a few powers. The mean by
    chance is log2 of the number of people, or what the `null` scores give if that is more.
    """
    # Two rows of one person count once.
    order = np.argsort(-best.bits)
    scores = best.bits[order][np.unique(best.people[order], return_index=True)[1]]
    found = []
    for power in _POWERS:
        chance = power * float(np.log2(people))
        if len(null):
            # One further score, above the highest drawn: so few draws do not show the rarest.
            draws = np.append(null, null.max() + LIMITS.rarer)
            chance = max(chance, float(np.logaddexp2.reduce(power * draws) - np.log2(len(draws))))
        ratios = 2.0 ** np.minimum(power * scores - chance, 200.0)
        found.append(float(np.sum(np.log2(LIMITS.foreign_share + (1 - LIMITS.foreign_share) * ratios))))
    return max(found) - float(np.log2(len(_POWERS)))
