"""The dialect of Spark SQL, for Apache Spark 4 and Sail."""

from collections.abc import Sequence

from strongroom.disclosure.query.emitting.dialect import Dialect


class _Spark:
    name = "spark"

    def identifier(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        # A backslash begins an escape in Spark's literals.
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def like(self, text: str, pattern: str) -> str:
        # In Spark's patterns it is the escape character as well, and an error before most others.
        escaped = pattern.replace("\\", "\\\\")
        return f"{text} LIKE {self.text(escaped)}"

    def plus_days(self, date: str, days: str) -> str:
        return f"date_add({date}, {days})"

    def plus_months(self, date: str, months: str) -> str:
        return f"add_months({date}, {months})"

    def days_between(self, start: str, end: str) -> str:
        return f"datediff({end}, {start})"

    def start_of(self, part: str, date: str) -> str:
        return f"trunc({date}, '{part}')"

    def to_integer(self, number: str) -> str:
        return f"try_cast(round({number}) AS INT)"

    def sum_of_products(self, one: str, other: str) -> str:
        return f"sum(CAST(CAST({one} AS BIGINT) * {other} AS DECIMAL(38, 0)))"

    def shuffled(self, salt: str, values: Sequence[str]) -> str:
        return f"xxhash64(xxhash64({', '.join([self.text(salt), *values])}))"

    def first_groups(self, table: str, columns: Sequence[str], order: str, most: int) -> str:
        kept = ", ".join(["person", *columns])
        placed = f"row_number() OVER (PARTITION BY person ORDER BY {order}) AS place"
        return f"SELECT {kept} FROM (SELECT *, {placed} FROM {table}) WHERE place <= {most}"  # noqa: S608 - our own names


SPARK: Dialect = _Spark()
