"""Fit the model of `checker.table_types.person_like`: do a table's rows look like one person each?

    python benchmarks/refit.py --only person-like --data ../shared/data

Positives are tables of people (label `rowlevel`): parts of them from ten rows on, some with coarse columns
only, unchanged and disguised. Negatives are the tables of benign files, whole and ten rows of each, and
generated aggregates; labels are as corrected. The scores are of sources that the fit did not use: five times
a fifth of them is left out. A source is a repository, or a data set in whatever packages it comes with.
Tables that are recognised as an output are left out of both, because the detector leaves them out.

The stored coefficients are of an earlier form of this script and cannot be fitted again exactly; their file
says why. A fit of today has other coefficients: measure the benchmark before storing it.
"""

import csv
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from benchmarks.exfiltration._fitted import statement
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from strongroom.checker.contents.found import FoundTable, Limits, Origin
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.table_types import RecognisedType, recognise, typed_from
from strongroom.checker.table_types.person_like import FITTED, measures, person_like_coefficients

Draw = np.random.Generator
Change = Callable[[pl.DataFrame, Draw], pl.DataFrame]
TARGET = FITTED
_LARGEST = 20_000
_TABLES = 6
_ROWS = 10
_COPIES = 3
_EACH = 60
_LEVELS = 30
_FOLDS = 5
_BANDS = {"10 to 29 rows": (_ROWS, 30), "30 to 99 rows": (30, 100), "100 rows and more": (100, math.inf)}
_CORRECTED = Path(__file__).with_name("_benign") / "label_corrections.csv"


@dataclass(frozen=True)
class Known:
    """The measures of a table, whether its rows are people, where it is from, and how many rows it has."""

    measures: list[float]
    people: bool
    source: str
    rows: int


def numbers(people: pl.DataFrame) -> list[str]:
    return people.select(pl.selectors.numeric()).columns


