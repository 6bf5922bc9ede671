"""A small dictionary, and a way to take files in that keeps what the tests ask about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strongroom.clock import fixed
from strongroom.cohort import Cohort, IngestReport, ingest_cohort
from strongroom.cohort.dictionary import Coding, Dictionary, Field, Role, ValueType

KEY = b"c" * 32


@dataclass(frozen=True)
class Taken:
    cohort: Cohort
    report: IngestReport


def describe(*extra: Field) -> Dictionary:
    sex = Coding("sex", {"0": "Female", "1": "Male"})
    letters = Coding("letters", {"A": "first", "B": "second", "NA": "Namibia"})
    return Dictionary.of(
        [
            Field.named("p31_i0", ValueType.CATEGORY, Role.QUASI_IDENTIFIER, coding=sex, sentinels=(-3.0,)),
            Field.named("p21001", ValueType.REAL, Role.MEASUREMENT, title="BMI"),
            Field.named("p34_i0", ValueType.INTEGER, Role.QUASI_IDENTIFIER, title="Year born"),
            Field.named("p53_i0", ValueType.DATE, Role.MEASUREMENT, title="Attendance"),
            Field.named("p20_i0", ValueType.DATETIME, Role.MEASUREMENT),
            Field.named("country", ValueType.CATEGORY, Role.SENSITIVE, coding=letters),
            Field.named("icd10", ValueType.CATEGORY, Role.SENSITIVE),
            Field.named("smoker", ValueType.BOOLEAN, Role.SENSITIVE),
            Field.named("note", ValueType.TEXT, Role.MEASUREMENT),
            *extra,
        ]
    )


@pytest.fixture(name="dictionary", scope="session")
def _dictionary() -> Dictionary:
    return describe()


@pytest.fixture
def take_in(tmp_path: Path) -> Callable[..., Taken]:
    """Take in files given as text (named p.csv), bytes or paths; the cohort lands in vault/cohort."""

    def take(participants: str | bytes | Path, *, name="p.csv", fields=(), **options) -> Taken:
        if not isinstance(participants, Path):
            content = participants.encode() if isinstance(participants, str) else participants
            participants = tmp_path / name
            participants.write_bytes(content)
        options = {"id_column": "eid", "into": tmp_path / "vault" / "cohort", "key": KEY} | options
        manifest, report = ingest_cohort(
            "study",
            participants=participants,
            dictionary=describe(*fields),
            clock=fixed(datetime(2026, 4, 1, tzinfo=UTC)),
            **options,
        )
        return Taken(Cohort(options["into"], manifest, KEY), report)

    return take


@pytest.fixture
def left_behind(tmp_path: Path) -> Callable[[], list[str]]:
    """List what an ingest left in the vault."""
    return lambda: [path.name for path in (tmp_path / "vault").glob("**/*")]
