"""Figures: plots as files, and what can be put into their pixels."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks.leak import Draw
from PIL import Image, ImageDraw


def figure(width: float = 6, height: float = 4, *, panels: int = 0) -> tuple[Any, Any]:
    """Return a new figure and its axes, drawn without a window; with `panels` a list of as many axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to load
    from matplotlib.figure import Figure  # noqa: PLC0415

    made = Figure((width, height))
    FigureCanvasAgg(made)
    return made, list(made.subplots(1, panels, squeeze=False)[0]) if panels else made.subplots()


def scatter(x: pl.Series, y: pl.Series, form: str, path: Path) -> Path:
    """Draw one mark a person, as marks or as one path, into an SVG or a PDF."""
    made, axes = figure()
    if form == "svg paths":
        # As it is set by default, places on one line are merged, and of a thousand people four leave.
        axes.plot(x, y, linewidth=0.5)[0].get_path().should_simplify = False
    else:
        axes.scatter(x, y, s=4)
    axes.set_xlabel("component 1")
    target = path.with_suffix(".pdf" if form.startswith("pdf") else ".svg")
    made.savefig(target)
    return target


def dots(numbers: pl.DataFrame, marks: str, path: Path) -> Path:
    """Draw one mark a person for each pair of columns, a panel each, as a picture of pixels."""
    pairs = [numbers.columns[place : place + 2] for place in range(0, numbers.width - 1, 2)]
    styles = {"dots": {"s": 4}, "circles": {"s": 9, "facecolors": "none", "edgecolors": "C0"}}
    styles |= {"crosses": {"s": 9, "marker": "x"}, "pixels": {"marker": "s", "s": 0.3}}
    made, panels = figure(6 * len(pairs), 4, panels=len(pairs))
    for axes, pair in zip(panels, pairs, strict=True):
        shown = numbers.select(pair).drop_nulls()
        axes.scatter(*shown, linewidths=0.5, **styles[marks])
    options = {"pil_kwargs": {"quality": 90}} if path.suffix == ".jpg" else {}
    made.savefig(path, dpi=150, **options)
    return path


def kaplan_meier_png(draw: Draw) -> bytes:
    """Return a survival curve of two groups as PNG."""
    made, axes = figure()
    for label in ("control", "treated"):
        axes.step(np.arange(0, 10, 0.25), np.cumprod(1 - draw.uniform(0, 0.02, 40)), label=label)
    axes.set_xlabel("years")
    axes.legend()
    buffer = io.BytesIO()
    made.savefig(buffer, format="png", dpi=150)
    return buffer.getvalue()


def heat_map(numbers: pl.DataFrame, target: Path) -> None:
    """Write every cell as one pixel, its column's smallest value black and its largest white."""
    filled = numbers.with_columns(pl.all().fill_null(pl.all().mean())).fill_null(0).to_numpy()
    low, high = filled.min(axis=0), filled.max(axis=0)
    shades = np.round(255 * (filled - low) / np.where(high > low, high - low, 1)).astype(np.uint8)
    Image.fromarray(shades).save(target)


def coloured_cells(numbers: pl.DataFrame, scale: str, *, each: bool, bordered: bool, target: Path) -> None:
    """Draw a heat map of a row a person, columns standardised or drawn between their ends."""
    filled = numbers.with_columns(pl.all().fill_null(pl.all().mean())).fill_null(0).to_numpy()
    low, wide = (
        (filled.min(axis=0), np.ptp(filled, axis=0)) if each else (filled.mean(axis=0), filled.std(axis=0))
    )
    shown = (filled - low) / np.where(wide > 0, wide, 1)
    made, axes = figure(6, max(4, min(40, len(shown) / 10)))
    cells = axes.pcolormesh(shown, cmap=scale, edgecolors="white" if bordered else None, linewidth=0.3)
    made.colorbar(cells)
    made.savefig(target, dpi=150)


def typeset(table: pl.DataFrame, target: Path) -> None:
    """Draw the table's text, one line a row."""
    lines = [" ".join(table.columns), *(" ".join(map(str, row)) for row in table.iter_rows())]
    width = min(4_000, 20 + 6 * max(map(len, lines)))
    picture = Image.new("RGB", (width, 20 + 12 * len(lines)), "white")
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((8, 8 + 12 * number), line, fill="black")
    picture.save(target)


def with_low_bits(png: bytes, payload: bytes) -> bytes:
    """Return a picture, tiled until it is large enough, with a payload in the lowest bit of every colour."""
    bits = np.unpackbits(np.frombuffer(payload, np.uint8))
    pixels = np.array(Image.open(io.BytesIO(png)).convert("RGB"))
    pixels = np.tile(pixels, (-(-bits.size // pixels.size), 1, 1))
    flat = pixels.reshape(-1)
    flat[: bits.size] = flat[: bits.size] & 0xFE | bits
    return _png(flat.reshape(pixels.shape))


def low_bits_remain(copy: bytes, payload: bytes) -> bool:
    """Tell whether any of the eight bits of a copy's colours agrees with a payload more than chance explains.

    Six standard errors from one half: chance comes so far once in 500 million times.
    """
    bits = np.unpackbits(np.frombuffer(payload, np.uint8))
    colours = np.array(Image.open(io.BytesIO(copy)).convert("RGB")).reshape(-1)[: bits.size]
    agreed = np.array([np.mean((colours >> place & 1) == bits[: colours.size]) for place in range(8)])
    return bool((np.abs(2 * agreed - 1) * np.sqrt(bits.size) > 6).any())


def as_blocks(payload: bytes, size: int = 4) -> bytes:
    """Return a picture of black and white squares, one a bit."""
    bits = np.unpackbits(np.frombuffer(payload, np.uint8))
    side = int(np.ceil(np.sqrt(bits.size)))
    grid = np.zeros(side * side, np.uint8)
    grid[: bits.size] = bits * 255
    return _png(np.kron(grid.reshape(side, side), np.ones((size, size), np.uint8)))


def _png(pixels: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
