"""A synthetic cohort, written and taken into a folder of its own."""

from pathlib import Path

from strongroom.cohort import Cohort, ingest_cohort
from strongroom.cohort.dictionary import read_dictionary
from strongroom.cohort.synthetic import write_synthetic_cohort


def stored_synthetic(folder: Path, *, key: bytes, events: bool = True, **drawn: int) -> Cohort:
    """Return the cohort, without genotypes; `drawn` is what `write_synthetic_cohort` wants to know."""
    files = write_synthetic_cohort(folder / "source", **drawn)
    manifest, _ = ingest_cohort(
        "synthetic",
        participants=files.participants,
        dictionary=read_dictionary(files.dictionary),
        id_column=files.id_column,
        into=folder / "cohort",
        key=key,
        events=files.events if events else {},
    )
    return Cohort(folder / "cohort", manifest, key)
