"""Names in code that encode values, such as f_54p2_m1_None_27p5: one name per row.

A name cannot contain a point or a minus, so programs write p and m. A name with one or two numbers is a
version or a field; one with four values is a row.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import pyarrow as pa

from strongroom.checker.formats.columns import infer
from strongroom.thresholds import Thresholds, threshold

_NAME = re.compile(r"(?<!\w)[A-Za-z]*(?:_+[A-Za-z0-9]+){4,}(?!\w)")
_NUMBER = re.compile(r"(m?)(\d+)(?:p(\d+))?")
_DATE = re.compile(r"(\d{4})m(\d\d)m(\d\d)")
_MISSING = {"none", "na", "nan", "null"}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    fewest_names: int = threshold(5, "names", "judgement: fewer names of one pattern are ordinary")
    fewest_values: int = threshold(
        4, "values", "judgement: fewer values in a name are versions and parameters"
    )
    fewest_numbers: int = threshold(2, "numbers", "judgement: a name with fewer numbers holds no record")


LIMITS = _Limits()


def name_tables(content: str) -> Iterator[tuple[int, pa.Table]]:
    """Yield a table for names of one length, with the line of the first: a row per name."""
    found: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for match in _NAME.finditer(content):
        name = match[0]
        values = [part for part in name.split("_")[1:] if part]
        if _are_values(values):
            begins = name.partition("_")[0]
            found[begins, len(values)].setdefault(name, match.start())
    for names in found.values():
        if len(names) >= LIMITS.fewest_names:
            rows = [[_value(part) for part in name.split("_")[1:] if part] for name in names]
            columns = [infer(list(column)) for column in zip(*rows, strict=True)]
            line = content.count("\n", 0, min(names.values())) + 1
            yield (
                line,
                pa.Table.from_arrays(columns, [f"part {place}" for place in range(1, len(columns) + 1)]),
            )


def _are_values(parts: list[str]) -> bool:
    numbers = sum(bool(_NUMBER.fullmatch(part)) for part in parts)
    missing = sum(part.lower() in _MISSING for part in parts)
    dates = sum(bool(_DATE.fullmatch(part)) for part in parts)
    return numbers + dates >= LIMITS.fewest_numbers and numbers + missing + dates >= LIMITS.fewest_values


def _value(part: str) -> str | None:
    if part.lower() in _MISSING:
        return None
    date = _DATE.fullmatch(part)
    if date:
        return "-".join(date.groups())
    number = _NUMBER.fullmatch(part)
    if not number:
        return part
    sign = "-" if number[1] else ""
    return f"{sign}{number[2]}.{number[3]}" if number[3] else f"{sign}{number[2]}"
