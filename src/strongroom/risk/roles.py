"""The role of each column in the assessment, suggested by the dictionary."""

import re
from dataclasses import dataclass
from enum import StrEnum

from strongroom.cohort import PARTICIPANT, Cohort
from strongroom.cohort.columns import stored_column
from strongroom.cohort.dictionary import ColumnName, Field, Role
from strongroom.errors import UsageError
from strongroom.risk.columns import CodedColumn
from strongroom.risk.linkage.scenarios import MONTH, SEX, YEAR
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_quasi: int = threshold(
        20, "columns", "cost: all combinations of up to four columns are searched, 6,195 of 20"
    )
    most_sensitive: int = threshold(
        10, "columns", "judgement: as many rows as a reader compares in one table"
    )
    nearly_all: float = threshold(
        0.9,
        "share of values",
        "judgement: below it, enough people share values that the column is no identifier by itself",
    )


LIMITS = _Limits()
MOST_QUASI = LIMITS.most_quasi
MOST_SENSITIVE = LIMITS.most_sensitive


_FIELDS = {34: YEAR, 52: MONTH, 31: SEX}  # fixed: UK Biobank showcase field ids
_TITLES = (
    (YEAR, re.compile(r"\b(birth year|year of birth)\b", re.IGNORECASE)),
    (MONTH, re.compile(r"\b(birth month|month of birth)\b", re.IGNORECASE)),
    (SEX, re.compile(r"^(sex|gender)\b", re.IGNORECASE)),
)


class Part(StrEnum):
    """The role of a column in the assessment."""

    DIRECT = "direct"
    QUASI = "quasi"
    SENSITIVE = "sensitive"
    OTHER = "other"


@dataclass(frozen=True)
class Roles:
    """The participants' columns by role; `quasi` and `sensitive` list only the assessed columns.

    `demographics` maps birth year, birth month and sex to their columns.
    """

    quasi: tuple[str, ...]
    sensitive: tuple[str, ...]
    direct: tuple[str, ...]
    demographics: dict[str, str]
    counts: dict[Part, int]


_PARTS = {
    Role.DIRECT_IDENTIFIER: Part.DIRECT,
    Role.FREE_TEXT: Part.DIRECT,
    Role.ID: Part.DIRECT,
    Role.QUASI_IDENTIFIER: Part.QUASI,
    Role.SENSITIVE: Part.SENSITIVE,
    Role.MEASUREMENT: Part.OTHER,
}


def suggest_roles(cohort: Cohort, chosen: list[str]) -> Roles:
    """Suggest the roles of a cohort's columns; `chosen`, in any spelling, replaces the quasi-identifiers.

    If a field has several visits, only the first is assessed. UsageError for an unknown column.
    """
    described = cohort.participants.column_names
    names = [name for name in described if name not in {PARTICIPANT, cohort.manifest.id_column}]
    parts = {name: _part(cohort.dictionary.resolve(name)) for name in names}
    asked = [_stored(cohort, column) for column in chosen]
    demographics = _demographics(cohort, names)
    first = [name for name in names if _first_visit(name)]
    quasi = asked or _known_first(
        [name for name in first if parts[name] is Part.QUASI], list(demographics.values())
    )
    sensitive = [name for name in first if parts[name] is Part.SENSITIVE and name not in quasi]
    return Roles(
        quasi=tuple(dict.fromkeys(quasi if asked else quasi[:MOST_QUASI])),
        sensitive=tuple(sensitive[:MOST_SENSITIVE]),
        direct=tuple(name for name in names if parts[name] is Part.DIRECT),
        demographics=demographics,
        counts={part: sum(each is part for each in parts.values()) for part in Part},
    )


def hint(column: CodedColumn) -> str:
    """Return a hint from a column's number of distinct values; empty if there is none."""
    known = int((~column.missing).sum())
    if not known:
        return "all values are missing"
    if len(column.levels) > LIMITS.nearly_all * known:
        return "nearly all values are unique: a direct identifier for an attacker who knows the exact value"
    if len(column.levels) == 1:
        return "all values are the same"
    return ""


def _part(field: Field | None) -> Part:
    return Part.OTHER if field is None else _PARTS[field.role]


def _stored(cohort: Cohort, asked: str) -> str:
    name = stored_column(cohort, asked)
    if name is None:
        raise UsageError(
            f"cohort {cohort.name!r} has no participant column {asked}.",
            hint="'strongroom cohort show NAME --json' lists its tables and columns.",
        )
    return name


def _demographics(cohort: Cohort, names: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        field = cohort.dictionary.resolve(name)
        if field is None or not _first_visit(name):
            continue
        meant = _FIELDS.get(field.field_id or 0)
        if meant is None:
            meant = next((word for word, pattern in _TITLES if pattern.search(field.title)), None)
        if meant is not None:
            found.setdefault(meant, name)
    return found


def _known_first(names: list[str], demographics: list[str]) -> list[str]:
    return [
        *(name for name in demographics if name in names),
        *(name for name in names if name not in demographics),
    ]


def _first_visit(name: str) -> bool:
    place = ColumnName.parse(name)
    return place is None or (place.instance == 0 and place.array == 0)
