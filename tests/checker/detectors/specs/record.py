"""What the `record` detector promises."""

import json

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example


def _telling(bench, count=10):
    """Return the columns that say most, of those nearly everybody has."""
    kept = [name for name, profile in bench.index.columns.items() if profile.missing < 0.2]
    return sorted(kept, key=lambda name: -bench.index.columns[name].bits)[:count]


def _person(bench, count=10):
    """Return one person who has them all, with the values under invented names."""
    columns = _telling(bench, count)
    people = bench.people.select(columns).drop_nulls()
    return people[int(bench.draw.integers(len(people)))].rename(
        {name: f"v{place}" for place, name in enumerate(columns)}
    )


def _hidden_row(bench, folder):
    person = _person(bench)
    means = {name: np.round(bench.draw.normal(50, 20, 40), 2) for name in person.columns}
    table = pl.concat([pl.DataFrame(means).cast(pl.String), person.cast(pl.String)])
    path = folder / "means.csv"
    table.sample(fraction=1.0, shuffle=True, seed=2).write_csv(path)
    return path


def _printed(bench, folder):
    path = folder / "session.log"
    lines = [f"{name:<12}{value}" for name, value in _person(bench).row(0, named=True).items()]
    path.write_text("fitting model 3 of 7\n\n" + "\n".join(lines) + "\nName: 17, dtype: object\n")
    return path


def _json_object(bench, folder):
    path = folder / "example.json"
    values = {name: str(value) for name, value in _person(bench).row(0, named=True).items()}
    path.write_text(json.dumps({"note": "an example", "input": values}, indent=1))
    return path


def _ten_short_rows(bench, folder):
    path = folder / "scores.csv"
    columns = _telling(bench, 6)
    people = bench.people.select(columns).drop_nulls().sample(10, seed=3)
    people.rename({name: f"x{place}" for place, name in enumerate(columns)}).write_csv(path)
    return path


def _regression(bench, folder):
    path = folder / "models.csv"
    beta, error = bench.draw.normal(0, 0.4, 30), bench.draw.uniform(0.05, 0.2, 30)
    columns = {"beta": beta, "se": error, "low": beta - 1.96 * error, "high": beta + 1.96 * error}
    pl.DataFrame({"term": [f"x{k}" for k in range(30)], **columns}).with_columns(
        pl.col(pl.Float64).round(3), n=pl.lit(1_912)
    ).write_csv(path)
    return path


def _described(bench, folder):
    path = folder / "table1.csv"
    numbers = bench.people.select(_telling(bench, 20)).select(pl.col(pl.Float64, pl.Int32))
    described = numbers.describe(percentiles=(0.1, 0.25, 0.5, 0.75, 0.9))
    described.filter(~pl.col("statistic").is_in(["min", "max"])).write_csv(path)
    return path


def _nobodys_rows(bench, folder):
    """Columns of real values that have nothing to do with each other."""
    path = folder / "permuted.csv"
    columns = _telling(bench, 12)
    shuffled = [bench.people[name].shuffle(seed=place) for place, name in enumerate(columns)]
    pl.DataFrame(shuffled).head(200).write_csv(path)
    return path


SPEC = DetectorSpec(
    detector="record",
    rule=(
        "Every row, column, line and paragraph is searched for improbably many values of one participant, "
        "under any column names. The fewer people have a value in any column, the more it counts; columns "
        "that repeat each other count once. A file is blocked when the evidence exceeds log2 of the "
        "number of participants and of sequences searched, plus 10 bits, and no other person comes close. "
        "Rows too short for that are judged together."
    ),
    fires=(
        Example("one person's row among forty rows of means", _hidden_row),
        Example("one person printed into a log, one value per line", _printed),
        Example("one person as a JSON object", _json_object),
        Example("ten rows of six columns", _ten_short_rows),
    ),
    silent=(
        Example("a regression table", _regression),
        Example("means, deviations and percentiles of twenty columns", _described),
        Example("permuted values, whose rows belong to no person", _nobodys_rows),
    ),
    limits=(
        (
            "A record of fewer than five informative values, or of values that many people share, passes: "
            "ages, codes and answers on a scale of five hold two or three bits each."
        ),
        (
            "Rounded values are compared with all that round to them; a record rounded to one decimal "
            "needs about twenty values instead of eight."
        ),
        (
            "Of a larger table 60,000 cells are searched: half of them rows spread evenly, half unusual "
            "rows; of a text the first 4 MB."
        ),
        "Values changed by a constant, a unit or noise are not searched for.",
    ),
)
