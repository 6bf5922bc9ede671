"""Write a dictionary in our own YAML, which `read_dictionary` reads."""

from pathlib import Path
from typing import Any

from strongroom.cohort.dictionary.model import Dictionary, Field


def write_dictionary(dictionary: Dictionary, path: Path) -> None:
    """Write `dictionary` to `path` as YAML: codings once by name, then one line a fact for each column."""
    import yaml  # noqa: PLC0415 - reading a home needs none of it

    document = {
        "codings": {
            name: dict(coding.values) for name, coding in dictionary.codings.items() if coding.values
        },
        "columns": {name: _facts(field) for name, field in dictionary.fields.items()},
    }
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(document, file, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=110)


def _facts(field: Field) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "type": field.type.value,
        "role": field.role.value,
        "title": field.title,
        "units": field.units,
        "coding": field.coding and field.coding.name,
        "precision": field.precision,
        "sentinels": list(field.sentinels),
        "range": field.range and list(field.range),
    }
    return {name: fact for name, fact in facts.items() if fact not in ("", None, [])}
