"""Guess: initial readings of a table's columns, from which rows and columns are settled."""

from collections.abc import Iterator

import numpy as np

from strongroom.matching.alignment.column_fitting import ColumnFitter
from strongroom.matching.alignment.covariance_start import jointly_smoothed, same_named_columns
from strongroom.matching.alignment.exact_values import ExactMatches, match_exact_values
from strongroom.matching.alignment.initial_guess import Guess, guess
from strongroom.matching.alignment.projection_start import projected
from strongroom.matching.alignment.subject import Reading, Subject
from strongroom.matching.recognised import Pairs
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    blurred: float = threshold(
        0.7,
        "share of the first guess's blur",
        "judgement: the guess tries few blurs and errs upwards; less would keep only people near by chance",
    )
    slack: float = threshold(
        0.03,
        "share of a column's SD",
        "judgement: least noise of transformed columns; a few dozen pairs misplace the ends of a line",
    )


LIMITS = _Limits()


def starts(subject: Subject, draw: np.random.Generator, *, seed: int) -> Iterator[Reading]:
    """Yield initial readings of the columns; later ones are used where earlier ones match nobody."""
    first = guess(subject.likely, subject.reaches, draw=draw)
    fitter = subject.fitter
    guessed = {} if first is None else first.columns
    if first is not None and not first.plain:
        exact = _exact_values(subject, first, fitter, seed)
        if exact is not None:
            yield Reading(exact.columns, fitter.fitted(exact.columns, exact.pairs))
    if first is not None and guessed:
        known = Pairs(first.rows, first.people, first.certainty)
        blur = LIMITS.blurred * first.blur
        yield Reading(guessed, fitter.fitted(guessed, known, blur=blur, slack=LIMITS.slack))
    rebuilt, columns = projected(subject.values, subject.halves, subject.held, subject.index)
    if rebuilt:
        yield Reading(rebuilt, columns)
    for named in (same_named_columns(subject.values, subject.index), guessed):
        yield Reading(named, jointly_smoothed(named, subject.values, subject.held))


def _exact_values(subject: Subject, first: Guess, fitter: ColumnFitter, seed: int) -> ExactMatches | None:
    return match_exact_values(
        first.hypotheses_by_column,
        subject.keys,
        {name: fitter.half(name) for name in first.hypotheses_by_column},
        subject.held,
        subject.reaches,
        rows=subject.rows,
        draw=np.random.default_rng([seed, 1]),
    )
