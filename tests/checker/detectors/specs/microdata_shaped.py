"""The page of `microdata-shaped`."""

import numpy as np
import polars as pl
from tests.checker.detectors.spec import TERMS, DetectorSpec, Example


def residuals(bench, folder):
    draw = bench.draw
    rows = len(bench.people)
    table = pl.DataFrame({"fitted": draw.normal(140, 8, rows), "residual": draw.normal(0, 17, rows)})
    return _written(table.with_columns(cluster=draw.choice([1, 2, 2, 3, 3, 3], rows)), folder)


def components(bench, folder):
    cells = bench.draw.normal(size=(400, 10))
    return _written(pl.DataFrame(cells, schema=[f"PC{place}" for place in range(1, 11)]), folder)


def one_score_each(bench, folder):
    table = pl.DataFrame(
        {"k": bench.draw.permutation(10**6)[:300] + 10**6, "prs": bench.draw.normal(size=300)}
    )
    return _written(table, folder)


def on_its_side(bench, folder):
    draw = bench.draw
    rows = [draw.integers(40, 70, 200), draw.choice([1, 2, 2], 200), draw.normal(27, 4, 200).round(1)]
    rows += [draw.normal(140, 18, 200).round(), draw.choice([0, 0, 0, 1], 200)]
    lines = [",".join(f"x{place}" for place in range(200)), *(",".join(map(str, row)) for row in rows)]
    (folder / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder / "t.csv"


def forty_rows(bench, folder):
    draw = bench.draw
    table = {
        "v1": draw.integers(40, 70, 40),
        "v2": draw.normal(27, 4, 40).round(1),
        "v3": draw.integers(100, 160, 40),
    }
    return _written(pl.DataFrame(table)[draw.permutation(40)], folder)


def ranks_of_ten(bench, folder):
    columns = {f"v{place}": bench.draw.permutation(10) * 10 for place in range(4)}
    return _written(pl.DataFrame(columns).sort("v0"), folder)


def sorted_by_one(bench, folder):
    draw = bench.draw
    columns = {f"v{place}": draw.normal(40, 9, 50).round(1) for place in range(5)}
    gappy = {
        name: [None if draw.random() < 0.3 else cell for cell in cells] for name, cells in columns.items()
    }
    return _written(pl.DataFrame(gappy | {"v0": np.sort(columns["v0"])}), folder)


def ranks_of_methods(bench, folder):
    columns = {name: bench.draw.permutation(10) + 1 for name in ("error", "bias", "seconds")}
    return _written(pl.DataFrame({"method": list(TERMS)} | columns), folder)


def recoded_events(bench, folder):
    draw = bench.draw
    who = np.repeat(np.arange(1, 9), 6)
    days = pl.Series("day", draw.integers(3_000, 12_000, 48)).cast(pl.Date)
    return _written(
        pl.DataFrame({"k": who, "code": draw.integers(1, 9, 48), "day": days}).sort("k", "day"), folder
    )


def regions_in_months(bench, folder):
    months = pl.date_range(pl.date(2018, 1, 1), pl.date(2021, 12, 1), "1mo", eager=True)
    region = np.repeat(np.arange(1, 9), len(months))
    season = 4 * np.cos(np.arange(len(months)) / 6 * np.pi)
    rates = (20 + region + np.tile(season, 8) + bench.draw.normal(0, 0.5, len(region))).round(1)
    return _written(pl.DataFrame({"region": region, "month": pl.concat([months] * 8), "rate": rates}), folder)


def four_named_rows(bench, folder):
    named = pl.Series("band", ["low", "middle", "high", "missing"])
    table = {f"v{place}": bench.draw.normal(10 * place, place, 4).round(3) for place in range(1, 6)}
    return _written(pl.DataFrame({"band": named} | table), folder)


def deciles(bench, folder):
    rising = {
        "predicted": np.linspace(0.02, 0.3, 8).round(3),
        "observed": np.linspace(0.01, 0.33, 8).round(3),
    }
    return _written(pl.DataFrame(rising | {"upper": np.linspace(0.02, 0.36, 8).round(3)}), folder)


def confusion(bench, folder):
    return _written(pl.DataFrame(bench.draw.integers(10, 400, (4, 4)), schema=list("abcd")), folder)


def ten_residuals(bench, folder):
    return _written(pl.DataFrame({"resid": bench.draw.normal(0, 1, 10).round(4)}), folder)


def ten_named_rows(bench, folder):
    draw = bench.draw
    table = {"term": list(TERMS), "low": draw.normal(1, 0.3, 10), "middle": draw.normal(1, 0.3, 10)}
    return _written(pl.DataFrame(table | {"high": draw.normal(1, 0.3, 10)}), folder)


def models_and_terms(bench, folder):
    draw = bench.draw
    terms = {
        "model": np.repeat([f"model {place}" for place in range(6)], 4),
        "term": ["age", "sex", "bmi", "sbp"] * 6,
    }
    values = {name: draw.normal(1, 0.3, 24).round(3) for name in ("crude", "adjusted", "weighted")}
    return _written(pl.DataFrame(terms | values), folder)


def association_results(bench, folder):
    draw, rows = bench.draw, 500
    beta, error = draw.normal(0, 0.02, rows), draw.uniform(0.01, 0.03, rows)
    chance = np.array([2 * (1 - _normal(abs(b / e))) for b, e in zip(beta, error, strict=True)])
    alleles = {"a1": draw.choice(list("ACGT"), rows), "a2": draw.choice(list("ACGT"), rows)}
    table = {"chr": np.sort(draw.integers(1, 23, rows)), "pos": draw.integers(1, 10**8, rows), **alleles}
    return _written(pl.DataFrame(table | {"beta": beta, "se": error, "p": chance}), folder)


def rates_by_region_and_year(bench, folder):
    regions = ["North", "South", "East", "West", "Central"]
    years = list(range(2001, 2021))
    rate = bench.draw.normal(120, 15, len(regions) * len(years)).round(1)
    table = {"region": np.repeat(regions, len(years)), "year": years * len(regions), "rate": rate}
    return _written(pl.DataFrame(table), folder)


def monthly_counts(bench, folder):
    months = pl.date_range(pl.date(2015, 1, 1), pl.date(2022, 12, 1), "1mo", eager=True)
    table = pl.DataFrame({"month": months, "admissions": bench.draw.integers(800, 1400, len(months)) * 5})
    return _written(table, folder)


def _normal(value):
    from math import erf, sqrt

    return 0.5 * (1 + erf(value / sqrt(2)))


def _written(table, folder):
    table.write_csv(folder / "table.csv")
    return folder / "table.csv"


SPEC = DetectorSpec(
    detector="microdata-shaped",
    rule=(
        "A table of `microdata_rows` rows or more goes to review when a model gives it a probability of "
        "`row_level_percent` or more (95 % below 30 rows) that its rows are persons. The model is fitted to public tables of known "
        "kind (decision 0033). It looks at how rows are laid out, how cells are written and how columns relate: "
        "rows of persons are in no order, categories combine at random, values are missing singly and fill "
        "their ranges. Names of columns, and what a table is recognised as, change nothing. Wide tables are read "
        "transposed too, and long ones with a row for each thing measured. A table whose keys repeat, on days spread over more than a year that hardly two keys share, "
        "goes to review as an event table, whatever its codes are called."
    ),
    fires=(
        Example("Fitted values, residuals and a cluster for every participant", residuals),
        Example("Ten components for each of 400 people", components),
        Example("An identifier and one score", one_score_each),
        Example("Two hundred people, transposed", on_its_side),
        Example("Forty unlabelled rows of three numbers", forty_rows),
        Example("Residuals of ten people", ten_residuals),
        Example("Events of eight people under other codes", recoded_events),
        Example("Ranks of ten people in four columns, sorted by the first", ranks_of_ten),
        Example("Fifty rows sorted by one value, with scattered missing values", sorted_by_one),
    ),
    silent=(
        Example("Association results: p follows from beta and its error", association_results),
        Example("Rates by region and year", rates_by_region_and_year),
        Example("Monthly counts", monthly_counts),
        Example("Three numbers for each of ten terms", ten_named_rows),
        Example("Three numbers for each term of six models", models_and_terms),
        Example("Four labelled rows of five numbers", four_named_rows),
        Example("Predicted and observed risks of eight groups, rising together", deciles),
        Example("Counts of a confusion matrix", confusion),
        Example("Rates of eight regions in the same months", regions_in_months),
        Example("Ranks of ten methods by three criteria", ranks_of_methods),
    ),
    limits=(
        (
            "The model is wrong in both directions: at the default 80 %, about 4 % of tables of results in public "
            "repositories go to review, and about 70 % of public row-level tables and 80 to 97 % of tables "
            "derived from them do (scores, ranks, residuals, rescaled values)."
        ),
        (
            "Data about things (cars, polls, districts) with one row each have the shape of data about "
            "people; a quarter are reviewed."
        ),
        (
            "Fewer than `microdata_rows` rows have no shape. Codes in place of numbers hide it; the detectors "
            "that compare with the cohort and the budget of unexplained words cover that."
        ),
    ),
)
