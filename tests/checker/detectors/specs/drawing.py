"""One mark per person goes to review; curves, bins, grids and Manhattan plots do not."""

import json

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.figure import Figure
from scipy.special import ndtri
from tests.checker.detectors.spec import DetectorSpec, Example

mpl.rcParams["svg.hashsalt"] = "spec"


def _two_measures(bench, people):
    numbers = [
        name
        for name, kind in bench.people.schema.items()
        if kind.is_float() and bench.people[name].null_count() < len(bench.people) // 2
    ]
    return bench.people.select(numbers[:2]).drop_nulls().sample(people, seed=3).to_numpy().T


def _drawn(folder, name, draw):
    figure = Figure(figsize=(5, 4))
    draw(figure.subplots())
    figure.savefig(folder / name)
    return folder / name


def _scatter(bench, folder):
    x, y = _two_measures(bench, 200)
    return _drawn(folder, "scatter.svg", lambda axes: axes.scatter(x, y))


def _ten_people(bench, folder):
    return _drawn(folder, "scatter.svg", lambda axes: axes.scatter(*bench.draw.normal(size=(2, 10))))


def _ten_joined(bench, folder):
    return _drawn(folder, "line.svg", lambda axes: axes.plot(*bench.draw.normal(size=(2, 10))))


def _forest(bench, folder):
    estimates = bench.draw.normal(size=10)
    return _drawn(folder, "forest.svg", lambda axes: axes.errorbar(estimates, range(10), xerr=0.4, fmt="o"))


def _residuals(bench, folder):
    fitted, noise = bench.draw.normal(size=(2, 150))
    return _drawn(folder, "residuals.pdf", lambda axes: axes.plot(fitted, noise, "o"))


def _interactive(bench, folder):
    x, y = (values.tolist() for values in _two_measures(bench, 120))
    trace = json.dumps([{"type": "scatter", "mode": "markers", "x": x, "y": y}])
    (folder / "plot.html").write_text(f"<html><script>Plotly.newPlot('a', {trace})</script></html>")
    return folder / "plot.html"


def _whole_numbers(bench, folder):
    x, y = (bench.draw.normal(middle, spread, 400).round() for middle, spread in ((57, 8), (138, 18)))
    return _drawn(folder, "ages.pdf", lambda axes: axes.scatter(x, y))


def _joined(bench, folder):
    x, y = _two_measures(bench, 150)
    return _drawn(folder, "line.svg", lambda axes: axes.plot(x, y))


def _measures_that_go_together(bench, folder):
    first, noise = bench.draw.normal(size=(2, 300))
    return _drawn(folder, "pair.svg", lambda axes: axes.scatter(np.exp(first), np.exp(first + noise / 2)))


def _lattice(bench, folder):
    del bench
    x, y = np.meshgrid(np.arange(30), np.arange(26))
    return _drawn(folder, "lattice.svg", lambda axes: axes.scatter(x.ravel(), y.ravel()))


def _noisy_series(bench, folder):
    return _drawn(folder, "noise.pdf", lambda axes: axes.plot(np.arange(200), bench.draw.normal(size=200)))


def _survival(bench, folder):
    del bench
    steps = np.exp(-np.linspace(0, 2, 400))
    return _drawn(folder, "km.svg", lambda axes: axes.step(np.arange(400), steps, marker="+"))


def _monthly_rates(bench, folder):
    rates = 20 + np.cumsum(bench.draw.normal(size=80))
    return _drawn(folder, "rates.pdf", lambda axes: axes.plot(np.arange(80), rates, "o-"))


def _histogram(bench, folder):
    ages = pl.Series(bench.draw.normal(55, 8, 4_000)).hist(bin_count=60)
    return _drawn(folder, "ages.svg", lambda axes: axes.bar(ages["breakpoint"], ages["count"], width=0.5))


def _manhattan(bench, folder):
    p = -np.log10(bench.draw.uniform(size=3_000))

    def draw(axes):
        axes.plot(np.sort(bench.draw.uniform(0, 3e9, 3_000)), p, ".")
        axes.set_ylabel("-log10 p")

    with mpl.rc_context({"svg.fonttype": "none"}):
        return _drawn(folder, "manhattan.svg", draw)


