"""`match_steps`: recognise exact values under a scale and an offset of each column.

1. Count the file's and the cohort's columns in whole steps (`whole_steps`).
2. Let rows and people vote for the offsets of two columns, or as many as tell people apart (`offset_votes`).
3. Place the other columns by the people found.
4. Count the rows that equal a person in all placed columns, and compare three nulls: the same rows with each
   column permuted, the same rows a few steps away, and participants, who may not match themselves. The choice
   of columns and offsets is paid for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.chance import log10_tail
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.match_disguised import informative
from strongroom.matching.disguised.offset_votes import (
    MOST_CANDIDATES,
    Candidate,
    Placed,
    Shapes,
    candidates,
    peaks,
    starting_combinations,
)
from strongroom.matching.disguised.sizes import LIMITS as SIZES
from strongroom.matching.disguised.whole_steps import (
    ABSENT,
    FileSteps,
    Steps,
    cohort_steps,
    file_steps,
)
from strongroom.matching.recognised import SAME, Chance, Null, Pairs, RecognisedColumn, Recognition, Transform
from strongroom.matching.sampled_table import first_of_equal_rows
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_values: int = threshold(4, "filled cells", "judgement: of fewer values the step is unknown")
    clear: float = threshold(
        -2.0, "log10 of the chance", "cost: duller peaks are not extended and compared with the nulls"
    )
    certain: float = threshold(-12.0, "log10 of the chance", "cost: no further combination is tried")
    least_draws: int = threshold(4_000, "rows of a null", "derived: bounds a rate of 10^-3 closely enough")
    nearby: float = threshold(
        0.02,
        "of a column's range",
        "judgement: moved so little, rows are as likely as before to lie where people do",
    )
    least_nearby: int = threshold(
        3, "steps", "judgement: fewer moves would all lie on ends of rounded values"
    )
    most_by_chance: float = threshold(
        0.1,
        "share of rows",
        "judgement: rows that match as often by chance are no evidence of whose they are",
    )
    added: float = threshold(
        0.5,
        "share of matched rows",
        "judgement: a further column agrees with most of the people found, or is another",
    )
    most_paired: int = threshold(300, "rows", "cost: these many show on which offset a further column agrees")
    most_alike: int = threshold(
        16, "people a row", "cost: as many are equal in coarse columns of a large cohort"
    )
    one_column: float = threshold(
        -8.5,
        "log10 of the chance",
        "judgement: one column alone is reviewed, since a summary may list its values",
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class _Matched:
    """Placed columns; for each row a person equal in all of them or -1, and what chance gives."""

    placed: tuple[Placed, ...]
    rows: NDArray[np.int64]
    people: NDArray[np.int64]
    chance: Chance

    @property
    def hits(self) -> int:
        """How many different rows match."""
        return int(np.count_nonzero(self.people >= 0))


def match_steps(
    values: Mapping[str, Values], cohort: CohortColumns, index: Index, *, draw: np.random.Generator
) -> Recognition | None:
    """Recognise the rows of a table, in comparable form, whose exact values were scaled and shifted."""
    distinct = first_of_equal_rows(values)
    if len(distinct) < SIZES.least_steps or not index.columns:
        return None
    known = cohort.derived("shapes in steps", lambda: Shapes.of(cohort_steps(index)))
    columns = _file_columns(values, known) if known.columns else {}
    rows = draw.permutation(distinct)
    combined = starting_combinations(columns, rows=len(rows), people=cohort.people)
    best, clearest = None, LIMITS.clear
    for peak in peaks(combined, rows, cohort):
        # Only a clearer peak than before is worth the nulls.
        if peak.log10 > clearest:
            continue
        clearest = peak.log10
        matched = _extended(peak.placed, columns, rows, cohort, draw)
        if best is None or matched.chance.log10 < best.chance.log10:
            best = matched
        if best.chance.log10 <= LIMITS.certain:
            break
    return None if best is None or best.chance.log10 == 0 else _recognition(best)


def _file_columns(values: Mapping[str, Values], known: Shapes) -> dict[FileSteps, list[Candidate]]:
    columns = {}
    for name, each in informative(values, fewest=LIMITS.least_values).items():
        file = file_steps(name, each)
        if file is not None:
            columns[file] = candidates(file, known)
    return {file: likely for file, likely in columns.items() if likely}


def _test(
    placed: tuple[Placed, ...],
    rows: NDArray[np.int64],
    cohort: CohortColumns,
    draw: np.random.Generator,
    *,
    filled: int,
) -> _Matched:
    """Count the rows that equal a person in all columns, among those with values in the first `filled`."""
    mine = np.stack([each.mine[rows] for each in placed])
    kept = np.all(mine[:filled] != ABSENT, axis=0)
    rows, mine = rows[kept], mine[:, kept]
    theirs = np.stack([each.cohort.of_people(cohort) for each in placed])
    people = np.flatnonzero(np.all(theirs[:filled] != ABSENT, axis=0))
    keys = _keys(theirs[:, people])
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    # Equal rows are one person's or chance's, and count once.
    own, first = np.unique(_keys(mine), return_index=True)
    rows, mine = rows[first], mine[:, first]
    at = np.minimum(np.searchsorted(ordered, own), max(len(ordered) - 1, 0))
    found = np.where(ordered[at] == own, people[order[at]], -1) if len(ordered) else np.full(len(own), -1)
    chance = _chance(placed, int(np.count_nonzero(found >= 0)), mine, ordered, draw)
    return _Matched(placed, rows, found, chance)


def _keys(steps: Steps) -> NDArray[np.uint64]:
    """Return one number for each combination of steps, shape (columns, n) to (n,)."""
    mixed = np.zeros(steps.shape[1], np.uint64)
    for column in steps:
        mixed = (mixed ^ column.astype(np.int64).view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _chance(
    placed: Sequence[Placed], hits: int, mine: Steps, ordered: NDArray[np.uint64], draw: np.random.Generator
) -> Chance:
    """Return the highest rate of the nulls, and the chance of so many hits after the price of the search."""
    total = mine.shape[1]
    if hits == 0 or total < SIZES.least_steps:
        return Chance()
    twins = int(np.count_nonzero(ordered[1:] == ordered[:-1])) * 2
    rates = [((min(twins, len(ordered)) + 3) / (len(ordered) + 6), Null.ALIKE)]
    for null, rows in ((Null.PERMUTED, _permuted(mine, draw)), (Null.NEARBY, _nearby(placed, mine, draw))):
        keys = _keys(rows)
        at = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
        rates.append(((int(np.count_nonzero(ordered[at] == keys)) + 3) / (len(keys) + 6), null))
    rate, null = max(rates, key=lambda each: each[0])
    if rate > LIMITS.most_by_chance * hits / total:
        return Chance(rate, 0.0, null)
    log10 = log10_tail(hits, total, rate) + sum(_price(each) for each in placed)
    return Chance(rate, min(log10, 0.0), null)


def _price(placed: Placed) -> float:
    """Return log10 of how many cohort columns and offsets could have been chosen."""
    return float(np.log10(2 * MOST_CANDIDATES * max(_range(placed), 1.0)))


def _range(placed: Placed) -> float:
    """Return the steps between which a cohort column's values, and its offsets, mostly lie."""
    return 6 * placed.cohort.shape.spread


