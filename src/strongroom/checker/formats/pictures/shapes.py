"""Collects the shapes of a drawing and yields them as tables of coordinates, one per series."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.drawing_kind import Drawn, Layout, RepeatedShapes, drawn_table, rows_table
from strongroom.checker.contents.found import FoundTable, ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.pictures.cell_lattice import heat_maps
from strongroom.checker.formats.pictures.geometry import Point
from strongroom.checker.formats.pictures.isolated_marks import are_isolated
from strongroom.checker.formats.pictures.repeated_shapes import Label, Outline, Rows, recovered_rows
from strongroom.checker.formats.pictures.whole_steps import in_whole_steps
from strongroom.checker.table_types.scatter_points import evenly_spaced
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    fewest_points: int = threshold(
        5, "points", "judgement: a path of fewer points is a bar or a box, a series of fewer marks no plot"
    )
    most_series: int = threshold(
        40, "series", "cost: each series is judged as a table; the rest is put into one"
    )
    most_curves: int = threshold(
        20, "lines", "cost: each line is judged as a table; the rest is put into one"
    )
    most_repeated: int = threshold(
        12, "kinds of shape", "cost: each is compared as a table; plots of people have one to three"
    )
    most_points: int = threshold(5_000_000, "points", "cost: memory of a drawing's coordinates, about 1 GB")
    small: float = threshold(
        0.06,
        "share of the drawing's longer side",
        "judgement: by trial on the benchmark: larger shapes are bars, areas and frames",
    )
    roundest: float = threshold(
        3.0, "width / height", "judgement: points are about as wide as high, ticks and bars are not"
    )
    axis_length: float = threshold(
        0.2,
        "share of the drawing's longer side",
        "judgement: an axis is at least this long; outlines of a logo are shorter",
    )
    axis_width: float = threshold(
        0.005, "share of the drawing's longer side", "judgement: an axis is at most this wide"
    )
    few_curves: int = threshold(
        2, "lines", "judgement: a drawing with hardly any line but many marks is a plot without axes"
    )
    points_of_a_dash: int = threshold(
        2, "points", "standard: SVG 1.1, section 8.3: a straight stroke has two points"
    )
    outline_points: int = threshold(
        30, "points", "judgement: markers of plotting libraries have fewer; longer paths are curves"
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class Mark:
    """A shape: its centre, its extent, and its colour as written."""

    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    colour: str = ""


@dataclass
class Shapes:
    """The marks of a drawing by series, and its lines; `size` is the drawing's longer side."""

    size: float
    marks: dict[tuple[str, Drawn], list[Mark]] = field(default_factory=dict, repr=False)
    curves: list[list[Point]] = field(default_factory=list, repr=False)
    outlines: dict[str, list[Outline]] = field(default_factory=dict, repr=False)
    labels: list[Label] = field(default_factory=list, repr=False)
    _points: int = 0

    def mark(self, series: str, mark: Mark, drawn: Drawn = Drawn.DOTS) -> None:
        """Add a mark of a series."""
        self._count(1)
        self.marks.setdefault((series, drawn), []).append(mark)

    def line(
        self, points: Sequence[Point], series: str, colour: str = "", bends: Sequence[Point] = ()
    ) -> None:
        """Add a line or outline; `bends` are its control points.

        A small one is a point, one of few vertices a bar; both keep their centre and extent.
        """
        if not points:
            return
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        low, high = min(y for _, y in points), max(y for _, y in points)
        small = (
            max(right - left, high - low) <= LIMITS.small * self.size and len(points) <= LIMITS.outline_points
        )
        if small or len(points) < LIMITS.fewest_points:
            middle = Mark((left + right) / 2, (low + high) / 2, right - left, high - low, colour)
            dot = Drawn.DOTS if len(points) > LIMITS.points_of_a_dash else Drawn.DASHES
            self.mark(series, middle, dot if small and _roundish(middle) else Drawn.BARS)
            # A short bar may look like a point.
            if series.startswith("rect") or not (small and dot is Drawn.DOTS and _roundish(middle)):
                self._outline(points, series, colour)
        else:
            if len(points) <= LIMITS.outline_points:
                self._outline(points, series, colour)
            self._count(len(points))
            self.curves.extend(list(each) for each in (points, bends) if each)

    def _outline(self, points: Sequence[Point], series: str, colour: str) -> None:
        corners = series.startswith("rect") and len(points) == LIMITS.points_of_a_dash
        self.outlines.setdefault(series, []).append(Outline(tuple(points), colour, corners))

    def tables(self, where: str) -> Iterator[FoundTable]:
        """Yield a table for each series of five or more marks and each line, and two tables of the rest."""
        series = sorted(self.marks.items(), key=lambda item: -len(item[1]))
        own = [each for each in series[: LIMITS.most_series] if len(each[1]) >= LIMITS.fewest_points]
        for number, ((_, drawn), marks) in enumerate(own, start=1):
            isolated = drawn is Drawn.DOTS and self._are_isolated(marks)
            yield _marks(f"{where} > marks {number}", marks, Drawn.LONE_DOTS if isolated else drawn)
        rest = [mark for _, marks in series[len(own) :] for mark in marks]
        if len(rest) >= LIMITS.fewest_points:
            yield _marks(f"{where} > other marks", rest, Drawn.BARS)
        curves = sorted(self.curves, key=len, reverse=True)
        for number, points in enumerate(curves[: LIMITS.most_curves], start=1):
            yield _curve(f"{where} > line {number}", points)
        others = [point for points in curves[LIMITS.most_curves :] for point in points]
        if others:
            yield _curve(f"{where} > other lines", others)
        for number, levels in enumerate(heat_maps(self.outlines, self.size), start=1):
            yield _cells(f"{where} > cells {number}", levels)
        rows = sorted(
            recovered_rows(self.outlines, self.labels, self.size), key=lambda each: -each.values.size
        )
        for number, each in enumerate(rows[: LIMITS.most_repeated], start=1):
            yield _rows(f"{where} > repeated shapes {number}", each)

    def _are_isolated(self, marks: list[Mark]) -> bool:
        return self._is_plot and are_isolated(_extents(marks), self._extents, self.curves)

    @cached_property
    def _is_plot(self) -> bool:
        """Whether there is an axis, a word, or hardly anything but marks: a logo has outlines instead."""
        if len(self.curves) <= LIMITS.few_curves or any(drawn is Drawn.LETTERS for _, drawn in self.marks):
            return True
        extents = self._extents[:, 2:]
        axes = (extents.max(axis=1) >= LIMITS.axis_length * self.size) & (
            extents.min(axis=1) <= LIMITS.axis_width * self.size
        )
        return bool(axes.any())

    @cached_property
    def _extents(self) -> Numbers:
        return _extents([mark for marks in self.marks.values() for mark in marks])

    def _count(self, points: int) -> None:
        self._points += points
        if self._points > LIMITS.most_points:
            raise UnreadableError(ProblemKind.TOO_LARGE, "a drawing with too many points")


