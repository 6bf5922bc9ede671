"""Disguises of a table: each takes a table without ids and a generator, and returns a table."""

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks.leak import Draw
from numpy.typing import NDArray

_NUMBERS = pl.selectors.float() | pl.selectors.integer()


def rounded(table: pl.DataFrame, *, decimals: int) -> pl.DataFrame:
    """Round every number to so many decimals; below zero: to tens, hundreds."""
    return table.with_columns((pl.selectors.float() * 10.0**decimals).round(0) / 10.0**decimals)


def significant(table: pl.DataFrame, *, figures: int) -> pl.DataFrame:
    """Round every number to so many significant figures."""
    return table.with_columns(_NUMBERS.cast(pl.Float64).round_sig_figs(figures))


def affine(table: pl.DataFrame, draw: Draw, *, factor: float) -> pl.DataFrame:
    """Multiply every number by a factor, another offset for each column."""
    return table.with_columns(
        [
            (pl.col(name).cast(pl.Float64) * factor + round(float(draw.uniform(-50, 50)), 1)).round(6)
            for name in numeric(table)
        ]
    )


def standardised(table: pl.DataFrame) -> pl.DataFrame:
    """Turn every number into its distance from the mean in standard deviations, of the rows themselves."""
    columns = _NUMBERS.cast(pl.Float64)
    return table.with_columns(((columns - columns.mean()) / columns.std()).round(5))


def ranked(table: pl.DataFrame) -> pl.DataFrame:
    """Turn every number into its rank among the rows."""
    return table.with_columns(_NUMBERS.rank("average"))


def in_quantiles(table: pl.DataFrame, *, parts: int) -> pl.DataFrame:
    """Turn every number into the quantile of the rows it lies in."""
    ranks = (_NUMBERS.rank("ordinal") - 1) / _NUMBERS.count()
    return table.with_columns((ranks * parts).floor())


def logged(table: pl.DataFrame) -> pl.DataFrame:
    """Take the logarithm of every number's distance from the smallest, plus one."""
    columns = _NUMBERS.cast(pl.Float64)
    return table.with_columns((columns - columns.min() + 1).log().round(6))


def noisy(table: pl.DataFrame, draw: Draw, *, level: float) -> pl.DataFrame:
    """Add noise of `level` standard deviations to every number."""
    added = []
    for name in numeric(table):
        column = table[name].cast(pl.Float64)
        noise = draw.normal(0, level * float(column.std() or 1), len(column))
        added.append((column + pl.Series(name, noise)).round(6))
    return table.with_columns(added)


def melted(table: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """Write one value a row: a number for the person, one for the column, the value as text."""
    long = (
        table.cast(pl.String)
        .with_row_index("k")
        .unpivot(index="k", variable_name="item", value_name="value")
        .drop_nulls("value")
    )
    return long[draw.permutation(len(long))]


def transposed(table: pl.DataFrame) -> pl.DataFrame:
    """Lay the table on its side: one row a column, one column a person."""
    return table.cast(pl.String).transpose(include_header=True, header_name="item")


def with_fakes(table: pl.DataFrame, draw: Draw, *, share: float) -> pl.DataFrame:
    """Mix in rows that are nobody's, each column permuted, until they are `share` of the whole."""
    count = round(len(table) * share / (1 - share))
    fakes = pl.DataFrame({name: table[name].gather(draw.choice(len(table), count)) for name in table.columns})
    mixed = pl.concat([table, fakes])
    return mixed[draw.permutation(len(mixed))]


def permuted(table: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """Permute each column by itself, so that no row is anybody's: a hard negative."""
    return pl.DataFrame({name: table[name].gather(draw.permutation(len(table))) for name in table.columns})


def recoded(table: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    """Give every text, and every number with few values, a code of its own drawn at random."""
    changed = []
    for name in table.columns:
        column = table[name]
        if column.dtype == pl.String or (column.dtype.is_integer() and column.n_unique() <= 40):
            values = column.drop_nulls().unique().sort()
            codes = pl.Series(draw.permutation(len(values)) + 1, dtype=pl.Int64)
            changed.append(column.replace_strict(values, codes, default=None, return_dtype=pl.Int64))
    return table.with_columns(changed)


def dates_as(table: pl.DataFrame, *, style: str) -> pl.DataFrame:
    """Write dates in another style."""
    return table.with_columns(pl.selectors.date().dt.strftime(style))


def dates_shifted(table: pl.DataFrame, days: NDArray[np.int64]) -> pl.DataFrame:
    """Shift the dates of each row by its own number of days."""
    return table.with_columns(pl.selectors.date() + pl.duration(days=pl.lit(pl.Series(days))))


def numeric(table: pl.DataFrame) -> list[str]:
    """Return the names of the columns that are numbers."""
    return table.select(_NUMBERS).columns
