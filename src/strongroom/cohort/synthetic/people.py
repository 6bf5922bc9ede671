"""The people of a block: sex, birth, visits, and the hidden traits that every measurement depends on.

A trait is a standard normal score that a person keeps, with some drift, from visit to visit. Each measurement
depends on a few of them; two measurements correlate because they share traits.
"""

from dataclasses import dataclass

import numpy as np

from strongroom.cohort.synthetic.array_types import Bools, Dates, Scores
from strongroom.cohort.synthetic.random_streams import Streams
from strongroom.thresholds import Thresholds, threshold

INSTANCES = 4  # fixed: UK Biobank's visits, instances 0 to 3
CENSORED = np.datetime64("2022-10-31")
"""Follow-up ends on this day."""

DRIFTING = (
    "deprivation", "adiposity", "muscle", "vascular", "lipid", "hdl", "glucose",
    "inflammation", "liver", "kidney", "mood", "smoke", "alcohol", "activity",
    "lung", "bone", "red", "white", "diet", "illness",
)  # fmt: skip
FIXED = ("height", "ancestry", "cognition", "atopy")
HERITABLE = ("height", "adiposity", "lipid")
"""The traits that genotypes affect."""


class _Limits(Thresholds):
    """The numbers this module decides by."""

    drift: float = threshold(
        0.96,
        "correlation",
        "judgement: of a trait between the first visit and a later one",
    )
    male_share: float = threshold(0.456, "share of participants", "standard: UK Biobank showcase, field 31")
    age_mean: float = threshold(57.0, "years", "derived: mean of 40 + 30 Beta(1.32, 1), the ages drawn")
    age_sd: float = threshold(
        8.1,
        "years",
        "derived: standard deviation of 40 + 30 Beta(1.32, 1), the ages drawn",
    )


LIMITS = _Limits()


# Judgement: share of participants at each visit and the time in which it took place, as in UK Biobank.
_RETURNING = (1.0, 0.04, 0.15, 0.01)
_VISITS_FROM = ("2006-03-13", "2012-08-06", "2014-05-02", "2019-03-01")
_VISITS_DAYS = (1662, 330, 2130, 1300)


@dataclass(frozen=True)
class People:
    """A block of n people.

    `male` (n,) · `born` (n,) days · `attended` an (n,) array of days for each visit, NaT for people who did
    not attend · `traits` (n,) scores by name for each visit, with standardised `age` and `sex`.
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
    male = random.random(count) < LIMITS.male_share
    attended = _attendance(streams, count)
    # Ages 40 to 69 were recruited, and older people attended more often.
    age_days = (365.25 * (40 + 30 * random.beta(1.32, 1.0, count))).astype(np.int64)
    born = attended[0] - age_days.astype("timedelta64[D]")
    first = _first_traits(streams, count, genetic)
    visits = []
    for instance, day in enumerate(attended):
        traits = first if instance == 0 else _drifted(streams, first, instance)
        age = (day - born).astype("timedelta64[D]").astype(np.float32) / np.float32(365.25)
        traits["age"] = (age - np.float32(LIMITS.age_mean)) / np.float32(LIMITS.age_sd)
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
        traits[name] = (
            np.float32(LIMITS.drift) * first[name] + np.float32(np.sqrt(1 - LIMITS.drift**2)) * change
        )
    return traits


def _standard_sex(male: Bools) -> Scores:
    spread = np.sqrt(LIMITS.male_share * (1 - LIMITS.male_share))
    score: Scores = ((male - LIMITS.male_share) / spread).astype(np.float32)
    return score
