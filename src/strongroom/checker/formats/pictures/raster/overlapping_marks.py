"""Overlapping marks of a plot: clumps that the form of a mark covers completely."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.components import Blobs, Boxes, blobs, summed
from strongroom.thresholds import Thresholds, threshold

Ink = NDArray[np.bool_]
Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    core: float = threshold(
        0.9,
        "share of isolated marks",
        "judgement: pixels that as many isolated marks cover are the mark's form",
    )
    fewest_isolated: int = threshold(5, "marks", "judgement: fewer isolated marks do not show the form")
    fewest_of_a_size: int = threshold(
        3, "marks", "judgement: marks of one size to the pixel that show its form"
    )
    common_form: float = threshold(
        0.6,
        "share of a mark's pixels",
        "judgement: what all marks of a size have in common; letters have less",
    )
    smallest: int = threshold(4, "pixels", "judgement: any line is made of smaller ones")
    form_covers: float = threshold(
        0.4,
        "share of isolated marks' pixels",
        "judgement: by trial on the benchmark: if the form covers less of each, there is none",
    )
    form_covers_all: float = threshold(
        0.6,
        "share of that",
        "judgement: by trial on the benchmark: what the form covers of all pixels",
    )
    made_of_marks: float = threshold(
        0.4,
        "share of strokes",
        "judgement: by trial on the benchmark: a ring half a pixel larger has another form",
    )
    largest_clump: float = threshold(
        6.0, "marks", "judgement: overlapping points form clumps of all sizes, bars and bands do not"
    )
    fewest_clumps: int = threshold(
        3, "clumps", "judgement: overlapping points form clumps of all sizes, bars and bands do not"
    )
    single: float = threshold(
        0.75, "share of a mark's size", "judgement: the form fits within this distance of one mark only"
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class SeparatedMarks:
    """Positions of overlapping marks, in pixels: the separable ones, then samples of solid areas.

    `y` and `x` have shape (n,); the first `singles` are single marks.
    """

    y: Numbers
    x: Numbers
    singles: int


def separate_marks(ink: Ink, held: Blobs, alone: NDArray[np.intp], own: Ink) -> SeparatedMarks | None:
    """Return the marks of a frame whose ink they cover, or None if they explain too little of it.

    `alone` are the strokes that are isolated marks, `own` those the ink belongs to.
    """
    forms = _forms(ink, held.boxes[alone])
    if not forms or _clumps(held, alone, own, max(forms[0].shape)) < LIMITS.fewest_clumps:
        return None
    fits = [_fits(ink, form) for form in forms]
    covered = np.logical_or.reduce([_covered(*each) for each in zip(fits, forms, strict=True)])
    shares = _shares(covered, ink, held.boxes[own])
    by_itself = float(np.median(_shares(covered, ink, held.boxes[alone])))
    if (
        by_itself < LIMITS.form_covers
        or float((shares >= LIMITS.form_covers_all * by_itself).mean()) < LIMITS.made_of_marks
    ):
        return None
    if float(covered.sum()) < LIMITS.form_covers_all * by_itself * float(ink.sum()):
        return None
    return _separated(_middles(fits, forms, ink.shape), forms[0].shape)


def _forms(ink: Ink, boxes: Boxes) -> list[Ink]:
    """Return the pixels common to nearly all marks of a size, for the commonest size and those a pixel off.

    A mark placed half a pixel further has another size. Empty if the commonest ones share no form.
    """
    sizes, many = np.unique(boxes[:, 2:] - boxes[:, :2], axis=0, return_counts=True)
    if len(boxes) < LIMITS.fewest_isolated or sizes.min() < LIMITS.smallest:
        return []
    near = np.abs(sizes - sizes[many.argmax()]).max(axis=1) <= 1
    common = [
        place
        for place in np.argsort(-many, kind="stable")
        if near[place] and many[place] >= LIMITS.fewest_of_a_size
    ]
    forms = [_form(ink, boxes, sizes[place]) for place in common]
    return [form for form in forms if form is not None] if forms and forms[0] is not None else []


def _form(ink: Ink, boxes: Boxes, size: Boxes) -> Ink | None:
    high, wide = (int(side) for side in size)
    same = boxes[(boxes[:, 2:] - boxes[:, :2] == size).all(axis=1)]
    crops = np.stack([ink[top : top + high, left : left + wide] for top, left in same[:, :2].tolist()])
    form = np.asarray(crops.mean(axis=0) >= LIMITS.core)
    return (
        form if float(form.sum()) >= LIMITS.common_form * float(np.median(crops.sum(axis=(1, 2)))) else None
    )


def _separated(middles: Ink, size: tuple[int, ...]) -> SeparatedMarks:
    """Return the centres of single marks, and samples of areas where marks may be anywhere."""
    places = blobs(middles, middles.astype(np.uint8))
    extent = places.boxes[:, 2:] - places.boxes[:, :2]
    single = (extent <= np.maximum(LIMITS.single * np.array(size), 1)).all(axis=1)
    solid = _samples(middles, places.boxes[~single], size)
    return SeparatedMarks(
        np.concatenate([places.y[single], solid[:, 0]]),
        np.concatenate([places.x[single], solid[:, 1]]),
        int(single.sum()),
    )


def _middles(fits: list[Ink], forms: list[Ink], shape: tuple[int, ...]) -> Ink:
    """Return where the centre of any fitting form lies."""
    middles = np.zeros(shape, bool)
    for where, form in zip(fits, forms, strict=True):
        down, along = form.shape[0] // 2, form.shape[1] // 2
        middles[down : down + where.shape[0], along : along + where.shape[1]] |= where
    return middles


def _clumps(held: Blobs, alone: NDArray[np.intp], own: Ink, longest: int) -> int:
    """Count the strokes that are a few touching marks."""
    other = own.copy()
    other[alone] = False
    one = float(np.median(held.area[alone]))
    extent = (held.boxes[other, 2:] - held.boxes[other, :2]).max(axis=1, initial=0)
    few = (
        (held.area[other] > one)
        & (held.area[other] <= LIMITS.largest_clump * one)
        & (extent <= LIMITS.largest_clump * longest)
    )
    return int(few.sum())


def _fits(ink: Ink, form: Ink) -> Ink:
    """Return at which positions of its top left corner the form lies completely in ink."""
    high, wide = ink.shape[0] - form.shape[0] + 1, ink.shape[1] - form.shape[1] + 1
    fits = np.ones((max(high, 0), max(wide, 0)), bool)
    for down, along in np.argwhere(form).tolist():
        fits &= ink[down : down + high, along : along + wide]
    return fits


def _covered(fits: Ink, form: Ink) -> Ink:
    covered = np.zeros((fits.shape[0] + form.shape[0] - 1, fits.shape[1] + form.shape[1] - 1), bool)
    for down, along in np.argwhere(form).tolist():
        covered[down : down + fits.shape[0], along : along + fits.shape[1]] |= fits
    return covered


def _shares(covered: Ink, ink: Ink, boxes: Boxes) -> Numbers:
    """Return the share of the ink in each box that is covered."""
    top, left, bottom, right = boxes.T
    sums = [summed(of) for of in (covered, ink)]
    held = [each[bottom, right] - each[top, right] - each[bottom, left] + each[top, left] for each in sums]
    return np.asarray(held[0] / np.maximum(held[1], 1))


def _samples(fits: Ink, boxes: Boxes, size: tuple[int, ...]) -> Numbers:
    """Return positions in solid areas, as densely as marks side by side: shape (n, 2)."""
    inside = np.zeros(fits.shape, bool)
    for top, left, bottom, right in boxes.tolist():
        inside[top:bottom, left:right] = True
    taken = np.zeros(fits.shape, bool)
    taken[:: max(size[0] // 2, 1), :: size[1]] = True
    return np.argwhere(fits & inside & taken).astype(np.float64)
