"""Classes 1 to 5, 9 to 12 and 14: tables and figures of a paper's results section."""

import json

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import plots
from benchmarks.exfiltration._benign.honest import Analysis, Files, benign

_LEAST = 10


@benign(1, form=("txt", "csv", "tex", "html"), terms=(3, 6))
def regression_table(work: Analysis, *, form: str, terms: int) -> Files:
    """Class 1: one regression's estimates."""
    names, estimates, errors, people = work.fit(terms)
    table = pl.DataFrame({"term": names, "estimate": estimates, "std.error": errors}).with_columns(
        (pl.col("estimate") / pl.col("std.error")).round(3).alias("statistic"), pl.lit(people).alias("N")
    )
    table = table.with_columns(pl.col("estimate", "std.error").round(5))
    if form == "csv":
        return work.csv("model.csv", table)
    rows = [[str(cell) for cell in row] for row in [table.columns, *table.rows()]]
    if form == "tex":
        body = " \\\\\n".join(" & ".join(row) for row in rows)
        return work.write("model.tex", f"\\begin{{tabular}}{{lrrrr}}\n{body} \\\\\n\\end{{tabular}}\n")
    if form == "html":
        body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        return work.write("model.html", f"<!DOCTYPE html><html><body><table>{body}</table></body></html>")
    lines = "\n".join("".join(cell.rjust(16) for cell in row) for row in rows)
    return work.write("model.txt", f"OLS Regression Results\nNo. Observations: {people}\n{lines}\n")


@benign(2, models=(4, 12), terms=(4, 8))
def many_models(work: Analysis, *, models: int, terms: int) -> Files:
    """Class 2: several models below each other, as hazard or odds ratios."""
    rows = []
    for model in range(models):
        names, estimates, errors, people = work.fit(terms)
        scaled = estimates / np.maximum(np.abs(estimates).max(), 1)
        spread = np.minimum(errors / np.maximum(np.abs(estimates), 1e-9) * np.abs(scaled), 2)
        for name, value, error in zip(names[1:], scaled[1:], spread[1:], strict=True):
            low, middle, high = np.exp([value - 1.96 * error, value, value + 1.96 * error])
            rows.append((f"model {model}", name, round(middle, 3), round(low, 3), round(high, 3), people))
    return work.csv(
        "models.csv", pl.DataFrame(rows, ["model", "term", "hr", "low", "high", "n"], orient="row")
    )


@benign(3, form=("csv", "md"))
def table_one(work: Analysis, *, form: str) -> Files:
    """Class 3: characteristics by group, mean and SD, no cell below ten."""
    table = work.complete(7)
    group = (table.to_series(0) > table.to_series(0).median()).alias("exposed")
    rows = [("n", *(str(int((group == side).sum())) for side in (False, True)))]
    for name in table.columns[1:]:
        sides = [table.filter(group == side)[name] for side in (False, True)]
        rows.append((name, *(f"{side.mean():.1f} ({side.std():.1f})" for side in sides)))
    made = pl.DataFrame(rows, ["characteristic", "unexposed", "exposed"], orient="row")
    if form == "csv":
        return work.csv("table1.csv", made)
    return work.write(
        "table1.md", "\n".join("| " + " | ".join(row) + " |" for row in [made.columns, *made.rows()])
    )


@benign(4, base=(5, 10))
def rounded_crosstab(work: Analysis, *, base: int) -> Files:
    """Class 4: counts by two groupings, small ones redacted, the rest rounded."""
    counts = _crosstab(work)
    hidden = [
        pl.when(pl.col(name) < _LEAST)
        .then(pl.lit("[REDACTED]"))
        .otherwise((pl.col(name) / base).round(0).cast(pl.Int64) * base)
        .alias(name)
        for name in counts.columns[1:]
    ]
    return work.csv("counts_rounded.csv", counts.with_columns(hidden))


@benign(5, form=("csv", "xlsx"))
def plain_crosstab(work: Analysis, *, form: str) -> Files:
    """Class 5: counts not rounded, every one of at least ten."""
    counts = _crosstab(work)
    counts = counts.filter(pl.min_horizontal(counts.columns[1:]) >= _LEAST)
    if form == "csv":
        return work.csv("counts.csv", counts)
    from benchmarks.exfiltration._attacks import writers  # noqa: PLC0415 - openpyxl is slow to load

    return [writers.xlsx(counts, work.path("counts"))]


