"""The sums of a private answer as SQL, with a bounded contribution of each person."""

from collections.abc import Sequence

from strongroom.disclosure.differential_privacy.plan import PrivateMeasure, PrivatePlan
from strongroom.disclosure.query.emitting import Dialect, people_of
from strongroom.disclosure.query.emitting.sums import bin_of, sums_of
from strongroom.disclosure.query.representation import Statistic
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    bins: int = threshold(
        128,
        "bins",
        "judgement: quantiles are accurate to 1/256 of the range; with more bins the noise of their "
        "cumulative sum dominates",
    )


LIMITS = _Limits()
BINS = LIMITS.bins


def sums_statement(plan: PrivatePlan, dialect: Dialect) -> str:
    """Return the statement that gives k0…, people, and each measure's sums `m{i}_{sum}` as integers."""
    keys = [f"k{place}" for place in range(len(plan.query.keys))]
    shown = [*keys, "count(*) AS people"]
    for place, each in enumerate(plan.measures):
        shown += _sums(place, each)
    return f"{_bounded(plan, dialect)}\nSELECT {', '.join(shown)}\nFROM bounded{_by(keys)}"


def bins_statement(plan: PrivatePlan, place: int, dialect: Dialect) -> str:
    """Return the statement that gives k0…, bin, people: the histogram of a measure's values."""
    keys = [f"k{number}" for number in range(len(plan.query.keys))]
    number = bin_of(f"x{place}", plan.measures[place].bounds[0], BINS)
    chosen = f"SELECT {', '.join([*keys, f'{number} AS bin', 'count(*) AS people'])}"
    return (
        f"{_bounded(plan, dialect)}\n{chosen}\nFROM bounded WHERE x{place} IS NOT NULL{_by([*keys, 'bin'])}"
    )


def _bounded(plan: PrivatePlan, dialect: Dialect) -> str:
    """Return the WITH clause of a statement: `bounded` has each person in at most `groups_each` groups."""
    people = people_of(plan.query, dialect)
    keys = ", ".join(f"k{place}" for place in range(len(plan.query.keys)))
    if not keys or not plan.query.about_events:
        return f"{people}, bounded AS (SELECT * FROM people)"  # noqa: S608 - our own names
    placed = f"row_number() OVER (PARTITION BY person ORDER BY hash(person, {keys})) AS place"
    return (
        f"{people}, placed AS (SELECT *, {placed} FROM people), "  # noqa: S608 - our own names
        f"bounded AS (SELECT * FROM placed WHERE place <= {plan.groups_each})"
    )


def _sums(place: int, each: PrivateMeasure) -> list[str]:
    if each.measure.statistic in (Statistic.PEOPLE, Statistic.QUANTILE):
        return []
    names = [f"x{place}"] if len(each.measure.of) == 1 else [f"y{place}", f"x{place}"]
    sums = sums_of(each.measure.statistic, names, each.bounds)
    return [f"{sql} AS m{place}_{name}" for name, sql in sums.items()]


def _by(keys: Sequence[str]) -> str:
    return f"\nGROUP BY {', '.join(keys)}" if keys else ""
