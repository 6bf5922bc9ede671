"""The data dictionary's entries: each column's type, coding, precision, and role in identifying people."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from strongroom.cohort.dictionary.names import ColumnName, names_whole_field


class ValueType(StrEnum):
    """How a column's values are read."""

    INTEGER = "integer"
    REAL = "real"
    CATEGORY = "category"
    DATE = "date"
    DATETIME = "datetime"
    TEXT = "text"
    BOOLEAN = "boolean"


class Role(StrEnum):
    """What a column's values reveal about a person's identity."""

    DIRECT_IDENTIFIER = "direct_identifier"
    QUASI_IDENTIFIER = "quasi_identifier"
    SENSITIVE = "sensitive"
    MEASUREMENT = "measurement"
    FREE_TEXT = "free_text"
    ID = "id"


@dataclass(frozen=True)
class Coding:
    """The codes a column may hold and their meanings; without values, only the coding's name is known."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """One column, or every visit of a field if the name is `p` and a field number only.

    `precision` is the step between possible values (0.1: one decimal), None if unknown; `sentinels` are
    numbers that are not quantities, such as -3 for a refused answer. `range` has the lowest and the highest
    quantity, None if unknown. `format` says how a text file writes dates, as in DD/MM/YYYY; "" is YYYY-MM-DD.
    """

    name: str
    type: ValueType
    role: Role
    title: str = ""
    units: str = ""
    coding: Coding | None = None
    precision: float | None = None
    field_id: int | None = None
    instance: int = 0
    array: int = 0
    sentinels: tuple[float, ...] = ()
    range: tuple[float, float] | None = None
    format: str = ""

    @classmethod
    def named(cls, name: str, type: ValueType, role: Role, **facts: Any) -> "Field":  # noqa: A002 - the word the dictionary uses
        """Make a field; its number, visit and array position are read from its name if it has them."""
        column = ColumnName.parse(name)
        if column is not None:
            facts |= {"field_id": column.field_id, "instance": column.instance, "array": column.array}
        return cls(name, type, role, **facts)


@dataclass(frozen=True)
class Dictionary:
    """Every known column by name.

    Raises ValueError if two fields describe one column or two codings of one name differ; readers of
    files say where.
    """

    fields: Mapping[str, Field]

    def __post_init__(self) -> None:
        if len(self._by_claim) < len(self.fields):
            raise ValueError("two fields describe one column")
        for item in self.fields.values():
            if item.coding is not None and self.codings[item.coding.name] != item.coding:
                raise ValueError(f"two codings are named {item.coding.name}")

    @classmethod
    def of(cls, fields: Iterable[Field]) -> "Dictionary":
        """Make a dictionary of `fields`; ValueError as for the class, and if a name occurs twice."""
        listed = list(fields)
        named = {item.name: item for item in listed}
        if len(named) < len(listed):
            raise ValueError("two fields have one name")
        return cls(named)

    def resolve(self, column: str) -> Field | None:
        """Return the field that `column` refers to, in any of the three spellings and either case, else None.

        A field described for every visit is returned as the one column asked for: `p21001_i2` has instance 2.
        """
        known = self._by_claim.get(column.casefold())
        name = ColumnName.parse(column)
        if known is not None or name is None:
            return known
        known = self._by_claim.get(name.rap)
        if known is not None:
            return known
        whole_field = self._by_claim.get(f"p{name.field_id}")
        return whole_field and replace(whole_field, name=name.rap, instance=name.instance, array=name.array)

    def subset(self, names: Collection[str]) -> "Dictionary":
        """Return a dictionary of the columns `names`; KeyError for one that is unknown."""
        found = {name: self.resolve(name) for name in names}
        unknown = [name for name, item in found.items() if item is None]
        if unknown:
            raise KeyError(unknown[0])
        return Dictionary({item.name: item for item in found.values() if item is not None})

    def to_json(self) -> dict[str, Any]:
        """Return plain data for JSON: fields without empty entries, each coding once."""
        codings = {name: dict(coding.values) for name, coding in self.codings.items()}
        return {"fields": [_plain(item) for item in self.fields.values()], "codings": codings}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Dictionary":
        """Read what `to_json` wrote."""
        codings = {name: Coding(name, values) for name, values in plain["codings"].items()}
        return cls.of(_field(facts, codings) for facts in plain["fields"])

    @cached_property
    def codings(self) -> Mapping[str, Coding]:
        """Every coding by name."""
        return {item.coding.name: item.coding for item in self.fields.values() if item.coding is not None}

    @cached_property
    def _by_claim(self) -> Mapping[str, Field]:
        return {claimed_column(item.name): item for item in self.fields.values()}


def claimed_column(name: str) -> str:
    """Return the canonical spelling of the field `name`, which two fields must not share."""
    column = ColumnName.parse(name)
    return name.casefold() if column is None or names_whole_field(name) else column.rap


def _plain(item: Field) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": item.name,
        "type": item.type.value,
        "role": item.role.value,
        "title": item.title,
        "units": item.units,
        "format": item.format,
        "coding": item.coding and item.coding.name,
        "precision": item.precision,
        "sentinels": list(item.sentinels),
        "range": item.range and list(item.range),
    }
    if item.field_id is not None:
        facts |= {"field_id": item.field_id, "instance": item.instance, "array": item.array}
    return {name: fact for name, fact in facts.items() if fact not in ("", None, [])}


def _field(facts: Mapping[str, Any], codings: Mapping[str, Coding]) -> Field:
    kept = dict(facts)
    kept["type"] = ValueType(kept["type"])
    kept["role"] = Role(kept["role"])
    kept["sentinels"] = tuple(kept.get("sentinels", ()))
    if "range" in kept:
        kept["range"] = tuple(kept["range"])
    if "coding" in kept:
        kept["coding"] = codings[kept["coding"]]
    return Field(**kept)
