"""What killed commands left of cohorts and views, removed when the next command begins."""

from strongroom.portal.data.models import Cohort, View
from strongroom.portal.data.vault import clear_incoming, has_leftovers, left_alone, settle, sweep
from strongroom.portal.home import Home


def remove_leftovers(home: Home) -> None:
    """Remove unfinished work, and cohorts and views of which the database does not know."""
    if not has_leftovers(home):
        return
    with left_alone(home) as alone:
        if not alone:
            sweep(home)
            return
        clear_incoming(home)
        settle(home, "cohort", lambda directory: Cohort.objects.filter(directory=directory).exists())
        settle(home, "view", lambda directory: View.objects.filter(directory=directory).exists())
