"""The dialect of Spark SQL, for Apache Spark 4 and Sail."""

from strongroom.disclosure.query.emitting.dialect import Dialect


class _Spark:
    name = "spark"

    def identifier(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        # A backslash begins an escape in Spark's literals.
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def plus_days(self, date: str, days: str) -> str:
        return f"date_add({date}, {days})"

    def days_between(self, start: str, end: str) -> str:
        return f"datediff({end}, {start})"

    def start_of(self, part: str, date: str) -> str:
        return f"trunc({date}, '{part}')"


SPARK: Dialect = _Spark()
