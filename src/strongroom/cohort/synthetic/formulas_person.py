"""Fields that identify a participant and the visits."""

from collections.abc import Callable

import numpy as np

from strongroom.cohort.synthetic.array_types import Dates, Floats, Values
from strongroom.cohort.synthetic.spec import FieldSpec
from strongroom.cohort.synthetic.visit import Visit

# Assessment centres with roughly their number of participants in thousands (standard: UK Biobank's field
# 54); scans took place at three others.
_CENTRES = {
    11010: 44, 11009: 37, 11011: 43, 11013: 34, 11016: 33, 11007: 29, 11018: 29, 11008: 28,
    11020: 27, 11021: 25, 11014: 30, 11017: 21, 11004: 18, 11006: 19, 11003: 18, 11005: 17,
    11002: 14, 11001: 13, 11012: 12, 10003: 4, 11022: 2, 11023: 1,
}  # fmt: skip
_CENTRES_LATER = {1: {11024: 1}, 2: {11025: 60, 11027: 26, 11026: 14}, 3: {11025: 60, 11027: 26, 11026: 14}}


def _sex(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return visit.male.astype(np.float64)


def _year_of_birth(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return 1970 + _born(visit).astype("datetime64[Y]").astype(np.int64).astype(np.float64)


def _month_of_birth(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return (_born(visit).astype("datetime64[M]").astype(np.int64) % 12 + 1).astype(np.float64)


def _day_of_visit(visit: Visit, _spec: FieldSpec, _array: int) -> Dates:
    return visit.day


def _age_at_visit(visit: Visit, _spec: FieldSpec, _array: int) -> Floats:
    return np.floor(visit.years)


def _centre(visit: Visit, spec: FieldSpec, _array: int) -> Floats:
    shares = _CENTRES_LATER.get(visit.instance, _CENTRES)
    weights = np.array(list(shares.values()), np.float64)
    draw = visit.random("centre", spec.field_id).random(len(visit))
    return np.array(list(shares), np.float64)[np.searchsorted(np.cumsum(weights / weights.sum())[:-1], draw)]


def _born(visit: Visit) -> Dates:
    return visit.people.born[visit.rows]


FORMULAS: dict[str, Callable[[Visit, FieldSpec, int], Values]] = {
    "sex": _sex,
    "year_of_birth": _year_of_birth,
    "month_of_birth": _month_of_birth,
    "day_of_visit": _day_of_visit,
    "age_at_visit": _age_at_visit,
    "centre": _centre,
}
"""By the name used in the field files."""
