"""All views of a cohort, opened for a trace: three queries, and every key and plan once."""

from collections.abc import Iterator
from typing import cast

from strongroom.cohort import Cohort as StoredCohort
from strongroom.portal.data.cohorts import cohort_key
from strongroom.portal.data.decoys import pseudonyms_for
from strongroom.portal.data.fingerprints import fingerprint_key, open_plan, plan_key
from strongroom.portal.data.models import Cohort, FingerprintPlan, View
from strongroom.portal.data.views import member_mask
from strongroom.portal.home import Home
from strongroom.portal.projects.actions import unwrapped
from strongroom.portal.projects.models import KeyPurpose, ProjectKey
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer import IssuedView
from strongroom.tracer.fingerprint import IssuedFingerprint


class _Limits(Thresholds):
    """The numbers this module decides by."""

    page: int = threshold(500, "views", "cost: memory of the rows read at once")


LIMITS = _Limits()

# What is read of each view; a row of the table also has the view's files and decoys, which no score needs.
_FIELDS = ("project__slug", "project__institution__name", "number", "columns", "members", "plan")


def issued_views(home: Home, row: Cohort, cohort: StoredCohort) -> Iterator[IssuedView]:
    """Yield every view ever issued of a cohort, in order; keys for tracing outlive a revocation."""
    kept = FingerprintPlan.objects.filter(cohort=row).select_related("cohort")
    plans = {each.pk: open_plan(home, each) for each in kept}
    key, key_of_plan, tracing = cohort_key(home, row), plan_key(home, row), _tracing_keys(home, row)
    # Views of the same columns share one set.
    shared: dict[frozenset[str], frozenset[str]] = {}
    views = View.objects.filter(cohort=row).order_by("pk").values_list(*_FIELDS)
    for slug, institution, number, columns, members, plan in views.iterator(chunk_size=LIMITS.page):
        names, secret = frozenset(columns), tracing[slug]
        fingerprint = plan and IssuedFingerprint(plans[plan], key_of_plan, fingerprint_key(secret))
        yield IssuedView(
            project=slug,
            institution=institution,
            number=number,
            columns=shared.setdefault(names, names),
            members=member_mask(key, slug, number, bytes(members)),
            pseudonyms=pseudonyms_for(cohort, secret, None),
            fingerprint=fingerprint or None,
        )


def _tracing_keys(home: Home, row: Cohort) -> dict[str, bytes]:
    """Return the tracing key of every project of a cohort, by its name."""
    keys = ProjectKey.objects.filter(purpose=KeyPurpose.TRACING, project__cohort_name=row.name)
    wrapped = keys.values_list("project__slug", "wrapped")
    return {
        slug: unwrapped(home, slug, KeyPurpose.TRACING, cast("bytes | None", each)) for slug, each in wrapped
    }
