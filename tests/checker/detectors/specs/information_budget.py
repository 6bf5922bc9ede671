"""The page of `information-budget`."""

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example


def noise(bench, folder):
    names = [f"estimate_{place}" for place in range(4)]
    rows = bench.draw.normal(size=(30_000, 4))
    pl.DataFrame(rows, schema=names).write_csv(folder / "estimates.csv")
    return folder / "estimates.csv"


def regression(bench, folder):
    beta = bench.draw.normal(0, 0.2, 40).round(3)
    table = {"term": [f"covariate {chr(97 + place % 26)}" for place in range(40)], "estimate": beta}
    table |= {"lower": (beta - 0.1).round(3), "upper": (beta + 0.1).round(3)}
    pl.DataFrame(table).write_csv(folder / "model.csv")
    return folder / "model.csv"


def repeated(bench, folder):
    pl.DataFrame({"level": np.zeros(200_000, int), "count": np.full(200_000, 50)}).write_csv(
        folder / "flat.csv"
    )
    return folder / "flat.csv"


SPEC = DetectorSpec(
    detector="information-budget",
    rule="All that was found in a request's files is compressed and summed by kind of output: tables, long "
    "outputs (curves, series, draws, code lists, weights), texts, and tables of variants. A sum above the policy's "
    "budget of its kind (`tables_kb`, `series_kb`, `texts_kb`, `variants_mb`) goes to review: whatever is hidden needs "
    "room. Pictures have a budget of their own.",
    fires=(Example("Thirty thousand rows of four unexplained numbers", noise),),
    silent=(
        Example("A regression table", regression),
        Example("Many rows that say the same", repeated),
    ),
    limits=(
        "What stays below the budget passes: 256 kB of tables hold some 2,000 rows of a hundred bytes.",
        "A channel spread over many requests is only seen in the project's sum.",
    ),
)
