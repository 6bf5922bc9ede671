"""Assessing the re-identification risk of a cohort, with a ledger entry of who assessed which columns."""

from collections.abc import Sequence
from pathlib import Path

from strongroom.canonical import digest
from strongroom.errors import UsageError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.home import Home
from strongroom.progress import Progress, silent
from strongroom.risk.assessed_columns import read_subject, resolved
from strongroom.risk.assessment import Assessment, assess
from strongroom.risk.census import read_population
from strongroom.risk.recoding import Change


def assess_cohort(
    home: Home,
    *,
    name: str,
    by: str,
    columns: Sequence[str] = (),
    population: Path | None = None,
    population_size: int | None = None,
    changes: Sequence[Change] = (),
    progress: Progress = silent,
) -> Assessment:
    """Assess the re-identification risk of a cohort's current revision, and record it in the ledger.

    `columns` replace the quasi-identifiers that the dictionary suggests. Raises UsageError for an invalid
    column or change, and InputError for a population table that cannot be read.
    """
    row = find_cohort(name)
    cohort = open_cohort(home, row)
    if population_size is not None and population_size <= cohort.manifest.participants:
        raise UsageError(
            "the population must be larger than the cohort.",
            hint=f"Use a --population-size above {cohort.manifest.participants:,}.",
        )
    subject, roles = read_subject(cohort, list(columns), progress)
    table = None if population is None else read_population(population, subject.quasi)[0]
    assessment = assess(
        name,
        subject,
        roles,
        population=table,
        population_size=population_size,
        changes=[resolved(cohort, change) for change in changes],
        progress=progress,
    )
    with act(home, by=by) as record:
        record(
            "cohort.risk-assessed",
            name,
            revision=cohort.manifest.revision,
            columns=list(roles.quasi),
            columns_digest=digest(list(roles.quasi)),
            changes=[change.words for change in changes],
            population="" if population is None else population.name,
        )
    return assessment
