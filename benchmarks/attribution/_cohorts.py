"""The cohorts the benchmark leaks from, each in a vault of its own: a synthetic one, and open tables."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from benchmarks.attribution._plain_cohort import write_plain
from benchmarks.exfiltration._cohorts import ID, Source, described, open_tables

from strongroom.cohort import Cohort, CohortManifest, ingest_cohort, write_synthetic_cohort
from strongroom.cohort.dictionary import read_dictionary
from strongroom.matching import Index, write_index

SYNTHETIC, FRESH, PLAIN = "synthetic", "fresh draw", "plain names"
# What a custodian of these tables would say follows from what.
FORMULAS = {"NHANES": {"bodymassindexkgm2_102": "weightkg_99 / (standingheightcm_101 / 100) ** 2"}}
_KEY = hashlib.sha256(b"a vault of the benchmark").digest()
_INDEX = "index"


def take_in(name: str, folder: Path, *, people: int, seed: int) -> None:
    """Make or read a cohort and store it in `folder`, encrypted, with its index; once, for it is kept."""
    if (folder / "manifest.json").exists():
        return
    folder.mkdir(parents=True)
    participants, dictionary, columns = _files(name, folder, people, seed)
    manifest, _ = ingest_cohort(
        "bench",
        participants=participants,
        dictionary=read_dictionary(dictionary),
        id_column=ID,
        into=folder / "cohort",
        key=_KEY,
        declared=columns,
    )
    write_index(Cohort(folder / "cohort", manifest, _KEY), folder / "index.bin", file_id=_INDEX)
    (folder / "manifest.json").write_text(json.dumps(manifest.to_json()), encoding="utf-8")


def opened(folder: Path) -> tuple[Cohort, Index]:
    """Open a cohort that was taken in."""
    manifest = CohortManifest.from_json(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    cohort = Cohort(folder / "cohort", manifest, _KEY)
    return cohort, Index.open(folder / "index.bin", key=_KEY, file_id=_INDEX)


def known_cohorts(seed: int) -> list[str]:
    """Return the names of the cohorts that can be had here."""
    return [SYNTHETIC, *open_tables(seed)]


def _files(name: str, folder: Path, people: int, seed: int) -> tuple[Path, Path, Sequence[str]]:
    if name in (SYNTHETIC, FRESH):
        drawn = seed if name == SYNTHETIC else seed + 1_000_003
        made = write_synthetic_cohort(
            folder / "made", participants=people, seed=drawn, columns=150, variants=4
        )
        columns = pl.read_parquet_schema(made.participants)
        return made.participants, made.dictionary, [each for each in columns if each != ID]
    if name == PLAIN:
        written, table = write_plain(folder, people, seed, ID)
        return written, described(Source(name, table), folder / "dictionary.csv"), table.columns[1:]
    source = open_tables(seed)[name]()
    source.people.write_parquet(folder / "people.parquet")
    return folder / "people.parquet", described(source, folder / "dictionary.csv"), source.people.columns[1:]
