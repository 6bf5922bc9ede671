"""Settings of decoys: how many a view has, and how many real people it lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strongroom.errors import InputError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_decoys: int = threshold(
        1_000,
        "decoys",
        "cost: generating and searching decoys is linear in their number; 50 already name a view from a "
        "tenth of its rows",
    )
    most_withheld: float = threshold(0.01, "share of people", "judgement: more would bias analyses")


LIMITS = _Limits()
MOST_DECOYS = LIMITS.most_decoys


@dataclass(frozen=True)
class DecoySettings:
    """The custodian's settings of decoys, the key `decoys` of `fingerprint.yaml`.

    `unique`: decoys that only one project's views have. `shared`: the size of a cohort's pool, of which each
    project is given some by its own secret code. `withheld`: the share of a view's people left out, at random
    by the project's key, so that a row missing from one of two copies is not certainly a decoy.
    """

    unique: int = 50
    shared: int = 200
    withheld: float = 0.0002

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "DecoySettings":
        """Read settings by name; ValueError for one that is unknown or out of range."""
        unknown = set(plain) - {"unique", "shared", "withheld"}
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(map(str, unknown)))}")
        made = cls(**plain)
        for count in (made.unique, made.shared):
            if type(count) is not int or not 0 <= count <= MOST_DECOYS:
                raise ValueError(f"{count!r} is not a number of decoys from 0 to {MOST_DECOYS}")
        if not isinstance(made.withheld, int | float) or not 0 <= made.withheld <= LIMITS.most_withheld:
            raise ValueError(f"{made.withheld!r} is not a share from 0 to {LIMITS.most_withheld}")
        return made


def read_decoy_settings(path: Path) -> DecoySettings:
    """Read the key `decoys` of a settings file; InputError for what cannot be used."""
    import yaml  # noqa: PLC0415 - most homes have no such file

    try:
        given: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        decoys = given.get("decoys", {})
        return DecoySettings.from_json(decoys or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        message = f"has a setting 'decoys' that cannot be used: {error}."
        raise InputError(message, file=path, hint="See docs/explanation/decoys.md.") from error
