"""A drawn plot passes; what holds more than a plot goes to review."""

import numpy as np
from matplotlib.figure import Figure
from PIL import Image
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


SPEC = DetectorSpec(
    detector="picture",
    rule=(
        "A drawn plot has few colours and packs small. More than 4,096 colours or 2 MiB go to review, and so does "
        "a picture in which more than one pixel in ten differs from its neighbour by a step or two that no eye "
        "sees. Every picture leaves encoded anew as PNG, its metadata and the four low bits of each colour gone."
    ),
    fires=(
        Example("a plot with a payload in the lowest bit of each pixel", _low_bits),
        Example("a picture of noise", _noise),
    ),
    silent=(
        Example("a curve as PNG", _png),
        Example("a curve as JPEG", _jpeg),
    ),
    limits=(
        "What is drawn is not read: a table as a picture passes, and so do blocks of colour made to carry bits. "
        "At 720 x 960 pixels blocks of 4 pixels carry 5 kB.",
        "A scatter plot of pixels passes, however many dots it has; its dots are placed to a pixel or so.",
        "Payloads in the four upper bits of colours survive, and show.",
    ),
)
