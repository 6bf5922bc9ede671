"""The tracer end to end: a table and nothing else, against the views of 20,000 recipients."""

from functools import lru_cache

import numpy as np
import pyarrow as pa
from benchmarks.attribution._attacks import Leak
from benchmarks.attribution._given import Scored
from benchmarks.attribution._world import World

from strongroom.cohort.member_mask import MemberMask
from strongroom.tracer import IssuedFingerprint, IssuedView, trace


def score_whole(world: World, leak: Leak, recipients: list[int]) -> Scored:
    """Trace a leak among views of these recipients; whom the tracer did not score has no e-value."""
    views = [_views(world)[number] for number in recipients]
    found = trace([table(leak)], cohort=world.cohort, index=world.index, views=views)
    scores = [found.scores.get(str(number), -np.inf) for number in recipients]
    return Scored(tuple(scores), found.marks.cells, found.participants)


def table(leak: Leak) -> pa.Table:
    """Return the file's table; the number of a bin or a value as it stands."""
    columns = [pa.array(column, from_pandas=True) for column in leak.values.T]
    return pa.table(columns, names=list(leak.titles))


@lru_cache(maxsize=2)
def _views(world: World) -> list[IssuedView]:
    members = MemberMask.of_ordinals(world.ordinals, world.cohort.manifest.capacity)
    columns = frozenset(world.numeric)
    return [
        IssuedView(
            project=str(number),
            institution=f"Institution {number}",
            number=1,
            columns=columns,
            members=members,
            fingerprint=_fingerprint(world, number),
        )
        for number in range(world.recipients.count)
    ]


def _fingerprint(world: World, number: int) -> IssuedFingerprint:
    return IssuedFingerprint(world.plan, world.plan_key, world.recipients.key(number))