@benign(9, studies=(6, 20))
def forest(work: Analysis, *, studies: int) -> Files:
    """Class 9: a meta-analysis, one row a study."""
    values = work.draw.normal(0.2, 0.1, studies)
    errors = work.draw.uniform(0.05, 0.2, studies)
    table = pl.DataFrame(
        {
            "study": [f"Study {place} ({1990 + place})" for place in range(studies)],
            "logor": values.round(4),
            "se": errors.round(4),
            "weight": (1 / errors**2).round(2),
        }
    )
    return work.csv("meta.csv", table)


@benign(10, form=("png", "csv"))
def survival(work: Analysis, *, form: str) -> Files:
    """Class 10: a survival curve as a figure, or as a life table of years with enough events each."""
    if form == "png":
        work.path("km.png").write_bytes(plots.kaplan_meier_png(work.draw))
        return [work.path("km.png")]
    at_risk, rows = len(work.people), []
    survival_now = 1.0
    for year in range(12):
        events = int(work.draw.integers(50, 200))
        survival_now *= 1 - events / at_risk
        rows.append((year, at_risk, events, round(survival_now, 4)))
        at_risk -= events + int(work.draw.integers(20, 100))
    return work.csv(
        "life_table.csv", pl.DataFrame(rows, ["year", "n_risk", "n_event", "survival"], orient="row")
    )


@benign(11, what=("roc", "calibration"), points=(20, 101))
def curve_points(work: Analysis, *, what: str, points: int) -> Files:
    """Class 11: a ROC curve at fixed thresholds, or calibration in groups of equal size."""
    grid = np.linspace(0, 1, points)
    if what == "roc":
        made = {"threshold": grid[::-1].round(3), "fpr": (grid**1.7).round(4), "tpr": (grid**0.4).round(4)}
    else:
        observed = np.clip(grid * 0.3 + work.draw.normal(0, 0.004, points), 0, 1)
        made = {
            "group": np.arange(points) + 1,
            "n": [200] * points,
            "predicted": (grid * 0.3).round(4),
            "observed": observed.round(4),
        }
    return work.csv(f"{what}.csv", pl.DataFrame(made))


@benign(12, what=("histogram", "density"), bins=(20, 60))
def distribution(work: Analysis, *, what: str, bins: int) -> Files:
    """Class 12: counts in bins of ten people or more, or a smoothed density on a grid."""
    values = work.complete(1).to_series(0).to_numpy()
    low, high = np.quantile(values, [0.02, 0.98])
    if what == "histogram":
        counts, edges = np.histogram(values, bins, (low, high))
        kept = counts >= _LEAST
        table = pl.DataFrame(
            {"from": edges[:-1][kept].round(2), "to": edges[1:][kept].round(2), "count": counts[kept]}
        )
    else:
        from scipy.stats import gaussian_kde  # noqa: PLC0415 - slow to load

        grid = np.linspace(low, high, 8 * bins)
        table = pl.DataFrame({"x": grid.round(4), "density": gaussian_kde(values)(grid).round(6)})
    return work.csv(f"{what}.csv", table)


@benign(14, form=("pdf", "svg", "json"))
def vector_figure(work: Analysis, *, form: str) -> Files:
    """Class 14: a figure of aggregates as PDF, SVG or plotly JSON."""
    means, errors = work.draw.normal(0.2, 0.2, 12), work.draw.uniform(0.05, 0.1, 12)
    if form == "json":
        trace = {"type": "bar", "x": [f"group {place}" for place in range(12)], "y": means.round(4).tolist()}
        return work.write(
            "figure.json", json.dumps({"data": [trace], "layout": {"title": {"text": "Means"}}})
        )
    made, axes = plots.figure()
    axes.errorbar(means, range(12), xerr=1.96 * errors, fmt="s")
    made.savefig(work.path(f"forest.{form}"))
    return [work.path(f"forest.{form}")]


def _crosstab(work: Analysis) -> pl.DataFrame:
    table = work.complete(2)
    labels = [f"q{place}" for place in range(1, 6)]
    cut = table.select(pl.all().rank("ordinal").sub(1).mul(5).floordiv(len(table)).cast(pl.Int64).clip(0, 4))
    names = cut.columns
    counted = (
        cut.group_by(names).len().pivot(names[1], index=names[0], values="len").fill_null(0).sort(names[0])
    )
    ordered = counted.select(names[0], *sorted(name for name in counted.columns if name != names[0]))
    ordered.columns = ["group", *labels[: ordered.width - 1]]
    return ordered.with_columns(pl.Series("group", labels[: len(ordered)]))
