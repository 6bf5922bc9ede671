"""Figures with one point per person: their coordinates reveal each person's values."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.contents.drawing_kind import Drawn, drawn_as, shapes_of
from strongroom.checker.contents.found import Artefact, FoundTable, FoundText
from strongroom.checker.detectors.base import Evidence, JudgedFile
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.policy import Policy
from strongroom.checker.rules import PERSON_LEVEL, Rule
from strongroom.checker.table_types.person_rows import (
    dots_may_be_sorted_people,
    dots_may_be_strips,
    rows_may_be_people,
)
from strongroom.checker.table_types.row_order import evenly_used, von_neumann_ratio
from strongroom.checker.table_types.scatter_points import crosses_itself, evenly_spaced, few_are_scattered
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]
_MANY = {Drawn.DOTS, Drawn.LONE_DOTS, Drawn.LETTERS, Drawn.DASHES, Drawn.CURVE}
_DOTS = {Drawn.DOTS, Drawn.LONE_DOTS}
_FEW = {Drawn.LONE_DOTS, Drawn.CURVE}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    # Points of two correlated measures are closer to a curve than the letters and dashes of a text.
    least_ratio: float = threshold(
        0.6,
        "von Neumann ratio",
        "judgement: independent neighbours give 1 and a curve 0; letters and ticks of text lie between",
    )
    least_ratio_dots: float = threshold(
        0.1,
        "von Neumann ratio",
        "judgement: set by trial on the exfiltration benchmark's cases; dots at uneven steps need less, "
        "so that two correlated measures still count",
    )
    least_distinct: float = threshold(
        0.25, "share of points", "judgement: axes, ticks and groups repeat their coordinates"
    )
    enough_distinct: int = threshold(
        24,
        "distinct values",
        "judgement: whole numbers such as ages take few values however many people there are",
    )
    least_unevenness: float = threshold(
        0.2,
        "standard deviation of steps over their mean",
        "judgement: points at even steps on a line are a scale or a legend",
    )
    rounding: float = threshold(
        1e-5,
        "1 minus correlation",
        "cost: coordinates are written with about five figures; two scales of one variable agree to that",
    )
    baseline: float = threshold(
        0.25,
        "share of the height",
        "judgement: in a Manhattan plot the median lies in the lowest quarter, as most p-values are large",
    )
    decimals: int = threshold(
        2,
        "decimals of a coordinate",
        "judgement: hundredths of a point cannot be seen; further decimals differ for one tick",
    )
    least_points: int = threshold(3, "points", "derived: two points are always on a line")


LIMITS = _Limits()


_VARIANTS = re.compile(
    r"(?i)log\W{0,3}(?:10)?\W{0,4}p|chromosome|\bchr|\bposition\b|\bp-?values?\b|\b[kM]b\b"
)
# A few points may be one per study, outcome or model, as in a funnel plot.
_ESTIMATES = re.compile(
    r"(?i)standard error|\b(?:hazard|odds|rate|risk) ratios?\b|relative risk|effect (?:size|estimate)"
)


_POINTS = Rule(
    "drawing/points",
    "The figure plots {points:,} individual points{cohort}.",
    "If each point is a person, plot counts in bins instead.",
    PERSON_LEVEL,
)


_SHAPES = Rule(
    "drawing/one-shape-per-person",
    "The figure repeats one shape {rows:,} times; no axis, bins, names or curve explain it.",
    "If each shape is a person, draw groups or a distribution instead.",
    PERSON_LEVEL,
)


class Drawings:
    """Sends to review figures that look like one mark per person; `row-match` judges whose they are."""

    name = "drawing"
    protects_against = (
        "one mark per person in a vector drawing or interactive plot: scatter, rug, strip, QQ, waterfall and "
        "swimmer plots, trajectories"
    )
    rules = (_POINTS, _SHAPES)

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield one finding for each file whose figures have a series of many scattered points."""
        for file in files:
            found = _scattered(file.artefacts, evidence.policy)
            if not found:
                yield from _repeated(file, evidence.policy)
                continue
            largest = max(found, key=lambda table: table.total_rows)
            people = evidence.cohort.manifest.participants
            cohort = ", one for each participant of the cohort" if largest.total_rows == people else ""
            finding = _POINTS.finding(
                Verdict.REVIEW,
                largest.where,
                {"points": largest.total_rows, "cohort": cohort},
                detail=f"{len(found)} series of scattered points, or of points joined in no order.",
                rows=largest.total_rows,
            )
            yield file.name, finding


def _repeated(file: JudgedFile, policy: Policy) -> Iterator[tuple[str, Finding]]:
    """Yield one finding for the shape repeated most, of those that may be one per person."""
    found = [each for each in file.artefacts if isinstance(each, FoundTable) and _may_be_people(each, policy)]
    if found:
        largest = max(found, key=lambda table: table.total_rows)
        yield (
            file.name,
            _SHAPES.finding(
                Verdict.REVIEW,
                largest.where,
                {"rows": largest.total_rows},
                detail=f"{len(found)} kinds of shape: {_layout(largest)}.",
                rows=largest.total_rows,
            ),
        )


def _layout(found: FoundTable) -> str:
    shapes = shapes_of(found)
    return shapes.layout.value if shapes else "sorted points, or many at each of a few places"


