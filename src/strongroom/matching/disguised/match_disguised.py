"""`match_disguised`: recognise rows whose values were changed, without knowing how.

1. List what each column could be, by its distribution (`hypotheses`).
2. Infer rows and columns jointly, from ranks (`posterior`).
3. Fit each column's transform on part of the rows, repeatedly as people become certain (`fitting`).
4. Score the other rows against all people (`scoring`).
5. Score two nulls alike: the file's rows with their columns permuted, and rows of participants transformed in
   the same way, which may not match themselves. The evidence is how far the file's best scores exceed both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.chance import log10_tail, middle_ranks
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.fitting import contingency_table, fit_transform
from strongroom.matching.disguised.hypotheses import Hypothesis, ProfileTable
from strongroom.matching.disguised.levels import CohortLevels, FileColumn
from strongroom.matching.disguised.posterior import ColumnHypotheses, Posterior, infer
from strongroom.matching.disguised.scoring import (
    BestPeople,
    FoundColumn,
    NumericColumn,
    RecodedColumn,
    best_people,
)
from strongroom.matching.disguised.sizes import LIMITS as SIZES
from strongroom.matching.recognised import (
    Chance,
    Null,
    Pairs,
    RecognisedColumn,
    Recognition,
    Transform,
)
from strongroom.matching.sampled_table import first_of_equal_rows
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import Floats, ValueKind, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_columns: int = threshold(
        3,
        "columns",
        "judgement: two columns of ranks have less information about a row than log2(people) bits",
    )
    least_values: int = threshold(
        8, "filled cells", "judgement: the distribution of fewer values fits most columns"
    )
    most_columns: int = threshold(
        24,
        "columns",
        "cost: each is scored against every person; products of 24 ratios stay within double precision",
    )
    most_cells: int = threshold(
        1_500_000,
        "rows x people",
        "cost: bounds the time of the posterior and the nulls",
    )
    most_rows: int = threshold(90, "rows", "cost: rows used to fit, and rows used to test")
    certain: float = threshold(
        0.5,
        "probability",
        "judgement: rows whose likeliest person has less are not used to fit",
    )
    refits: int = threshold(4, "rounds", "judgement: fits and people settle within four rounds")
    most_levels: int = threshold(
        40,
        "distinct values",
        "judgement: a column with more is not treated as recoded categories",
    )
    least_earned: float = threshold(
        3.0,
        "bits in all rows",
        "judgement: what a hypothesis must explain before it is fitted; less is chance",
    )
    least_earned_per_row: float = threshold(
        0.15,
        "bits a row",
        "judgement: three columns must give this much, or the posterior has found no structure",
    )
    compared: int = threshold(500, "rows", "cost: rows in which columns are compared with one another")
    function: float = threshold(
        0.96,
        "rank correlation",
        "judgement: a column this close to another is a function of it and no independent evidence",
    )
    least_lead: float = threshold(
        2.0,
        "bits",
        "judgement: people 2^2 times likelier than the next are used for the next fit",
    )
    least_sure: int = threshold(
        8,
        "rows",
        "judgement: with fewer clear rows the best two fifths are used instead",
    )
    spare_bits: float = threshold(
        4.0,
        "bits",
        "judgement: columns with no more than this beyond log2(people) are not worth searching",
    )
    tested: int = threshold(
        30,
        "per cent of the rows",
        "judgement: held out from the fit for the test; fewer weaken the evidence, more weaken the fit",
    )
    least_tested: int = threshold(10, "rows", "judgement: fewer test rows cannot reach 10^-9")


LIMITS = _Limits()


# Quantiles of the null scores that are tried as bars; the choice is paid for (judgement).
_QUANTILES = (0.5, 0.8, 0.95, 0.99)


@dataclass(frozen=True, repr=False)
class _Known:
    """Rows and, for each, the stored row of its likely person; same shape."""

    rows: NDArray[np.int64]
    people: NDArray[np.int64]


def match_disguised(
    values: Mapping[str, Values], cohort: CohortColumns, index: Index, *, draw: np.random.Generator
) -> Recognition | None:
    """Recognise the rows of a table, in comparable form, under any monotone transform of each column."""
    # A row used to fit must not be used to test.
    distinct = first_of_equal_rows(values)
    total = len(distinct)
    if total < SIZES.least_split or not index.columns:
        return None
    order = distinct[draw.permutation(total)]
    most = int(np.clip(LIMITS.most_cells // cohort.people, 24, LIMITS.most_rows))
    split = total - max(total * LIMITS.tested // 100, LIMITS.least_tested)
    training, testing = order[:split][:most], order[split:][:most]
    sketches = cohort.derived("sketches", lambda: ProfileTable(index))
    columns = informative(values)
    candidates = _candidate_columns(columns, training, sketches, cohort)
    if len(candidates) < LIMITS.least_columns:
        return None
    if sum(_most_bits(each) for each in candidates) < np.log2(cohort.people) + LIMITS.spare_bits:
        return None
    posterior = infer(candidates, rows=len(training), people=cohort.people)
    informative_bits = [
        bits for _, bits in posterior.chosen.values() if bits >= LIMITS.least_earned_per_row * len(training)
    ]
    if len(informative_bits) < LIMITS.least_columns:
        return None
    found = _refitted(columns, training, posterior, cohort)
    if len(found) < LIMITS.least_columns:
        return None
    return _tested(columns, testing, found, cohort, draw)


def informative(values: Mapping[str, Values], *, fewest: int = LIMITS.least_values) -> dict[str, Values]:
    """Leave out columns with fewer than `fewest` values or only one, and the least varied of very many."""
    kept = {}
    for name, each in values.items():
        present = each.keys[~np.isnan(each.keys)]
        if len(present) >= max(fewest, 0.02 * len(each.keys)) and present.min() != present.max():
            kept[name] = each
    varied = sorted(kept, key=lambda name: -len(np.unique(kept[name].keys[:500])))[: LIMITS.most_columns]
    return {name: kept[name] for name in _independent(kept, varied)}


def _independent(columns: Mapping[str, Values], names: Sequence[str]) -> list[str]:
    """Leave out columns that are a function of another: an estimate and its exponential count once.

    Columns that closely follow a given curve can be found for any table; people's columns seldom follow one.
    """
    chosen: list[str] = []
    ranks: list[Floats] = []
    for name in names:
        keys = columns[name].keys[: LIMITS.compared]
        if columns[name].kind is ValueKind.TEXT:
            chosen.append(name)
            continue
        mine = middle_ranks(np.where(np.isnan(keys), np.nanmedian(columns[name].keys), keys))
        if np.ptp(mine) == 0:
            continue
        if all(abs(np.corrcoef(mine, other)[0, 1]) < LIMITS.function for other in ranks):
            chosen.append(name)
            ranks.append(mine)
    return chosen


def _candidate_columns(
    columns: Mapping[str, Values], rows: NDArray[np.int64], sketches: ProfileTable, cohort: CohortColumns
) -> list[ColumnHypotheses]:
    if len(columns) < LIMITS.least_columns:
        return []
    files = {name: FileColumn.of(values, rows) for name, values in columns.items()}
    hypotheses_by_column = {name: sketches.hypotheses(file, cohort) for name, file in files.items()}
    hypotheses_by_column = {
        name: hypotheses for name, hypotheses in hypotheses_by_column.items() if hypotheses
    }
    # The likelihood tables take most of the time.
    if len(hypotheses_by_column) < LIMITS.least_columns:
        return []
    candidates = []
    for name, hypotheses in hypotheses_by_column.items():
        levels = [levels_of(cohort, each.column) for each in hypotheses]
        ratios = [each.ratios(files[name], of) for each, of in zip(hypotheses, levels, strict=True)]
        candidates.append(ColumnHypotheses(name, hypotheses, ratios, [each.codes for each in levels]))
    return candidates


def _most_bits(suspect: ColumnHypotheses) -> float:
    """Return what a column could say about a row at most, if its cohort column were known."""
    return max(float(np.mean(np.log2(table.max(axis=1)))) for table in suspect.ratios)


def exact_values(cohort: CohortColumns, name: str) -> Floats:
    """Return a cohort column at its own precision."""
    return cohort.values(name, decimals=6)


def levels_of(cohort: CohortColumns, name: str) -> CohortLevels:
    """Return a cohort column in levels, computed once."""
    return cohort.derived(("levels", name), lambda: CohortLevels.of(exact_values(cohort, name)))


def _refitted(
    columns: Mapping[str, Values], rows: NDArray[np.int64], posterior: Posterior, cohort: CohortColumns
) -> list[FoundColumn]:
    """Fit transforms, find better people with them, and fit again."""
    chosen = {name: each for name, (each, bits) in posterior.chosen.items() if bits >= LIMITS.least_earned}
    people, sure = posterior.people, posterior.certainty >= LIMITS.certain
    if np.count_nonzero(sure) < min(LIMITS.least_sure, len(rows) // 2):
        sure = posterior.certainty >= np.quantile(posterior.certainty, 0.6)
    found: list[FoundColumn] = []
    for _ in range(LIMITS.refits):
        found = [
            column
            for name, hypothesis in chosen.items()
            for column in [
                _fit_column(name, columns[name], hypothesis, _Known(rows[sure], people[sure]), cohort)
            ]
            if column is not None
        ]
        if len(found) < LIMITS.least_columns:
            return []
        best = best_people(found, _prepared(found, columns, rows), people=cohort.people)
        people, sure = best.people, best.bits - best.second >= LIMITS.least_lead
        if np.count_nonzero(sure) < LIMITS.least_sure:
            sure = best.bits >= np.quantile(best.bits, 0.6)
    return found


def _fit_column(
    name: str, values: Values, hypothesis: Hypothesis, known: _Known, cohort: CohortColumns
) -> FoundColumn | None:
    theirs = exact_values(cohort, hypothesis.column)
    empty = float(np.isnan(values.keys).mean())
    if hypothesis.way != "recoded":
        unit = 0.5 * 10.0**-values.decimals if values.kind is ValueKind.NUMBER else 0.0
        fit = fit_transform(
            values.keys[known.rows],
            theirs[known.people],
            unit=unit,
            all_values=theirs[:: max(1, len(theirs) // 20_000)],
        )
        if fit is not None:
            column = RecognisedColumn(name, hypothesis.column, fit.transform, fit.noise, unit)
            with np.errstate(all="ignore"):
                there = fit.transform(theirs)
            return NumericColumn.of(column, there, theirs, empty)
    distinct = np.unique(values.keys[~np.isnan(values.keys)])
    if len(distinct) > LIMITS.most_levels:
        return None
    return _coded(name, values, hypothesis.column, known, cohort)


def _coded(name: str, values: Values, column: str, known: _Known, cohort: CohortColumns) -> RecodedColumn:
    distinct = np.unique(values.keys[~np.isnan(values.keys)])
    mine_keys = values.keys[known.rows]
    levels = levels_of(cohort, column)
    place = np.searchsorted(distinct, mine_keys)
    mine = np.where(np.isnan(mine_keys), 0, place + 1).astype(np.uint8)
    size = (len(distinct) + 1, int(levels.codes.max()) + 1)
    counts = contingency_table(mine, levels.codes[known.people], levels=size)
    all_places = np.searchsorted(distinct, values.keys)
    margin = np.bincount(np.where(np.isnan(values.keys), 0, all_places + 1), minlength=size[0]) + 0.5
    margin /= margin.sum()
    shares = (counts + 2 * margin[:, None]) / (counts.sum(axis=0) + 2)
    bits = np.log2(shares / margin[:, None])
    recoded = RecognisedColumn(name, column, Transform("recoded"))
    return RecodedColumn(recoded, levels.codes, bits.astype(np.float32), distinct, shares)


def _prepared(
    found: Sequence[FoundColumn], columns: Mapping[str, Values], rows: NDArray[np.int64]
) -> list[Floats]:
    return [each.prepared(columns[each.column.file_column].keys[rows]) for each in found]


def _tested(
    columns: Mapping[str, Values],
    rows: NDArray[np.int64],
    found: Sequence[FoundColumn],
    cohort: CohortColumns,
    draw: np.random.Generator,
) -> Recognition:
    prepared = _prepared(found, columns, rows)
    mine = best_people(found, prepared, people=cohort.people)
    nulls = max(len(rows), min(200, int(LIMITS.most_cells // cohort.people)))
    repeats = -(-nulls // len(rows))
    shuffled = [np.concatenate([draw.permutation(each) for _ in range(repeats)]) for each in prepared]
    permuted = best_people(found, shuffled, people=cohort.people)
    owners = draw.choice(cohort.people, min(nulls, cohort.people), replace=False)
    alike = [column.simulate(owners, draw) for column in found]
    others = best_people(found, alike, people=cohort.people, owners=owners)
    chance, bar = _exceeded(mine, [(Null.PERMUTED, permuted.bits), (Null.ALIKE, others.bits)])
    people = np.where((mine.bits >= bar) & (mine.bits - mine.second >= 1.0), mine.people, -1)
    return Recognition(
        columns=tuple(each.column for each in found),
        rows=rows,
        matched=int(np.count_nonzero(people >= 0)),
        pairs=Pairs.one_each(rows, people),
        chance=chance,
        bits_median=float(np.median(mine.bits)),
        method="disguised",
    )


def _exceeded(mine: BestPeople, nulls: Sequence[tuple[Null, Floats]]) -> tuple[Chance, float]:
    """Return the chance of so many scores above the best of a few bars, and that bar.

    Different people are counted, not rows: rows all close to the same few people are not theirs.
    """
    best = Chance(1.0), float("inf")
    for share in _QUANTILES:
        bar = max(float(np.quantile(scores, share)) for _, scores in nulls)
        rates = [
            (float((np.count_nonzero(scores > bar) + 3) / (len(scores) + 6)), null) for null, scores in nulls
        ]
        rate, null = max(rates, key=lambda each: each[0])
        hits = len(np.unique(mine.people[mine.bits > bar]))
        log10 = log10_tail(hits, len(mine.bits), rate) + float(np.log10(len(_QUANTILES)))
        if log10 < best[0].log10:
            best = Chance(rate, log10, null), bar
    return best
