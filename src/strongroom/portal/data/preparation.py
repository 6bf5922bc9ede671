"""Prepare a cohort: what all its views share is made before the first approval.

That is the plan of marks for projects of normal risk, what is committed to with it, and the decoys: the pool
that projects share, and a reserve of own ones for twenty projects. Without it the first approval makes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strongroom.cohort.model import TableKind
from strongroom.cohort.views import plan_view, usual_columns
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.decoys import decoy_settings, keep_pool, kept_decoys
from strongroom.portal.data.fingerprints import commitment_for, keep_plan, plan_for, settings_of
from strongroom.portal.home import Home
from strongroom.portal.projects.models import Project
from strongroom.progress import Progress, silent
from strongroom.tracer.decoys.decoy_tables import affordable_decoys

_MAIN = TableKind.PARTICIPANTS.value


@dataclass(frozen=True)
class Prepared:
    """How many columns the plan marks, and how many decoys there are: shared, and for further projects."""

    marked: int
    shared: int
    free: int


def prepare_cohort(
    home: Home, *, cohort_name: str, columns: Sequence[str] = (), by: str, progress: Progress = silent
) -> Prepared:
    """Plan the marks of a cohort and generate the decoys of its views, both kept.

    `columns` are those that views will need, `TABLE.*` for a whole table; by default the columns of the
    participants' table. Prepared again, a cohort gets decoys for twenty more projects where none are left,
    and those it has get the columns that they lack. Raises PoolGrownError where an approval changes them
    meanwhile.
    """
    # Late: few commands invent people.
    from strongroom.portal.data.decoy_needs import DecoyNeeds  # noqa: PLC0415 - see above

    row = find_cohort(cohort_name)
    cohort = open_cohort(home, row)
    wanted = plan_view(cohort, columns or usual_columns(cohort))
    with progress("Preparing marks and decoys", 3) as advance:
        settings = settings_of(home, Project.Risk.NORMAL)
        plan = plan_for(home, row, cohort, settings, None)
        advance(1)
        committed = commitment_for(home, row, cohort, plan)
        advance(1)
        shown = {name: list(names) for name, names in wanted.columns.items()}
        shown[_MAIN] = plan.with_inputs(shown[_MAIN])
        kept, version = kept_decoys(home, row)
        chosen = decoy_settings(home)
        reserve = DecoyNeeds(cohort, shown, "", plan).reserve(
            kept,
            chosen,
            own=affordable_decoys(chosen.unique, len(cohort.ordinals())),
            random=np.random.default_rng(int.from_bytes(home.random(32))),
        )
        advance(1)
    shared = 0 if reserve is None else reserve.kept.pool
    free = 0 if reserve is None else reserve.free
    with act(home, by=by) as record:
        keep_plan(home, row, plan, settings, None, committed=committed, record=record)
        if reserve is not None and reserve.kept is not kept:
            keep_pool(home, row, reserve.kept, version)
        record("cohort.prepared", row.name, shared=shared, free=free)
    return Prepared(len(plan.marked), shared, free)
