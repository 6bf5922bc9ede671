"""What answers a question privately: which sums, how one person can change them, what they cost."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strongroom.disclosure.differential_privacy.budget import Charge
from strongroom.disclosure.query.bounds import Bounds, bounds_of
from strongroom.disclosure.query.emitting.sums import SUMS
from strongroom.disclosure.query.representation import (
    Case,
    Column,
    Expression,
    Kind,
    Literal,
    Measure,
    Query,
    Statistic,
)
from strongroom.errors import QueryError

DEFAULT_DELTA = 1e-6
GROUPS_EACH = 3
_MOST_PUBLIC = 2_000
_HINT = "Write AVG(GREATEST(LEAST(bmi, 60), 10)): values beyond are taken for the nearest."

Domains = Mapping[tuple[str, str], tuple[Any, ...]]
"""Which values a column can have by the dictionary: by table and column."""

_SUMS = {**SUMS, Statistic.PEOPLE: (), Statistic.QUANTILE: ("bins",)}


@dataclass(frozen=True)
class PrivateMeasure:
    """A measure, the bounds of each of its expressions, and the sums it is worked out from."""

    measure: Measure
    bounds: tuple[Bounds, ...]
    sums: tuple[str, ...]


@dataclass(frozen=True)
class PrivatePlan:
    """A question as it is answered privately.

    `public` are all combinations of key values if they are known beforehand; None where groups are only
    named if enough people are in them. A person counts in at most `groups_each` groups. `epsilon_each` is
    what every one of the sums costs, `charge` all of them.
    """

    query: Query
    measures: tuple[PrivateMeasure, ...]
    public: tuple[tuple[Any, ...], ...] | None
    groups_each: int
    epsilon_each: float
    charge: Charge


def plan_privately(
    query: Query,
    domains: Domains,
    *,
    epsilon: float,
    delta: float = DEFAULT_DELTA,
    groups_each: int = GROUPS_EACH,
) -> PrivatePlan:
    """Plan a question; QueryError where how much one person's value can be is not written in it."""
    measures = tuple(_bounded(measure) for measure in query.measures)
    public = _public(query, domains)
    charge = Charge(epsilon, 0.0 if public is not None else delta)
    counted = public is None or any(each.measure.statistic is Statistic.PEOPLE for each in measures)
    sums = sum(len(each.sums) for each in measures) + int(counted)
    return PrivatePlan(
        query=query,
        measures=measures,
        public=public,
        groups_each=groups_each if query.about_events and query.keys else 1,
        epsilon_each=epsilon / sums,
        charge=charge,
    )


def _bounded(measure: Measure) -> PrivateMeasure:
    if measure.statistic not in _SUMS:
        raise QueryError(
            f"'{measure.label}' cannot be asked with differential privacy.", hint="Ask it without --epsilon."
        )
    if measure.statistic in (Statistic.PEOPLE, Statistic.PRESENT):
        return PrivateMeasure(measure, (), _SUMS[measure.statistic])
    bounds = tuple(bounds_of(of) for of in measure.of)
    if any(of.kind is not Kind.NUMBER for of in measure.of) or not all(each.known for each in bounds):
        raise QueryError(
            f"'{measure.label}' does not say between what one person's value may lie.", hint=_HINT
        )
    return PrivateMeasure(measure, bounds, _SUMS[measure.statistic])


def _public(query: Query, domains: Domains) -> tuple[tuple[Any, ...], ...] | None:
    listed = [_values(key.of, query, domains) for key in query.keys]
    if any(each is None for each in listed):
        return None
    known = [each for each in listed if each is not None]
    size = 1
    for each in known:
        size *= len(each)
    return tuple(itertools.product(*known)) if size <= _MOST_PUBLIC else None


def _values(of: Expression, query: Query, domains: Domains) -> tuple[Any, ...] | None:
    """Return the values an expression can have, None where only the data tell."""
    match of:
        case Column(kind=Kind.BOOLEAN):
            return (False, True, None)
        case Column() if of.source < len(query.sources):
            listed = domains.get((query.sources[of.source].table, of.name))
            return None if listed is None else (*listed, None)
        case Literal():
            return (of.value,)
        case Case():
            parts = [_values(each, query, domains) for each in (*(v for _, v in of.branches), of.otherwise)]
            if any(part is None for part in parts):
                return None
            return tuple(dict.fromkeys(value for part in parts if part is not None for value in part))
        case _:
            return None
