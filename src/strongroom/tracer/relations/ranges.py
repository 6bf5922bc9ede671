"""Codes that are ranges of numbers: grades of obesity, flags such as high blood pressure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.relations.formulas import Formula, quoted
from strongroom.tracer.relations.plain_numbers import simplest
from strongroom.tracer.relations.relation import RANGES, Relation, Searched

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_codes: int = threshold(12, "distinct values", "judgement: columns with more are quantities")
    least_values: int = threshold(12, "distinct values", "judgement: ranges of fewer are codes themselves")
    least_people: int = threshold(30, "people", "judgement: fewer lie on one side of a value by chance")
    exact: float = threshold(
        0.98, "share of people", "judgement: rounding of the number moves a few people over a limit"
    )
    better: float = threshold(
        0.01,
        "times the errors of guessing the commonest code",
        "judgement: a rule fails for so few; what merely predicts a code, as testosterone does sex, for more",
    )
    pure: float = threshold(
        0.99, "share of people", "judgement: nearly all beyond a limit of a flag have the flag"
    )
    most_limits: int = threshold(3, "columns", "cost: flags of more limits are rare")
    least_cover: float = threshold(0.02, "share of the flagged", "judgement: less is a tail, not a limit")


LIMITS = _Limits()


def ranges(columns: Searched, targets: Sequence[str]) -> Iterator[Relation]:
    """Yield codes that ranges of numbers give, each from the number that gives it best."""
    numbers = [name for name in columns.values if columns.distinct[name] >= LIMITS.least_values]
    for target in targets:
        if not 2 <= columns.distinct[target] <= LIMITS.most_codes:  # noqa: PLR2004 - a constant is no code
            continue
        found = [_graded(columns, target, name) for name in numbers if name != target]
        if columns.distinct[target] == 2:  # noqa: PLR2004 - yes or no
            found.append(_flagged(columns, target, [name for name in numbers if name != target]))
        best = max((each for each in found if each is not None), key=lambda each: each.share, default=None)
        if best is not None and _is_rule(columns, best):
            yield best


def _is_rule(columns: Searched, found: Relation) -> bool:
    given = Formula(found.formula).evaluate(columns.values)
    values = columns.values[found.target]
    _, counts = np.unique(values[np.isfinite(values) & np.isfinite(given)], return_counts=True)
    guessed = 1 - counts.max() / counts.sum()
    # Whoever was asked for the number may all have one code: that is no rule.
    return len(counts) > 1 and found.share >= LIMITS.exact and 1 - found.share <= LIMITS.better * guessed


def _graded(columns: Searched, target: str, name: str) -> Relation | None:
    """Return the code as ranges of one number, if each code has a range."""
    codes, numbers = columns.values[target], columns.values[name]
    both = np.isfinite(codes) & np.isfinite(numbers)
    if np.count_nonzero(both) < 2 * LIMITS.least_people:
        return None
    order = np.argsort(numbers[both], kind="stable")
    codes, numbers = codes[both][order], numbers[both][order]
    # Neighbours by the number mostly have one code, if it is a range.
    if np.mean(codes[1:] != codes[:-1]) > 1 - LIMITS.exact:
        return None
    distinct = np.unique(codes)
    if len(distinct) < 2:  # noqa: PLR2004 - of those who have both
        return None
    ordered = distinct[np.argsort([np.median(numbers[codes == code]) for code in distinct], kind="stable")]
    text = "" if ordered[0] == 0 else f"{ordered[0]:g}"
    for low, high in pairwise(ordered):
        limit = _limit(numbers[codes == low], numbers[codes == high])
        factor = "" if high - low == 1 else f"{high - low:g} * "
        text += f"{' + ' if text else ''}{factor}above({quoted(name)}, {limit:.9g})"
    return columns.measured(target, text.replace("+ -", "- "), RANGES)


def _limit(low: Floats, high: Floats) -> float:
    """Return the plainest value that parts the lower from the higher ones with the fewest errors."""
    values = np.concatenate([low, high])
    order = np.argsort(values, kind="stable")
    sorted_values, is_low = values[order], np.arange(len(values))[order] < len(low)
    # Values below the place are called low: errors are high ones below and low ones from it on.
    errors = np.concatenate([[0], np.cumsum(~is_low)]) + np.concatenate([np.cumsum(is_low[::-1])[::-1], [0]])
    first = np.concatenate([[True], sorted_values[1:] != sorted_values[:-1], [False]])
    place = int(np.argmin(np.where(first, errors, len(values) + 1)))
    upper = float(sorted_values[place])
    lower = float(sorted_values[place - 1]) if place else upper
    gap = upper - lower
    # From the limit on: the value itself, or a plainer one between it and the next lower.
    return simplest(upper - gap / 2, gap / 2 * (1 - 1e-9)) if gap > 0 and not _on_grid(upper, gap) else upper


def _on_grid(upper: float, gap: float) -> bool:
    """Tell whether the lowest value above the limit is as plain as any between."""
    plain = simplest(upper - gap / 2, gap / 2 * (1 - 1e-9))
    return len(f"{upper:.9g}") <= len(f"{plain:.9g}")


def _with_codes(other: float, flag: float, text: str) -> str:
    """Return the formula of a flag: `other` without it."""
    if flag - other == 1:
        return text if other == 0 else f"{other:g} + {text}"
    return f"{other:g} + {flag - other:g} * {text}".replace("+ -", "- ")


@dataclass(frozen=True)
class _Side:
    """Those on one side of a limit of a number, who nearly all have the flag."""

    text: str
    people: NDArray[np.bool_] = field(repr=False)


def _flagged(columns: Searched, target: str, numbers: Sequence[str]) -> Relation | None:
    """Return a flag that people have who are beyond the limit of any of up to three numbers."""
    values = columns.values[target]
    distinct = np.unique(values[np.isfinite(values)])
    best = None
    for flag, other in (distinct[::-1], distinct):
        has = values == flag
        sides = [
            side for name in numbers for side in _sides(columns.values[name], has, values == other, name)
        ]
        left = has.copy()
        chosen: list[str] = []
        while sides and len(chosen) < LIMITS.most_limits and left.any():
            side = max(sides, key=lambda each: np.count_nonzero(each.people & left))
            if np.count_nonzero(side.people & left) < max(
                LIMITS.least_people, LIMITS.least_cover * has.sum()
            ):
                break
            chosen.append(side.text)
            left &= ~side.people
        if not chosen:
            continue
        text = chosen[0]
        for each in chosen[1:]:
            text = f"max({text}, {each})"
        found = columns.measured(target, _with_codes(other, flag, text), RANGES)
        if best is None or found.share > best.share:
            best = found
    return best


def _sides(numbers: Floats, has: NDArray[np.bool_], lacks: NDArray[np.bool_], name: str) -> Iterator[_Side]:
    """Yield the farthest-reaching limit above which, and below which, nearly all have the flag."""
    known = np.flatnonzero(np.isfinite(numbers) & (has | lacks))
    if len(known) < LIMITS.least_people:
        return
    distinct, where = np.unique(numbers[known], return_inverse=True)
    flagged = np.bincount(where, weights=has[known], minlength=len(distinct))
    counts = np.bincount(where, minlength=len(distinct))
    with np.errstate(all="ignore"):
        above = np.cumsum(flagged[::-1])[::-1] / np.cumsum(counts[::-1])[::-1]
        below = np.cumsum(flagged) / np.cumsum(counts)
        alone = flagged / counts
    for pure, is_above in ((above, True), (below, False)):
        # The values next to the limit must have the flag too, not only those far beyond it.
        places = np.flatnonzero((pure >= LIMITS.pure) & (alone >= LIMITS.pure))
        if not len(places):
            continue
        place = int(places[0] if is_above else places[-1])
        edge = place if is_above else place + 1
        if edge >= len(distinct):
            continue
        limit = f"{distinct[edge]:.9g}"
        text = f"above({quoted(name)}, {limit})"
        beyond = numbers >= distinct[edge] if is_above else numbers < distinct[edge]
        yield _Side(text if is_above else f"(1 - {text})", beyond)
