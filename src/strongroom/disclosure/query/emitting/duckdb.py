"""DuckDB's dialect."""

import re
from collections.abc import Sequence

from strongroom.disclosure.query.emitting.dialect import Dialect

_RUNS = re.compile(r"[%_]+|[^%_]+")


class _DuckDb:
    name = "duckdb"

    def identifier(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def like(self, text: str, pattern: str) -> str:
        # DuckDB tries every place of every %: a long text and a few % and _ would take hours.
        if "_" not in pattern or pattern.count("%") <= 1:
            return f"{text} LIKE {self.text(pattern)}"
        matched = "".join(_matched(run) for run in _RUNS.findall(pattern))
        return f"regexp_full_match({text}, {self.text(matched)}, 's')"

    def plus_days(self, date: str, days: str) -> str:
        return f"({date} + {days})"

    def plus_months(self, date: str, months: str) -> str:
        return f"CAST({date} + to_months({months}) AS DATE)"

    def days_between(self, start: str, end: str) -> str:
        return f"({end} - {start})"

    def start_of(self, part: str, date: str) -> str:
        return f"CAST(date_trunc('{part}', {date}) AS DATE)"

    def to_integer(self, number: str) -> str:
        return f"TRY_CAST({number} AS INTEGER)"

    def sum_of_products(self, one: str, other: str) -> str:
        # Sums of 64-bit integers have 128 bits.
        return f"sum(CAST({one} AS BIGINT) * {other})"

    def shuffled(self, salt: str, values: Sequence[str]) -> str:
        # The second hash mixes what the first only combines by exclusive or.
        return f"hash(hash({', '.join([self.text(salt), *values])}))"

    def first_groups(self, table: str, columns: Sequence[str], order: str, most: int) -> str:
        # A third of the time of a window function.
        packed = ", ".join(f"{name} := {name}" for name in columns)
        unpacked = ", ".join(f"kept.{name} AS {name}" for name in columns)
        return (
            f"SELECT person, {unpacked} FROM (SELECT person, "  # noqa: S608 - our own names
            f"unnest(min_by(struct_pack({packed}), {order}, {most})) AS kept FROM {table} GROUP BY person)"
        )


def _matched(run: str) -> str:
    """Return a run of wildcards, or of other characters, as a regular expression."""
    if run[0] in "%_":
        return "." * run.count("_") + (".*" if "%" in run else "")
    return re.escape(run)


DUCKDB: Dialect = _DuckDb()