def _extents(marks: list[Mark]) -> Numbers:
    return np.array([(mark.x, mark.y, mark.width, mark.height) for mark in marks], np.float64)


def _roundish(mark: Mark) -> bool:
    """Return whether a shape is about as wide as high, as points are and ticks and bars are not."""
    return 0 < max(mark.width, mark.height) <= LIMITS.roundest * min(mark.width, mark.height)


def _marks(where: str, marks: list[Mark], drawn: Drawn) -> FoundTable:
    columns: dict[str, list[float] | list[str]] = {
        "x": [mark.x for mark in marks],
        "y": [mark.y for mark in marks],
    }
    # Sizes and colours can carry as much as positions.
    for name in ("width", "height", "colour"):
        values = [getattr(mark, name) for mark in marks]
        if len({round(each, 6) if isinstance(each, float) else each for each in values}) > 1:
            columns[name] = values
    return drawn_table(where, columns, drawn)


def _curve(where: str, points: list[Point]) -> FoundTable:
    return drawn_table(where, {"x": [x for x, _ in points], "y": [y for _, y in points]}, Drawn.CURVE)


def _rows(where: str, rows: Rows) -> FoundTable:
    columns = {
        f"value {place}": in_whole_steps(values) for place, values in enumerate(rows.values.T, start=1)
    }
    if rows.layout in {Layout.BARS, Layout.SPANS} and not evenly_spaced(rows.places):
        columns["place"] = rows.places
    return rows_table(where, columns, RepeatedShapes(rows.layout, rows.touching, rows.labelled))


def _cells(where: str, levels: Numbers) -> FoundTable:
    filled = np.where(np.isfinite(levels), levels, np.nanmean(levels, axis=0))
    columns = {f"cell {place}": column for place, column in enumerate(filled.T.round(1), start=1)}
    return drawn_table(where, columns, Drawn.CELLS)
