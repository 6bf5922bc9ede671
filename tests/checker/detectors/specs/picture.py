"""A drawn plot passes; a picture that holds more than a plot goes to review."""

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont
from tests.checker.detectors.spec import DetectorSpec, Example


def _plot():
    figure = Figure(figsize=(5, 4))
    figure.subplots().plot(np.linspace(0, 6, 200), np.sin(np.linspace(0, 6, 200)))
    return figure


def _low_bits(bench, folder):
    figure = _plot()
    figure.savefig(folder / "plot.png")
    pixels = np.asarray(Image.open(folder / "plot.png").convert("RGB")).copy()
    pixels ^= bench.draw.integers(0, 2, pixels.shape, dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "plot.png")
    return folder / "plot.png"


def _few_low_bits(bench, folder):
    _plot().savefig(folder / "plot.png")
    pixels = np.asarray(Image.open(folder / "plot.png").convert("RGB")).copy()
    pixels.reshape(-1)[:1_600] ^= bench.draw.integers(0, 2, 1_600, dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "plot.png")
    return folder / "plot.png"


def _noise(bench, folder):
    Image.fromarray(bench.draw.integers(0, 256, (300, 300, 3), dtype=np.uint8)).save(folder / "scan.png")
    return folder / "scan.png"


def _png(bench, folder):
    del bench
    _plot().savefig(folder / "curve.png")
    return folder / "curve.png"


def _jpeg(bench, folder):
    del bench
    _plot().savefig(folder / "curve.jpg")
    return folder / "curve.jpg"


def _typeset(bench, folder):
    rows = bench.people.select(bench.people.columns[1:7])[:40].iter_rows()
    page = Image.new("RGB", (700, 640), "white")
    for line, row in enumerate(rows):
        words = "   ".join("0" if cell is None else str(cell) for cell in row)
        ImageDraw.Draw(page).text((8, 8 + 15 * line), words, fill="black", font=ImageFont.load_default(12))
    page.save(folder / "table.png")
    return folder / "table.png"


def _blocks(bench, folder):
    bits = bench.draw.integers(0, 2, (40, 40), dtype=np.uint8) * 255
    Image.fromarray(np.kron(bits, np.ones((4, 4), np.uint8))).save(folder / "blocks.png")
    return folder / "blocks.png"


def _scatter(bench, folder):
    figure = Figure(figsize=(6, 4))
    figure.subplots().scatter(*bench.draw.normal(size=(2, 200)), s=5)
    figure.savefig(folder / "scatter.png", dpi=120)
    return folder / "scatter.png"


def _ten_people_as_dots(bench, folder):
    figure = Figure(figsize=(6, 4))
    figure.subplots().scatter(*bench.draw.normal(size=(2, 10)), s=9)
    figure.savefig(folder / "scatter.png", dpi=120)
    return folder / "scatter.png"


def _rates_by_year(bench, folder):
    figure = Figure(figsize=(6, 4))
    figure.subplots().plot(range(2010, 2020), bench.draw.normal(size=10), "o")
    figure.savefig(folder / "rates.png", dpi=120)
    return folder / "rates.png"


def _rings(bench, folder):
    figure = Figure(figsize=(6, 4))
    places = bench.draw.exponential(size=(2, 250)) ** 2
    figure.subplots().scatter(*places, s=9, facecolors="none", edgecolors="C0", linewidths=0.5)
    figure.savefig(folder / "scatter.png", dpi=150)
    return folder / "scatter.png"


def _ten_people_as_jpeg(bench, folder):
    figure = Figure(figsize=(6, 4))
    axes = figure.subplots()
    figure.colorbar(axes.pcolormesh(bench.draw.normal(size=(10, 6)), cmap="RdBu"))
    figure.savefig(folder / "heat map.jpg", dpi=150)
    return folder / "heat map.jpg"


def _heat_map(bench, folder):
    figure = Figure(figsize=(6, 8))
    figure.subplots().pcolormesh(bench.draw.normal(size=(100, 8)))
    figure.savefig(folder / "heat map.png", dpi=120)
    return folder / "heat map.png"


def _ten_people_as_cells(bench, folder):
    figure = Figure(figsize=(6, 4))
    figure.subplots().imshow(bench.draw.normal(size=(10, 6)), cmap="RdBu", aspect="auto")
    figure.savefig(folder / "heat map.png", dpi=120)
    return folder / "heat map.png"


def _rates(bench, folder):
    figure = Figure(figsize=(6, 4))
    disease, region = bench.draw.normal(size=(1, 12)), bench.draw.normal(0, 0.4, (9, 1))
    figure.subplots().imshow(disease + region + bench.draw.normal(0, 0.2, (9, 12)), aspect="auto")
    figure.savefig(folder / "rates.png", dpi=120)
    return folder / "rates.png"


