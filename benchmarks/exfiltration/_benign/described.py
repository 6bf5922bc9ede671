"""Classes 3, 5, 19, 21 and 25 again: what programs print of variables, of groups and of years."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import writers
from benchmarks.exfiltration._benign.honest import Analysis, Files, benign
from numpy.typing import NDArray

_LEAST = 10
_BANDS = ("40-44", "45-49", "50-54", "55-59", "60-64", "65-69")


@benign(3, columns=("mean sd n", "missing", "all"), form=("csv", "xlsx", "html"))
def variable_summary(work: Analysis, *, columns: str, form: str) -> Files:
    """Class 3: a row for each numeric variable of the cohort, with statistics of it."""
    held = work.people.select(pl.selectors.numeric()).drop("eid", strict=False)
    held = held.select(name for name in held.columns if held[name].count() >= _LEAST)
    table = pl.DataFrame(
        {
            "variable": held.columns,
            "n": [held[name].count() for name in held.columns],
            "missing_pct": [round(100 * held[name].null_count() / len(held), 2) for name in held.columns],
            "mean": [held[name].cast(pl.Float64).mean() for name in held.columns],
            "sd": [held[name].cast(pl.Float64).std() for name in held.columns],
            **{
                f"p{share}": [held[name].cast(pl.Float64).quantile(share / 100) for name in held.columns]
                for share in (5, 50, 95)
            },
        }
    )
    chosen = {"mean sd n": ["mean", "sd", "n"], "missing": ["missing_pct"]}.get(columns, table.columns[1:])
    return _written(work, table.select("variable", *chosen), "variables", form)


@benign(3, form=("csv", "xlsx", "sparse csv", "html"), values=(2, 6), codes=(False, True))
def grouped_summary(work: Analysis, *, form: str, values: int, codes: bool) -> Files:
    """Class 3: means, deviations and counts by age band and sex; groups of fewer than ten left out."""
    table = work.complete(values)
    bands = work.draw.choice(_BANDS, len(table))
    sexes = work.draw.choice([0, 1] if codes else ["Female", "Male"], len(table))
    grouped = table.with_columns(pl.Series("age_band", bands), pl.Series("sex", sexes))
    statistics = [
        each
        for name in table.columns
        for each in (pl.col(name).mean().alias(f"{name}_mean"), pl.col(name).std().alias(f"{name}_sd"))
    ]
    made = grouped.group_by("age_band", "sex").agg(*statistics, pl.len().alias("n")).sort("age_band", "sex")
    made = made.filter(pl.col("n") >= _LEAST)
    if form == "sparse csv":
        again = pl.col("age_band") == pl.col("age_band").shift(1)
        made = made.with_columns(
            pl.when(again.fill_null(value=False)).then(None).otherwise("age_band").alias("age_band")
        )
    return _written(work, made, "groups", form.removeprefix("sparse "))


@benign(3, form=("csv", "html", "notebook"), columns=(4, 12))
def description(work: Analysis, *, form: str, columns: int) -> Files:
    """Class 3: what pandas says of some columns, without their extremes."""
    table = work.complete(columns)
    rows = [
        ("count", [float(len(table))] * table.width),
        ("mean", [table[name].mean() for name in table.columns]),
        ("std", [table[name].std() for name in table.columns]),
        *(
            (f"{share}%", [table[name].quantile(share / 100) for name in table.columns])
            for share in (25, 50, 75)
        ),
    ]
    made = pl.DataFrame([(name, *cells) for name, cells in rows], ["", *table.columns], orient="row")
    return _written(work, made.with_columns(pl.selectors.float().round(3)), "describe", form)


@benign(5, strata=(2, 4))
def numbers_at_risk(work: Analysis, *, strata: int) -> Files:
    """Class 5: how many are at risk below a survival curve, years as names of columns."""
    left = np.cumprod(work.draw.uniform(0.9, 0.97, (strata, 11)), axis=1) * len(work.people) / strata
    table = {"strata": [f"Quarter {place + 1}" for place in range(strata)]}
    return work.csv(
        "at_risk.csv", pl.DataFrame(table | {str(year): left[:, year].astype(int) for year in range(11)})
    )


@benign(19, tables=(2, 4))
def notebook_of_results(work: Analysis, *, tables: int) -> Files:
    """Class 19: a notebook of several tables: a description, missing values, correlations, estimates."""
    table = work.complete(8)
    spread = pl.DataFrame({"": ["mean", "std"]}).hstack(
        pl.DataFrame({name: [table[name].mean(), table[name].std()] for name in table.columns})
    )
    shares = pl.DataFrame({"": work.people.columns, "missing %": _missing(work)})
    linked = pl.DataFrame(np.corrcoef(table.to_numpy().T).round(2), table.columns, orient="row")
    names, estimates, errors, _ = work.fit(5)
    fitted = pl.DataFrame({"": names, "coef": estimates.round(4), "std err": errors.round(4)})
    outputs = [
        {"output_type": "execute_result", "execution_count": place, "metadata": {}}
        | {"data": {"text/html": writers.html_table(each), "text/plain": str(each)}}
        for place, each in enumerate([spread, shares, linked, fitted][:tables], 1)
    ]
    return work.write("results.ipynb", writers.notebook_text(outputs, "results"))


@benign(21, form=("csv", "xlsx", "json"))
def codebook(work: Analysis, *, form: str) -> Files:
    """Class 21: what each variable is: its type, unit, coding, and how many have it."""
    names = work.people.columns[1:]
    units = work.draw.choice(["mmol/L", "kg", "cm", "%", ""], len(names))
    table = pl.DataFrame(
        {
            "variable": names,
            "type": [str(work.people[name].dtype) for name in names],
            "unit": units,
            "coding": work.draw.choice(
                ["0=No;1=Yes", "-1=Do not know;-3=Prefer not to answer", ""], len(names)
            ),
            "nonmissing": [work.people[name].count() for name in names],
        }
    )
    if form == "json":
        return work.write("codebook.json", json.dumps(table.to_dicts(), indent=1))
    return _written(work, table, "codebook", form)


@benign(25, what=("means", "percentages", "counts"), form=("csv", "xlsx"))
def by_year(work: Analysis, *, what: str, form: str) -> Files:
    """Class 25: means, shares or counts of groups by calendar year."""
    years = np.arange(2006, 2020)
    if what == "means":
        table = work.complete(5)
        cells = table.mean().to_numpy() + table.std().to_numpy() * work.draw.normal(0, 0.03, (14, 5))
        return _written(work, _by(years, table.columns, cells.round(3)), "means", form)
    counts = work.draw.poisson(900, (14, 6))
    if what == "percentages":
        counts = (100 * counts / counts.sum(axis=1, keepdims=True)).round(2)
    return _written(work, _by(years, _BANDS, counts), what, form)


@benign(25, trusts=(8, 12), months=(24, 36))
def month_columns(work: Analysis, *, trusts: int, months: int) -> Files:
    """Class 25: a row a hospital trust and a column a month."""
    names = [f"{2018 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]
    table = pl.DataFrame({"trust": [f"Trust {letter}" for letter in "ABCDEFGHIJKL"[:trusts]]})
    cells = work.draw.poisson(400, (trusts, months))
    return work.csv("trusts.csv", table.hstack(pl.DataFrame(cells, names, orient="row")))


def _missing(work: Analysis) -> list[float]:
    return [round(100 * work.people[name].null_count() / len(work.people), 1) for name in work.people.columns]


def _by(years: NDArray[np.int64], names: Sequence[str], cells: NDArray[Any]) -> pl.DataFrame:
    return pl.DataFrame({"year": years}).hstack(pl.DataFrame(cells, list(names), orient="row"))


def _written(work: Analysis, table: pl.DataFrame, name: str, form: str) -> Files:
    if form == "csv":
        return work.csv(f"{name}.csv", table)
    if form == "html":
        return work.write(
            f"{name}.html", f"<!DOCTYPE html><html><body>{writers.html_table(table)}</body></html>"
        )
    if form == "notebook":
        output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
        output |= {"data": {"text/html": writers.html_table(table), "text/plain": str(table)}}
        return work.write(f"{name}.ipynb", writers.notebook_text([output], name))
    return [writers.xlsx(table, work.path(name))]
