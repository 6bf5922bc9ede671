"""The fingerprint of views: one plan for a cohort and its settings, and what a view's marks follow from.

A plan is never made a second time while there is one: a project keeps the plan of its first view, also after
withdrawals and after the settings have changed, and projects with equal settings share one.
"""

import json
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.canonical import digest
from strongroom.cohort import Cohort as StoredCohort
from strongroom.cohort.keys import derive, unwrap, wrap
from strongroom.errors import RefusedError
from strongroom.matching import CohortColumns
from strongroom.portal.acts.transactions import Recorder
from strongroom.portal.data.cohorts import cohort_key, open_index
from strongroom.portal.data.kept_relations import REFUSED, kept_relations
from strongroom.portal.data.models import Cohort, FingerprintPlan, PlanCommitment, View
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import project_key
from strongroom.portal.projects.models import KeyPurpose, Project
from strongroom.tracer.commitments.statements import CommittedPlan, committed_columns, committed_plan
from strongroom.tracer.fingerprint import IssuedFingerprint, MarkPlan
from strongroom.tracer.fingerprint.date_shifts import DATES
from strongroom.tracer.fingerprint.planning.cohort_plan import plan_fingerprint
from strongroom.tracer.fingerprint.settings import MarkSettings, Risk, read_settings

SETTINGS = "fingerprint.yaml"
DECIMALS = 6  # fixed: the index keeps six decimals


def settings_of(home: Home, risk: str) -> MarkSettings:
    """Return the custodian's settings for a project of that risk; InputError for a file that is wrong."""
    path = home.path / SETTINGS
    return read_settings(path, Risk(risk)) if path.exists() else MarkSettings(risk=Risk(risk))


def plan_for(
    home: Home, row: Cohort, cohort: StoredCohort, settings: MarkSettings, project: Project | None
) -> MarkPlan:
    """Return the plan by which a project's next view is marked; made now only if there is none to keep."""
    kept = _kept_plan(row, settings, project)
    if kept is not None:
        return open_plan(home, kept)
    relations = kept_relations(row, cohort_key(home, row))
    accepted = None if relations is None else [each for each in relations if each.role != REFUSED]
    return plan_fingerprint(cohort, open_index(home, row), settings, accepted)


def commitment_for(home: Home, row: Cohort, cohort: StoredCohort, plan: MarkPlan) -> CommittedPlan:
    """Return what is committed to with a plan; computed only if it is not stored."""
    kept = PlanCommitment.objects.filter(plan__cohort=row, plan__digest=plan.digest).defer("records").first()
    if kept is not None:
        return CommittedPlan(kept.statement, b"")
    bits = {name: each.bits for name, each in open_index(home, row).columns.items()}
    values = committed_values(home, row, cohort, plan, committed_columns(plan, bits))
    return committed_plan(plan, plan_key(home, row), values, cohort.manifest.capacity)


def committed_values(
    home: Home, row: Cohort, cohort: StoredCohort, plan: MarkPlan, names: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Return the cohort's values of the columns that were committed to, by ordinal; NaN is missing."""
    held = CohortColumns(cohort, open_index(home, row))
    ordinals, people = held.ordinals(np.arange(held.people)), cohort.manifest.capacity
    values = {}
    for name in names:
        values[name] = np.full(people, np.nan)
        if name == DATES:
            movable = plan.movable(cohort)
            values[name] = np.zeros(people) if movable is None else movable[:people].astype(np.float64)
        else:
            values[name][ordinals] = held.values(name, decimals=DECIMALS)
    return values


def keep_plan(
    home: Home,
    row: Cohort,
    plan: MarkPlan,
    settings: MarkSettings,
    project: Project | None,
    *,
    committed: CommittedPlan,
    record: Recorder,
) -> FingerprintPlan:
    """Return the stored plan, stored with what is `committed` to within the caller's act if it is new.

    Raises RefusedError where another plan was stored for these settings meanwhile.
    """
    kept = _kept_plan(row, settings, project)
    if kept is not None and kept.digest != plan.digest:
        raise RefusedError(
            "Another command planned the cohort's fingerprint in the meantime.", hint="Run the command again."
        )
    made = kept or _new_plan(home, row, plan, settings)
    # Plans from before there were commitments get theirs with the next view.
    if not PlanCommitment.objects.filter(plan=made).exists():
        PlanCommitment(plan=made, statement=committed.statement, records=committed.records).save()
        record(
            "fingerprint.planned",
            row.name,
            plan=plan.digest,
            settings=settings.digest,
            columns=len(plan.marked),
            commitment=digest(committed.statement),
        )
    return made


def _new_plan(home: Home, row: Cohort, plan: MarkPlan, settings: MarkSettings) -> FingerprintPlan:
    plain = zlib.compress(json.dumps(plan.to_json(), sort_keys=True).encode())
    made = FingerprintPlan(
        cohort=row,
        settings=settings.digest,
        digest=plan.digest,
        sealed=wrap(cohort_key(home, row), plain, context=_context(row, plan.digest), random=home.random),
        made_at=home.clock(),
    )
    made.save()
    return made


def open_plan(home: Home, kept: FingerprintPlan) -> MarkPlan:
    """Return a stored plan."""
    row = kept.cohort
    sealed = unwrap(cohort_key(home, row), bytes(kept.sealed), context=_context(row, kept.digest))
    return MarkPlan.from_json(json.loads(zlib.decompress(sealed)))


def fingerprint_of(home: Home, view: View) -> IssuedFingerprint | None:
    """Return a view's fingerprint, also once its project is revoked; None for a view that has none."""
    if view.plan is None:
        return None
    return IssuedFingerprint(
        plan=open_plan(home, view.plan),
        plan_key=plan_key(home, view.cohort),
        project_key=fingerprint_key(project_key(home, view.project, KeyPurpose.TRACING)),
        release=release_name(view.project.slug, view.number, view.tables),
        commitment=view.commitment,
    )


def plan_key(home: Home, row: Cohort) -> bytes:
    """Return the key that says which cells of a cohort are marked, and at which bias."""
    return derive(cohort_key(home, row), "fingerprint plan")


def fingerprint_key(tracing: bytes) -> bytes:
    """Return a project's own key for its bits, from its tracing key: it outlives a revocation."""
    return derive(tracing, "fingerprint")


def release_name(slug: str, number: int, tables: list[dict[str, object]]) -> str:
    """Return what names the files of one view: its project, number and the digest of their descriptions."""
    return f"{slug}/{number}/{digest(tables)}"


def _kept_plan(row: Cohort, settings: MarkSettings, project: Project | None) -> FingerprintPlan | None:
    if project is not None and project.pk is not None:
        latest = project.views.exclude(plan=None).order_by("-number").first()
        if latest is not None:
            own: FingerprintPlan = latest.plan
            return own
    return FingerprintPlan.objects.filter(cohort=row, settings=settings.digest).first()


def _context(row: Cohort, plan: str) -> str:
    return f"fingerprint:{row.name}:{plan}"