def _rug(bench, folder):
    values = _two_measures(bench, 60)[0]
    return _drawn(folder, "rug.svg", lambda axes: axes.vlines(values, 0, 0.1))


def _visits(bench, folder):
    visits = bench.draw.normal(size=(30, 1)) + bench.draw.normal(size=(30, 4))
    return _drawn(folder, "visits.pdf", lambda axes: axes.plot(visits.T))


def _swimmers(bench, folder):
    start, stay = bench.draw.uniform(1, 5, (2, 30))
    return _drawn(folder, "swimmers.svg", lambda axes: axes.hlines(range(30), start, start + stay))


def _quantiles(bench, folder):
    values = np.sort(_two_measures(bench, 60)[0])
    normal = ndtri((np.arange(60) + 0.5) / 60)
    return _drawn(folder, "qq.svg", lambda axes: axes.plot(normal, values, "o"))


def _grid(bench, folder):
    del bench

    def draw(axes):
        axes.loglog([1, 10_000], [1, 1_000])
        axes.grid(which="both")

    return _drawn(folder, "grid.svg", draw)


SPEC = DetectorSpec(
    detector="drawing",
    rule=(
        "Every point of a drawing (SVG, PDF, charts of Office files, plotly) is a row of coordinates. A "
        "series of `dots_drawn` or more scattered points goes to review. Points are scattered when "
        "neighbours along either axis are independent (von Neumann's ratio at least 0.6, or 0.1 for "
        "points at uneven steps, as for two correlated measures) and both coordinates take many values "
        "(24, or a quarter of the points), none of them as often as the next. So do points on a straight "
        "line in uneven steps, and as many places that one line joins to and fro. Of points that stand "
        "alone (no other shapes, no line) `lone_marks` are enough, unless they lie at even steps or "
        "follow a curve, or the text mentions estimates; so are five places that a line joins where a "
        "sixteenth of its pairs of segments cross. Other shapes that repeat encode values too: where a "
        "tick is, where a bar or span ends, the vertices of a short line, the shade of a cell. These are "
        "read as tables, one row a shape. 12 ticks at irregular places, 20 lines that cross, 20 bars or "
        "spans without names in no order or sorted, 30 points that are sorted values, and `dots_drawn` "
        "points at a few places go to review. So do bars of a picture that gaps part, where several stand "
        "beside one another or there are 60. Bins that touch, named bars, scales and curves do not. "
        "Whether any of these are participants' values is judged by `row-match`, which reads the tables."
    ),
    fires=(
        Example("a scatter plot of two measures of 200 people, as SVG", _scatter),
        Example("a scatter plot of ten people", _ten_people),
        Example("an unordered line through ten people", _ten_joined),
        Example("150 residuals, as PDF", _residuals),
        Example("an interactive plot of 120 people", _interactive),
        Example("two whole numbers of 400 people", _whole_numbers),
        Example("an unordered line through 150 people", _joined),
        Example("two correlated measures of 300 people", _measures_that_go_together),
        Example("a rug of 60 people", _rug),
        Example("four readings of 30 people, a line each", _visits),
        Example("a bar from start to end for each of 30 people", _swimmers),
        Example("60 people's values against normal quantiles", _quantiles),
    ),
    silent=(
        Example("a grid of two logarithmic axes", _grid),
        Example("a survival curve with its steps marked", _survival),
        Example("80 monthly rates, each a point on a line", _monthly_rates),
        Example("ten estimates with their intervals", _forest),
        Example("a histogram of 60 bars", _histogram),
        Example("a Manhattan plot of 3,000 variants", _manhattan),
        Example("a lattice of 780 points", _lattice),
        Example("a time series of 200 independent values", _noisy_series),
    ),
    limits=(
        (
            "Fewer than 50 points pass among other shapes, on lines, at even steps, or beside words such "
            "as 'hazard ratio'; sorted points pass where they are fewer than 30."
        ),
        "A bar or span for each person passes if it has a name that is no number, or if there are fewer than 20.",
        "Points that lie mostly along one edge pass where the drawing mentions chromosomes or p-values.",
        "Points drawn in many shapes are not counted, but are compared as tables.",
        "Coordinates in the released copy keep five figures: about 16 bits each.",
    ),
)
