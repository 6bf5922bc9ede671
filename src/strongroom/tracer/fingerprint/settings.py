"""The custodian's settings of the fingerprint: how strong it is, and which columns are never marked.

A file `fingerprint.yaml` in the home holds any of the settings below; omitted settings keep their default,
and an unknown name is an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from strongroom.canonical import digest
from strongroom.errors import InputError, UsageError
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.relations.formulas import Formula


class _Limits(Thresholds):
    """The numbers this module decides by."""

    default_strength: float = threshold(
        0.01,
        "share of the SD",
        "judgement: docs/reference/fingerprint.md; less drowns in rounding and noise, more moves "
        "coefficients by more than 0.05 SE",
    )
    strongest: float = threshold(0.1, "share of the SD", "judgement: a stronger mark would spoil analyses")
    most_days: int = threshold(
        14, "days", "judgement: larger shifts would move seasons and follow-up times visibly"
    )


LIMITS = _Limits()
DEFAULT_STRENGTH = LIMITS.default_strength


class Risk(StrEnum):
    """The risk level of a partner, which decides how strongly its copies are marked."""

    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True)
class MarkSettings:
    """What may be done to each column; columns are named as the cohort stores them, or as a field (`p50`).

    `strength`: root mean square of the changes as a share of a column's SD. `sensitive`: the same for columns
    whose role is sensitive. `high_risk`: replaces `strength` for projects added with `--risk high`; all other
    strengths grow in proportion. `columns`: strengths by column; naming one also marks a column that is left
    unchanged by default. `never`: columns never marked. `limits`: values of a column that no mark crosses.
    `formulas`: how a column is derived from others. `dosages`: columns of allele dosages, whose hard calls
    stay. `categories`: two synonymous codes of a column, and the share of their cells that are marked: a mark
    chooses one of the two. `dates`: by how many days all dates of a person are shifted together; 0 for none.
    """

    strength: float = DEFAULT_STRENGTH
    sensitive: float = DEFAULT_STRENGTH / 2
    high_risk: float = DEFAULT_STRENGTH * 2
    columns: Mapping[str, float] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    limits: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    dosages: tuple[str, ...] = ()
    categories: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    dates: int = 0
    risk: Risk = Risk.NORMAL

    @property
    def factor(self) -> float:
        """The factor by which strengths are multiplied for this risk."""
        return self.high_risk / self.strength if self.risk is Risk.HIGH else 1.0

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the settings, 64 hexadecimal digits."""
        plain = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        # Settings without dates keep the digest from before date shifts existed, so that their plan is kept.
        return digest(plain if self.dates else {k: v for k, v in plain.items() if k != "dates"})


def read_settings(path: Path, risk: Risk = Risk.NORMAL) -> MarkSettings:
    """Read a settings file; InputError for an unknown or invalid setting."""
    import yaml  # noqa: PLC0415 - most homes have no such file

    try:
        given: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(path, "cannot be read as YAML.") from error
    if given is None:
        return MarkSettings(risk=risk)
    known = {each.name for each in fields(MarkSettings)} - {"risk"}
    if isinstance(given, dict):
        # The same file has the settings of decoys, which `decoys.settings` reads.
        given = {name: value for name, value in given.items() if name != "decoys"}
    if not isinstance(given, dict) or not set(given) <= known:
        unknown = (
            ", ".join(sorted(str(each) for each in set(given) - known)) if isinstance(given, dict) else ""
        )
        raise _wrong(path, f"has unknown settings: {unknown}." if unknown else "is not a list of settings.")
    return MarkSettings(risk=risk, **{name: _read(path, name, value) for name, value in given.items()})


def _read(path: Path, name: str, value: Any) -> Any:
    try:
        return _READERS[name](value)
    except (TypeError, ValueError, AttributeError, UsageError) as error:
        raise _wrong(path, f"has a setting {name!r} that cannot be used: {error}.") from error


def _strength(value: Any) -> float:
    if not 0 < _number(value) <= LIMITS.strongest:
        raise ValueError(f"{value} is not above 0 and at most {LIMITS.strongest}")
    return float(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LIMITS.most_days:
        raise ValueError(f"{value!r} is not a whole number of days from 0 to {LIMITS.most_days}")
    return value


def _pair(value: Any) -> tuple[float, ...]:
    one, other, *share = map(_number, _listed(value))
    if one == other or len(share) > 1 or not all(0 < each <= 1 for each in share):
        raise ValueError(f"{value} is not two codes, optionally followed by a share above 0 and at most 1")
    return min(one, other), max(one, other), *share


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _names(value: Any) -> tuple[str, ...]:
    return tuple(_word(each) for each in _listed(value))


def _word(value: Any) -> str:
    if not isinstance(value, str) or not value.isascii():
        raise TypeError(f"{value!r} is not a column name")
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "strength": _strength,
    "sensitive": _strength,
    "high_risk": _strength,
    "never": _names,
    "dosages": _names,
    "dates": _days,
    "columns": lambda value: {_word(column): _strength(each) for column, each in value.items()},
    "limits": lambda value: {
        _word(column): tuple(map(_number, _listed(each))) for column, each in value.items()
    },
    "categories": lambda value: {_word(column): _pair(each) for column, each in value.items()},
    "formulas": lambda value: {_word(column): Formula(_word(each)).text for column, each in value.items()},
}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Risk) else value


def _wrong(path: Path, what: str) -> InputError:
    return InputError(what, file=path, hint="See docs/reference/fingerprint.md.")
