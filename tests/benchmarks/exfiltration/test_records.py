"""A record is one participant's telling cells, its twin nobody's, and every carrier holds it and opens."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from benchmarks.exfiltration._cohorts import Source
from benchmarks.exfiltration._records import CARRIERS, Telling
from benchmarks.exfiltration.records import lines
from openpyxl import load_workbook

from opening import open_it

PEOPLE = 400


@pytest.fixture(scope="module")
def source():
    draw = np.random.default_rng(5)
    columns = {f"m{place}": draw.normal(50, 9, PEOPLE).round(2) for place in range(9)}
    return Source(
        "cohort", pl.DataFrame({"eid": range(PEOPLE), **columns, "sex": draw.integers(0, 2, PEOPLE)})
    )


def people_with(row, source):
    """Return how many of the row's values each participant has anywhere."""
    return [len(set(row) & set(person)) for person in source.people.drop("eid").iter_rows()]


def test_a_record_is_one_persons_and_its_twin_nobodys(source):
    drawn = Telling(source).draw(8, np.random.default_rng(1))
    assert max(people_with(drawn.record, source)) == 8
    assert max(people_with(drawn.twin, source)) < 8


def test_only_values_that_say_four_bits_are_drawn(source):
    telling = Telling(source)
    assert telling.most() == 9  # the sex of a person says one bit
    with pytest.raises(ValueError, match="empty"):
        telling.draw(10, np.random.default_rng(1))


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda each: each.__name__)
def test_every_carrier_writes_a_file_that_opens_and_holds_the_record(carrier, source, tmp_path):
    drawn = Telling(source).draw(8, np.random.default_rng(2))
    path = carrier(drawn.record, drawn.means, tmp_path / "results")
    open_it(path)
    text = _cells(path) if path.suffix == ".xlsx" else path.read_text(encoding="utf-8")
    assert all(str(value) in text for value in drawn.record)


def _cells(path):
    return str([[cell.value for cell in row] for sheet in load_workbook(path) for row in sheet])


def test_the_table_tells_records_from_twins():
    counts = Counter({("record", "block"): 9, ("record", "release"): 1, ("twin", "release"): 10})
    row = lines({"alone": counts})[-1]
    assert row.startswith("| alone | 10 | 9 | 90.0 %")
    assert "| 0.0 %" in row
