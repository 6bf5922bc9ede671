"""Periods in which the dates of a dummy table fall: births, then the first visit, then deaths.

Events fall before and after the first visit, as in hospital records, so that code that tells earlier from
later diseases finds both. Dates of one person are independent otherwise: a repeat visit can follow a death.
"""

import re

import numpy as np

from strongroom.cohort.dictionary import Field
from strongroom.cohort.model import TableKind

Period = tuple[np.datetime64, np.datetime64]
"""First and last day."""


def _period(first: str, last: str) -> Period:
    return np.datetime64(first), np.datetime64(last)


# judgement: UK Biobank's public schedule, shortened so that births, the visits in their order, and deaths
# after the first visit do not overlap; nothing was measured.
_BIRTHS = _period("1937-01-01", "1970-12-31")
_VISITS = (
    _period("2006-03-01", "2010-10-31"),
    _period("2012-08-01", "2013-06-30"),
    _period("2014-05-01", "2018-12-31"),
    _period("2019-01-01", "2020-12-31"),
)
_EVENTS = _period("1997-04-01", "2020-12-31")
_DEATHS = _period("2011-01-01", "2022-12-31")

_BIRTH = re.compile(r"birth|born|\bdob\b")
_DEATH = re.compile(r"death|died|deceased|\bdod\b")
_VISIT = re.compile(r"visit|attend|assess|recruit|baseline|enrol|consent|interview|centre|collect|measured")


def about_death(text: str) -> bool:
    """Return whether a table's or a column's name or title is about deaths."""
    return _DEATH.search(text.casefold()) is not None


def period(name: str, field: Field | None, kind: TableKind) -> Period:
    """Return the period of a column of dates in a table of that kind."""
    text = f"{name.replace('_', ' ')} {field.title if field else ''}".casefold()
    if _BIRTH.search(text):
        return _BIRTHS
    if _DEATH.search(text):
        return _DEATHS
    instance = min(field.instance, len(_VISITS) - 1) if field else 0
    if kind is TableKind.PARTICIPANTS and (instance > 0 or _VISIT.search(text)):
        return _VISITS[instance]
    return _EVENTS
