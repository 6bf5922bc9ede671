"""Reading a researcher's SQL into a question. What is not understood is refused, never passed on."""

from strongroom.disclosure.query.reading.statement import read_query

__all__ = ["read_query"]
