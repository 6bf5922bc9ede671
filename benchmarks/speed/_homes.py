"""A home with a synthetic cohort, made through the portal; imported in measured processes only."""

from pathlib import Path

from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.portal.home import Home, create_home

COHORT = "synthetic"
ACTOR = "benchmark"


def home_with_cohort(folder: Path, participants: int, columns: int) -> Home:
    """Make `folder`/home with a cohort of so many people and columns."""
    home = create_home(folder / "home")
    from strongroom.portal.data.cohorts import CohortSource, add_cohort  # noqa: PLC0415 - after the set-up

    files = write_synthetic_cohort(
        folder / "source", participants=participants, seed=7, columns=columns, variants=4
    )
    source = CohortSource(files.participants, files.dictionary, files.id_column, {})
    add_cohort(home, name=COHORT, source=source, by=ACTOR)
    return home


def usual_columns_of(home: Home) -> list[str]:
    """Return the columns of the cohort's participants that views usually contain."""
    from strongroom.cohort.views import usual_columns  # noqa: PLC0415 - see `home_with_cohort`
    from strongroom.portal.data.cohorts import find_cohort, open_cohort  # noqa: PLC0415 - likewise

    return usual_columns(open_cohort(home, find_cohort(COHORT)))
