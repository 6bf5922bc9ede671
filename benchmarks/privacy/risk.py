"""What the risk report costs, and how right it is: combinations of 20 columns, real tables, known truth.

python -m benchmarks privacy/risk
    python benchmarks/privacy/risk.py --rows 500000 --sample 40

Takes about 5 min, 40 s with --quick.

All combinations of columns are counted beside DuckDB's own statements;
pycanon beside k, l and t where STRONGROOM_PYCANON names an interpreter that has it.
"""

import argparse
import sys
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code, left_out
from benchmarks.exfiltration._cohorts import SHARED
from benchmarks.privacy._risk_peer import compare_with_pycanon
from scipy.special import ndtr

from strongroom.risk.anonymity import anonymity
from strongroom.risk.columns import CodedColumn, classes_of
from strongroom.risk.population import estimate_uniqueness
from strongroom.risk.uniques import find_uniques

_LEVELS = (2, 35, 12, 22, 16, 4, 8, 5, 9, 10, 6, 7, 2, 3, 50, 100, 4, 30, 5, 6)
_ROWS, _MOST_SECONDS = 500_000, 120
_NHANES = SHARED / "rowlevel/tables/nhanes_2017_2018.csv.gz"
_KNOWN = (
    "Gender",
    "AgeInYearsAtScreening",
    "RacehispanicOriginWNhAsian",
    "MaritalStatus",
    "EducationLevelAdults20",
    "TotalNumberOfPeopleInTheHousehold",
    "AnnualHouseholdIncome",
)
_WIDTHS = {2: 190, 3: 1_140, 4: 4_845}


