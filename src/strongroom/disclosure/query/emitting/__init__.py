"""Writing a query as SQL for an engine, from our representation; none of the researcher's text is in it."""

from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.emitting.duckdb import DUCKDB
from strongroom.disclosure.query.emitting.extremes import extremes
from strongroom.disclosure.query.emitting.person_limits import PersonLimits
from strongroom.disclosure.query.emitting.spark import SPARK
from strongroom.disclosure.query.emitting.statements import (
    BINS,
    SKETCH,
    Emitted,
    How,
    emit,
)
from strongroom.disclosure.query.emitting.values import PERSON

__all__ = [
    "BINS",
    "DUCKDB",
    "PERSON",
    "SKETCH",
    "SPARK",
    "Dialect",
    "Emitted",
    "How",
    "PersonLimits",
    "emit",
    "extremes",
]
