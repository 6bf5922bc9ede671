"""Whose copy is this file? The question is itself an act, and is recorded with its answer."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from strongroom.checker import read_tables
from strongroom.cohort import Cohort as StoredCohort
from strongroom.cohort.store import file_sha256
from strongroom.errors import NotFoundError, UsageError
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index
from strongroom.portal.data.models import Cohort, View
from strongroom.portal.data.views import fingerprint_of, members_of, pseudonyms_of
from strongroom.portal.home import Home
from strongroom.portal.record.acts import act
from strongroom.progress import Progress, silent
from strongroom.tracer import FALSE_ACCUSATION_BOUND, Attribution, IssuedView, trace


def trace_file(
    home: Home, path: Path, *, by: str, cohort: str | None = None, progress: Progress = silent
) -> Attribution:
    """Say which project's view a file came from, over every view ever issued from a cohort.

    Without a cohort all of them are tried, and the one the file matches best answers.
    """
    if not path.is_file():
        raise UsageError(f"{path} is not a file.", hint="Name the file that surfaced.")
    rows = [find_cohort(cohort)] if cohort else list(Cohort.objects.order_by("name"))
    if not rows:
        raise NotFoundError(
            "There is no cohort to compare with.", hint="Add one with 'strongroom cohort add'."
        )
    tables = read_tables(path)
    answers = []
    for row in rows:
        stored = open_cohort(home, row)
        views = _issued(home, row, stored)
        index = open_index(home, row)
        # The bound is for the file: every cohort it is compared with takes its share.
        bound = FALSE_ACCUSATION_BOUND / len(rows)
        answers.append(trace(tables, cohort=stored, index=index, views=views, bound=bound, progress=progress))
    best = max(answers, key=lambda answer: (bool(answer.suspects), answer.participants))
    with act(home, by=by) as record:
        record(
            "file.traced",
            path.name,
            sha256=file_sha256(path),
            verdict=best.verdict.value,
            suspects=[suspect.project for suspect in best.suspects],
            participants=best.participants,
            marks=best.marks.cells,
            recipients=best.marks.recipients,
        )
    return best


def _issued(home: Home, row: Cohort, cohort: StoredCohort) -> list[IssuedView]:
    """Return every view ever issued of a cohort; those of the same people share one mask."""
    views = View.objects.filter(cohort=row).select_related("project__institution", "cohort")
    masks: dict[bytes, NDArray[np.bool_]] = {}
    issued = []
    for view in views:
        members = members_of(home, view)
        issued.append(
            IssuedView(
                project=view.project.slug,
                institution=view.project.institution.name,
                number=view.number,
                columns=frozenset(view.columns),
                members=masks.setdefault(hashlib.sha256(np.packbits(members).tobytes()).digest(), members),
                pseudonyms=pseudonyms_of(home, view.project, cohort),
                fingerprint=fingerprint_of(home, view),
            )
        )
    return issued
