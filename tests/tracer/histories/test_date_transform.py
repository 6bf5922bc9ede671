"""How dates were changed as a whole is told from the dates, and from what pairs with one code are apart."""

import numpy as np
import pytest

from strongroom.matching.storage.events import pack
from strongroom.tracer.histories.date_transform import DateTransform, fitted_coarsening, likely_shift

DAYS = np.random.default_rng(1).integers(12_000, 18_000, 400)


@pytest.mark.parametrize("period", ["Y", "M", "W"])
def test_cut_dates_are_told_and_shown_again(period):
    calendar = DateTransform(period, starts=4)
    cut = calendar.shown(DAYS)
    assert np.all((cut <= DAYS) & (DAYS - cut <= calendar.width + 1.5))
    found = fitted_coarsening(cut)
    assert found.period == period
    assert np.array_equal(found.shown(DAYS), cut)
    assert np.array_equal(found.shown(cut.astype(float)), cut)


def test_days_stay_days():
    assert fitted_coarsening(DAYS) == DateTransform()
    assert fitted_coarsening(DAYS[:0]) == DateTransform()
    assert np.array_equal(DateTransform(added=-3).shown(DAYS), DAYS - 3)
    # A few days of one weekday are nothing special.
    assert fitted_coarsening(7 * np.arange(5) + 2) == DateTransform()


def test_a_shift_is_what_most_pairs_of_a_code_are_apart():
    draw = np.random.default_rng(2)
    places = draw.integers(0, 40, len(DAYS))
    keys = np.sort(pack(places, DAYS))
    some = draw.permutation(len(DAYS))[:150]
    moved = DAYS[some] + 77 + draw.choice([-7, 7], len(some))
    assert likely_shift(places[some], moved, keys, (-7, 0, 7)) == 77
    assert likely_shift(places[some] + 1_000, moved, keys, (0,)) == 0
