"""All views of a cohort, opened for a trace: one query, and every key and plan once."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from django.db.models import Prefetch

from strongroom.cohort.keys import unwrap
from strongroom.cohort.member_mask import MemberMask
from strongroom.portal.data.cohorts import cohort_key
from strongroom.portal.data.fingerprints import fingerprint_key, open_plan, plan_key, release_name
from strongroom.portal.data.models import Cohort, FingerprintPlan, View
from strongroom.portal.data.views import members_context
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import opened_key
from strongroom.portal.projects.models import KeyPurpose, ProjectKey
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint import IssuedFingerprint, MarkPlan


class _Limits(Thresholds):
    """The numbers this module decides by."""

    page: int = threshold(500, "views", "cost: memory of the rows read at once; a query of keys a page")


LIMITS = _Limits()


class OpenedViews:
    """The views of one cohort, with what they are compared by."""

    def __init__(self, home: Home, row: Cohort) -> None:
        self._home, self._row = home, row
        self._plans: dict[int, MarkPlan] = {}
        self._tracing: dict[str, bytes] = {}

    def views(self) -> Iterator[View]:
        """Yield every view ever issued of the cohort, in order."""
        keys = ProjectKey.objects.filter(purpose=KeyPurpose.TRACING)
        views = View.objects.filter(cohort=self._row).select_related("project__institution", "plan")
        prefetched = views.prefetch_related(Prefetch("project__keys", queryset=keys)).defer("decoys")
        yield from prefetched.order_by("pk").iterator(chunk_size=LIMITS.page)

    def members(self, view: View) -> MemberMask:
        """Return who is in a view."""
        context = members_context(view.project.slug, view.number)
        packed = unwrap(self._cohort_key, bytes(view.members), context=context)
        return MemberMask(np.frombuffer(packed, dtype=np.uint8))

    def tracing_key(self, view: View) -> bytes:
        """Return the key that a project's ids and marks follow from; it outlives a revocation."""
        slug = view.project.slug
        if slug not in self._tracing:
            (kept,) = view.project.keys.all()
            self._tracing[slug] = opened_key(self._home, view.project, kept)
        return self._tracing[slug]

    def fingerprint(self, view: View) -> IssuedFingerprint | None:
        """Return a view's fingerprint; None for a view that has none."""
        if view.plan is None:
            return None
        return IssuedFingerprint(
            plan=self._plan(view.plan),
            plan_key=self._plan_key,
            project_key=fingerprint_key(self.tracing_key(view)),
            release=release_name(view.project.slug, view.number, view.tables),
            commitment=view.commitment,
        )

    def _plan(self, kept: FingerprintPlan) -> MarkPlan:
        if kept.pk not in self._plans:
            self._plans[kept.pk] = open_plan(self._home, kept)
        return self._plans[kept.pk]

    @cached_property
    def _plan_key(self) -> bytes:
        return plan_key(self._home, self._row)

    @cached_property
    def _cohort_key(self) -> bytes:
        return cohort_key(self._home, self._row)
