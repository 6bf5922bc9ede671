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
    rule=(
        "All content of a request's files is compressed and summed by kind of output: tables, long "
        "outputs (curves, series, draws, code lists, weights), texts, and tables of variants. A sum above "
        "the policy's limit for its kind (`tables_kb`, `series_kb`, `texts_kb`, `variants_mb`) goes to "
        "review: hidden data need room. Pictures have limits of their own."
    ),
    fires=(Example("Thirty thousand rows of four unexplained numbers", noise),),
    silent=(
        Example("A regression table", regression),
        Example("Many equal rows", repeated),
    ),
    limits=(
        "Hidden data below the limit pass: 256 kB of tables hold some 2,000 rows of a hundred bytes.",
        "Data spread over many requests show only in the project's sum.",
    ),
)
