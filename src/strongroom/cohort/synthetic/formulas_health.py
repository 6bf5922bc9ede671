"""Fields that follow from habits, conditions and death."""

from collections.abc import Callable

import numpy as np

from strongroom.cohort.synthetic.array_types import Bools, Dates, Floats, Values
from strongroom.cohort.synthetic.spec import FieldSpec
from strongroom.cohort.synthetic.visit import Visit
from strongroom.thresholds import Thresholds, threshold

_NEUROTICISM_ITEMS = (1920, 1930, 1940, 1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020, 2030)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_treatments: int = threshold(
        8,
        "places of an array",
        "derived: the arrays of fields 20002 and 20003 in fields/health.yaml",
    )


LIMITS = _Limits()


_CURRENT = 2  # fixed: code of field 20116: current smoker
_NEVER_DRINKS = 6  # fixed: code of field 1558: never
# Metabolic equivalent, field of days, field of minutes (standard: IPAQ scoring protocol, 2005).
_MET = {22037: (3.3, 864, 874), 22038: (4.0, 884, 894), 22039: (8.0, 904, 914)}


def _smokes_now(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    """0 no, 1 on most days, 2 occasionally; -3 is copied from the smoking status."""
    status = visit.values(20116)
    occasional = _share(visit, spec, 0.24)
    now = np.where(status == _CURRENT, np.where(occasional, 2.0, 1.0), 0.0)
    return np.where(np.isnan(status) | (status < 0), status, now)


def _smoked_before(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    """1 most days, 2 occasionally, 3 tried once or twice, 4 never."""
    former = np.where(_share(visit, spec, 0.7), 1.0, 2.0)
    never = np.where(_share(visit, spec, 0.27), 3.0, 4.0)
    return np.where(visit.values(20116) == 0, never, former)


def _drinker(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    """0 never, 1 former, 2 current, from how often alcohol is taken (6: never)."""
    often = visit.values(1558)
    former = _share(visit, spec, 0.45)
    status = np.where(often == _NEVER_DRINKS, np.where(former, 1.0, 0.0), 2.0)
    return np.where(np.isnan(often) | (often < 0), often, status)


def _pack_years(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    """Return pack-years, twenty cigarettes a day for a year, of former and current smokers."""
    former = visit.answers(2887) / 20 * (visit.answers(2897) - visit.answers(2867))
    present = visit.answers(3456) / 20 * (np.floor(visit.years) - visit.answers(3436))
    years = np.where(np.isnan(present), former, present)
    return np.where(years > 0, np.round(years, 4), np.nan)


def _metabolic_minutes(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    """Minutes a week times the effort's metabolic equivalent (IPAQ scoring: 3.3, 4 and 8)."""
    effort, days_field, minutes_field = _MET[spec.field_id]
    days = visit.answers(days_field)
    minutes = np.clip(visit.answers(minutes_field), 0, 180)
    return np.where(days == 0, 0.0, np.round(effort * days * minutes, 1))


def _all_metabolic_minutes(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    total: Floats = np.sum([visit.values(field) for field in _MET], axis=0)
    return np.round(total, 1)


def _neuroticism(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    """Return how many of twelve questions were answered with yes; missing if one was not answered."""
    total: Floats = np.sum([visit.answers(field) for field in _NEUROTICISM_ITEMS], axis=0)
    return total


def _count_of(field_id: int, places: int) -> Callable[[Visit, FieldSpec, int], Floats]:
    """Return the formula that counts the filled positions of another field's array."""

    def count(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
        filled: Floats = np.sum([visit.values(field_id, place) > 0 for place in range(places)], axis=0)
        return filled.astype(np.float64)

    return count


def _first_report(visit: Visit, spec: FieldSpec, _array: int) -> Dates:
    """Return the day a condition was first recorded, with or without a visit."""
    return visit.conditions.first_of((spec.of,))[visit.rows]


def _age_at_diagnosis(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    onset = visit.conditions.first_of(tuple(spec.of.split()))[visit.rows]
    age = (onset - visit.people.born[visit.rows]).astype(np.float64) / 365.25
    return np.where(onset <= visit.day, np.floor(age), np.nan)


def _day_of_death(visit: Visit, _spec: FieldSpec, _array: int) -> Dates:
    return visit.conditions.died[visit.rows]


def _age_at_death(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    lived = visit.conditions.died[visit.rows] - visit.people.born[visit.rows]
    return np.where(np.isnat(lived), np.nan, np.round(lived.astype(np.float64) / 365.25, 1))


def _share(visit: Visit, spec: FieldSpec, share: float) -> Bools:
    """Pick a share of those at the visit; a smaller share is part of a larger one."""
    return visit.random(spec.field_id).random(len(visit)) < share


FORMULAS: dict[str, Callable[[Visit, FieldSpec, int], Values]] = {
    "smokes_now": _smokes_now,
    "smoked_before": _smoked_before,
    "drinker": _drinker,
    "pack_years": _pack_years,
    "metabolic_minutes": _metabolic_minutes,
    "all_metabolic_minutes": _all_metabolic_minutes,
    "neuroticism": _neuroticism,
    "treatments": _count_of(20003, LIMITS.most_treatments),
    "illnesses": _count_of(20002, LIMITS.most_treatments),
    "first_report": _first_report,
    "age_at_diagnosis": _age_at_diagnosis,
    "day_of_death": _day_of_death,
    "age_at_death": _age_at_death,
}
"""By the name used in the field files."""
