"""The plan of a private answer: the sums, how much one person can change them, and their cost."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from strongroom.disclosure.differential_privacy.charge import Charge
from strongroom.disclosure.gateway.bands import bands_of
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
    Statement,
    Statistic,
)
from strongroom.errors import QueryError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    default_delta: float = threshold(
        1e-6,
        "probability",
        "standard: Dwork and Roth 2014, section 2.3; well below one over the number of participants",
    )
    groups_each: int = threshold(
        3,
        "groups",
        "judgement: more groups per person need proportionally more noise, fewer leave out events",
    )
    most_public: int = threshold(
        2_000, "groups", "cost: one row per combination of listed values, also for those without people"
    )


LIMITS = _Limits()
DEFAULT_DELTA = LIMITS.default_delta
GROUPS_EACH = LIMITS.groups_each


_ONE_AT_A_TIME = "Ask without --epsilon, or ask for each table by itself."
_HINT = "Write AVG(GREATEST(LEAST(bmi, 60), 10)): values outside are clamped."

Domains = Mapping[tuple[str, str], tuple[Any, ...]]
"""The values that the dictionary lists for a column, by table and column."""

_SUMS = {**SUMS, Statistic.PEOPLE: (), Statistic.QUANTILE: ("bins",)}


@dataclass(frozen=True)
class PrivateMeasure:
    """A measure, the bounds of each of its expressions, and the sums it is computed from."""

    measure: Measure
    bounds: tuple[Bounds, ...]
    sums: tuple[str, ...]


@dataclass(frozen=True)
class PrivatePlan:
    """A statement of one query with everything needed to answer it privately.

    `public` are all combinations of key values if the dictionary lists them; None if groups are shown only
    with enough people in them. A person counts in at most `groups_each` groups. `epsilon_each` is the cost of
    each sum, `charge` that of all.
    """

    statement: Statement
    measures: tuple[PrivateMeasure, ...]
    public: tuple[tuple[Any, ...], ...] | None
    groups_each: int
    epsilon_each: float
    charge: Charge

    @property
    def query(self) -> Query:
        """The only query of the statement."""
        return self.statement.queries[0]


def plan_privately(
    statement: Statement,
    domains: Domains,
    *,
    epsilon: float,
    delta: float = DEFAULT_DELTA,
    groups_each: int = GROUPS_EACH,
) -> PrivatePlan:
    """Plan a query; QueryError if it does not bound a person's values, or is a union or has grouping sets."""
    query, *others = statement.queries
    if others:
        raise QueryError("UNION ALL is not available with --epsilon.", hint="Send one SELECT at a time.")
    if query.sets is not None or bands_of(query):
        raise QueryError("Grouping sets and NTILE are not available with --epsilon.", hint=_ONE_AT_A_TIME)
    measures = tuple(_bounded(measure) for measure in query.measures)
    public = _public(query, domains)
    charge = Charge(epsilon, 0.0 if public is not None else delta)
    counted = public is None or any(each.measure.statistic is Statistic.PEOPLE for each in measures)
    sums = sum(len(each.sums) for each in measures) + int(counted)
    return PrivatePlan(
        statement=statement,
        measures=measures,
        public=public,
        groups_each=groups_each if query.about_events and query.keys else 1,
        epsilon_each=epsilon / sums,
        charge=charge,
    )


def _bounded(measure: Measure) -> PrivateMeasure:
    if measure.statistic not in _SUMS:
        raise QueryError(
            f"'{measure.label}' is not available with differential privacy.", hint="Ask without --epsilon."
        )
    if measure.statistic in (Statistic.PEOPLE, Statistic.PRESENT):
        return PrivateMeasure(measure, (), _SUMS[measure.statistic])
    bounds = tuple(bounds_of(of) for of in measure.of)
    if any(of.kind is not Kind.NUMBER for of in measure.of) or not all(each.known for each in bounds):
        raise QueryError(f"'{measure.label}' does not bound the values of one person.", hint=_HINT)
    return PrivateMeasure(measure, bounds, _SUMS[measure.statistic])


def _public(query: Query, domains: Domains) -> tuple[tuple[Any, ...], ...] | None:
    listed = [_values(key.of, query, domains) for key in query.keys]
    if any(each is None for each in listed):
        return None
    known = [each for each in listed if each is not None]
    size = 1
    for each in known:
        size *= len(each)
    return tuple(itertools.product(*known)) if size <= LIMITS.most_public else None


def _values(of: Expression, query: Query, domains: Domains) -> tuple[Any, ...] | None:
    """Return the values an expression can have, None if that depends on the data."""
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
