"""The effect of a view's marks on its statistics, for the custodian."""

from strongroom.portal.data.cohorts import open_cohort, open_index
from strongroom.portal.data.fingerprints import fingerprint_of
from strongroom.portal.data.models import View
from strongroom.portal.data.views import members_of
from strongroom.portal.home import Home
from strongroom.tracer.fingerprint.effect import ViewEffect, effect_of


def effect_of_marks(home: Home, view: View) -> ViewEffect | None:
    """Compare a view with the cohort's current revision; None for a view without marks."""
    fingerprint = fingerprint_of(home, view)
    if fingerprint is None:
        return None
    cohort, index = open_cohort(home, view.cohort), open_index(home, view.cohort)
    return effect_of(cohort, index, fingerprint, view.columns, members_of(home, view))