def _permuted(mine: Steps, draw: np.random.Generator) -> Steps:
    """Return rows of cells of different rows."""
    columns, total = mine.shape
    places = np.tile(np.arange(total), -(-LIMITS.least_draws // total))
    drawn = np.stack([draw.permutation(places) for _ in range(columns)])
    mixed = np.take_along_axis(mine, drawn, axis=1)
    different: Steps = mixed[:, np.any(drawn != drawn[0], axis=0)]
    return different


def _nearby(placed: Sequence[Placed], mine: Steps, draw: np.random.Generator) -> Steps:
    """Return the rows moved by a few steps in every column."""
    total = mine.shape[1]
    repeated = np.tile(mine, -(-LIMITS.least_draws // total))
    reach = [max(LIMITS.least_nearby, round(LIMITS.nearby * _range(each))) for each in placed]
    moves = draw.integers(1, np.array(reach)[:, None] + 1, repeated.shape) * draw.choice(
        [-1, 1], repeated.shape
    )
    return np.where(repeated == ABSENT, ABSENT, repeated + moves).astype(np.int32)


def _extended(
    start: tuple[Placed, ...],
    columns: Mapping[FileSteps, Sequence[Candidate]],
    rows: NDArray[np.int64],
    cohort: CohortColumns,
    draw: np.random.Generator,
) -> _Matched:
    """Return the start with as many of the other columns as give the most evidence."""
    best = _test(start, rows, cohort, draw, filled=len(start))
    placed = start
    for further in _further(start, columns, rows, cohort):
        placed = (*placed, further)
        matched = _test(placed, rows, cohort, draw, filled=len(start))
        if matched.chance.log10 < best.chance.log10:
            best = matched
    return best


def _further(
    start: tuple[Placed, ...],
    columns: Mapping[FileSteps, Sequence[Candidate]],
    rows: NDArray[np.int64],
    cohort: CohortColumns,
) -> list[Placed]:
    """Return the other columns that agree on one offset with the people that the start finds."""
    pairs = _pairs(start, rows, cohort)
    found: list[tuple[int, Placed]] = []
    taken = {each.cohort.profile.name for each in start}
    for file, likely in columns.items():
        if any(file is each.file for each in start):
            continue
        placed = [
            _placed(file, each, *pairs, cohort) for each in likely if each.cohort.profile.name not in taken
        ]
        agreed = max((each for each in placed if each is not None), key=lambda each: each[0], default=None)
        if agreed is not None:
            found.append(agreed)
    return [each for _, each in sorted(found, key=lambda each: -each[0])]


def _pairs(
    start: tuple[Placed, ...], rows: NDArray[np.int64], cohort: CohortColumns
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows, and people equal to them in the placed columns; same shape."""
    mine = np.stack([each.mine[rows] for each in start])
    filled = np.flatnonzero(np.all(mine != ABSENT, axis=0))[: LIMITS.most_paired]
    theirs = np.stack([each.cohort.of_people(cohort) for each in start])
    keys = _keys(theirs)
    order = np.argsort(keys, kind="stable")
    own = _keys(mine[:, filled])
    low, high = np.searchsorted(keys[order], own, "left"), np.searchsorted(keys[order], own, "right")
    several = np.minimum(high - low, LIMITS.most_alike)
    people = order[np.repeat(low, several) + _counted(several)]
    return np.repeat(rows[filled], several), people


def _counted(several: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0, 1, … for each of several runs."""
    ends = np.cumsum(several)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - several, several)


def _placed(
    file: FileSteps,
    candidate: Candidate,
    rows: NDArray[np.int64],
    people: NDArray[np.int64],
    cohort: CohortColumns,
) -> tuple[int, Placed] | None:
    """Return how many rows agree on the most frequent offset, and the column placed there."""
    mine, theirs = file.steps[rows].astype(np.int64), candidate.cohort.of_people(cohort)[people]
    both = (mine != ABSENT) & (theirs != ABSENT)
    if not both.any():
        return None
    offsets, counts = np.unique(theirs[both] - candidate.sign * mine[both], return_counts=True)
    most = int(counts.max())
    if most < max(LIMITS.added * len(np.unique(rows[both])), 2):
        return None
    return most, Placed(file, candidate.cohort, candidate.sign, int(offsets[np.argmax(counts)]))


def _recognition(matched: _Matched) -> Recognition:
    columns = tuple(_column(each) for each in matched.placed)
    chance = matched.chance
    if len(columns) == 1:
        chance = replace(chance, log10=max(chance.log10, LIMITS.one_column))
    return Recognition(
        columns=columns,
        rows=matched.rows,
        matched=matched.hits,
        pairs=Pairs.one_each(matched.rows, matched.people),
        chance=chance,
        bits_median=sum(each.cohort.bits for each in matched.placed),
        method="rows" if all(each.transform is SAME for each in columns) else "disguised",
    )


def _column(placed: Placed) -> RecognisedColumn:
    """Describe a placed column: file = slope * cohort + offset."""
    file, cohort = placed.file.grid, placed.cohort.grid
    slope = placed.sign * file.step / cohort.step
    offset = file.start - placed.sign * file.step * placed.offset - slope * cohort.start
    same = abs(slope - 1) < 1e-9 and abs(offset) < file.step / 2  # noqa: PLR2004 - rounding errors
    transform = (
        SAME if same else Transform(f"{slope:.6g} x {offset:+.6g}", lambda held: slope * held + offset)
    )
    return RecognisedColumn(placed.file.name, placed.cohort.profile.name, transform, 0.0, file.step / 2)
