"""Bands: the limits of equally large groups, read from noisy quantiles, in place of NTILE."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from strongroom.disclosure.answer_noise.noisy_bins import NoisyBins
from strongroom.disclosure.query.representation import (
    Band,
    Case,
    Compare,
    Expression,
    Kind,
    Literal,
    Measure,
    Missing,
    Operator,
    Query,
    Statistic,
    inside,
)
from strongroom.errors import QueryError

_FIRST_DAY = dt.date(1970, 1, 1)
_NOBODY = Literal(None, Kind.NUMBER)
_HINT = "Write NTILE(4) OVER (ORDER BY a column of the participants) in a sub-query."


def bands_of(query: Query) -> list[Band]:
    """Return the different bands in a query's keys, measures and conditions; QueryError if one is nested."""
    found = _bands_in((query.keys, query.measures, query.where))
    if any(_bands_in((band.of, band.where)) for band in found):
        raise QueryError("NTILE cannot rank by another NTILE.", hint=_HINT)
    return found


def _bands_in(part: object) -> list[Band]:
    return list(dict.fromkeys(each for each in inside(part) if isinstance(each, Band)))


def band_query(query: Query, band: Band) -> Query:
    """Return the query for a band's limits: the distribution of its values among the people it ranks."""
    measure = Measure("band", Statistic.QUANTILE, (band.of,), 0.5)
    return Query(query.sources[:1], band.where, (), (measure,), ("band",))


def banded(band: Band, bins: NoisyBins | None) -> Expression:
    """Return the number of the band that a value lies in, by noisy limits; NULL without a distribution."""
    if bins is None:
        return _NOBODY
    limits = [_limit(band.of, bins.quantile(place / band.parts)) for place in range(1, band.parts)]
    branches = [
        (Compare(Operator.AT_MOST, band.of, limit), Literal(place, Kind.NUMBER))
        for place, limit in enumerate(limits, start=1)
    ]
    last = Literal(band.parts, Kind.NUMBER)
    return Case(((Missing(band.of), _NOBODY), *branches), last, Kind.NUMBER)


def with_limits(part: Any, limits: Mapping[Band, Expression]) -> Any:
    """Return a part of a query with its bands replaced."""
    if isinstance(part, Band):
        return limits[part]
    if isinstance(part, tuple):
        return tuple(with_limits(each, limits) for each in part)
    if is_dataclass(part) and not isinstance(part, type):
        values = {each.name: with_limits(getattr(part, each.name), limits) for each in fields(part)}
        return type(part)(**values)
    return part


def _limit(of: Expression, value: float) -> Literal:
    if of.kind is Kind.DATE:
        return Literal(_FIRST_DAY + dt.timedelta(days=int(value)), Kind.DATE)
    return Literal(value, Kind.NUMBER)
