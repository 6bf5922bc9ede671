"""Who is in a block: sex, birth, visits, and the hidden traits from which every measurement is made.

A trait is a standard normal score a person has once and carries, drifting a little, from visit to visit. Each
measurement loads on a few of them; that two measurements go together is because they share traits.
"""

from dataclasses import dataclass

import numpy as np

from strongroom.cohort.synthetic.array_types import Bools, Dates, Scores
from strongroom.cohort.synthetic.random_streams import Streams

INSTANCES = 4
CENSORED = np.datetime64("2022-10-31")
"""Nothing is known after this day."""

DRIFTING = (
    "deprivation", "adiposity", "muscle", "vascular", "lipid", "hdl", "glucose",
    "inflammation", "liver", "kidney", "mood", "smoke", "alcohol", "activity",
    "lung", "bone", "red", "white", "diet", "illness",
)  # fmt: skip
FIXED = ("height", "ancestry", "cognition", "atopy")
HERITABLE = ("height", "adiposity", "lipid")
"""The traits that the genotypes move."""

_DRIFT = 0.96
_MALE_SHARE = 0.456
_AGE_MEAN, _AGE_SD = 57.0, 8.1
_RETURNING = (1.0, 0.04, 0.15, 0.01)
_VISITS_FROM = ("2006-03-13", "2012-08-06", "2014-05-02", "2019-03-01")
_VISITS_DAYS = (1662, 330, 2130, 1300)


@dataclass(frozen=True)
class People:
    """A block of n people.

    `male` (n,) · `born` (n,) days · `attended` one (n,) array of days a visit, NaT for who did not come ·
    `traits` (n,) scores by name for each visit, beside which stand `age` and `sex`, standardised likewise.
    """

    streams: Streams
    male: Bools
    born: Dates
    attended: tuple[Dates, ...]
    traits: tuple[dict[str, Scores], ...]

    def __len__(self) -> int:
        return len(self.male)

    def last_seen(self) -> Dates:
        """Return the day of each person's last visit."""
        last: Dates = np.fmax.reduce(self.attended)
        return last


def draw_people(streams: Streams, count: int, *, genetic: dict[str, Scores]) -> People:
    """Draw `count` people whose heritable traits include the `genetic` scores (mean 0, variance below 1)."""
    random = streams.open("people")
    male = random.random(count) < _MALE_SHARE
    attended = _attendance(streams, count)
    # Two-sided beta: recruitment was of ages 40 to 69, with more of the older coming.
    age_days = (365.25 * (40 + 30 * random.beta(1.32, 1.0, count))).astype(np.int64)
    born = attended[0] - age_days.astype("timedelta64[D]")
    first = _first_traits(streams, count, genetic)
    visits = []
    for instance, day in enumerate(attended):
        traits = first if instance == 0 else _drifted(streams, first, instance)
        age = (day - born).astype("timedelta64[D]").astype(np.float32) / np.float32(365.25)
        traits["age"] = (age - np.float32(_AGE_MEAN)) / np.float32(_AGE_SD)
        traits["sex"] = _standard_sex(male)
        visits.append(traits)
    return People(streams, male, born, attended, tuple(visits))


def _attendance(streams: Streams, count: int) -> tuple[Dates, ...]:
    random = streams.open("attendance")
    days: list[Dates] = []
    for instance in range(INSTANCES):
        offset = (_VISITS_DAYS[instance] * random.beta(2.5, 2.0, count)).astype("timedelta64[D]")
        day = np.datetime64(_VISITS_FROM[instance]) + offset
        came = random.random(count) < _RETURNING[instance]
        if instance == INSTANCES - 1:
            # The second scan is offered to those who had the first, two years on.
            came = (random.random(count) < _RETURNING[3] / _RETURNING[2]) & ~np.isnat(days[2])
            day = np.fmax(day, days[2] + np.timedelta64(730, "D"))
            came &= day < CENSORED
        days.append(np.where(came, day, np.datetime64("NaT", "D")))
    return tuple(days)


def _first_traits(streams: Streams, count: int, genetic: dict[str, Scores]) -> dict[str, Scores]:
    traits = {}
    for name in (*DRIFTING, *FIXED):
        score = streams.open("trait", name).standard_normal(count, dtype=np.float32)
        inherited = genetic.get(name)
        if inherited is not None:
            score = inherited + np.float32(np.sqrt(1 - float(inherited.var()))) * score
        traits[name] = score
    return traits


def _drifted(streams: Streams, first: dict[str, Scores], instance: int) -> dict[str, Scores]:
    traits = {name: first[name] for name in FIXED}
    for name in DRIFTING:
        change = streams.open("trait", name, instance).standard_normal(len(first[name]), dtype=np.float32)
        traits[name] = np.float32(_DRIFT) * first[name] + np.float32(np.sqrt(1 - _DRIFT**2)) * change
    return traits


def _standard_sex(male: Bools) -> Scores:
    spread = np.sqrt(_MALE_SHARE * (1 - _MALE_SHARE))
    score: Scores = ((male - _MALE_SHARE) / spread).astype(np.float32)
    return score
