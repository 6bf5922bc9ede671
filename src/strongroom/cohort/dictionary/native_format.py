"""Read dictionaries in our own format, as a table or as YAML.

For each column: type, units, coding, precision, role, title (or description), sentinels, range, format. In a
table, a coding is `0=Female|1=Male` or a coding's name, sentinels are `-1|-3`, and a range is `18|99`. In
YAML:

    codings:
      answer: {0: No, 1: Yes}
    columns:
      p31_i0: {type: category, role: quasi_identifier, title: Sex, coding: {0: Female, 1: Male}}
      p2443_i0: {type: category, role: sensitive, coding: answer, sentinels: [-1, -3]}
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from strongroom.cohort.dictionary.date_format import is_date_format
from strongroom.cohort.dictionary.model import Coding, Dictionary, Field, Role, ValueType, claimed_column
from strongroom.cohort.dictionary.text_table import TextTable
from strongroom.errors import DictionaryError

NATIVE_COLUMNS = frozenset({"column", "type"})

_FACTS = frozenset({"type", "units", "coding", "precision", "role", "title", "sentinels", "range", "format"})
_SYNONYMS = {"description": "title"}
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True)
class _Place:
    """The file and row of a value, for error messages."""

    file: Path
    row: int

    def refuse(self, message: str, column: str, hint: str = "") -> NoReturn:
        raise DictionaryError(message, file=self.file, row=self.row, column=column, hint=hint)


def read_native_table(table: TextTable) -> Dictionary:
    """Return the columns listed in a comma- or tab-separated file; DictionaryError for what is wrong."""
    fields = _Fields()
    for number, row in table.rows():
        place = _Place(table.path, number)
        facts: dict[str, Any] = {name: cell for name, cell in row.items() if cell}
        if "=" in facts.get("coding", ""):
            facts["coding"] = _pairs(facts["coding"], place)
        facts |= {name: facts[name].split("|") for name in ("sentinels", "range") if name in facts}
        fields.add(facts.pop("column", ""), facts, place)
    return fields.dictionary()


def read_native_yaml(path: Path) -> Dictionary:
    """Return the columns of a YAML dictionary; in its errors, the row is the line of the file."""
    from strongroom.cohort.dictionary.yaml_text import read_yaml  # noqa: PLC0415 - stored dictionaries need none

    document = read_yaml(path)
    columns = document.entries.get("columns")
    if (
        columns is None
        or not isinstance(columns.value, Mapping)
        or set(document.entries) - {"columns", "codings"}
    ):
        raise DictionaryError(
            "A dictionary has the key columns, optionally codings, and no others.",
            file=path,
            row=1,
            hint="Under columns, list the column names, and under each its type and role.",
        )
    shared = document.entries.get("codings")
    fields = _Fields()
    if shared is not None:
        place = _Place(path, shared.line)
        if not isinstance(shared.value, Mapping):
            place.refuse("Codings are given as name: {code: meaning}.", "codings")
        for name, values in shared.plain().items():
            fields.codings[name] = _coding(name, values, place)
    for name, entry in columns.value.items():
        place = _Place(path, entry.line)
        if not isinstance(entry.value, Mapping):
            place.refuse("A column is described by key: value pairs.", name)
        fields.add(name, entry.plain(), place)
    return fields.dictionary()


class _Fields:
    """The columns read so far, and the codings they may use."""

    def __init__(self) -> None:
        self.codings: dict[str, Coding] = {}
        self._fields: dict[str, Field] = {}
        self._claimed: set[str] = set()

    def add(self, name: str, facts: Mapping[str, Any], place: _Place) -> None:
        if not name:
            place.refuse("A column needs a name.", "column")
        unknown = sorted(set(facts) - _FACTS - set(_SYNONYMS))
        if unknown:
            place.refuse(
                f"{name} has the unknown key {unknown[0]!r}.",
                unknown[0],
                f"Use {', '.join(sorted(_FACTS))}.",
            )
        facts = _usual(facts, place)
        if claimed_column(name) in self._claimed:
            place.refuse(f"{name} is described twice.", "column")
        self._claimed.add(claimed_column(name))
        self._fields[name] = Field.named(
            name,
            _choice(ValueType, facts.get("type"), "type", place),
            _choice(Role, facts.get("role", Role.MEASUREMENT), "role", place),
            title=_text(facts.get("title", ""), "title", place),
            units=_text(facts.get("units", ""), "units", place),
            coding=self._coding_of(name, facts.get("coding"), place),
            precision=_precision(facts.get("precision"), place),
            sentinels=_sentinels(facts.get("sentinels", []), place),
            range=_range(facts.get("range"), place),
            format=_date_format(facts.get("format", ""), facts.get("type"), place),
        )

    def dictionary(self) -> Dictionary:
        return Dictionary(self._fields)

    def _coding_of(self, name: str, given: Any, place: _Place) -> Coding | None:
        if given is None or given == "":
            return None
        if isinstance(given, str):
            return self.codings.setdefault(given, Coding(given))
        coding = _coding(name, given, place)
        if self.codings.setdefault(name, coding) != coding:
            place.refuse(f"Another coding is already named {name}.", "coding")
        return coding


def _usual(facts: Mapping[str, Any], place: _Place) -> dict[str, Any]:
    """Return facts under our own names; the type "id" is a text with the role of an id."""
    usual = dict(facts)
    for other, name in _SYNONYMS.items():
        if other in usual:
            if name in usual:
                place.refuse(f"{other} and {name} mean the same.", other, "Give one of them.")
            usual[name] = usual.pop(other)
    if usual.get("type") == Role.ID.value:
        if usual.get("role", Role.ID.value) != Role.ID.value:
            place.refuse("The type id is for columns with the role id.", "role", "Leave the role out.")
        usual |= {"type": ValueType.TEXT.value, "role": Role.ID.value}
    return usual


def _date_format(given: Any, kind: Any, place: _Place) -> str:
    written = _text(given, "format", place)
    if not written:
        return ""
    if kind not in (ValueType.DATE.value, ValueType.DATETIME.value) or not is_date_format(written):
        place.refuse(
            "A format is for dates, and has YYYY, MM and DD, optionally HH:MM or HH:MM:SS.",
            "format",
            "For example DD/MM/YYYY, or DD.MM.YYYY HH:MM.",
        )
    return written


def _pairs(text: str, place: _Place) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.split("|")]
    codes = {code.strip(): meaning.strip() for code, _, meaning in pairs}
    if len(codes) < len(pairs):
        place.refuse(f"A code occurs twice in {text!r}.", "coding")
    return codes


def _coding(name: str, values: Any, place: _Place) -> Coding:
    if not isinstance(values, Mapping) or not all(isinstance(meaning, str) for meaning in values.values()):
        place.refuse("A coding is given as {code: meaning}.", "coding")
    return Coding(name, dict(values))


def _choice(kind: type[_Word], given: Any, column: str, place: _Place) -> _Word:
    try:
        return kind(given)
    except ValueError:
        known = ", ".join(member.value for member in kind)
        place.refuse(
            f"{given!r} is not a {column}." if given else f"The {column} is missing.",
            column,
            f"Use one of {known}.",
        )


def _text(given: Any, column: str, place: _Place) -> str:
    if not isinstance(given, str):
        place.refuse("Give one line of text.", column)
    return given


def _number(given: Any, column: str, place: _Place) -> float:
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        place.refuse(f"{given!r} is not a number.", column)
    return number


def _precision(given: Any, place: _Place) -> float | None:
    if given is None or given == "":
        return None
    number = _number(given, "precision", place)
    if number <= 0:
        place.refuse(f"{given!r} is not a precision: it must be above 0.", "precision")
    return number


def _sentinels(given: Any, place: _Place) -> tuple[float, ...]:
    if not isinstance(given, list):
        place.refuse("Give a list of numbers.", "sentinels", "In YAML [-1, -3], in a table -1|-3.")
    return tuple(_number(item, "sentinels", place) for item in given)


def _range(given: Any, place: _Place) -> tuple[float, float] | None:
    if given is None:
        return None
    bounds = tuple(_number(item, "range", place) for item in given) if isinstance(given, list) else ()
    if len(bounds) != 2 or bounds[0] > bounds[1]:  # noqa: PLR2004 - the lowest and the highest
        place.refuse("Give the lowest and the highest value.", "range", "In YAML [18, 99], in a table 18|99.")
    return bounds[0], bounds[1]
