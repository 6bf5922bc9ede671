"""The page of `information-budget`."""

import random

import numpy as np
import polars as pl
from tests.checker.detectors.spec import DetectorSpec, Example


def noise(bench, folder):
    names = [f"estimate_{place}" for place in range(4)]
    rows = bench.draw.normal(size=(30_000, 4))
    pl.DataFrame(rows, schema=names).write_csv(folder / "estimates.csv")
    return folder / "estimates.csv"


def syllables(bench, folder):
    known = [one + two for one in "bcdfghjklmnprstvw" for two in "aeiou"]
    random.Random(1).shuffle(known)
    payload = random.Random(2).randbytes(16_000)
    lines = [" ".join(known[each % 64] for each in payload[at : at + 12]) for at in range(0, 16_000, 12)]
    (folder / "notes.txt").write_text("\n".join(lines))
    return folder / "notes.txt"


def script(bench, folder):
    lines = [
        "# Fit the model of systolic blood pressure, adjusted for age and sex.",
        "model <- glm(sbp_baseline ~ age_years + sex + bmi_kgm2, data = analysis, family = gaussian())",
        "for (each in names(coef(model))) cat(each, format(coef(model)[[each]], digits = 3))",
    ]
    (folder / "fit.R").write_text("\n".join(lines * 200))
    return folder / "fit.R"


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
        "the limit for its kind (`tables_kb`, `series_kb`, `texts_kb`, `variants_mb`) goes to "
        "review: hidden data need room. Pictures have limits of their own. Words that no language, code or public "
        "identifier explains are counted in bits by a model of what people and programs write; more than "
        "`unexplained_bytes` in a request goes to review, whatever the encoding."
    ),
    fires=(
        Example("Thirty thousand rows of four unexplained numbers", noise),
        Example("Data written as syllables", syllables),
    ),
    silent=(
        Example("A regression table", regression),
        Example("Many equal rows", repeated),
        Example("An analysis script of 600 lines", script),
    ),
    limits=(
        "Hidden data below the limit pass: 256 kB of tables hold some 2,000 rows of a hundred bytes.",
        "Data written in words of a language are explained by it; only the sum of texts bounds them.",
        "Long texts in a script other than Latin go to review.",
        "Data spread over many requests show only in the project's sum.",
    ),
)
