"""The query engine: DuckDB in a process of its own, with tables it was handed and nothing else."""

from strongroom.sandbox.queries.engine import QueryEngine, QueryLimits

__all__ = ["QueryEngine", "QueryLimits"]
