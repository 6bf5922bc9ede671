"""DuckDB's dialect."""

from strongroom.disclosure.query.emitting.dialect import Dialect


class _DuckDb:
    name = "duckdb"

    def identifier(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def plus_days(self, date: str, days: str) -> str:
        return f"({date} + {days})"

    def days_between(self, start: str, end: str) -> str:
        return f"({end} - {start})"

    def start_of(self, part: str, date: str) -> str:
        return f"CAST(date_trunc('{part}', {date}) AS DATE)"


DUCKDB: Dialect = _DuckDb()
