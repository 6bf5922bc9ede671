"""Each scheme accepts its issuer's published example, and by chance about as often as it says."""

import numpy as np
import pytest

from strongroom.checker.detectors.people.national_ids import (
    SCHEMES,
    finnish_code,
    french_nir,
    irish_pps,
    nhs_number,
    polish_pesel,
    spanish_dni,
    swedish_number,
)


@pytest.mark.parametrize(
    ("holds", "example", "wrong"),
    [
        (nhs_number, "9434765919", "9434765918"),
        (irish_pps, "1234567T", "1234567A"),
        (spanish_dni, "12345678Z", "12345678A"),
        (finnish_code, "131052-308T", "131052-308U"),
        (french_nir, "255081416802538", "255081416802539"),
        (polish_pesel, "44051401359", "44051401358"),
        (swedish_number, "8112289874", "8112289875"),
    ],
)
def test_published_examples(holds, example, wrong):
    assert holds(example)
    assert not holds(wrong)


@pytest.mark.parametrize(("name", "digits"), [("NHS number", 10), ("French NIR", 15), ("Polish PESEL", 11)])
def test_chance_is_what_it_says(name, digits):
    (scheme,) = [each for each in SCHEMES if each.name == name]
    draw = np.random.default_rng(4)
    texts = ["".join(map(str, row)) for row in draw.integers(0, 10, (20_000, digits))]
    assert np.mean([scheme.holds(text) for text in texts]) < 1.3 * scheme.chance