def _may_be_people(found: FoundTable, policy: Policy) -> bool:
    if drawn_as(found) in _DOTS:
        places = _places(found)
        return places is not None and (
            dots_may_be_sorted_people(*places) or dots_may_be_strips(*places, policy.dots_drawn)
        )
    shapes = shapes_of(found)
    if shapes is None:
        return False
    columns = dict(zip(found.table.column_names, found.table.columns, strict=True))
    places = columns.pop("place", None)
    values = np.column_stack([column.to_numpy() for column in columns.values()])
    return rows_may_be_people(
        shapes, values, None if places is None else places.to_numpy(), policy.microdata_rows
    )


def scattered(x: Numbers, y: Numbers, *, dots: bool = False) -> bool:
    """Tell whether points are scattered: not a line, a grid, ticks, or letters in rows.

    By the ratio of successive differences to variance (von Neumann, 1941): near 1 when neighbours along x
    are independent, near 0 on a curve; less is enough for dots at uneven steps. Points with one x have no
    meaningful order. Both coordinates must take many values, and not all equally often, as on a grid. Or one
    coordinate is the other on another scale, in uneven steps.
    """
    x, y = np.round(x, LIMITS.decimals), np.round(y, LIMITS.decimals)
    if not _many_values(x, y) or evenly_used(x) or evenly_used(y):
        return False
    tie = np.random.default_rng(0).random(len(x))
    orders = (y[np.lexsort((tie, x))], x[np.lexsort((tie, y))])
    enough = (
        LIMITS.least_ratio_dots if dots and not (evenly_spaced(x) or evenly_spaced(y)) else LIMITS.least_ratio
    )
    return min(map(von_neumann_ratio, orders)) >= enough or _on_one_line(x, y)


def tangled(x: Numbers, y: Numbers) -> bool:
    """Tell whether a line runs to and fro between scattered points, as no curve does."""
    x, y = np.round(x, LIMITS.decimals), np.round(y, LIMITS.decimals)
    return _many_values(x, y) and min(von_neumann_ratio(x), von_neumann_ratio(y)) >= LIMITS.least_ratio


def _many_values(*coordinates: Numbers) -> bool:
    return all(
        len(np.unique(each)) >= min(LIMITS.least_distinct * len(each), LIMITS.enough_distinct)
        for each in coordinates
    )


def _on_one_line(x: Numbers, y: Numbers) -> bool:
    steps = np.diff(np.unique(x))
    uneven = float(steps.std()) > LIMITS.least_unevenness * float(steps.mean())
    return uneven and abs(float(np.corrcoef(x, y)[0, 1])) > 1 - LIMITS.rounding


def _scattered(artefacts: Sequence[Artefact], policy: Policy) -> list[FoundTable]:
    """Return the series of points that look like people."""
    texts = [found for found in artefacts if isinstance(found, FoundText)]
    return [
        found for found in artefacts if isinstance(found, FoundTable) and _is_scatter(found, texts, policy)
    ]


def _is_scatter(found: FoundTable, texts: Sequence[FoundText], policy: Policy) -> bool:
    drawn = drawn_as(found)
    few = found.total_rows < max(policy.dots_drawn, LIMITS.least_points)
    if drawn not in (_FEW if few else _MANY) or (few and found.total_rows < policy.lone_marks):
        return False
    places = _places(found)
    if places is None:
        return False
    if few:
        scatter = crosses_itself(*places) if drawn is Drawn.CURVE else few_are_scattered(*places)
        return scatter and not _text_mentions(found, texts, _ESTIMATES)
    if drawn is Drawn.CURVE:
        return tangled(*places)
    return scattered(*places, dots=drawn in _DOTS) and not _of_variants(found, places[1], texts)


def _places(found: FoundTable) -> tuple[Numbers, Numbers] | None:
    """Return the points' coordinates, those without one left out; None where they are not numbers."""
    x, y = (_numbers(found.table.column(place)) for place in (0, 1))
    if x is None or y is None:
        return None
    known = np.isfinite(x) & np.isfinite(y)
    return (x[known], y[known]) if known.sum() >= LIMITS.least_points else None


def _numbers(column: pa.ChunkedArray) -> Numbers | None:
    """Return coordinates as numbers; names of groups are numbered in order of occurrence."""
    cells = column.to_pylist()
    try:
        return np.array(cells, dtype=np.float64)
    except (TypeError, ValueError):
        names = {name: float(number) for number, name in enumerate(dict.fromkeys(cells))}
        few = len(names) <= LIMITS.least_distinct * len(cells)
        return np.array([names[each] for each in cells]) if few else None


def _of_variants(found: FoundTable, y: Numbers, texts: Sequence[FoundText]) -> bool:
    """Tell a Manhattan or regional plot: most points lie along one edge, and the text is about variants."""
    middle = (float(np.median(y)) - float(y.min())) / (float(np.ptp(y)) or 1.0)
    if LIMITS.baseline < middle < 1 - LIMITS.baseline:
        return False
    return _text_mentions(found, texts, _VARIANTS)


def _text_mentions(found: FoundTable, texts: Sequence[FoundText], words: re.Pattern[str]) -> bool:
    drawing = found.where.rpartition(" > ")[0]
    return any(text.where.startswith(drawing) and words.search(text.text) for text in texts)
