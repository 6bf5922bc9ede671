"""The custodian's rules for the airlock, as one file; its hash goes into every decision.

A policy file is YAML with any of the settings below; what it does not mention keeps its default, and a name
it does not know is an error, because a misspelt rule is no rule. What is not a setting is a number of
`LIMITS`; the volumes among them follow from how strict a custodian is (decision 0041).
"""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from strongroom.canonical import digest
from strongroom.errors import InputError
from strongroom.sandbox.confinement import LIMITS_ONLY, REQUIRED
from strongroom.thresholds import Thresholds, threshold

LENIENT, STANDARD, STRICT = "lenient", "standard", "strict"
# How many times the volumes of LIMITS may leave without review, and from which probability of one row per
# person, in per cent, a table goes there. Judgement: a factor of two is more than results of one kind vary;
# measured is 80 % alone, at which the model of decision 0035 holds 4.4 % of results.
_LEEWAY = {LENIENT: 2.0, STANDARD: 1.0, STRICT: 0.5}
_ROW_LEVEL_PERCENT = {LENIENT: 95, STANDARD: 80, STRICT: 50}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    largest_mb: int = threshold(
        1_024,
        "MB",
        "judgement: results are smaller; more is data until a person has looked",
    )
    opaque_bytes: int = threshold(
        128,
        "compressed bytes",
        "judgement: 128 bytes hold 1,000 yes-or-no answers; a smaller value reviews every digest",
    )
    picture_kb: int = threshold(
        2_048,
        "kB",
        "judgement: drawn plots take a tenth; a larger value leaves more room for hidden data",
    )
    picture_colours: int = threshold(
        1_024,
        "colours",
        "judgement: anti-aliased plots have some hundred; photographs and noise have thousands",
    )
    picture_lines: int = threshold(
        9,
        "lines",
        "judgement: set by trial on the exfiltration benchmark's cases; axis labels and legends make fewer",
    )
    picture_cells: int = threshold(
        500,
        "cells",
        "judgement: 500 cells of 16 shades hold 250 bytes; correlation matrices stay below",
    )
    loose_cells: int = threshold(
        48,
        "cells",
        "judgement: fewer unordered cells occur in small honest heat maps",
    )
    dots_drawn: int = threshold(
        50,
        "points",
        "judgement: set by trial on the exfiltration benchmark's cases; forest plots and curves "
        "with markers have fewer",
    )
    lone_marks: int = threshold(
        5,
        "points",
        "judgement: four points may be groups; five scattered ones are rarely anything but people",
    )
    microdata_rows: int = threshold(
        10,
        "rows",
        "judgement: results of ten rows and more have labels or an order; fewer rows show no shape",
    )
    people_told: int = threshold(
        3,
        "sentences",
        "judgement: one or two case descriptions occur in honest prose",
    )
    genotype_samples: int = threshold(
        1,
        "people",
        "judgement: individual-level genotypes identify a person; none may leave",
    )
    model_numbers: int = threshold(
        1_000,
        "numbers",
        "derived: 1,000 float32 weights can hide 2 kB without a visible change",
    )
    tables_kb: int = threshold(
        256,
        "kB, compressed",
        "judgement: set by trial on honest results of the exfiltration benchmark, which stay below",
    )
    series_kb: int = threshold(
        4_096,
        "kB, compressed",
        "judgement: as for tables, for long outputs",
    )
    texts_kb: int = threshold(
        1_024,
        "kB, compressed",
        "judgement: as for tables; a paper with its supplement takes less",
    )
    variants_mb: int = threshold(
        500,
        "MB, compressed",
        "judgement: association results of ten million variants take about this much",
    )
    contacts_allowed: int = threshold(
        20,
        "contacts",
        "judgement: authors and addresses of a paper are fewer",
    )
    blocked_allowed: int = threshold(
        20,
        "requests in 30 days",
        "judgement: honest projects are blocked a few times; more attempts probe the detectors",
    )


LIMITS = _Limits()


class _Volume:
    """A number of a policy's limits, times what its strictness leaves, at least one."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, policy: "Policy", owner: type | None = None) -> int:
        usual: int = getattr(policy.limits, self._name)
        return max(1, round(usual * _LEEWAY[policy.strictness]))


class _Fixed:
    """A number of a policy's limits, however strict it is."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, policy: "Policy", owner: type | None = None) -> int:
        return int(getattr(policy.limits, self._name))


