"""Draws a plot as SVG: axes, series, legend. A script that draws cannot be released, its drawing can."""

from collections.abc import Callable, Iterator
from html import escape

import numpy as np

from strongroom.checker.formats.documents.plots import (
    AREA,
    BARS,
    BOXES,
    CELLS,
    DOTS,
    LINE,
    Plot,
    Series,
    Value,
)
from strongroom.checker.formats.text.normalised import visible
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_labels: int = threshold(24, "labels", "judgement: more labels below an axis overlap")
    longest_label: int = threshold(40, "characters", "judgement: longer ones leave the drawing")
    ticks: int = threshold(6, "ticks", "judgement: about as many as other programs draw on an axis")


LIMITS = _Limits()

_WIDTH, _HEIGHT = 720, 460  # fixed: pixels of a drawing
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 560, 50, 380  # fixed: the frame in it; the legend is at the right
_COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f")
Scale = Callable[[Value], float | None]


def drawn(plot: Plot) -> str:
    """Return a plot as an SVG element, "" for one without a series."""
    if not plot.series:
        return ""
    x, x_ticks = _scale(
        [each for series in plot.series for each in series.x], _LEFT, _RIGHT, bars=_has_bars(plot)
    )
    heights = [each for series in plot.series for each in series.y]
    zero: list[Value] = [0.0] if any(series.kind in {BARS, AREA} for series in plot.series) else []
    y, y_ticks = _scale(heights + zero, _BOTTOM, _TOP)
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">'
    )
    pieces = [
        start,
        f'<rect x="0" y="0" width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        *_axes(x_ticks, y_ticks),
        *(piece for number, each in enumerate(plot.series) for piece in _series(each, number, plot, x, y)),
        *_titles(plot),
        "</svg>",
    ]
    return "\n".join(pieces)


def _has_bars(plot: Plot) -> bool:
    return any(series.kind in {BARS, CELLS, BOXES} for series in plot.series)


