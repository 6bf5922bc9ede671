"""A drawn plot passes; what holds more than a plot goes to review."""

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
        "A drawn plot has few colours and packs small. More than 1,024 colours or 2 MiB go to review, and so does "
        "a picture in which more than one pixel in ten differs from its neighbour by a step or two that no eye "
        "sees, and one whose lowest bits change at random over some forty stretches of eight pixels (80 bytes, one or two "
        "bits a colour, in a row or strewn over flat areas; pairs of values, Westfeld and Pfitzmann 1999). Digits are told by their shape: from nine lines of numbers one below the other, without the brackets "
        "that results have, a person looks, and what is read is compared with people like a table. So does a person "
        "from 500 cells of a lattice on, those under 8 pixels counted (8 / size)² times: the lattice is told by the "
        "even steps at which shades change, and its levels are compared with people as a table; from 48 cells on also "
        "where neither rows nor columns follow each other or explain the shades (a matrix of the same things down and "
        "across passes; empty lines, and lines like the one before, are left out first). A picture under 12 pixels wide or "
        "high is nothing but cells, a pixel each. Dots of one form are "
        "found wherever they stand, also where they touch; their places are compared with people too, and from 50 on, "
        "25 of them apart from everything else, a person looks, unless they lie on a curve or in lines, stand as many "
        "at each of a few places, or change colour along x and lie low as in a Manhattan plot. A frame that shows "
        "little but marks of one form is a scatter plot of a few: from five marks on a person looks, unless they "
        "stand at even steps, as groups and times do, or follow a curve; on a straight line they are one value a "
        "person. Marks that cover each other are found by the form that those apart have in common, where it "
        "fits into nearly all that a frame shows; over a band that runs all along the frame they are a Manhattan "
        "plot's. Every picture leaves "
        "encoded anew as PNG, its metadata and the four low bits of each colour gone."
    ),
    fires=(
        Example("a plot with a payload in the lowest bit of each pixel", _low_bits),
        Example("a plot with 200 bytes in the lowest bits of its first rows", _few_low_bits),
        Example("a picture of noise", _noise),
        Example("forty people's rows, typeset as a picture", _typeset),
        Example("1,600 bits as blocks of 4 pixels", _blocks),
        Example("a scatter plot of 200 people as pixels", _scatter),
        Example("a scatter plot of ten people as pixels", _ten_people_as_dots),
        Example("rings of 250 people that cover each other", _rings),
        Example("a heat map with a row for each of 100 people", _heat_map),
        Example("a heat map with a row for each of ten people", _ten_people_as_cells),
        Example("a heat map with a row for each of ten people, as JPEG", _ten_people_as_jpeg),
    ),
    silent=(
        Example("a curve as PNG", _png),
        Example("a curve as JPEG", _jpeg),
        Example("a heat map of 15 x 15 correlations, each with its number", _correlations),
        Example("a heat map of twelve rates in nine regions", _rates),
        Example("a Manhattan plot of 8,000 variants", _manhattan),
        Example("a QQ plot of 2,000 variants", _quantiles),
        Example("ten rates, a dot each, by year", _rates_by_year),
    ),
    limits=(
        "Fewer than nine lines of numbers, words, handwriting, and numbers on grounds of many colours are not told.",
        "Up to 500 cells of 8 pixels pass: 250 bytes at 16 shades. Cells of no whole number of pixels under 3 "
        "pixels, borders wider than a quarter of a cell, and faint colours blurred by JPEG are counted in part.",
        "Marks among letters, with more than half as many other strokes, each of another form, in order, those under 4 "
        "pixels that cover each other, or in a frame "
        "under 120 pixels pass below 25 that touch nothing: a mark says about 18 bits in 900 x 600 pixels. A picture of people coloured and ordered like a Manhattan plot passes "
        "unless its places are recognised.",
        "Scatter plots of variants, traits or covariates look like people and go to a person.",
        "Payloads in the four upper bits of colours survive, and show. Of those in the lower four only such in the "
        "lowest two are told, in flat areas and not along drawn edges; the copy has none of them.",
    ),
)