@dataclass(frozen=True)
class Policy:
    """What may leave, and what a person has to see first.

    `small_count`: counts of people below this may not be shown, nor follow from a difference of tables.
    `rows_allowed`: matched rows or ids of participants in a file before it is blocked (0: none).
    `unexplained_bytes`: bytes of a request's words that no language, code or public identifier explains;
    more goes to review.
    `project_mb`: compressed megabytes of all requests of a project, tables of variants aside.
    `strictness`: "lenient", "standard" or "strict": twice, once or half the volumes of `LIMITS` leave without
    review, and a table goes to review from 95, 80 or 50 % on that its rows are persons. "strict" also sends
    tables to review where a count is 100 % of its row or column (class disclosure).
    `isolation`: "required" to read files and answer queries only inside bubblewrap, "limits_only" to go on
    without it, under what the machine offers.
    `docs_url`: where the documentation is; no rule.

    `limits` are the numbers that no setting changes, `gone` the settings of an older version that a file
    names and that are not followed any more.
    """

    small_count: int = 5
    rows_allowed: int = 0
    unexplained_bytes: int = 4_096
    project_mb: int = 50
    strictness: str = STANDARD
    isolation: str = REQUIRED
    docs_url: str = ""
    limits: _Limits = field(default=LIMITS, repr=False, compare=False)
    gone: tuple[str, ...] = field(default=(), repr=False)

    largest_mb = _Fixed()
    opaque_bytes = _Volume()
    picture_kb = _Volume()
    picture_colours = _Volume()
    picture_lines = _Fixed()
    picture_cells = _Volume()
    loose_cells = _Volume()
    dots_drawn = _Volume()
    lone_marks = _Fixed()
    microdata_rows = _Fixed()
    people_told = _Fixed()
    genotype_samples = _Fixed()
    model_numbers = _Volume()
    tables_kb = _Volume()
    series_kb = _Volume()
    texts_kb = _Volume()
    variants_mb = _Volume()
    contacts_allowed = _Volume()
    blocked_allowed = _Volume()

    @property
    def row_level_percent(self) -> int:
        """From which probability that its rows are persons, in per cent, a table goes to review."""
        return _ROW_LEVEL_PERCENT[self.strictness]

    @property
    def class_disclosure(self) -> bool:
        """Whether a count that is 100 % of its row or column sends a table to review."""
        return self.strictness == STRICT

    @property
    def ids_allowed(self) -> int:
        """Ids of participants, beyond what chance explains, before a file is blocked."""
        return self.rows_allowed

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the rules, 64 hexadecimal digits; the documentation's address is none."""
        rules = {name: getattr(self, name) for name in SETTINGS if name != "docs_url"}
        numbers = {name: getattr(self.limits, name) for name in _Limits.declared}
        return digest(rules | {"limits": numbers})

    @property
    def warning(self) -> str:
        """What to tell of settings that are gone, or nothing."""
        if not self.gone:
            return ""
        names = ", ".join(self.gone)
        return (
            f"policy.yaml: no longer settings and not followed: {names}. Remove them; `strictness` sets how "
            "much may leave without review (docs/reference/policy.md)."
        )


SETTINGS = tuple(each.name for each in fields(Policy) if each.name not in {"limits", "gone"})
"""The names of the settings that a policy file may have."""
_CHOICES = {"isolation": (REQUIRED, LIMITS_ONLY), "strictness": (LENIENT, STANDARD, STRICT)}
_GONE = frozenset({*_Limits.declared, "ids_allowed", "class_disclosure", "row_level_percent"})


def default_policy() -> Policy:
    """Return the rules that hold where a custodian has written none."""
    return Policy()


def read_policy(path: Path) -> Policy:
    """Read a policy file; InputError for a setting that is unknown or has a value it cannot have.

    Settings of older versions are read but not followed; `Policy.warning` names them.
    """
    import yaml  # noqa: PLC0415 - most homes have no such file

    try:
        settings: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            "cannot be read as YAML.", file=path, hint="See docs/reference/policy.md."
        ) from error
    if not isinstance(settings, dict):
        raise InputError("is not a list of settings.", file=path, hint="Write e.g. 'small_count: 10'.")
    for name, value in settings.items():
        _require_setting(name, value, path)
    chosen = {name: value for name, value in settings.items() if name not in _GONE}
    return Policy(**chosen, gone=tuple(sorted(_GONE & settings.keys())))


def _require_setting(name: str, value: object, path: Path) -> None:
    if name in _GONE:
        return
    if name not in SETTINGS:
        hint = f"The settings are {', '.join(SETTINGS)}."
        raise InputError(f"there is no setting {name!r}.", file=path, hint=hint)
    if name == "docs_url":
        _require_address(value, path)
    elif name in _CHOICES:
        if value not in _CHOICES[name]:
            choices = " or ".join(map(repr, _CHOICES[name]))
            raise InputError(f"{name} must be {choices}.", file=path)
    elif type(value) is not int or value < 0:
        raise InputError(f"{name} must be a whole number of at least 0.", file=path)


def _require_address(value: object, path: Path) -> None:
    if not isinstance(value, str) or not value.startswith(("https://", "http://", "file://")):
        raise InputError("docs_url must be the address of a page, such as https://...", file=path)
