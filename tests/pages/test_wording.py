"""How numbers are written."""

import pytest

from strongroom.pages.wording import percent, size


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (12_000, "12.0 kB"), (3.4e9, "3.4 GB"), (9e15, "9000.0 TB")],
)
def test_bytes_have_their_unit(count, text):
    assert size(count) == text


def test_a_share_is_never_nothing_or_everything_unless_it_is():
    assert [percent(each) for each in (0, 1e-9, 0.5, 1 - 1e-9, 1)] == [
        "0.0 %",
        "under 0.1 %",
        "50.0 %",
        "over 99.9 %",
        "100.0 %",
    ]
