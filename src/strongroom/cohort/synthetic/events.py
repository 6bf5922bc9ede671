"""Hospital diagnoses and deaths, one row an event, as in UK Biobank's tables `hesin_diag` and `death`."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from strongroom.cohort.synthetic.array_types import Bools, Dates, Floats, Ints
from strongroom.cohort.synthetic.conditions import Conditions, known_conditions
from strongroom.cohort.synthetic.people import People
from strongroom.thresholds import Thresholds, threshold

RECORDS_FROM = np.datetime64("1997-04-01")
"""Hospital records are electronic from then on; earlier conditions appear when they are recorded again."""

DIAGNOSES = pa.schema(
    [("eid", pa.int32()), ("diag_icd10", pa.string()), ("epistart", pa.date32()), ("level", pa.int8())]
)
DEATHS = pa.schema([("eid", pa.int32()), ("date_of_death", pa.date32()), ("cause_icd10", pa.string())])


class _Limits(Thresholds):
    """The numbers this module decides by."""

    stay_days: int = threshold(
        250,
        "days",
        "judgement: mean time within which diagnoses are recorded at one stay; shorter gives one "
        "diagnosis a stay",
    )
    repeats_per_year: float = threshold(
        0.12,
        "records a year",
        "judgement: how often a chronic condition is coded again; more makes the table larger than UK "
        "Biobank's",
    )
    most_repeats: int = threshold(12, "records", "judgement: bounds the repeats of one person's condition")


LIMITS = _Limits()


# Shares of causes of death (judgement: about their order of size in UK Biobank).
_CAUSES = {
    "C34": 0.09, "I25": 0.09, "I21": 0.05, "C50": 0.05, "C61": 0.04, "C18": 0.04, "C25": 0.05, "J44": 0.04,
    "G30": 0.03, "I64": 0.03, "C15": 0.03, "C71": 0.03, "C56": 0.02, "C85": 0.03, "C90": 0.02, "K76": 0.02,
    "I50": 0.02, "J18": 0.03, "F03": 0.03, "C64": 0.02, "C67": 0.02, "C22": 0.02, "A41": 0.02, "E11": 0.01,
    "G20": 0.02, "N18": 0.01, "J84": 0.02,
}  # fmt: skip


@dataclass(frozen=True)
class _Records:
    """Rows of diagnoses: person (row in the block), code (index into the known codes), day."""

    person: Ints
    code: Ints
    day: Dates


def diagnoses(people: People, conditions: Conditions, ids: Ints) -> pa.Table:
    """Return a block's diagnoses by person and day; level 1 is a stay's main cause, 2 a secondary one."""
    records = _ordered(_recorded(people, conditions))
    first, last = _stays(people, records)
    codes = pa.array(list(known_conditions()))
    return pa.Table.from_arrays(
        [
            pa.array(ids[records.person], pa.int32()),
            codes.take(pa.array(records.code)),
            pa.array(records.day[last]),
            pa.array(np.where(first, 1, 2).astype(np.int8)),
        ],
        schema=DIAGNOSES,
    )


def deaths(people: People, conditions: Conditions, ids: Ints) -> pa.Table:
    """Return who of a block died, when, and of what: a likely one of their known conditions."""
    dead = np.flatnonzero(~np.isnat(conditions.died))
    random = people.streams.open("cause of death")
    codes = np.array(list(_CAUSES))
    weight: Floats = random.random((len(codes), len(dead))) ** (1 / np.array(list(_CAUSES.values()))[:, None])
    for row, code in enumerate(codes):
        condition = known_conditions()[code]
        if condition.only:
            weight[row, people.male[dead] != (condition.only == "male")] = 0
        # A cause is three times as likely in people known to have it (exponential race: power is the rate).
        had = ~np.isnat(conditions.first_of((code,))[dead])
        weight[row, had] **= 1 / 3
    return pa.Table.from_arrays(
        [
            pa.array(ids[dead], pa.int32()),
            pa.array(conditions.died[dead]),
            pa.array(codes[weight.argmax(axis=0)]),
        ],
        schema=DEATHS,
    )


def _recorded(people: People, conditions: Conditions) -> _Records:
    persons: list[Ints] = []
    codes: list[Ints] = []
    days: list[Dates] = []
    for index, condition in enumerate(known_conditions().values()):
        onset = conditions.first_of((condition.code,))
        having = np.flatnonzero(~np.isnat(onset))
        persons.append(having)
        days.append(onset[having])
        if condition.chronic:
            random = people.streams.open("again", condition.code)
            left = (conditions.last_day[having] - np.maximum(onset[having], RECORDS_FROM)).astype(np.int64)
            times = np.minimum(
                random.poisson(LIMITS.repeats_per_year * np.maximum(left, 0) / 365.25), LIMITS.most_repeats
            )
            again = np.repeat(having, times)
            later = np.ceil(np.repeat(left, times) * random.random(len(again))).astype("timedelta64[D]")
            persons.append(again)
            days.append(np.maximum(onset[again], RECORDS_FROM) + later)
        codes += [np.full(len(person), index) for person in persons[len(codes) :]]
    records = _Records(np.concatenate(persons), np.concatenate(codes), np.concatenate(days))
    recorded = (records.day >= RECORDS_FROM) & (records.day < conditions.last_day[records.person])
    return _Records(records.person[recorded], records.code[recorded], records.day[recorded])


def _ordered(records: _Records) -> _Records:
    order = np.lexsort((records.code, records.day, records.person))
    return _Records(records.person[order], records.code[order], records.day[order])


def _stays(people: People, records: _Records) -> tuple[Bools, Ints]:
    """Group a person's records into stays: which rows begin one, and each row's last row of its stay.

    A stay has its last record's day, so that no hospital records a condition before its onset.
    """
    patience = people.streams.open("stays").exponential(LIMITS.stay_days, max(0, len(records.person) - 1))
    begins = np.ones(len(records.person), bool)
    begins[1:] = (np.diff(records.person) != 0) | (np.diff(records.day).astype(np.int64) > patience)
    starts = np.flatnonzero(begins)
    lengths = np.diff(starts, append=len(begins))
    return begins, np.repeat(starts + lengths - 1, lengths)