def part(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    rows = int(draw.choice([10, 12, 25, 50, 100, 300, 1_000, 4_000]))
    coarse = [name for name in people.columns if 1 < people[name].n_unique() <= _LEVELS]
    if len(coarse) >= 4 and draw.random() < 0.2:
        width = int(draw.integers(4, 7))
        people = people.select([coarse[place] for place in draw.permutation(len(coarse))[:width]])
    few = people.sample(min(rows, len(people)), seed=int(draw.integers(1 << 30)), shuffle=True)
    if few.width > 6 and draw.random() < 0.7:
        width = int(draw.integers(5, min(few.width, 30) + 1))
        few = few.select([few.columns[place] for place in draw.permutation(few.width)[:width]])
    return few


def rounded(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    return people.with_columns(pl.selectors.float().round(int(draw.integers(0, 2))))


def noisy(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    return people.with_columns(
        [
            people[name] + draw.normal(0, 0.05 * (people[name].std() or 1), len(people))
            for name in numbers(people)
        ]
    )


def standardised(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    del draw
    return people.with_columns(
        [(people[name] - people[name].mean()) / (people[name].std() or 1) for name in numbers(people)]
    )


def ranked(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    del draw
    return people.with_columns([people[name].rank("ordinal").alias(name) for name in numbers(people)])


def ordered(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    return people.sort(people.columns[int(draw.integers(people.width))])


def coded(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    del draw
    return people.with_columns(
        [people[name].cast(pl.String).rank("dense").alias(name) for name in people.columns]
    )


def scores(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """Return a few weighted sums of each person's values: components, predictions, residuals."""
    cells = coded(people, draw).fill_null(0).to_numpy().astype(float)
    cells = (cells - cells.mean(axis=0)) / (cells.std(axis=0) + 1e-9)
    mixed = cells @ draw.normal(size=(cells.shape[1], int(draw.integers(2, 12))))
    return pl.DataFrame(mixed, schema=[f"pc{place}" for place in range(mixed.shape[1])])


def averaged(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """Return means of three neighbours each, in the order of some column."""
    if not numbers(people):
        return people
    kept = ordered(people.select(numbers(people)), draw)
    return kept.group_by(pl.arange(0, len(kept)) // 3, maintain_order=True).mean()[:, 1:]


def as_they_are(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    del draw
    return people


CHANGES: tuple[Change, ...] = (
    as_they_are, rounded, noisy, standardised, ranked, ordered, coded, scores, averaged,
)  # fmt: skip


def coefficients(draw: Draw) -> pl.DataFrame:
    names = [
        f"{name}{level}" for name in ("age", "sexMale", "bmi", "region", "smoking") for level in "abcdefg"
    ]
    return pl.DataFrame({"term": names, "coef": draw.normal(0, 0.3, len(names))})


def group_means(draw: Draw) -> pl.DataFrame:
    groups = [
        "North East",
        "North West",
        "Yorkshire",
        "Midlands",
        "East",
        "London",
        "South East",
        "South West",
    ]
    table = {
        f"mean_{name}": draw.normal(scale, scale / 20, 16) for name, scale in (("sbp", 140), ("bmi", 27))
    }
    return pl.DataFrame(
        {"sex": ["men"] * 8 + ["women"] * 8, "region": groups * 2, **table, "n": draw.integers(900, 9000, 16)}
    )


def search_results(draw: Draw) -> pl.DataFrame:
    grid = [(depth, rate, fold) for depth in (2, 4, 6, 8) for rate in (0.01, 0.1, 0.3) for fold in range(5)]
    depth, rate, fold = map(list, zip(*grid, strict=True))
    return pl.DataFrame(
        {"depth": depth, "rate": rate, "fold": fold, "auc": draw.normal(0.75, 0.02, len(grid))}
    )


def power(draw: Draw) -> pl.DataFrame:
    grid = [(n, effect) for n in (100, 500, 1000, 5000) for effect in (0.05, 0.1, 0.2, 0.3, 0.5)]
    n, effect = map(list, zip(*grid, strict=True))
    return pl.DataFrame(
        {
            "n": n,
            "effect": effect,
            "power": np.clip(np.array(n) * np.array(effect) / 500, 0, 1),
            "reps": [1000] * 20,
            "bias": draw.normal(0, 0.01, 20),
        }
    )


def log_lines(draw: Draw) -> pl.DataFrame:
    rows = 200
    return pl.DataFrame(
        {
            "time": np.cumsum(draw.exponential(3, rows)),
            "step": np.arange(rows),
            "loss": np.exp(-np.arange(rows) / 50) + draw.normal(0, 0.01, rows),
            "pid": [4711] * rows,
        }
    )


def annotation(draw: Draw) -> pl.DataFrame:
    starts = np.sort(draw.integers(1, 10**8, 300))
    return pl.DataFrame(
        {
            "gene": [f"GENE{chr(65 + place % 26)}{place}" for place in range(300)],
            "start": starts,
            "end": starts + draw.integers(500, 10**5, 300),
            "strand": draw.choice(["+", "-"], 300),
        }
    )


def regional_trends(draw: Draw) -> pl.DataFrame:
    years = np.arange(2000, 2020)
    regions = ["Wales", "Scotland", "England", "Ireland", "France", "Spain"]
    level = np.repeat(draw.normal(100, 20, len(regions)), len(years))
    return pl.DataFrame(
        {
            "region": np.repeat(regions, len(years)),
            "year": np.tile(years, len(regions)),
            "rate": level + np.tile(np.cumsum(draw.normal(0, 2, 20)), len(regions)),
            "gdp": level * 3 + draw.normal(0, 1, 120),
        }
    )


def sorted_frequencies(draw: Draw) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "code": [f"{chr(65 + place % 26)}{place:02d}" for place in range(80)],
            "n": np.sort(draw.integers(10, 10**5, 80))[::-1],
        }
    )


def thresholds(draw: Draw) -> pl.DataFrame:
    steps = np.sort(draw.random(60))
    return pl.DataFrame({"a": steps, "b": np.sqrt(steps), "c": steps**2, "d": 1 - steps})


def strata_curves(draw: Draw) -> pl.DataFrame:
    tables = [
        pl.DataFrame(
            {
                "stratum": [name] * 30,
                "time": np.arange(30) * 100,
                "surv": np.cumprod(1 - draw.random(30) / 30),
                "at_risk": np.sort(draw.integers(50, 5000, 30))[::-1],
            }
        )
        for name in ("a", "b")
    ]
    return pl.concat(tables)


def quantiles(draw: Draw) -> pl.DataFrame:
    cells = np.sort(draw.lognormal(2, 1, (20, 6)), axis=1)
    return pl.DataFrame(
        {
            "variable": [f"measure of {chr(97 + place)}" for place in range(20)],
            **{f"q{place}": cells[:, place] for place in range(6)},
        }
    )


GENERATED: tuple[Callable[[Draw], pl.DataFrame], ...] = (
    coefficients, group_means, search_results, power, log_lines, annotation, regional_trends, quantiles,
    sorted_frequencies, thresholds, strata_curves,
)  # fmt: skip


def files(root: Path, labels: set[str]) -> Iterator[tuple[str, list[FoundTable]]]:
    """Yield the source of each file and its tables; each content once."""
    corrected = {row["sha256"]: row["label"] for row in rows_of(_CORRECTED)}
    seen: set[str] = set()
    for row in rows_of(root / "manifest.csv"):
        path = root / row["root"] / row["file"]
        label = corrected.get(row["sha256"], row["label"])
        if label not in labels or row["sha256"] in seen or path.stat().st_size > 30_000_000:
            continue
        seen.add(row["sha256"])
        found = [
            one
            for one in read_bytes(path.read_bytes(), path.name, limits=Limits())
            if isinstance(one, FoundTable)
        ]
        large = [one for one in found if one.table.num_rows >= _ROWS and one.origin is not Origin.DECODED]
        yield source(row["root"], path, row["repo"]), large[:_TABLES]


def source(root: str, path: Path, repository: str) -> str:
    """Return a file's repository, or its data set's name: several packages have the same people."""
    if root != "rowlevel/tables":
        return repository
    return path.name.split(".")[0].lower().rpartition("_")[2]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def measured(table: pa.Table) -> list[float] | None:
    typed = typed_from(FoundTable("t", table))
    if typed.rows < _ROWS or recognise(typed).type is not RecognisedType.UNKNOWN:
        return None
    return list(measures(typed).values()) or None


def frame(table: pa.Table) -> pl.DataFrame:
    unique = [f"{place}_{name}" for place, name in enumerate(table.column_names)]
    read = pl.from_arrow(table.slice(0, _LARGEST).rename_columns(unique))
    return pl.DataFrame(read)


def people_tables(root: Path, draw: Draw) -> Iterator[Known]:
    """Yield parts of tables of people, each changed in every way."""
    for name, tables in files(root, {"rowlevel"}):
        for found in tables:
            people = frame(found.table)
            for change in CHANGES * (_COPIES if people.width > 3 else 1):
                changed = change(part(people, draw), draw)
                row = measured(changed.to_arrow()) if len(changed) >= _ROWS else None
                if row:
                    yield Known(row, people=True, source=name, rows=len(changed))


def other_tables(root: Path, draw: Draw) -> Iterator[Known]:
    """Yield tables of honest files and ten rows of each, and generated ones."""
    for name, tables in files(root, {"benign", "series_or_log", "schema"}):
        for found in tables:
            rows = found.table.num_rows
            start = int(draw.integers(rows - _ROWS + 1))
            for table in (found.table, found.table.slice(start, _ROWS))[: 1 + (rows > 2 * _ROWS)]:
                row = measured(table)
                if row:
                    yield Known(row, people=False, source=name, rows=table.num_rows)
    for make in GENERATED * _EACH:
        table = make(draw).to_arrow()
        row = measured(table)
        if row:
            yield Known(row, people=False, source=make.__name__, rows=table.num_rows)


def known_tables(root: Path) -> list[Known]:
    """Return the measures of all tables below the shared data folder, and of the generated ones."""
    draw = np.random.default_rng(20)
    return [*people_tables(root, draw), *other_tables(root, draw)]


def fit(root: Path) -> dict[str, Any]:
    """Return the content of `person_like.json`, fitted on the tables of the shared data folder."""
    known = known_tables(root)
    cells, truth = arrays(known)
    model = regression().fit(cells, truth)
    weights = np.round([model.intercept_[0], *model.coef_[0]], 2).tolist()
    people = int(truth.sum())
    data = f"{people:,} tables of people and {len(known) - people:,} others of the shared data folder"
    how = statement(__file__, data=data, held_out=separation(known, left_out(known)))
    return {"fitted": how, "coefficients": dict(zip(person_like_coefficients(), weights, strict=True))}


def check(root: Path) -> dict[str, float]:
    """Return the scores of the stored coefficients on all tables: some of them were used in the fit."""
    known = known_tables(root)
    cells, _ = arrays(known)
    weights = np.array(list(person_like_coefficients().values()))
    return separation(known, 1 / (1 + np.exp(-np.clip(weights[0] + cells @ weights[1:], -50, 50))))


def left_out(known: list[Known]) -> np.ndarray:
    """Return each table's probability by a model fitted without the tables of its source."""
    cells, truth = arrays(known)
    sources = [one.source for one in known]
    chances: np.ndarray = cross_val_predict(
        regression(), cells, truth, groups=sources, cv=GroupKFold(_FOLDS), method="predict_proba"
    )
    return chances[:, 1]


def regression() -> LogisticRegression:
    return LogisticRegression(C=1.0, class_weight="balanced", max_iter=5_000)


def arrays(known: list[Known]) -> tuple[np.ndarray, np.ndarray]:
    """Return the measures, shape (tables, measures), and which tables are of people."""
    return np.array([one.measures for one in known]), np.array([one.people for one in known])


def separation(known: list[Known], chances: np.ndarray) -> dict[str, float]:
    """Return how well people and others are told apart, for tables of few, some and many rows."""
    truth, rows = np.array([one.people for one in known]), np.array([one.rows for one in known])
    found: dict[str, float] = {"tables": len(known)}
    for band, (least, most) in _BANDS.items():
        some = (rows >= least) & (rows < most)
        if len(set(truth[some])) > 1:
            area = float(roc_auc_score(truth[some], chances[some]))
            found[f"area under the ROC curve, {band}"] = round(area, 4)
    found["people above 0.5"] = round(float(np.mean(chances[truth] > 0.5)), 4)
    found["others above 0.5"] = round(float(np.mean(chances[~truth] > 0.5)), 4)
    return found


def text(content: dict[str, Any]) -> str:
    """Return the content as it is stored."""
    return json.dumps(content, indent=1) + "\n"
