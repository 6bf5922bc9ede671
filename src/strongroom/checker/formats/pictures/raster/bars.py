"""Finds bars in pixels: stretches of ink that begin at a common line, parted by gaps."""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.background import Colours
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_ink: int = threshold(40, "steps of 256", "judgement: what is fainter is a grid or a shade of JPEG")
    least_share: float = threshold(
        0.2, "share of the height", "judgement: bars of a plot fill most of it; letters begin at a margin too"
    )
    least_rows: int = threshold(20, "rows of bars", "judgement: fewer are groups")
    least_lengths: int = threshold(
        10, "different lengths", "judgement: frames, axes and letters end at few places"
    )
    least_length: float = threshold(
        12.0, "pixels, the median", "judgement: letters at a margin are shorter than bars"
    )
    blurred: float = threshold(2.0, "pixels", "judgement: edges of a bar are drawn in shades of its colour")
    least_flat: float = threshold(
        0.9, "share of the bars", "judgement: letters and areas at a line have no one length"
    )
    most_lines: int = threshold(12, "lines at which bars begin", "cost: each is a column of a table")


LIMITS = _Limits()


def find_bars(picture: Colours) -> list[Numbers]:
    """Return lengths of bars in pixels, shape (bars, lines at which they begin), horizontal ones first.

    Bars are parted by gaps; `picture` has shape (height, width, 3).
    """
    ink = _contrast(picture) >= LIMITS.least_ink
    # A bar of a waterfall may begin at either side of its line: both are searched.
    found = [_bars(each) for each in (ink, ink[:, ::-1], ink.T, ink.T[:, ::-1])]
    return [each for each in found if each is not None]


def _contrast(picture: Colours) -> Numbers:
    """Return each pixel's contrast to the commonest colour alone: bars may cover half the picture."""
    coarse = (picture >> 4).astype(np.uint16)
    codes = coarse[..., 0] << 8 | coarse[..., 1] << 4 | coarse[..., 2]
    commonest = int(np.bincount(codes.ravel(), minlength=1 << 12).argmax())
    ground = np.median(picture[codes == commonest], axis=0)
    return np.asarray(np.abs(picture.astype(np.int16) - ground.astype(np.int16)).max(axis=2))


def _bars(ink: Flags) -> Numbers | None:
    before = np.zeros_like(ink)
    before[:, 1:] = ink[:, :-1]
    starts = ink & ~before
    many = starts.sum(axis=0)
    lines = np.flatnonzero(many >= LIMITS.least_share * len(ink))
    if not 0 < len(lines) <= LIMITS.most_lines:
        return None
    ends = _ends(ink)
    lengths = np.where(starts[:, lines], ends[:, lines] - lines, 0)
    kept = [place for place in range(len(lines)) if _vary(lengths[:, place])]
    if not kept:
        return None
    return _rows(lengths[:, kept])


def _rows(lengths: NDArray[np.int64]) -> Numbers | None:
    """Return one row of lengths for each bar; None where what begins at the lines is no bar."""
    drawn: Flags = np.asarray((lengths > 0).all(axis=1))
    first = np.flatnonzero(drawn & ~np.concatenate([[False], drawn[:-1]]))
    if len(first) < LIMITS.least_rows:
        return None
    ends = np.append(np.flatnonzero(~drawn), len(drawn))
    bars = [lengths[start : ends[np.searchsorted(ends, start)]] for start in first]
    flat = [float(np.ptp(each, axis=0).max()) <= LIMITS.blurred for each in bars]
    rows = np.array([np.median(each, axis=0) for each in bars])
    if np.mean(flat) < LIMITS.least_flat or len(np.unique(rows, axis=0)) < LIMITS.least_rows:
        return None
    return rows


def _ends(ink: Flags) -> NDArray[np.int64]:
    """Return for each pixel where the ink that begins there ends, the first pixel without."""
    places = np.where(ink, ink.shape[1], np.arange(ink.shape[1]))
    return np.minimum.accumulate(places[:, ::-1], axis=1)[:, ::-1].astype(np.int64)


def _vary(lengths: NDArray[np.int64]) -> bool:
    drawn = lengths[lengths > 0]
    return len(np.unique(drawn)) >= LIMITS.least_lengths and float(np.median(drawn)) >= LIMITS.least_length
