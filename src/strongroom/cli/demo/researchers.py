"""The files of the demo's researchers: results, disguised extracts, and a file for sale."""

import json
import zipfile
from pathlib import Path

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.special import erfc

from strongroom.thresholds import Thresholds, threshold

mpl.use("Agg")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    variants: int = threshold(
        1_000_000, "variants", "judgement: the size of a typical genotyping array's summary statistics"
    )
    extract_rows: int = threshold(
        20_000, "rows", "judgement: a large extract, as a researcher who wants to take data out would make"
    )
    notebook_rows: int = threshold(
        500, "rows", "judgement: a small extract, in a table that still fits a notebook"
    )


LIMITS = _Limits()


def gwas_summary(participants: int, to: Path, *, seed: int) -> Path:
    """Write a genome-wide summary of a million variants, one row per variant.

    The effects are random: the checker has to pass a file of this shape and size.
    """
    draw = np.random.default_rng(seed)
    frequency = draw.uniform(0.01, 0.5, LIMITS.variants)
    error = 1 / np.sqrt(2 * frequency * (1 - frequency) * participants)
    z = draw.standard_normal(LIMITS.variants)
    peaks = draw.choice(LIMITS.variants, 40, replace=False)
    z[peaks] += draw.normal(0, 7, 40)
    alleles = np.array(["A", "C", "G", "T"])
    first = draw.integers(0, 4, LIMITS.variants)
    second = (first + draw.integers(1, 4, LIMITS.variants)) % 4
    chromosome = np.sort(draw.integers(1, 23, LIMITS.variants))
    pl.DataFrame(
        {
            "chromosome": chromosome,
            "base_pair_location": draw.integers(10_000, 240_000_000, LIMITS.variants),
            "variant_id": np.char.add("rs", draw.integers(1_000, 1_500_000_000, LIMITS.variants).astype(str)),
            "effect_allele": alleles[first],
            "other_allele": alleles[second],
            "effect_allele_frequency": frequency.round(4),
            "beta": (z * error).round(5),
            "standard_error": error.round(5),
            "p_value": _two_sided(z),
            "n": np.full(LIMITS.variants, participants // 5 * 5),
        }
    ).sort("chromosome", "base_pair_location").write_csv(to, separator="\t")
    return to


def manhattan_plot(summary: Path, to: Path) -> Path:
    """Draw a Manhattan plot of the summary file."""
    data = pl.read_csv(summary, separator="\t", columns=["chromosome", "base_pair_location", "p_value"])
    data = data.with_row_index("place").filter((pl.col("p_value") < 0.01) | (pl.col("place") % 20 == 0))
    figure = Figure(figsize=(9, 3.5), dpi=100, layout="constrained")
    axes = figure.subplots()
    shade = np.where(data["chromosome"].to_numpy() % 2, "#1f4e79", "#7fa7c9")
    axes.scatter(data["place"], -np.log10(data["p_value"]), c=shade, s=3, linewidths=0, rasterized=True)
    axes.axhline(-np.log10(5e-8), color="#b03a2e", linewidth=1)
    axes.set(
        xlabel="position along the genome",
        ylabel="-log10 p",
        title="Systolic blood pressure (synthetic)",
        xticks=[],
    )
    figure.savefig(to, metadata={"Software": None})
    return to


def disguised_extract(view: Path, to: Path, *, seed: int) -> Path:
    """Take rows of people out under invented column names, shuffled both ways, without the ids."""
    data = _shuffled(view, rows=LIMITS.extract_rows, columns=14, seed=seed)
    data.columns = [f"score_{number}" for number in range(1, data.width + 1)]
    data.write_csv(to)
    return to


def notebook_in_a_zip(view: Path, to: Path, *, seed: int) -> Path:
    """Hide the same in the output of a notebook's cell, and the notebook in a zip archive."""
    data = _shuffled(view, rows=LIMITS.notebook_rows, columns=14, seed=seed + 1)
    data.columns = [f"v{number}" for number in range(1, data.width + 1)]
    table = _html(data)
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "source": ["model.diagnostics"],
        "outputs": [
            {
                "output_type": "execute_result",
                "execution_count": 1,
                "metadata": {},
                "data": {"text/html": table, "text/plain": f"[{len(data)} rows x {data.width} columns]"},
            }
        ],
    }
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("supplement/analysis.ipynb", json.dumps(notebook))
    return to


def file_for_sale(view: Path, to: Path, *, seed: int) -> Path:
    """Write the leaked file: a third of the rows and columns of a view, without ids."""
    everything = pl.read_parquet(view / "participants.parquet", n_rows=1).width - 1
    rows = pl.scan_parquet(view / "participants.parquet").select(pl.len()).collect().item() // 3
    data = _shuffled(view, rows=rows, columns=everything // 3, seed=seed + 2)
    data.columns = [f"col{number}" for number in range(1, data.width + 1)]
    data.write_csv(to)
    return to


def _html(data: pl.DataFrame) -> str:
    """Return a table as a notebook shows a data frame."""
    lines = [data.columns, *data.cast(pl.String).fill_null("").rows()]
    cells = ["".join(f"<td>{cell}</td>" for cell in line) for line in lines]
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _shuffled(view: Path, *, rows: int, columns: int, seed: int) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    names = pl.read_parquet_schema(view / "participants.parquet")
    kept = [str(name) for name in draw.permutation(list(names)[1:])[:columns]]
    data = pl.read_parquet(view / "participants.parquet", columns=kept).select(kept)
    return data[draw.choice(len(data), min(rows, len(data)), replace=False)]


def _two_sided(z: NDArray[np.float64]) -> NDArray[np.float64]:
    chance: NDArray[np.float64] = erfc(np.abs(z) / np.sqrt(2))
    return np.array([float(f"{each:.3e}") for each in chance])
