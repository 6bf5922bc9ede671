"""Classes 36 to 40: every figure is a statistic, and a few of them together are a person."""

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack


@attack(36, what=("maxima by group", "minima and maxima", "percentiles"))
def extremes(leak: Leak, *, what: str) -> Handed:
    """Class 36: maxima of tiny groups, minima and maxima, or as many percentiles as people."""
    numbers = leak.numbers
    size = len(numbers)
    if what == "percentiles":
        levels = np.linspace(0, 1, size)
        columns = {
            name: [numbers[name].quantile(level, "nearest") for level in levels]
            for name in numbers.columns[:3]
        }
        table = pl.DataFrame({"percentile": np.round(100 * levels, 4), **columns})
    elif what == "maxima by group":
        group = pl.Series("stratum", np.arange(size) // 2 + 1)
        table = numbers.with_columns(group).group_by("stratum", maintain_order=True).max()
    else:
        group = pl.Series("centre", np.arange(size) // 5 + 1)
        grouped = numbers.with_columns(group).group_by("centre", maintain_order=True)
        table = grouped.agg(
            pl.len().alias("n"), pl.all().min().name.suffix("_min"), pl.all().max().name.suffix("_max")
        )
    return leak.hand_in(writers.csv(table, leak.path("summary")), cells=table.height * (table.width - 1))


@attack(37, what=("count", "mean"))
def differencing(leak: Leak, *, what: str) -> Handed:
    """Class 37: the same table twice, the second without one group of people, in two requests or files."""
    column = leak.numbers.columns[0]
    chosen = leak.cohort.filter(pl.col(leak.id_column).is_in(leak.ids.implode()).not_())
    # Whoever has no value is in neither table.
    one = leak.people.drop_nulls(column).head(1)
    tables = [
        pl.concat([chosen, leak.cohort.filter(pl.col(leak.id_column) == one[leak.id_column][0])]),
        chosen,
    ]
    values = leak.cohort[column].drop_nulls().cast(pl.Float64)
    breaks = sorted({float(values.quantile(share) or 0) for share in (0.25, 0.5, 0.75)})
    requests = []
    for number, table in enumerate(tables):
        figure = (
            pl.len().alias("n") if what == "count" else pl.col(column).cast(pl.Float64).sum().alias("total")
        )
        filled = table.drop_nulls(column)
        group = pl.Series("group", np.searchsorted(breaks, filled[column].cast(pl.Float64)))
        grouped = filled.with_columns(group).group_by("group").agg(pl.len().alias("people"), figure)
        requests.append([writers.csv(grouped.sort("group"), leak.path(f"table_{number}"))])
    return leak.hand_in_turn(requests, cells=1)


@attack(38, what=("one-person dummies", "saturated", "per-person gwas"), most=1_000)
def one_person_models(leak: Leak, *, what: str) -> Handed:
    """Class 38: a coefficient for each person: dummies, a saturated model, a trait that marks one person."""
    values = leak.numbers.to_series(0).fill_null(0).to_numpy().astype(float)
    if what == "per-person gwas" and leak.genotypes is not None:
        calls = leak.genotypes[0]
        beta = np.where(calls < 0, np.nan, calls) - leak.genotypes.mean(axis=0)
        places = np.arange(len(calls))
        columns = {"CHR": places * 0 + 1, "POS": 1_000_000 + places * 997, "A1": ["C"] * len(calls)}
        table = pl.DataFrame({**columns, "N": [len(leak.cohort)] * len(calls), "BETA": np.round(beta, 4)})
        return leak.hand_in(writers.tsv(table, leak.path("trait1")), cells=len(calls))
    mean = float(leak.cohort[leak.numbers.columns[0]].cast(pl.Float64).mean() or 0)
    names = [f"C(k)[{place}]" for place in range(len(values))]
    if what == "saturated":
        names = [f"stratum{place}:visit" for place in range(len(values))]
    lines = [
        f"{'':>18}{'coef':>12}{'std err':>10}{'t':>9}{'P>|t|':>8}",
        f"{'Intercept':>18}{mean:>12.4f}{0.021:>10}",
    ]
    lines += [
        f"{name:>18}{value - mean:>12.4f}{1.013:>10}{(value - mean) / 1.013:>9.3f}{0.412:>8}"
        for name, value in zip(names, values, strict=True)
    ]
    target = leak.path("model.txt")
    target.write_text(
        "\n".join(["OLS Regression Results", f"No. Observations: {len(leak.cohort)}", *lines]) + "\n"
    )
    return leak.hand_in(target, cells=len(values))


@attack(39, what=("km steps", "residual array", "event times"))
def steps_and_residuals(leak: Leak, *, what: str) -> Handed:
    """Class 39: a survival curve with a step an event, an array of residuals, or the unique event times."""
    numbers = leak.numbers
    times = np.sort(numbers.to_series(0).fill_null(0).to_numpy().astype(float))
    times = np.round(times - times.min() + leak.draw.uniform(0.001, 0.999, len(times)).round(3), 4)
    times.sort()
    size = len(times)
    if what == "km steps":
        at_risk = size - np.arange(size)
        survival = np.round(np.cumprod(1 - 1 / at_risk), 6)
        table = pl.DataFrame({"time": times, "n.risk": at_risk, "n.event": [1] * size, "survival": survival})
    elif what == "event times":
        table = pl.DataFrame({"t": times})
    else:
        filled = numbers.with_columns(pl.all().fill_null(pl.all().mean())).fill_null(0).to_numpy()
        # A column that repeats the first would leave nothing to be a residual.
        others = [column for column in filled.T[1:] if not np.array_equal(column, filled[:, 0])][:2]
        predictors = np.column_stack([np.ones(size), *others])
        fitted = predictors @ np.linalg.lstsq(predictors, filled[:, 0], rcond=None)[0]
        table = pl.DataFrame({"resid": np.round(filled[:, 0] - fitted, 6)})
    return leak.hand_in(writers.csv(table, leak.path("curve")), cells=size)


@attack(40, what=("low counts", "complement", "percentages"))
def low_counts(leak: Leak, *, what: str) -> Handed:
    """Class 40: cells of one to four people, totals beside suppressed cells, percentages."""
    size = max(4, len(leak.people) // 5)
    counts = leak.draw.integers(20, 400, (size, 3))
    few = leak.draw.integers(0, size, max(1, size // 2))
    counts[few, leak.draw.integers(0, 3, len(few))] = leak.draw.integers(1, 5, len(few))
    labels = [f"centre {place}" for place in range(size)]
    shown = pl.DataFrame({"group": labels, **{name: counts[:, place] for place, name in enumerate("abc")}})
    totals = pl.Series("total", counts.sum(axis=1))
    if what == "low counts":
        table = shown
    elif what == "complement":
        hidden = [
            pl.when(pl.col(name) < 5).then(pl.lit("<5")).otherwise(pl.col(name)).alias(name) for name in "abc"
        ]
        table = shown.with_columns(totals).with_columns(hidden)
    else:
        shares = [(100 * pl.col(name) / totals).round(2).alias(f"{name} %") for name in "abc"]
        table = shown.select("group", totals.alias("N"), *shares)
    return leak.hand_in(writers.csv(table, leak.path("crosstab")), cells=len(few))
