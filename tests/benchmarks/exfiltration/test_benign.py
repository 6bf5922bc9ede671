"""Every benign class writes files that open; the real files are told from those that show people."""

import csv

import numpy as np
import polars as pl
import pytest
from benchmarks.exfiltration._benign.generated import all_benign
from benchmarks.exfiltration._benign.honest import Analysis
from benchmarks.exfiltration._benign.real import CORRECTIONS, largest_gwas, real_files

from opening import open_it

# The longest tables are for the benchmark; here the same generator writes a short one.
EVERY = [
    pytest.param(each, own, id=f"{each.name}-{own}")
    for each in all_benign()
    for own in each.grid
    if own.get("variants", 0) <= 2_000
]


@pytest.fixture
def work(tmp_path):
    draw = np.random.default_rng(3)
    columns = {f"m{place}": draw.normal(50 + place, 9, 3_000).round(2) for place in range(12)}
    people = pl.DataFrame({"eid": np.arange(1_000_000, 1_003_000), **columns})
    return Analysis(people, list(columns), tmp_path, draw)


@pytest.mark.parametrize(("each", "own"), EVERY)
def test_a_benign_class_writes_files_that_open(each, own, work):
    files = each.make(work, **own)
    assert files
    for path in files:
        open_it(path)


def test_all_27_classes_are_there():
    assert {each.number for each in all_benign()} == set(range(1, 28))


def test_a_crosstab_released_whole_has_no_cell_below_ten(work):
    each = next(one for one in all_benign() if one.name == "plain_crosstab")
    table = pl.read_csv(each.make(work, form="csv")[0])
    assert len(table) > 1
    assert min(table[name].min() for name in table.columns[1:]) >= 10


def test_real_files_are_counted_once_and_corrected_labels_apart(shared_data):
    files = list(real_files())
    groups = {each.group for each in files}
    assert {"OpenSAFELY outputs", "other benign", "corrected: rows of people"} <= groups
    assert len(files) == len({each.path.read_bytes() for each in files})
    assert len(largest_gwas(files)) == 10


def test_corrections_name_a_reason():
    with CORRECTIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(len(row["sha256"]) == 64 and row["reason"] for row in rows)
