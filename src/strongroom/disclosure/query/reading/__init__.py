"""Parsing a researcher's SQL into a query. SQL that is not supported is refused, never passed on."""

from strongroom.disclosure.query.reading.statement import read_query, read_statement

__all__ = ["read_query", "read_statement"]
