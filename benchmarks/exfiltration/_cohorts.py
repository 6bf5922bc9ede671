"""The cohorts the benchmark leaks from: one synthetic, the others open tables of the shared data folder.

Open tables get random 7-digit ids; what they are and under which licence they may be used stands in the
manifest of that folder.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from strongroom.cohort import write_synthetic_cohort

SHARED = Path(os.environ.get("STRONGROOM_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
ID = "eid"
_TELLING_BITS = 4.0
COARSE = frozenset({"flchain", "nafld2"})
"""Cohorts of fewer than five telling columns, where an attack cannot carry the five it should."""
_TYPES = {pl.Date: "date", pl.Datetime: "datetime", pl.Boolean: "boolean", pl.String: "text"}
_DAY_ZERO = pl.date(2001, 1, 1)


@dataclass(frozen=True)
class Source:
    """A cohort's tables: participants with `ID` first, events, and genotypes of shape (people, variants)."""

    name: str
    people: pl.DataFrame
    events: pl.DataFrame | None = None
    genotypes: NDArray[np.int8] | None = None
    dictionary: Path | None = None

    @cached_property
    def telling(self) -> list[str]:
        """The numeric columns filled for half of the people whose cells say four bits or more on average."""
        return [name for name in self._numeric if _entropy(self.people[name]) >= _TELLING_BITS]

    @cached_property
    def dates(self) -> list[str]:
        """The date columns."""
        return self.people.select(pl.selectors.date()).columns

    def pick(self, count: int, draw: np.random.Generator, *, dates: bool = False) -> list[str]:
        """Return `count` columns: five that are numbers and tell much, where there are so many, then any."""
        first = self.dates if dates else []
        chosen = list(draw.permutation(first)[: max(3, count // 2)])
        chosen += list(draw.permutation(self.telling)[:5])
        others = [name for name in self.people.columns if name != ID and name not in chosen]
        return [str(name) for name in [*chosen, *draw.permutation(others)][: max(count, len(chosen))]]

    @property
    def _numeric(self) -> list[str]:
        held = self.people.drop(ID).select(pl.selectors.numeric())
        return [name for name in held.columns if held[name].null_count() * 2 < len(held)]


def _entropy(column: pl.Series) -> float:
    counts = column.drop_nulls().value_counts()["count"].to_numpy()
    shares = counts / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def synthetic(folder: Path, *, people: int, seed: int) -> Source:
    """Make a synthetic cohort shaped like UK Biobank, with events and genotypes."""
    files = write_synthetic_cohort(folder, participants=people, seed=seed, columns=150)
    return Source(
        "synthetic",
        pl.read_parquet(files.participants),
        pl.read_parquet(files.events["hesin_diag"]),
        _bed(files.genotypes.with_suffix(".bed"), people),
        files.dictionary,
    )


def open_tables(seed: int) -> dict[str, Callable[[], Source]]:
    """Return the open cohorts that are here, by name; each is read when called."""
    places = {
        "NHANES": ("rowlevel/tables/nhanes_2017_2018.csv.gz", "SEQN"),
        "CINECA UK1": (
            "rowlevel/git/EGA-archive__beacon2-ri-tools/CINECA_synthetic_cohort_EUROPE_UK1/uk1.tsv",
            "eid",
        ),
        "flchain": ("rowlevel/tables/r_survival_flchain.csv.gz", "rownames"),
        "rotterdam": ("rowlevel/tables/r_survival_rotterdam.csv", "rownames"),
        "tofu": ("ukb_synth_tofu/dev_20000.csv.gz", "eid"),
    }
    found: dict[str, Callable[[], Source]] = {
        name: lambda name=name, path=path, key=key: _table(name, SHARED / path, key, seed)  # type: ignore[misc]
        for name, (path, key) in places.items()
        if (SHARED / path).exists()
    }
    nafld = SHARED / "rowlevel/tables/r_survival_nafld2.csv.gz"
    if nafld.exists():
        found["nafld2"] = lambda: _nafld(nafld, seed)
    return found


def described(source: Source, target: Path) -> Path:
    """Write a dictionary of the columns of a cohort that comes without one: their names and types."""
    types = dict(source.people.schema) | dict(source.events.schema if source.events is not None else {})
    lines = [f"{name},{_type(kind)}" for name, kind in types.items() if name != ID]
    target.write_text("\n".join(["column,type", *lines]) + "\n", encoding="utf-8")
    return target


def _type(kind: pl.DataType) -> str:
    for known, word in _TYPES.items():
        if kind == known:
            return word
    return "integer" if kind.is_integer() else "real"


def _table(name: str, path: Path, key: str, seed: int) -> Source:
    table = _read(path).unique(key, keep="first", maintain_order=True)
    named = ("Sample name", "Accession", "Subject id", "EGA sample id", "pid")
    plain = table.drop(key, *named, "rownames", strict=False)
    plain = plain.rename({name: _plain(name, place) for place, name in enumerate(plain.columns)})
    return Source(name, _with_ids(plain, seed))


def _nafld(path: Path, seed: int) -> Source:
    """One row a person, the first value of each of twelve tests; all of them are events."""
    long = _read(path)
    common = long["test"].value_counts(sort=True)["test"][:12]
    first = (
        long.filter(pl.col("test").is_in(common.implode())).sort("days").unique(["id", "test"], keep="first")
    )
    wide = first.pivot("test", index="id", values="value").sort("id")
    people = _with_ids(wide.drop("id"), seed)
    ids = pl.DataFrame({"id": wide["id"], ID: people[ID]})
    events = long.join(ids, on="id").select(
        ID, "test", (_DAY_ZERO + pl.duration(days="days")).alias("date"), "value"
    )
    return Source("nafld2", people, events)


def _read(path: Path) -> pl.DataFrame:
    separator = "\t" if path.suffix == ".tsv" else ","
    table = pl.read_csv(
        path, separator=separator, infer_schema_length=None, null_values=["NA", ""], try_parse_dates=True
    )
    return table.select([each for each in table.columns if table[each].n_unique() > 1])


def _plain(name: str, place: int) -> str:
    """Return a name of letters, digits and underscores; its place tells two apart that are then the same."""
    return f"{re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_')[:40]}_{place}"


def _with_ids(table: pl.DataFrame, seed: int) -> pl.DataFrame:
    drawn = np.random.default_rng(seed).choice(5_100_000, len(table), replace=False) + 1_000_000
    return table.insert_column(0, pl.Series(ID, drawn))


def _bed(path: Path, people: int) -> NDArray[np.int8]:
    packed = np.frombuffer(path.read_bytes()[3:], np.uint8).reshape(-1, -(-people // 4))
    codes = (packed[:, :, None] >> np.array([0, 2, 4, 6], np.uint8) & 3).reshape(len(packed), -1)[:, :people]
    return np.array([0, -1, 1, 2], np.int8)[codes].T
