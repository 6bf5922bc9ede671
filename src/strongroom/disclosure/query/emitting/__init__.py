"""Writing a question as SQL of an engine. Every word is ours: the researcher's text is not in it."""

from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.emitting.duckdb import DUCKDB
from strongroom.disclosure.query.emitting.spark import SPARK
from strongroom.disclosure.query.emitting.statements import (
    BINS,
    MARK,
    Emitted,
    emit,
    extremes,
    people_of,
)
from strongroom.disclosure.query.emitting.values import PERSON

__all__ = [
    "BINS",
    "DUCKDB",
    "MARK",
    "PERSON",
    "SPARK",
    "Dialect",
    "Emitted",
    "emit",
    "extremes",
    "people_of",
]
