"""Pairs of tables under unequal labels: how often honest ones are flagged, and attacks are found.

    python -m benchmarks privacy/linked_tables

Takes about 2 min, 30 s with --quick.

Draws tables from a synthetic cohort (age, sex, smoking, region, ethnicity; 300 to 20,000 people) with random
bands and merged categories. A pair is honest if every group of people of its finest common classification
has at least ten; that is counted in the records, not solved. In an attack the two tables leave 1 to 9 people
over. "library" is `check_difference`, which assumes that the tables count the same people; "check" is the
rule of `strongroom check`, which has to infer it. Exits with 1 if the library flags an honest pair, the check
more than 1 in 100, or if the library finds fewer than 99 in 100 attacks of a kind, the check 95.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.ending import exit_code
from benchmarks.intervals import wilson

from strongroom.checker.detectors.statistics.linked_counts import LinkableTable, linked
from strongroom.disclosure import Status, check_difference
from strongroom.disclosure.output_rules.input_table import read_table

_SMALLEST = 10
_SHARES = {
    "sex": (0.46, 0.54),
    "smoking": (0.55, 0.34, 0.11),
    "region": (0.2, 0.18, 0.15, 0.13, 0.12, 0.1, 0.07, 0.05),
    "ethnicity": (0.6, 0.12, 0.1, 0.08, 0.06, 0.04),
}
_MOST_HONEST_FLAGGED, _LEAST_FOUND, _LEAST_INFERRED = 0.01, 0.99, 0.95

People = dict[str, NDArray[np.int64]]
Grouping = tuple[str, list[tuple[int, ...]]]


@dataclass(frozen=True)
class Pair:
    """Tables in the order of their release; the last is new."""

    tables: tuple[pa.Table, ...]

    def library(self) -> bool:
        """Tell whether `check_difference` flags it."""
        return check_difference(self.tables[-1], *self.tables[:-1], policy="ons").status is not Status.PASS

    def check(self, *, own: bool = True) -> bool:
        """Tell whether the rule of `strongroom check` flags it."""
        *earlier, new = (LinkableTable(read_table(table), "", own) for table in self.tables)
        return any(True for _ in linked(new, earlier, _SMALLEST))


def cohort(draw: np.random.Generator, people: int) -> People:
    """Draw people with an age of 40 to 79 and categories."""
    ages = np.clip(draw.normal(58, 9, people).astype(np.int64), 40, 79)
    drawn = {name: draw.choice(len(shares), people, p=shares) for name, shares in _SHARES.items()}
    return {"age": ages, **drawn}


def subset(people: People, chosen: NDArray[np.bool_]) -> People:
    """Return some of the people."""
    return {name: values[chosen] for name, values in people.items()}


def bands(draw: np.random.Generator) -> Grouping:
    """Draw bands of ages from 40 to 79."""
    cuts = np.sort(draw.choice(np.arange(41, 80), draw.integers(2, 8), replace=False))
    ends = [40, *cuts.tolist(), 80]
    return "age", [tuple(range(low, high)) for low, high in pairwise(ends)]


def categories(draw: np.random.Generator, name: str, *, merged: bool) -> Grouping:
    """Return the categories of a variable, of which two to four may be merged."""
    values = [(value,) for value in range(len(_SHARES[name]))]
    if merged and len(values) > 3:
        size = int(draw.integers(2, 5))
        first = int(draw.integers(0, len(values) - size + 1))
        values[first : first + size] = [tuple(range(first, first + size))]
    return name, values


def table(people: People, *groupings: Grouping, draw: np.random.Generator) -> pa.Table:
    """Count people by one grouping, or by two as a long table."""
    style = int(draw.integers(0, 3))
    rows = [(label(groupings[0], place, style), group) for place, group in enumerate(groupings[0][1])]
    name = groupings[0][0]
    if len(groupings) == 1:
        counts = [int(np.isin(people[name], group).sum()) for _, group in rows]
        return pa.table({name: [text for text, _ in rows], "n": counts})
    other = groupings[1][0]
    cells = [
        (
            text,
            label(groupings[1], place, style),
            int((np.isin(people[name], group) & np.isin(people[other], values)).sum()),
        )
        for text, group in rows
        for place, values in enumerate(groupings[1][1])
    ]
    return pa.table(dict(zip((name, other, "n"), map(list, zip(*cells, strict=True)), strict=True)))


def label(grouping: Grouping, place: int, style: int) -> str:
    """Return a group's label: bands in one of three styles."""
    name, groups = grouping
    low, high = groups[place][0], groups[place][-1]
    if name == "age":
        return (f"{low}-{high}", f"[{low}, {high + 1})", f"{low} to {high} years")[style]
    return f"{name} {'+'.join(str(each) for each in groups[place])}"


