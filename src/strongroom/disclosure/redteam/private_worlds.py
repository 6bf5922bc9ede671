"""Two worlds and answers with differential privacy: one person's secret moves no sum further than planned.

The noise of such an answer is drawn for it alone. What is left to compare are the exact sums before noise:
both engines must answer, and each sum's change over all groups (L1) must be within what the noise hides.
"""

from collections.abc import Iterator

import pyarrow as pa

from strongroom.disclosure.differential_privacy import plan_privately
from strongroom.disclosure.differential_privacy.bounded_statements import bins_statement, sums_statement
from strongroom.disclosure.differential_privacy.plan import PrivatePlan
from strongroom.disclosure.gateway.context import EngineError
from strongroom.disclosure.query.emitting import DUCKDB
from strongroom.disclosure.query.emitting.sums import UNIT
from strongroom.disclosure.query.representation import Statistic
from strongroom.disclosure.redteam.world import World, read

_REPLACED = 2  # fixed: replacing a record is one removal and one addition


def private_findings(world: World, sql: str, *, salt: str = "") -> list[str]:
    """Return what an answer with differential privacy would reveal beyond its noise.

    Raises QueryError for a statement that cannot be answered in this way.
    """
    plan = plan_privately(read(sql), {}, epsilon=1.0)
    try:
        no, yes = (dict(_sums(plan, world, salt, secret=secret)) for secret in (False, True))
    except EngineError:
        return [f"an engine fails with --epsilon: {sql}"]
    moved: dict[str, int] = {}
    for place in no.keys() | yes.keys():
        moved[place[0]] = moved.get(place[0], 0) + abs(yes.get(place, 0) - no.get(place, 0))
    return [
        f"{name} moved {by}, at most {_most(plan, name)} with --epsilon: {sql}"
        for name, by in sorted(moved.items())
        if by > _most(plan, name)
    ]


def _sums(
    plan: PrivatePlan, world: World, salt: str, *, secret: bool
) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield the name, the group and the value of every sum."""
    engine = world.engine(secret=secret)
    yield from _numbers("", engine.run(sums_statement(plan, DUCKDB, salt=salt)), len(plan.query.keys))
    for place, each in enumerate(plan.measures):
        if each.measure.statistic is Statistic.QUANTILE:
            bins = engine.run(bins_statement(plan, place, DUCKDB, salt=salt))
            yield from _numbers(f"m{place}_bins_", bins, len(plan.query.keys) + 1)


def _numbers(prefix: str, table: pa.Table, keys: int) -> Iterator[tuple[tuple[str, str], int]]:
    for row in table.to_pylist():
        values = list(row.items())
        group = repr([value for _, value in values[:keys]])
        yield from (((f"{prefix}{name}", group), int(value or 0)) for name, value in values[keys:])


def _most(plan: PrivatePlan, name: str) -> int:
    counts = name.endswith(("people", "_n"))
    return _REPLACED * plan.groups_each * (1 if counts else UNIT)
