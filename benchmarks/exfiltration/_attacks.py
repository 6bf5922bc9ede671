"""Ways to carry participants out, one function each: a table of people in, the file that is handed in out.

The classes are a first part of those an egress checker has to face; some of them are known to pass today and
stand here so that the figure shows it.
"""

import base64
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

Draw = np.random.Generator
Attack = Callable[[pl.DataFrame, Path, Draw], Path]


def raw_extract(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:  # noqa: ARG001 - an Attack
    """Hand in the rows as they are, ids and names included."""
    return _csv(people, folder / "data.csv")


def id_list(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:  # noqa: ARG001 - an Attack
    """Hand in who they are and nothing else."""
    (folder / "list.txt").write_text("\n".join(map(str, people["eid"])), encoding="utf-8")
    return folder / "list.txt"


def disguised(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Drop the ids, rename the columns, shuffle rows and columns."""
    return _csv(_disguise(people, draw), folder / "scores.csv")


def parquet(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Do the same as Parquet."""
    _disguise(people, draw).write_parquet(folder / "scores.parquet")
    return folder / "scores.parquet"


def few_columns(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Keep five columns of the disguise."""
    disguise = _disguise(people, draw)
    return _csv(disguise.select(disguise.columns[:5]), folder / "scores.csv")


def rounded(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Round every number to one decimal."""
    return _csv(_disguise(people, draw).with_columns(pl.selectors.float().round(1)), folder / "scores.csv")


def half_invented(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Mix the rows with as many that are nobody's: the same columns, each permuted."""
    disguise = _disguise(people, draw)
    invented = pl.DataFrame(
        {name: disguise[name].gather(draw.permutation(len(disguise))) for name in disguise.columns}
    )
    mixed = pl.concat([disguise, invented])
    return _csv(mixed[draw.permutation(len(mixed))], folder / "scores.csv")


def other_date_style(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Write dates as dd/mm/yyyy and numbers as text."""
    styled = _disguise(people, draw).with_columns(pl.selectors.date().dt.strftime("%d/%m/%Y"))
    return _csv(styled.cast(pl.String), folder / "scores.csv")


def nested_zip(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Put the disguise in a zip in a zip."""
    inner, outer = folder / "inner.zip", folder / "outer.zip"
    _zip(inner, "scores.csv", disguised(people, folder, draw).read_bytes())
    _zip(outer, "inner.zip", inner.read_bytes())
    return outer


def notebook_output(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Leave the disguise in a notebook's output."""
    disguise = _disguise(people, draw)
    lines = [disguise.columns, *disguise.cast(pl.String).fill_null("").rows()]
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    output["data"] = {"text/html": f"<table>{rows}</table>"}
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": [], "outputs": [output]}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (folder / "analysis.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return folder / "analysis.ipynb"


def noise(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Add noise of 1 % of its spread to every number."""
    disguise = _disguise(people, draw)
    numbers = disguise.select(pl.selectors.float()).columns
    noisy = [
        pl.Series(name, disguise[name] + draw.normal(0, 0.01 * (disguise[name].std() or 1), len(disguise)))
        for name in numbers
    ]
    return _csv(disguise.with_columns(noisy), folder / "scores.csv")


def transposed(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Lay the disguise on its side."""
    return _csv(_disguise(people, draw).cast(pl.String).transpose(), folder / "scores.csv")


def base64_text(people: pl.DataFrame, folder: Path, draw: Draw) -> Path:
    """Write the disguise as base64 in a text."""
    encoded = base64.encodebytes(disguised(people, folder, draw).read_bytes())
    (folder / "log.txt").write_bytes(b"done\n" + encoded)
    return folder / "log.txt"


ATTACKS: tuple[Attack, ...] = (
    raw_extract,
    id_list,
    disguised,
    parquet,
    few_columns,
    rounded,
    half_invented,
    other_date_style,
    nested_zip,
    notebook_output,
    noise,
    transposed,
    base64_text,
)


def _disguise(people: pl.DataFrame, draw: Draw) -> pl.DataFrame:
    columns = [name for name in people.columns if name != "eid"]
    chosen = [columns[place] for place in draw.permutation(len(columns))]
    shuffled = people.select(chosen)[draw.permutation(len(people))]
    shuffled.columns = [f"v{number}" for number in range(len(chosen))]
    return shuffled


def _csv(table: pl.DataFrame, path: Path) -> Path:
    table.write_csv(path)
    return path


def _zip(path: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
