"""The generator's specification of each field, read from the YAML files in `fields/`.

Titles and codings there are in our own words; field numbers, units, visits, means and spreads are facts from
UK Biobank's public showcase (cited at the top of each file).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

from strongroom.cohort.dictionary import Role, ValueType
from strongroom.errors import DictionaryError


class Shape(StrEnum):
    """The shape of a quantity's distribution."""

    NORMAL = "normal"
    LOGNORMAL = "lognormal"


@dataclass(frozen=True)
class Quantity:
    """A number: its mean and SD after clipping to `low`..`high`; `floor` is where a lognormal begins.

    `limits` are an assay's: values outside are not reported. `heap` is a coarser step that the share
    `heaping` of people round to.
    """

    mean: float
    sd: float
    shape: Shape = Shape.NORMAL
    digits: int = 0
    low: float = -np.inf
    high: float = np.inf
    floor: float = 0.0
    limits: tuple[float, float] = (-np.inf, np.inf)
    heap: float = 0.0
    heaping: float = 0.0


@dataclass(frozen=True)
class Option:
    """One answer of several that may be ticked: its share, and its share in people with a condition."""

    share: float
    given: str = ""
    share_given: float = 0.0
    loads: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldSpec:
    """One field: its visits and what its values depend on. Exactly one of five sources is given.

    `loads` are correlations with traits; `raised` adds standard deviations once a condition has begun;
    `stability` is the share of the remaining variance that is the person's and constant over visits,
    `reading` the share that differs between readings at one visit; `special` codes mean no answer; `asked`
    lists the answers to other fields that lead to this question; with `unless`, it is for those with no value
    in that field.
    """

    field_id: int
    title: str
    type: ValueType
    role: Role
    units: str = ""
    rank: int = 2
    instances: tuple[int, ...] = (0,)
    arrays: int = 1
    block: str = ""
    missing: float = 0.0
    loads: Mapping[str, float] = field(default_factory=dict)
    raised: Mapping[str, float] = field(default_factory=dict)
    stability: float = 0.7
    reading: float = 0.0
    quantity: Quantity | None = None
    codes: Mapping[int, float] = field(default_factory=dict)
    options: Mapping[int, Option] = field(default_factory=dict)
    none: int | None = None
    formula: str = ""
    conditions: tuple[str, ...] = ()
    of: str = ""
    coding: str = ""
    special: Mapping[int, float] = field(default_factory=dict)
    asked: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    only: str = ""
    unless: int = 0


@dataclass(frozen=True)
class Catalogue:
    """Every field in the order of the files, the codings, and each block's share of people without it."""

    fields: Mapping[int, FieldSpec]
    codings: Mapping[str, Mapping[str, str]]
    blocks: Mapping[str, float]


_FILES = ("core", "body", "blood", "lifestyle", "health", "mind")


@cache
def catalogue() -> Catalogue:
    """Read the package's field files."""
    fields: dict[int, FieldSpec] = {}
    codings: dict[str, Mapping[str, str]] = {}
    blocks: dict[str, float] = {}
    for name in _FILES:
        file = resources.files(__package__).joinpath("fields", f"{name}.yaml")
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        codings |= {
            coding: {str(code): meaning for code, meaning in values.items()}
            for coding, values in content.get("codings", {}).items()
        }
        blocks |= content.get("blocks", {})
        for field_id, facts in content["fields"].items():
            if field_id in fields:
                raise DictionaryError(f"Field {field_id} is described twice.", file=f"fields/{name}.yaml")
            fields[field_id] = _spec(field_id, facts)
    return Catalogue(fields, codings, blocks)


def _spec(field_id: int, facts: dict[str, Any]) -> FieldSpec:
    kept = dict(facts)
    quantity = kept.pop("is", None)
    if quantity is not None:
        for name in ("shape", "limits"):
            if name in quantity:
                quantity[name] = Shape(quantity[name]) if name == "shape" else tuple(quantity[name])
        kept["quantity"] = Quantity(**quantity)
    kept["options"] = {code: Option(**option) for code, option in kept.get("options", {}).items()}
    kept["asked"] = {parent: tuple(codes) for parent, codes in kept.get("asked", {}).items()}
    for name in ("instances", "conditions"):
        if name in kept:
            kept[name] = tuple(kept[name])
    kept["type"] = ValueType(kept.get("type") or _default_type(kept))
    kept["role"] = Role(kept.get("role", Role.MEASUREMENT))
    return FieldSpec(field_id, **kept)


def _default_type(facts: dict[str, Any]) -> ValueType:
    quantity = facts.get("quantity")
    if quantity is None:
        return ValueType.CATEGORY
    return ValueType.REAL if quantity.digits else ValueType.INTEGER
