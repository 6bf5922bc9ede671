"""Periods of dummy dates: births, the first visit and deaths come in this order."""

from itertools import pairwise

import pytest

from strongroom.cohort.dictionary import Field, Role, ValueType
from strongroom.cohort.model import TableKind
from strongroom.disclosure.dummy.dates import about_death, period

VISIT = "Date of attending assessment centre"


def of(name, title="", kind=TableKind.PARTICIPANTS):
    return period(name, Field.named(name, ValueType.DATE, Role.MEASUREMENT, title=title), kind)


def test_births_come_first_visits_in_their_order_and_deaths_after_the_first():
    visits = [of(f"p53_i{number}", VISIT) for number in range(4)]
    order = [of("date_of_birth"), *visits]
    assert all(earlier[1] < later[0] for earlier, later in pairwise(order))
    assert visits[0][1] < of("p40000", "Date of death")[0]
    assert of("p53_i7", VISIT) == visits[3]
    assert of("p30741_i1", "Glucose assay date") == visits[1]


@pytest.mark.parametrize("name", ["epistart", "event_dt", "date_visit"])
def test_events_fall_before_and_after_the_visits(name):
    first, last = of(name, kind=TableKind.EVENTS)
    visits = of("visit_date")
    assert first < visits[0]
    assert visits[1] < last


def test_a_column_that_the_dictionary_lacks_has_a_period():
    assert period("baseline_date", None, TableKind.PARTICIPANTS) == of("p53_i0", "Date of visit")
    assert period("p131286", None, TableKind.PARTICIPANTS) == of("epistart", kind=TableKind.EVENTS)


def test_a_name_says_that_a_table_is_about_deaths():
    assert about_death("Deaths")
    assert not about_death("hesin_diag")
