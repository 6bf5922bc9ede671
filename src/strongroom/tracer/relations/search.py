"""The search for relations: on a sample of people, each checked on a larger one."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
from threadpoolctl import threadpool_limits

from strongroom.progress import Advance, Progress, silent
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.relations.choice import chosen
from strongroom.tracer.relations.combinations import combined
from strongroom.tracer.relations.formula_fits import is_relation, sums_and_products
from strongroom.tracer.relations.known_formulas import known_formulas
from strongroom.tracer.relations.ranges import ranges
from strongroom.tracer.relations.relation import RANGES, Relation, Searched

__all__ = ["Searched", "find_relations"]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    people: int = threshold(5_000, "people", "cost: bounds the search; formulas are checked on all given")
    sure: float = threshold(
        0.99, "share of people", "cost: a column so explained is not looked up among pairs of others"
    )
    chance: float = threshold(
        0.05, "share of people", "judgement: a formula that loses more on other people was a coincidence"
    )


LIMITS = _Limits()

_SEED = 20260423  # fixed: any number: a search can be repeated


def find_relations(columns: Searched, *, progress: Progress = silent) -> list[Relation]:
    """Return the relations between columns, with their roles; those applied first, each after its inputs."""
    few = _some(columns)
    if len(few.values) < 2:  # noqa: PLR2004 - a relation has two columns
        return []
    random = np.random.default_rng(_SEED)
    found: dict[tuple[str, str], Relation] = {}
    targets = _targets(few)
    # One thread: tables this small keep several of them waiting for each other.
    with (
        threadpool_limits(limits=1, user_api="blas"),
        progress("Searching for relations between columns", len(targets) + 1) as advance,
    ):
        for each in _searched(few, targets, random, advance):
            found.setdefault((each.target, each.formula), each)
        checked = [(each, columns.measured(each.target, each.formula, each.kind)) for each in found.values()]
        kept = [
            now
            for before, now in checked
            if now.share >= before.share - LIMITS.chance and (now.kind == RANGES or _holds(columns, now))
        ]
        advance(1)
    return chosen(columns, kept, random)


def rechosen(columns: Searched, relations: Iterable[Relation]) -> list[Relation]:
    """Return relations that were found with their roles chosen among these alone."""
    return chosen(columns, relations, np.random.default_rng(_SEED))


def _holds(columns: Searched, relation: Relation) -> bool:
    return relation.kind == "dates" or is_relation(columns, relation)


def _targets(few: Searched) -> list[str]:
    # A yes or no is a range, if anything.
    return [name for name in few.numbers if few.distinct[name] > 2 and name not in few.codes]  # noqa: PLR2004


def _searched(
    few: Searched, targets: Sequence[str], random: np.random.Generator, advance: Advance
) -> Iterator[Relation]:
    sure: set[str] = set()
    for each in chain(sums_and_products(few, _counted(targets, advance)), known_formulas(few, targets)):
        if each.share >= LIMITS.sure:
            sure.add(each.target)
        yield each
    yield from combined(few, [name for name in targets if name not in sure], random)
    yield from ranges(few, few.numbers)


def _counted(names: Sequence[str], advance: Advance) -> Iterator[str]:
    for name in names:
        yield name
        advance(1)


def _some(columns: Searched) -> Searched:
    """Return a sample of the people, and columns that vary among them."""
    step = max(1, len(next(iter(columns.values.values()), ())) // LIMITS.people)
    values = {name: column[::step] for name, column in columns.values.items()}
    some = Searched(values, columns.steps, columns.dates, columns.codes)
    various: Sequence[str] = [name for name in values if some.distinct[name] > 1]
    return Searched({name: values[name] for name in various}, columns.steps, columns.dates, columns.codes)
