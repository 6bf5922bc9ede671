"""Records of several lines whose words come again, with numbers missing here and there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.disguises.repeated_lines import repeated_line_tables

DRAW = np.random.default_rng(3)
ROWS = [
    [f"{value:.2f}" if DRAW.random() < 0.8 else "" for value in row] for row in DRAW.normal(50, 9, (40, 5))
]


def written(rows, heading=""):
    return heading + "".join(
        f"step {number}\n  loss {a}\n  rate {b} s\n  saved model-{c}.pt\n  loss {d}\n  rate {e} s\n"
        for number, (a, b, c, d, e) in enumerate(rows)
    )


def found(content):
    return [
        list(map(tuple, zip(*table.to_pydict().values(), strict=True)))
        for table in repeated_line_tables(content)
    ]


def as_numbers(rows):
    return [tuple(float(cell) if cell else None for cell in row) for row in rows]


def test_numbers_missing_in_most_records_leave_them_in_their_places():
    [rows] = found(written(ROWS))
    assert [tuple(abs(cell) if cell is not None else None for cell in row) for row in rows] == as_numbers(
        ROWS
    )


def test_a_heading_and_a_warning_between_do_not_hide_them():
    [rows] = found(written(ROWS, heading="Training started\nby nobody\n"))
    assert len(rows) == len(ROWS)


def test_prose_and_lines_of_one_kind_are_none():
    assert found("One line says 1.\nAnother says 2.5 and 3.\nA third says nothing.\n") == []
    assert found("".join(f"row {a}, {b}\n" for a, b, *_ in ROWS)) == []


@given(st.text(alphabet="ab 1.\n-e", max_size=400))
def test_any_text_is_read_without_an_error(content):
    assert len(found(content)) <= 1
