"""Each person's conditions with their onset, and deaths: thresholds on liabilities that depend on traits.

Falconer's liability-threshold model (Annals of Human Genetics 29, 1965): a person has a condition if their
liability exceeds the threshold above which the real share of participants lies.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import numpy as np
from scipy.special import ndtri

from strongroom.cohort.synthetic.array_types import Bools, Dates, Scores
from strongroom.cohort.synthetic.people import CENSORED, People
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    cohort_size: int = threshold(
        502_413,
        "participants",
        "standard: UK Biobank showcase, the participants that the counts in conditions.csv refer to",
    )
    death_share: float = threshold(
        0.075,
        "share of participants",
        "judgement: about the share of UK Biobank's participants who died before the end of follow-up",
    )


LIMITS = _Limits()


# Correlations of the liability to die with the traits (judgement: by rough size of known risk factors).
_DEATH_LOADS = {
    "age": 0.42,
    "sex": 0.16,
    "smoke": 0.22,
    "deprivation": 0.1,
    "illness": 0.35,
    "inflammation": 0.12,
}


@dataclass(frozen=True)
class Condition:
    """A three-character ICD-10 code: its frequency, the traits it depends on, and its course.

    `late` shapes the age of onset: at `late` = 4 half of all onsets are after 84 % of the observed life.
    """

    code: str
    share: float
    only: str
    chronic: bool
    late: float
    loads: Mapping[str, float]


@cache
def known_conditions() -> Mapping[str, Condition]:
    """Read the package's conditions, by code."""
    text = resources.files(__package__).joinpath("conditions.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["code"]: _condition(row) for row in rows}


class Conditions:
    """The conditions of one block of people; days are NaT if absent."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._onset: dict[str, Dates] = {}

    @cached_property
    def died(self) -> Dates:
        """(n,) The day of death of those who died before the end of follow-up."""
        random = self._people.streams.open("death")
        dies = self._liability("death", _DEATH_LOADS) > ndtri(1 - LIMITS.death_share)
        last_visit = self._people.last_seen() + np.timedelta64(30, "D")
        left = (CENSORED - last_visit).astype(np.int64)
        # Deaths grow more frequent as the cohort ages.
        day = last_visit + (left * np.sqrt(random.random(len(last_visit)))).astype("timedelta64[D]")
        died: Dates = np.where(dies & (left > 0), day, np.datetime64("NaT", "D"))
        return died

    @cached_property
    def last_day(self) -> Dates:
        """(n,) The day after which nothing is recorded: death, or the end of follow-up."""
        return np.where(np.isnat(self.died), CENSORED, self.died)

    def first_of(self, codes: tuple[str, ...]) -> Dates:
        """Return (n,) the day on which the first of `codes` began."""
        first: Dates = np.fmin.reduce([self._began(code) for code in codes])
        return first

    def _began(self, code: str) -> Dates:
        if code not in self._onset:
            self._onset[code] = self._draw_onset(known_conditions()[code])
        return self._onset[code]

    def _draw_onset(self, condition: Condition) -> Dates:
        people = self._people
        affected: Bools = self._liability(condition.code, condition.loads) > ndtri(1 - condition.share)
        if condition.only:
            affected &= people.male == (condition.only == "male")
        random = people.streams.open("onset", condition.code)
        fraction = random.random(len(people)) ** (1 / condition.late)
        life = (self.last_day - people.born).astype(np.int64) - 1
        day = people.born + np.ceil(life * fraction).astype("timedelta64[D]")
        return np.where(affected, day, np.datetime64("NaT", "D"))

    def _liability(self, label: str, loads: Mapping[str, float]) -> Scores:
        traits = self._people.traits[0]
        random = self._people.streams.open("liability", label)
        score = random.standard_normal(len(self._people), dtype=np.float32)
        score *= np.float32(np.sqrt(1 - sum(load**2 for load in loads.values())))
        for trait, load in loads.items():
            score += np.float32(load) * traits[trait]
        return score


def _condition(row: Mapping[str, str]) -> Condition:
    share = int(row["participants"]) / LIMITS.cohort_size
    return Condition(
        code=row["code"],
        # The count is of all participants; among those of one sex the share is about twice that.
        share=share / {"female": 0.544, "male": 0.456}.get(row["only"], 1.0),
        only=row["only"],
        chronic=row["chronic"] == "1",
        late=float(row["late"]),
        loads={
            trait: float(load) for trait, _, load in (part.partition(":") for part in row["loads"].split())
        },
    )
