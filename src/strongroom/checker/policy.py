"""The custodian's rules for the airlock, as one file; its hash goes into every decision.

A policy file is YAML with any of the settings below; what it does not mention keeps its default, and a name
it does not know is an error, because a misspelt rule is no rule.
"""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from strongroom.canonical import digest
from strongroom.errors import InputError
from strongroom.sandbox.confinement import LIMITS_ONLY, REQUIRED


@dataclass(frozen=True)
class Policy:
    """What may leave, and what a person has to see first.

    `rows_allowed`: matched rows of participants in a file before it is blocked (0: none).
    `ids_allowed`: ids of participants, beyond what chance explains, before it is blocked.
    `largest_mb`: megabytes of one file; more goes to review.
    `small_count`: counts of people below this may not be shown, nor follow from a difference of tables.
    `class_disclosure`: 1 to send tables to review where a count is 100 % of its row or column.
    `opaque_bytes`: compressed bytes of content that no reader understands; more goes to review,
    128 times as much is blocked.
    `microdata_rows`: rows from which a table that looks like one row per person goes to review.
    `row_level_percent`: how probable that has to be, by a model fitted to public tables.
    `people_told`: people described in sentences from which a text goes to review.
    `genotype_samples`: people from which a file of individual-level genotypes is blocked.
    `model_numbers`: numbers of a model that may leave without review; no pickle may.
    `tables_kb`, `series_kb`, `texts_kb`, `variants_mb`: kilobytes (megabytes) that a request's content may
    compress to, by kind; more goes to review.
    `unexplained_bytes`: bytes of a request's words that no language, code or public identifier explains;
    more goes to review.
    `contacts_allowed`: different e-mail addresses, telephone numbers or postcodes before a file goes to
    review.
    `isolation`: "required" to read files and answer queries only inside bubblewrap, "limits_only" to go on
    without it, under what the machine offers.
    `project_mb`: compressed megabytes of all requests of a project, tables of variants aside.
    `blocked_allowed`: blocked requests of a project in 30 days before all its requests are reviewed.
    `picture_kb`, `picture_colours`: a drawn plot is small and has few colours; above either it goes to
    review.
    `picture_lines`, `picture_cells`: lines of numbers drawn in a picture, and flat cells of a lattice, from
    which on a person has to see it; cells under 8 pixels count (8 / size)² times.
    `loose_cells`: unordered cells of a heat map from which it goes to review.
    `dots_drawn`: scattered points of one series in a figure from which it goes to review.
    `lone_marks`: scattered points in a plot that shows little else from which it goes to review.
    """

    rows_allowed: int = 0
    ids_allowed: int = 0
    largest_mb: int = 1_024
    picture_kb: int = 2_048
    picture_colours: int = 1_024
    picture_lines: int = 9
    picture_cells: int = 500
    loose_cells: int = 48
    dots_drawn: int = 50
    lone_marks: int = 5
    opaque_bytes: int = 128
    small_count: int = 5
    class_disclosure: int = 0
    microdata_rows: int = 10
    row_level_percent: int = 80
    people_told: int = 3
    genotype_samples: int = 1
    model_numbers: int = 1_000
    tables_kb: int = 256
    series_kb: int = 4_096
    texts_kb: int = 1_024
    variants_mb: int = 500
    unexplained_bytes: int = 4_096
    contacts_allowed: int = 20
    blocked_allowed: int = 20
    project_mb: int = 50
    isolation: str = REQUIRED
    docs_url: str = ""

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the rules, 64 hexadecimal digits; where the documentation is, is no rule."""
        return digest({name: value for name, value in asdict(self).items() if name != "docs_url"})


def default_policy() -> Policy:
    """Return the rules that hold where a custodian has written none."""
    return Policy()


def read_policy(path: Path) -> Policy:
    """Read a policy file; InputError for a setting that is unknown or has a value it cannot have."""
    try:
        settings: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            "cannot be read as YAML.", file=path, hint="See docs/reference/policy.md."
        ) from error
    if not isinstance(settings, dict):
        raise InputError("is not a list of settings.", file=path, hint="Write e.g. 'picture_kb: 500'.")
    known = [field.name for field in fields(Policy)]
    for name, value in settings.items():
        if name not in known:
            hint = f"The settings are {', '.join(known)}."
            raise InputError(f"there is no setting {name!r}.", file=path, hint=hint)
        if name == "docs_url":
            _require_address(value, path)
        elif name == "isolation":
            if value not in (REQUIRED, LIMITS_ONLY):
                raise InputError(f"isolation must be {REQUIRED!r} or {LIMITS_ONLY!r}.", file=path)
        elif type(value) is not int or value < 0:
            raise InputError(f"{name} must be a whole number of at least 0.", file=path)
    return Policy(**settings)


def _require_address(value: object, path: Path) -> None:
    if not isinstance(value, str) or not value.startswith(("https://", "http://", "file://")):
        raise InputError("docs_url must be the address of a page, such as https://...", file=path)