def main() -> int:
    """Print the tables; 1 where all combinations of 500,000 rows take longer than they may."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=_ROWS)
    parser.add_argument("--sample", type=int, default=8, help="combinations of each size given to DuckDB")
    parser.add_argument("--people", type=int, default=1_000_000, help="of populations with a known truth")
    parser.add_argument("--quick", action="store_true", help="20,000 rows, 50,000 people")
    wanted = parser.parse_args()
    if wanted.quick:
        wanted.rows, wanted.sample, wanted.people = 20_000, 2, 50_000
    draw = np.random.default_rng(1)
    find_uniques(_correlated(50, draw))  # compiled before it is timed
    missed: list[str] = []
    for name, columns in (
        ("independent", _independent(wanted.rows, draw)),
        ("correlated", _correlated(wanted.rows, draw)),
    ):
        seconds = _combinations(name, columns, wanted.rows, wanted.sample, draw)
        if seconds > _MOST_SECONDS and wanted.rows <= _ROWS:
            missed.append(f"all combinations of {name} columns take {seconds:.0f} s, at most {_MOST_SECONDS}")
    _real()
    _truth(wanted.people)
    compare_with_pycanon()
    return exit_code(missed)


def _combinations(
    name: str, columns: list[CodedColumn], rows: int, sample: int, draw: np.random.Generator
) -> float:
    """Print what all combinations cost beside one statement each; returns our seconds."""
    wall, processor, found = _timed(lambda: find_uniques(columns))
    print(f"## {name}, {rows:,} rows, {len(columns)} columns")
    sets = sum(len(places) > 1 for places in found.unique)
    print(
        f"all {sets:,} combinations of 2 to 4 columns, uniques and minimal ones: {wall:.1f} s, "
        f"{processor:.1f} processor seconds"
    )
    naive_wall = naive = 0.0
    with duckdb.connect() as engine:
        engine.execute("SET threads = 2")
        table = pa.table({column.name: column.codes for column in columns})
        engine.register("given", table)
        engine.execute("CREATE TABLE people AS SELECT * FROM given")
        for width, all_of_them in _WIDTHS.items():
            chosen = list(combinations(range(len(columns)), width))
            asked = [chosen[place] for place in draw.choice(len(chosen), sample, replace=False)]
            wall_here, processor_here, counts = _timed(lambda asked=asked: _naive(engine, columns, asked))
            if counts != [found.unique[each] for each in asked]:
                raise SystemExit("DuckDB counts other uniques")
            naive_wall += wall_here / sample * all_of_them
            naive += processor_here / sample * all_of_them
    print(
        f"DuckDB, a GROUP BY each, from {sample} of each size (same counts): {naive_wall:.0f} s, "
        f"{naive:.0f} processor seconds; {naive / processor:.1f} times as many, "
        f"{naive_wall / wall:.1f} times the time"
    )
    of_k, _, _ = _timed(lambda: anonymity((), *classes_of(columns, rows)))
    print(f"k over all {len(columns)} columns: {of_k:.2f} s\n")
    return wall


def _naive(
    engine: duckdb.DuckDBPyConnection, columns: list[CodedColumn], sets: list[tuple[int, ...]]
) -> list[int]:
    counts = []
    for places in sets:
        names = ", ".join(columns[place].name for place in places)
        question = f"SELECT count(*) FROM (SELECT 1 FROM people GROUP BY {names} HAVING count(*) = 1)"
        counts.append(engine.sql(question).fetchall()[0][0])
    return counts


def _real() -> None:
    """Run on real columns, which go together: what is known of people in NHANES, then what few values."""
    if not _NHANES.exists():
        left_out("NHANES, which is not here (STRONGROOM_SHARED_DATA)")
        return
    table = pyarrow.csv.read_csv(_NHANES)
    known = [CodedColumn.of(name, table.column(name)) for name in _KNOWN]
    others = (CodedColumn.of(name, table.column(name)) for name in table.column_names if name not in _KNOWN)
    filled = [each for each in others if each.missing.mean() < 0.4 and 2 < each.cardinality <= 100]
    chosen = [*known, *filled][:20]
    wall, processor, found = _timed(lambda: find_uniques(chosen))
    print(f"## NHANES 2017-2018, {table.num_rows:,} people, {len(chosen)} columns")
    print(f"all combinations of up to 4: {wall:.1f} s, {processor:.1f} processor seconds")
    for number in range(2, len(known) + 1):
        measured = anonymity((), *classes_of(known[:number], table.num_rows))
        alone = measured.unique / measured.records
        print(f"{' + '.join(_KNOWN[:number])}: {alone:.1%} alone, median k {measured.median:.0f}")
    reached = (np.cumsum(found.minimal_by_record > 0, axis=1) > 0).mean(axis=0)
    said = ", ".join(f"{share:.1%} by {size}" for size, share in enumerate(reached, start=1))
    print(f"alone by so many of the {len(chosen)} columns or fewer: {said}\n")


def _truth(people: int) -> None:
    """Sample populations whose uniques are known, and say what each model makes of the sample."""
    print("## unique in the population, of those unique in the sample")
    print("| population | sampled | truth | Zayatz | gamma-Poisson | Pitman | copula |")
    print("|---|---|---|---|---|---|---|")
    for seed, (name, make) in enumerate(
        (("Gaussian copula", _copula), ("two kinds of people", _two_kinds), ("independent, skewed", _skewed))
    ):
        draw = np.random.default_rng(seed)
        columns = make(people, draw)
        of, sizes = classes_of(columns, people)
        for share in (0.02, 0.1, 0.3):
            chosen = draw.choice(people, int(people * share), replace=False)
            sample = [CodedColumn(each.name, each.codes[chosen], each.levels) for each in columns]
            own, counts = classes_of(sample, len(chosen))
            truth = (sizes[of[chosen]][counts[own] == 1] == 1).mean()
            found = estimate_uniqueness(sample, counts, people, draw)
            cells = " | ".join(f"{each.share:.3f} ({each.low:.3f}-{each.high:.3f})" for each in found)
            print(f"| {name} | {share:.0%} | {truth:.3f} | {cells} |")
    print()


def _copula(people: int, draw: np.random.Generator) -> list[CodedColumn]:
    scores = 0.8 * draw.normal(size=(people, 6)) + 0.6 * draw.normal(size=(people, 1))
    return [_cut(ndtr(scores[:, place]), levels) for place, levels in enumerate((2, 35, 12, 22, 10, 6))]


def _two_kinds(people: int, draw: np.random.Generator) -> list[CodedColumn]:
    """Draw columns that depend on a hidden kind of person, which no Gaussian copula can say."""
    kind = draw.random(people) < 0.1
    levels = (2, 35, 12, 22, 16, 8)
    return [
        _coded(
            f"c{place}",
            np.where(kind, draw.integers(0, size, people), draw.integers(0, max(2, size // 4), people)),
        )
        for place, size in enumerate(levels)
    ]


def _skewed(people: int, draw: np.random.Generator) -> list[CodedColumn]:
    levels = (2, 35, 12, 22, 16, 8)
    return [
        _coded(f"c{place}", np.minimum(draw.geometric(min(0.5, 3 / size), people), size))
        for place, size in enumerate(levels)
    ]


def _independent(rows: int, draw: np.random.Generator) -> list[CodedColumn]:
    return [_coded(f"c{place}", draw.integers(0, size, rows)) for place, size in enumerate(_LEVELS)]


def _correlated(rows: int, draw: np.random.Generator) -> list[CodedColumn]:
    common = draw.normal(size=(rows, 3))
    columns = []
    for place, size in enumerate(_LEVELS):
        score = 0.6 * draw.normal(size=rows) + 0.8 * common[:, place % 3]
        columns.append(_cut(ndtr(score), size, f"c{place}"))
    return columns


def _cut(uniform: np.ndarray, levels: int, name: str = "c") -> CodedColumn:
    return _coded(name, np.minimum((uniform * levels).astype(np.int64), levels - 1))


def _coded(name: str, values: np.ndarray) -> CodedColumn:
    return CodedColumn.of(name, pa.array(values))


def _timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    began, worked = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - began, time.process_time() - worked, found


if __name__ == "__main__":
    sys.exit(main())
