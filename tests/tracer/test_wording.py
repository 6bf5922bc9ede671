"""Probabilities are written as upper bounds that never understate."""

import pytest

from strongroom.tracer.wording import at_most


@pytest.mark.parametrize(
    ("log10", "written"),
    [
        (-28_390.8, "less than 1 in 10^12"),
        (-12.01, "less than 1 in 10^12"),
        (-12.0, "at most 1 in 1,000,000,000,000"),
        (-9.0, "at most 1 in 1,000,000,000"),
        (-6.2, "at most 1 in 1,500,000"),
        (-3.0, "at most 1 in 1,000"),
        (-1.99, "at most 1 in 97"),
        (-0.5, "at most 1 in 3"),
        (0.0, "at most 1 in 1"),
        (2.0, "at most 1 in 1"),
    ],
)
def test_a_probability_is_written_as_one_in_so_many(log10, written):
    assert at_most(log10) == written
