"""The sums of a private answer as SQL: everybody in a few groups at most, every value within its bounds.

Values are taken as parts of their range, from -1 to 1, and these in millionths: sums of whole numbers do not
depend on the order in which an engine adds them, as sums of floating ones do.
"""

from collections.abc import Sequence

from strongroom.disclosure.privacy.bounds import Bounds
from strongroom.disclosure.privacy.plan import PrivateMeasure, PrivatePlan
from strongroom.disclosure.query.emitting import Dialect, people_of
from strongroom.disclosure.query.representation import Statistic

UNIT = 1 << 20
BINS = 128
_TERMS = {"x": "{x}", "y": "{y}", "xx": "{x} * {x}", "yy": "{y} * {y}", "xy": "{x} * {y}"}


def sums_statement(plan: PrivatePlan, dialect: Dialect) -> str:
    """Return the statement that gives k0…, people, and each measure's sums as `m{i}_{sum}`, whole numbers."""
    keys = [f"k{place}" for place in range(len(plan.query.keys))]
    shown = [*keys, "count(*) AS people"]
    for place, each in enumerate(plan.measures):
        shown += _sums(place, each)
    return f"{_bounded(plan, dialect)}\nSELECT {', '.join(shown)}\nFROM bounded{_by(keys)}"


def bins_statement(plan: PrivatePlan, place: int, dialect: Dialect) -> str:
    """Return the statement that gives k0…, bin, people: where in its range a measure's values lie."""
    keys = [f"k{number}" for number in range(len(plan.query.keys))]
    share = f"({_part(f'x{place}', plan.measures[place].bounds[0])} + 1) / 2"
    number = f"least(CAST(floor({share} * {BINS}) AS BIGINT), {BINS - 1})"
    chosen = f"SELECT {', '.join([*keys, f'{number} AS bin', 'count(*) AS people'])}"
    return (
        f"{_bounded(plan, dialect)}\n{chosen}\nFROM bounded WHERE x{place} IS NOT NULL{_by([*keys, 'bin'])}"
    )


def _bounded(plan: PrivatePlan, dialect: Dialect) -> str:
    """Return the WITH of a statement: `bounded` has each person in no more groups than they may count in."""
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
    present = " AND ".join(f"{name} IS NOT NULL" for name in names)
    found = [f"count(CASE WHEN {present} THEN 1 END) AS m{place}_n"]
    parts = {name[0]: _part(name, bounds) for name, bounds in zip(names, each.bounds, strict=False)}
    for name in each.sums:
        if name in _TERMS:
            term = f"CAST(round({_TERMS[name].format(**parts)} * {UNIT}) AS BIGINT)"
            total = f"coalesce(sum(CASE WHEN {present} THEN {term} END), 0)"
            found.append(f"CAST({total} AS BIGINT) AS m{place}_{name}")
    return found


def _part(name: str, bounds: Bounds) -> str:
    """Return a value as a part of its range, from -1 to 1."""
    within = f"least(greatest({name}, {bounds.low:.17e}), {bounds.high:.17e})"
    return f"(({within} - {bounds.middle:.17e}) / {bounds.half:.17e})"


def _by(keys: Sequence[str]) -> str:
    return f"\nGROUP BY {', '.join(keys)}" if keys else ""
