"""The query engine: DuckDB in a separate process that has only the tables it was given."""

from strongroom.sandbox.queries.engine import EngineFailure, QueryEngine, QueryLimits

__all__ = ["EngineFailure", "QueryEngine", "QueryLimits"]
