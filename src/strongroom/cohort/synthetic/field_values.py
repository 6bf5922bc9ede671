"""Generate a field's values from traits and conditions: quantities, answers, multiple choices, yes or no."""

import numpy as np
from scipy.special import ndtri

from strongroom.cohort.synthetic.array_types import Bools, Floats, Scores, Values
from strongroom.cohort.synthetic.distributions import quantities, rounded
from strongroom.cohort.synthetic.formulas import FORMULAS
from strongroom.cohort.synthetic.spec import FieldSpec, Option, Quantity
from strongroom.cohort.synthetic.visit import Visit


def make_values(visit: Visit, spec: FieldSpec, array: int) -> Values:
    """Return the values of `spec` at `visit` before anyone is left out; the `Maker` that visits use."""
    if spec.formula:
        return FORMULAS[spec.formula](visit, spec, array)
    if spec.options:
        values = visit.once(spec.field_id, lambda: _ticked(visit, spec))[:, array]
    elif spec.conditions:
        values = visit.before(visit.conditions.first_of(spec.conditions)).astype(np.float64)
    elif spec.quantity is not None:
        values = _quantity(visit, spec, spec.quantity, array)
    else:
        values = _answer(visit, spec, array)
    return _with_special_codes(visit, spec, values)


def liability(visit: Visit, spec: FieldSpec, array: int) -> Scores:
    """Return a standard normal score: components of the traits, the person, the day and the reading."""
    explained = sum(load**2 for load in spec.loads.values())
    own = visit.people.streams.open("own", spec.field_id)
    rest = (
        np.float32(np.sqrt(spec.stability))
        * own.standard_normal(len(visit.people), dtype=np.float32)[visit.rows]
    )
    if spec.stability < 1:
        day = visit.random("day", spec.field_id).standard_normal(len(visit), dtype=np.float32)
        rest += np.float32(np.sqrt(1 - spec.stability)) * day
    if spec.reading:
        noise = visit.random("reading", spec.field_id, array).standard_normal(len(visit), dtype=np.float32)
        rest = np.float32(np.sqrt(1 - spec.reading)) * rest + np.float32(np.sqrt(spec.reading)) * noise
    score = np.float32(np.sqrt(max(0.0, 1 - explained))) * rest
    for trait, load in spec.loads.items():
        score += np.float32(load) * visit.traits[trait]
    for code, deviations in spec.raised.items():
        score += np.float32(deviations) * visit.before(visit.conditions.first_of((code,)))
    return score


def _quantity(visit: Visit, spec: FieldSpec, quantity: Quantity, array: int) -> Floats:
    heapers: Bools | None = None
    if quantity.heaping:
        # Rounding is a habit of the person (or observer), not of the reading.
        heapers = visit.random("heaping", spec.field_id).random(len(visit)) < quantity.heaping
    return rounded(quantities(liability(visit, spec, array), quantity), quantity, heapers)


def _answer(visit: Visit, spec: FieldSpec, array: int) -> Floats:
    """Cut the score at the answers' cumulative shares: codes listed later have higher scores."""
    shares = np.array(list(spec.codes.values()))
    cuts = ndtri(np.cumsum(shares / shares.sum())[:-1]).astype(np.float32)
    codes = np.array(list(spec.codes), np.float64)
    return codes[np.searchsorted(cuts, liability(visit, spec, array))]


def _ticked(visit: Visit, spec: FieldSpec) -> Floats:
    """Return (m, arrays): the codes each person ticked, from the left; `none` means no tick."""
    codes = np.array(list(spec.options), np.float64)
    ticks = np.column_stack([_tick(visit, spec, code, option) for code, option in spec.options.items()])
    places = np.cumsum(ticks, axis=1) - 1
    rows, columns = np.nonzero(ticks & (places < spec.arrays))
    listed = np.full((len(visit), spec.arrays), np.nan)
    listed[rows, places[rows, columns]] = codes[columns]
    if spec.none is not None:
        listed[~ticks.any(axis=1), 0] = spec.none
    return listed


def _tick(visit: Visit, spec: FieldSpec, code: int, option: Option) -> Bools:
    own = visit.people.streams.open("tick", spec.field_id, abs(code))
    score = own.standard_normal(len(visit.people), dtype=np.float32)[visit.rows]
    explained = sum(load**2 for load in option.loads.values())
    score *= np.float32(np.sqrt(1 - explained))
    for trait, load in option.loads.items():
        score += np.float32(load) * visit.traits[trait]
    ticked: Bools = score > ndtri(1 - option.share)
    if option.given:
        having = visit.before(visit.conditions.first_of((option.given,)))
        ticked |= having & (score > ndtri(1 - option.share_given))
    return ticked


def _with_special_codes(visit: Visit, spec: FieldSpec, values: Floats) -> Floats:
    if not spec.special:
        return values
    draw = visit.random("special", spec.field_id).random(len(visit))
    start = 0.0
    for code, share in spec.special.items():
        values = np.where((draw >= start) & (draw < start + share), float(code), values)
        start += share
    return values
