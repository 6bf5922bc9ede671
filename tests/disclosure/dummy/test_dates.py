"""Periods of dummy dates: births, visits and deaths come in this order."""

from itertools import pairwise

import pytest

from strongroom.cohort.dictionary import Field, Role, ValueType
from strongroom.cohort.model import TableKind
from strongroom.disclosure.dummy.dates import about_death, period


def of(name, title="", kind=TableKind.PARTICIPANTS):
    return period(name, Field.named(name, ValueType.DATE, Role.MEASUREMENT, title=title), kind)


def test_births_visits_and_deaths_follow_each_other():
    visit = "Date of attending assessment centre"
    order = [
        of("date_of_birth"),
        *(of(f"p53_i{number}", visit) for number in range(4)),
        of("p40000", "Date of death"),
    ]
    assert all(earlier[1] < later[0] for earlier, later in pairwise(order))
    assert of("p53_i7", visit) == of("p53_i3", visit)
    assert of("p30741_i1", "Glucose assay date") == of("p53_i1", visit)


@pytest.mark.parametrize("name", ["epistart", "event_dt", "date_visit"])
def test_events_fall_before_and_after_the_visits(name):
    first, last = of(name, kind=TableKind.EVENTS)
    visits = of("visit_date")
    assert first < visits[0]
    assert visits[1] < last < of("died")[0]


def test_a_column_that_the_dictionary_lacks_has_a_period():
    assert period("baseline_date", None, TableKind.PARTICIPANTS) == of("p53_i0", "Date of visit")
    assert period("p131286", None, TableKind.PARTICIPANTS) == of("epistart", kind=TableKind.EVENTS)


def test_a_name_says_that_a_table_is_about_deaths():
    assert about_death("Deaths")
    assert not about_death("hesin_diag")
