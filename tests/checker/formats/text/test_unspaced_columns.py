"""Numbers printed without a gap are parted where that is certain; what only looks so stays as it is."""

import pytest

from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.checker.formats.text.unspaced_columns import with_columns_apart

VALUES = [413914.5555, 97840.4445, -135774.5555, 15949.4445, -1106619.5555, -51692.5555]


def printed(values, name):
    lines = ["OLS Regression Results", f"{'coef':>30}{'std err':>10}{'t':>10}{'P>|t|':>8}"]
    for place, value in enumerate(values):
        term = f"{name.format(place):>18}{value:>12.4f}"
        lines.append(f"{term}{1.013:>10.3f}{value / 1.013:>10.3f}{0.412:>8.3f}")
    return "\n".join(lines)


@pytest.mark.parametrize("name", ["C(k)[{}]", "income in [{}]"])
@pytest.mark.parametrize("short", [[3200.4445], []], ids=["some fit", "none fits"])
def test_numbers_are_parted_by_sign_decimals_and_name(name, short):
    values = [*VALUES, *short]
    [found] = tables_in(printed(values, name), "t")
    *_, coefficients, errors, statistics, chances = found.table.columns
    assert coefficients.to_pylist() == values
    assert errors.to_pylist() == [1.013] * len(values)
    assert statistics.to_pylist() == pytest.approx([value / 1.013 for value in values], abs=1e-3)
    assert chances.to_pylist() == [0.412] * len(values)


def test_an_unsigned_number_is_parted_from_a_bracket():
    [found] = tables_in("C(k)[0]   1.2500 0.50\nC(k)[1] -20.5000 0.50\nC(k)[2]1234567.7500 0.50\n", "t")
    assert found.table.column(1).to_pylist() == [1.25, -20.5, 1234567.75]


def test_numbers_all_as_wide_as_their_columns_are_parted():
    values = [12345678.4445, 23456789.4445, 34567890.4445]
    [found] = tables_in(printed(values, "C(k)[{}]"), "t")
    assert found.table.column(1).to_pylist() == values
    assert found.table.column(2).to_pylist() == [1.013] * 3


@pytest.mark.parametrize(
    "lines",
    [
        ["numpy 1.26.4", "scipy 1.11", "pandas 2.1.10", "polars 0.20", "arrow 17.10"],
        ["a 12.05.2020 1.25", "b 1.50 1.75", "c 02.11.2021 1.50", "d 2.25 2.50"],
        ["host 192.168.10.1 0.25", "next 10.100.20.3 0.50", "last 172.160.1.11 0.75"],
        ["a 1.50 0.20-1.90", "b 2.50 1.20-3.90", "c -0.50 0.10-0.90", "d 1.25 0.10-0.20"],
        ["lag-0.5 1.25 3.50", "lag-1.5 2.25 4.50", "lead-0.5 1.50 2.50"],
        ["a 1.5e-05 2.25", "b 2.5e-03 1.75", "c 3.5e-01 2.50", "d 3.5e-1.5 2.50"],
        ["a 12.345.678 1.25", "b 10.250 1.50", "c 98.765.432 1.75"],
        ["2020-01-02 1.5", "2020-01-03 2.5", "10-20 3.5"],
    ],
    ids=["versions", "dates", "addresses", "ranges", "names", "powers", "thousands", "days"],
)
def test_what_looks_like_two_numbers_stays_one_cell(lines):
    block = list(enumerate(lines))
    assert with_columns_apart(block) == block


def test_a_long_text_is_parted_throughout():
    block = list(enumerate(["a 1.50 2.250", "b 1.50-1234.250"] * 10_003))
    assert {len(line.split()) for _, line in with_columns_apart(block)} == {3}
