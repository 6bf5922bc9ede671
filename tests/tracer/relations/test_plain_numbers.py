"""Formulas are written with the simplest numbers, as people write them."""

import pytest

from strongroom.tracer.relations.plain_numbers import product_text


@pytest.mark.parametrize(
    ("powers", "factor", "text"),
    [
        ((1, -2), 10_000, "weight / (height / 100) ** 2"),
        ((1, 2), 1e-4, "weight * (height / 100) ** 2"),
        ((1, -1), 100, "100 * weight / height"),
        ((1, -2), 703, "703 * weight / height ** 2"),
    ],
)
def test_a_factor_that_changes_the_unit_of_a_squared_input_is_written_with_it(powers, factor, text):
    """At an exact half of the last digit, another order of the same steps rounds the other way."""
    assert product_text(("weight", "height"), powers, factor) == text