def smallest_group(people: People, groupings: Sequence[Sequence[Grouping]]) -> int:
    """Return the fewest people in a group of the finest common classification, empty groups aside."""
    key = np.zeros(len(people["age"]), np.int64)
    for grouping in groupings:
        for name, groups in grouping:
            code = np.zeros(len(key), np.int64)
            for place, group in enumerate(groups):
                code[np.isin(people[name], group)] = place
            key = key * 100 + code
        # Of two variables only the totals are common: their cross table is not.
    return int(np.unique(key, return_counts=True)[1].min())


def honest(draw: np.random.Generator) -> Pair | None:
    """Draw two tables of the same people; None where a group of them would be small."""
    people = cohort(draw, int(np.exp(draw.uniform(np.log(300), np.log(20_000)))))
    kind = int(draw.integers(0, 4))
    if kind == 0:
        groupings: list[list[Grouping]] = [[bands(draw)], [bands(draw)]]
    elif kind == 1:
        groupings = [[bands(draw)], [categories(draw, _any(draw), merged=False)]]
    elif kind == 2:
        name = "ethnicity" if draw.random() < 0.5 else "region"
        groupings = [[categories(draw, name, merged=False)], [categories(draw, name, merged=True)]]
    else:
        groupings = [[bands(draw), categories(draw, "sex", merged=False)], [bands(draw)]]
    if draw.random() < 0.5:
        groupings.reverse()
    if kind != 1 and smallest_group(people, groupings) < _SMALLEST:
        return None
    if kind == 1 and min(smallest_group(people, [each]) for each in groupings) < _SMALLEST:
        return None
    return Pair(tuple(table(people, *each, draw=draw) for each in groupings))


def of_different_people(draw: np.random.Generator) -> Pair:
    """Draw two tables of different people of one cohort: of men and of women, or of two regions."""
    people = cohort(draw, int(np.exp(draw.uniform(np.log(600), np.log(20_000)))))
    by = "sex" if draw.random() < 0.5 else "region"
    one, other = draw.choice(len(_SHARES[by]), 2, replace=False)
    groupings = [
        bands(draw),
        categories(draw, "smoking", merged=False) if draw.random() < 0.5 else bands(draw),
    ]
    sides = (subset(people, people[by] == one), subset(people, people[by] == other))
    return Pair(tuple(table(side, each, draw=draw) for side, each in zip(sides, groupings, strict=True)))


def _any(draw: np.random.Generator) -> str:
    return str(draw.choice(list(_SHARES)))


def shifted_band(draw: np.random.Generator) -> Pair:
    """Ages 40-49 in one table, 40-50 in the other; 1 to 9 people are 50."""
    people = cohort(draw, int(draw.integers(1_000, 20_000)))
    age = int(draw.integers(46, 70))
    people = subset(people, _few(draw, people["age"] == age))
    tables = []
    for cut in (age, age + 1):
        ends = [40, cut, 74, 80]
        groups = [tuple(range(low, high)) for low, high in pairwise(ends)]
        tables.append(table(people, ("age", groups), draw=draw))
    return Pair(tuple(tables))