def _scale(
    values: list[Value], start: int, end: int, *, bars: bool = False
) -> tuple[Scale, list[tuple[float, str]]]:
    """Return where values are between two ends, and the ticks: places and labels."""
    there = [each for each in values if each is not None]
    numbers = [each for each in there if isinstance(each, float)]
    if len(numbers) == len(there) and numbers and not bars:
        return _numeric(numbers, start, end)
    names = list(dict.fromkeys(_label(each) for each in there))
    step = (end - start) / max(len(names), 1)
    places = {name: start + step * (number + 0.5) for number, name in enumerate(names)}
    every = -(-len(names) // LIMITS.most_labels)
    ticks = [
        (place, name) for number, (name, place) in enumerate(places.items()) if number % max(every, 1) == 0
    ]
    return lambda value: None if value is None else places.get(_label(value)), ticks


def _numeric(numbers: list[float], start: int, end: int) -> tuple[Scale, list[tuple[float, str]]]:
    low, high = min(numbers), max(numbers)
    if low == high:
        low, high = low - 0.5, high + 0.5
    raw = (high - low) / LIMITS.ticks
    power = 10.0 ** np.floor(np.log10(raw))
    step = float(next(each * power for each in (1, 2, 5, 10) if each * power >= raw))
    first, last = float(np.floor(low / step) * step), float(np.ceil(high / step) * step)

    def scale(value: Value) -> float | None:
        return start + (value - first) / (last - first) * (end - start) if isinstance(value, float) else None

    ticks = np.arange(first, last + step / 2, step)
    return scale, [(scale(float(each)) or 0.0, f"{round(float(each) / step) * step:.6g}") for each in ticks]


def _axes(x_ticks: list[tuple[float, str]], y_ticks: list[tuple[float, str]]) -> Iterator[str]:
    yield f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" fill="none" stroke="black"/>'
    turned = sum(len(label) for _, label in x_ticks) > 60  # noqa: PLR2004 - as many letters fit below the axis
    for place, label in x_ticks:
        yield f'<path d="M{place:.1f} {_BOTTOM}v5" stroke="black"/>'
        turn = f' transform="rotate(-35 {place:.1f} {_BOTTOM + 16})" text-anchor="end"' if turned else ""
        yield _text(label, place, _BOTTOM + 18, turn or ' text-anchor="middle"')
    for place, label in y_ticks:
        yield f'<path d="M{_LEFT - 5} {place:.1f}H{_LEFT}" stroke="black"/>'
        yield _text(label, _LEFT - 8, place + 4, ' text-anchor="end"')


def _titles(plot: Plot) -> Iterator[str]:
    centre, middle = (_LEFT + _RIGHT) / 2, (_TOP + _BOTTOM) / 2
    if plot.title:
        yield _text(plot.title, centre, 28, ' text-anchor="middle" font-size="16"', longest=100)
    yield _text(plot.x_title, centre, _HEIGHT - 12, ' text-anchor="middle"', longest=100)
    yield _text(
        plot.y_title, 18, middle, f' text-anchor="middle" transform="rotate(-90 18 {middle})"', longest=100
    )
    named = [(number, each.name) for number, each in enumerate(plot.series) if each.name]
    for row, (number, name) in enumerate(named if len(plot.series) > 1 else []):
        place = _TOP + 10 + 20 * row
        yield f'<rect x="{_RIGHT + 16}" y="{place - 9}" width="12" height="12" fill="{_colour(number)}"/>'
        yield _text(name, _RIGHT + 34, place + 2)


def _series(series: Series, number: int, plot: Plot, x: Scale, y: Scale) -> Iterator[str]:
    colour = _colour(number)
    if series.kind == CELLS:
        yield from _cells(series, x, y)
        return
    if series.kind == BOXES:
        yield from _box(series, x, y, colour)
        return
    places = [
        (a, b) for one, other in zip(series.x, series.y, strict=True) if (a := x(one)) and (b := y(other))
    ]
    if series.kind == BARS:
        yield from _bars(places, number, plot, y(0.0) or _BOTTOM, colour)
        return
    path = "L".join(f"{a:.1f} {b:.1f}" for a, b in places)
    if series.kind == AREA and places:
        base = y(0.0) or _BOTTOM
        closed = f"M{places[0][0]:.1f} {base:.1f}L{path}L{places[-1][0]:.1f} {base:.1f}Z"
        yield f'<path d="{closed}" fill="{colour}" fill-opacity="0.3" stroke="{colour}"/>'
    elif series.kind == LINE and places:
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    if series.kind in {DOTS, LINE}:
        size = 4 if series.kind == DOTS else 2
        yield from (f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{size}" fill="{colour}"/>' for a, b in places)


def _bars(
    places: list[tuple[float, float]], number: int, plot: Plot, base: float, colour: str
) -> Iterator[str]:
    names = {_label(each) for series in plot.series for each in series.x}
    groups = [place for place, each in enumerate(plot.series) if each.kind == BARS]
    width = 0.8 * (_RIGHT - _LEFT) / max(len(names), 1) / len(groups)
    shift = (groups.index(number) - len(groups) / 2) * width
    for a, b in places:
        top, height = min(b, base), abs(b - base)
        yield (
            f'<rect x="{a + shift:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{colour}"/>'
        )


def _box(series: Series, x: Scale, y: Scale, colour: str) -> Iterator[str]:
    centre, ends = x(series.x[0]) or _LEFT, [y(each) or 0.0 for each in series.y]
    yield f'<path d="M{centre:.1f} {ends[0]:.1f}V{ends[4]:.1f}" stroke="{colour}"/>'
    yield (
        f'<rect x="{centre - 20:.1f}" y="{ends[3]:.1f}" width="40" height="{ends[1] - ends[3]:.1f}" '
        f'fill="white" stroke="{colour}"/>'
    )
    yield f'<path d="M{centre - 20:.1f} {ends[2]:.1f}h40" stroke="{colour}" stroke-width="2"/>'


def _cells(series: Series, x: Scale, y: Scale) -> Iterator[str]:
    numbers = [each for each in series.values if isinstance(each, float)]
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    width = (_RIGHT - _LEFT) / max(len(set(series.x)), 1)
    height = (_BOTTOM - _TOP) / max(len(set(series.y)), 1)
    for one, other, value in zip(series.x, series.y, series.values, strict=True):
        a, b = x(one), y(other)
        if a is None or b is None or not isinstance(value, float):
            continue
        grey = round(235 - 200 * (value - low) / ((high - low) or 1.0))
        yield (
            f'<rect x="{a - width / 2:.1f}" y="{b - height / 2:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}" fill="rgb({grey},{grey},{min(255, grey + 20)})"/>'
        )
        pen = "white" if grey < 140 else "black"  # noqa: PLR2004 - readable on the cell
        yield _text(f"{value:.4g}", a, b + 4, f' text-anchor="middle" fill="{pen}"')


def _text(words: str, x: float, y: float, rest: str = "", *, longest: int = LIMITS.longest_label) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{rest}>{escape(visible(words)[:longest], quote=False)}</text>'


def _label(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]
