"""The custodian's settings of the query gateway: the release rule.

The file `queries.yaml` in the home contains any of them; the others keep their defaults. An unknown name is
an error, so that a misspelt setting does not go unnoticed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from strongroom.disclosure.answer_noise.release_rule import DEFAULT_RULE, ReleaseRule
from strongroom.errors import InputError, UsageError


@dataclass(frozen=True)
class QuerySettings:
    """The release rule."""

    rule: ReleaseRule = DEFAULT_RULE


def read_query_settings(path: Path) -> QuerySettings:
    """Read a settings file; InputError for an unknown or invalid setting."""
    import yaml  # noqa: PLC0415 - most homes have no such file

    try:
        given: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(path, "is not valid YAML.") from error
    known = {each.name for each in fields(ReleaseRule)}
    if not isinstance(given, dict) or not set(given) <= known:
        unknown = ", ".join(sorted(set(given) - known)) if isinstance(given, dict) else "no settings"
        raise _wrong(path, f"contains unknown settings: {unknown}.")
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in given.values()):
        raise _wrong(path, "settings must be numbers.")
    try:
        return _settings(given)
    except (UsageError, ValueError, OverflowError) as error:
        raise _wrong(path, f"{error}") from error


def _settings(given: Mapping[str, float]) -> QuerySettings:
    whole = {each.name for each in fields(ReleaseRule) if each.type in ("int", int)}
    rule = {name: int(value) if name in whole else float(value) for name, value in given.items()}
    fractions = [name for name in rule if name in whole and given[name] != rule[name]]
    if fractions:
        raise UsageError(f"{fractions[0]} must be a whole number.")
    return QuerySettings(ReleaseRule(**rule))  # type: ignore[arg-type]


def _wrong(path: Path, message: str) -> InputError:
    return InputError(message, file=path, hint="docs/reference/queries.md lists the settings.")