def _few(draw: np.random.Generator, group: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep 1 to 9 people of a group, and all others."""
    kept = ~group
    kept[draw.choice(np.flatnonzero(group), int(draw.integers(1, _SMALLEST)), replace=False)] = True
    return kept


def _without_few(draw: np.random.Generator, people: People) -> People:
    """Leave out 1 to 9 people of one group of ethnicity, so that they are counted in one table only."""
    kept = np.ones(len(people["age"]), np.bool_)
    kept[
        draw.choice(np.flatnonzero(people["ethnicity"] == 1), int(draw.integers(1, _SMALLEST)), replace=False)
    ] = False
    return subset(people, kept)


def totals_apart(draw: np.random.Generator) -> Pair:
    """Count people by age, and by sex with 1 to 9 people more."""
    people = cohort(draw, int(draw.integers(2_000, 20_000)))
    by_sex = table(people, categories(draw, "sex", merged=False), draw=draw)
    return Pair((table(_without_few(draw, people), bands(draw), draw=draw), by_sex))


def merged_rows(draw: np.random.Generator) -> Pair:
    """Ethnic groups, and the same with two merged, without 1 to 9 people."""
    people = cohort(draw, int(draw.integers(1_000, 20_000)))
    fine = categories(draw, "ethnicity", merged=False)
    coarse = "ethnicity", [(0,), (1, 2, 3), (4,), (5,)]
    named = table(_without_few(draw, people), coarse, draw=draw)
    renamed = named.set_column(
        0, "ethnicity", pa.array(["ethnicity 0", "Asian", "ethnicity 4", "ethnicity 5"])
    )
    return Pair((table(people, fine, draw=draw), renamed))


def longer_range(draw: np.random.Generator) -> Pair:
    """Ages 40-77 and 40-78 in other bands: 1 to 9 people are 78."""
    people = cohort(draw, int(draw.integers(1_000, 20_000)))
    oldest = int(draw.integers(62, 74))
    people = subset(people, people["age"] <= oldest)
    people = subset(people, _few(draw, people["age"] == oldest))
    tables = []
    for middle, end in ((52, oldest), (56, oldest + 1)):
        groups = [tuple(range(40, middle)), tuple(range(middle, end))]
        tables.append(table(people, ("age", groups), draw=draw))
    return Pair(tuple(tables))


def total_elsewhere(draw: np.random.Generator) -> Pair:
    """Suppress a region of 1 to 9 people whose total a table by sex has."""
    people = cohort(draw, int(draw.integers(200, 20_000)))
    people = subset(people, _few(draw, people["region"] == 7))
    regions = table(people, categories(draw, "region", merged=False), draw=draw)
    counts = [None if 0 < each < _SMALLEST else each for each in regions.column("n").to_pylist()]
    suppressed = regions.set_column(1, "n", pa.array(counts, pa.int64()))
    pair = (suppressed, table(people, categories(draw, "sex", merged=False), draw=draw))
    return Pair(pair if draw.random() < 0.5 else pair[::-1])


def three_tables(draw: np.random.Generator) -> Pair:
    """Three bandings of which no two leave a small group, but all three do."""
    people = cohort(draw, int(draw.integers(2_000, 20_000)))
    people = subset(people, _few(draw, people["age"] == 59))
    groups = ([(40, 50), (50, 60), (60, 80)], [(40, 45), (45, 50), (60, 80)], [(45, 59), (60, 80)])
    return Pair(
        tuple(table(people, ("age", [tuple(range(*each)) for each in one]), draw=draw) for one in groups)
    )


_ATTACKS: dict[str, Callable[[np.random.Generator], Pair]] = {
    "bands shifted by a year": shifted_band,
    "totals of two variables 1 to 9 apart": totals_apart,
    "merged rows without 1 to 9 people": merged_rows,
    "one year of age more, in other bands": longer_range,
    "suppressed count, total in another table": total_elsewhere,
    "three tables": three_tables,
}


def main() -> int:
    """Print both rates; returns 1 where one is out of bounds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a fifth of the pairs")
    pairs = 200 if parser.parse_args().quick else 1_000
    missed = _honest(np.random.default_rng(14), pairs)
    return exit_code(missed + _attacks(np.random.default_rng(15), pairs // 5))


def _honest(draw: np.random.Generator, pairs: int) -> list[str]:
    same: list[Pair] = []
    drawn = 0
    while len(same) < pairs:
        drawn += 1
        pair = honest(draw)
        same += [] if pair is None else [pair]
    others = [of_different_people(draw) for _ in range(pairs)]
    began = time.process_time()
    rates = {
        ("the same people", "library"): [pair.library() for pair in same],
        ("the same people", "check"): [pair.check() for pair in same],
        ("different people, one project", "check"): [pair.check() for pair in others],
        ("different people, two projects", "check"): [pair.check(own=False) for pair in others],
    }
    took = (time.process_time() - began) / (4 * pairs)
    print(f"{pairs:,} honest pairs, of {drawn:,} drawn; {took * 1000:.0f} ms of processor time a pair\n")
    print("| honest pairs of tables about | judged by | flagged | 95 % interval |\n|---|---|---:|---|")
    for (what, by), found in rates.items():
        print(f"| {what} | {by} | {sum(found):,} | {_interval(found)} |")
    missed = []
    for (what, by), found in rates.items():
        most = 0.0 if by == "library" else _MOST_HONEST_FLAGGED
        if np.mean(found) > most:
            missed.append(f"honest pairs about {what}: {np.mean(found):.1%} flagged by the {by}")
    return missed


def _attacks(draw: np.random.Generator, pairs: int) -> list[str]:
    print(f"\n{pairs:,} of each attack\n")
    print("| attack | library | 95 % interval | check |\n|---|---:|---|---:|")
    missed = []
    for name, attack in _ATTACKS.items():
        drawn = [attack(draw) for _ in range(pairs)]
        found = [pair.library() for pair in drawn]
        checked = [pair.check() for pair in drawn]
        print(f"| {name} | {np.mean(found):.1%} | {_interval(found)} | {np.mean(checked):.1%} |")
        missed += [
            f"{name}: {np.mean(each):.1%} found by the {by}"
            for by, each, least in (("library", found, _LEAST_FOUND), ("check", checked, _LEAST_INFERRED))
            if np.mean(each) < least
        ]
    return missed


def _interval(found: Sequence[bool]) -> str:
    low, high = wilson(sum(found), len(found))
    return f"{low:.1%} to {high:.1%}"


if __name__ == "__main__":
    sys.exit(main())