def _manhattan(bench, folder):
    figure = Figure(figsize=(9, 4))
    place = np.arange(8_000)
    figure.subplots().scatter(place, bench.draw.exponential(size=8_000), s=2, c=place // 400 % 2)
    figure.savefig(folder / "manhattan.png", dpi=120)
    return folder / "manhattan.png"


def _quantiles(bench, folder):
    figure = Figure(figsize=(5, 5))
    ranks = np.log(np.arange(1, 2_001) / 2_001)
    figure.subplots().scatter(-ranks, np.sort(bench.draw.exponential(size=2_000))[::-1], s=3)
    figure.savefig(folder / "qq.png", dpi=120)
    return folder / "qq.png"


def _correlations(bench, folder):
    figure = Figure(figsize=(6, 5))
    axes = figure.subplots()
    shares = np.corrcoef(bench.draw.normal(size=(15, 200)))
    axes.imshow(shares)
    for y, x in np.ndindex(shares.shape):
        axes.text(x, y, f"{shares[y, x]:.1f}", ha="center", va="center", fontsize=5)
    figure.savefig(folder / "correlations.png", dpi=150)
    return folder / "correlations.png"


SPEC = DetectorSpec(
    detector="picture",
    rule=(
        "A drawn plot has few colours and compresses well. More than `picture_colours` colours or "
        "`picture_kb` kilobytes go to review, and so does a picture in which more than one pixel in ten "
        "differs from its neighbour by an invisible step or two, and one whose lowest bits vary at random "
        "over some forty runs of eight pixels (80 bytes, one or two bits a colour, in one place or "
        "scattered over flat areas; pairs of values, Westfeld and Pfitzmann 1999). Digits are recognised "
        "by their shape: from `picture_lines` lines of numbers, one below the other and without the "
        "brackets of results, the picture is reviewed, and the numbers read are compared with "
        "participants as a table. From `picture_cells` cells of a lattice, those under 8 pixels counted "
        "(8 / size)² times, it is reviewed: the lattice is recognised by the even steps at which shades "
        "change, and its levels are compared with participants as a table. From `loose_cells` cells it is "
        "also reviewed where neither the order of rows and columns nor their effects explain the shades "
        "(a matrix of the same things in rows and columns passes; empty lines, and lines like the one "
        "before, are left out first). A picture under 12 pixels wide or high is read as cells, one per "
        "pixel. Points of one shape are found anywhere, also where they overlap; their coordinates are "
        "compared with participants too, and from `dots_drawn`, 25 of them apart from everything else, "
        "the picture is reviewed, unless they lie on a curve or in lines, are equally many at each of a "
        "few places, or change colour along x and lie low as in a Manhattan plot. A plot that shows "
        "little but points of one shape is a scatter plot of a few: from `lone_marks` points it is "
        "reviewed, unless they lie at even steps, as groups and times do, or follow a curve; on a "
        "straight line they are one value per person. Overlapping points are found by the shape that the "
        "others have in common, where it fits nearly all that a plot shows; over a band along the whole "
        "plot they are those of a Manhattan plot. Every released picture is encoded again as PNG, without "
        "its metadata and the four low bits of each colour."
    ),
    fires=(
        Example("a plot with a payload in the lowest bit of each pixel", _low_bits),
        Example("a plot with 200 bytes in the lowest bits of its first rows", _few_low_bits),
        Example("a picture of noise", _noise),
        Example("forty people's rows, typeset as a picture", _typeset),
        Example("1,600 bits as blocks of 4 pixels", _blocks),
        Example("a scatter plot of 200 people as pixels", _scatter),
        Example("a scatter plot of ten people as pixels", _ten_people_as_dots),
        Example("250 people as overlapping rings", _rings),
        Example("a heat map with one row per person, for 100 people", _heat_map),
        Example("a heat map with one row per person, for ten people", _ten_people_as_cells),
        Example("a heat map with one row per person, for ten people, as JPEG", _ten_people_as_jpeg),
    ),
    silent=(
        Example("a curve as PNG", _png),
        Example("a curve as JPEG", _jpeg),
        Example("a heat map of 15 x 15 correlations, each with its number", _correlations),
        Example("a heat map of twelve rates in nine regions", _rates),
        Example("a Manhattan plot of 8,000 variants", _manhattan),
        Example("a QQ plot of 2,000 variants", _quantiles),
        Example("ten yearly rates, one point each", _rates_by_year),
    ),
    limits=(
        (
            "Fewer than nine lines of numbers, words, handwriting, and numbers on multi-coloured "
            "backgrounds are not read."
        ),
        (
            "Up to 500 cells of 8 pixels pass: 250 bytes at 16 shades. Cells under 3 pixels that are not "
            "a whole number of pixels wide, borders wider than a quarter of a cell, and faint colours "
            "blurred by JPEG are counted in part."
        ),
        (
            "Points among letters, with more than half as many other strokes, each of another shape, in "
            "order, those under 4 pixels that overlap, or in a plot under 120 pixels pass below 25 that "
            "touch nothing: a point holds about 18 bits in 900 x 600 pixels. A picture of people coloured "
            "and ordered like a Manhattan plot passes unless its coordinates are recognised."
        ),
        "Scatter plots of variants, traits or covariates look like people and go to review.",
        (
            "Payloads in the four upper bits of colours survive, and are visible. Of those in the lower "
            "four only such in the lowest two are detected, in flat areas and not along drawn edges; the "
            "released copy has none of them."
        ),
    ),
)
