"""Participants' rows are recognised by content alone, and nobody else's are."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.matching import match_all_rows, match_rows
from strongroom.matching import sampled_table as module
from strongroom.matching.recognised import Null


def match(extracts, table):
    return match_rows(table, extracts.cohort, extracts.index, seed=1)


def shares(extracts, found, ordinals):
    """Return the share of tested rows matched, and the share of those matched to the right person."""
    return found.matched / len(found.rows), extracts.right(found, ordinals)


def test_renamed_shuffled_rows_without_ids_are_their_peoples(extracts):
    table, ordinals = extracts.rows(extracts.telling, 800)
    found = match(extracts, table)
    matched, right = shares(extracts, found, ordinals)
    assert matched > 0.9
    assert right == 1.0
    assert {each.cohort_column for each in found.columns} == set(extracts.telling)
    assert found.expected == 0
    assert found.chance.null is Null.PERMUTED


@pytest.mark.parametrize("trial", range(6))
def test_an_extract_of_any_fourteen_columns_is_noticed(extracts, trial):
    """Few columns may be precise; then not every row can be told, but that the file is an extract can."""
    columns = np.random.default_rng(trial).permutation(extracts.columns)[:14].tolist()
    table, ordinals = extracts.rows(columns, 500)
    found = match(extracts, table)
    assert found.matched > 25
    assert found.expected == 0
    assert shares(extracts, found, ordinals)[1] > 0.99


@pytest.mark.parametrize("rows", [10, 30, 100])
def test_a_handful_of_people_is_enough(extracts, rows):
    table, ordinals = extracts.rows(extracts.telling, rows)
    matched, right = shares(extracts, match(extracts, table), ordinals)
    assert matched > 0.8
    assert right == 1.0


def test_four_precise_columns_suffice(extracts):
    table, ordinals = extracts.rows(extracts.telling[:4], 600)
    assert shares(extracts, match(extracts, table), ordinals)[0] > 0.8


def test_numbers_written_as_text_and_dates_in_another_style_are_the_same(extracts):
    table, ordinals = extracts.rows([*extracts.telling, "p53_i0"], 400)
    frame = pl.from_arrow(table)
    frame = frame.with_columns(pl.col("v8").dt.strftime("%d/%m/%Y")).cast(pl.String)
    found = match(extracts, frame.to_arrow())
    assert shares(extracts, found, ordinals)[0] > 0.9
    assert "p53_i0" in {each.cohort_column for each in found.columns}


def test_of_very_many_columns_some_are_compared_and_tell(extracts, monkeypatch):
    monkeypatch.setattr(module, "LIMITS", type(module.LIMITS)(most_columns=5))
    table, ordinals = extracts.rows(extracts.telling, 300)
    found = match(extracts, table)
    assert 2 <= len(found.columns) <= 5 < len(extracts.telling)
    assert shares(extracts, found, ordinals)[1] > 0.99


def test_missing_cells_and_foreign_columns_do_not_hide_people(extracts):
    table, ordinals = extracts.rows(extracts.telling, 500)
    frame = pl.from_arrow(table).with_columns(
        pl.Series("noise", extracts.draw.normal(size=500)),
        pl.Series("v0", np.where(extracts.draw.random(500) < 0.3, None, table.column("v0").to_numpy())),
    )
    assert shares(extracts, match(extracts, frame.to_arrow()), ordinals)[0] > 0.8


def test_columns_of_one_name_are_told_apart(extracts):
    table, ordinals = extracts.rows(extracts.telling, 300)
    same = table.rename_columns(["x"] * table.num_columns)
    assert shares(extracts, match(extracts, same), ordinals)[0] > 0.9


def test_the_whole_file_is_matched_once_its_columns_are_known(extracts):
    table, ordinals = extracts.rows(extracts.telling, 1_900)
    whole = match_all_rows(table, extracts.cohort, match(extracts, table), seed=1)
    assert len(whole.rows) == 1_900
    assert len(whole.pairs.rows) > 0.9 * 1_900
    assert extracts.right(whole, ordinals) > 0.9


def test_permuted_columns_are_nobodys_rows(extracts):
    table, _ = extracts.rows(extracts.telling, 1_000)
    permuted = pa.table({name: extracts.draw.permutation(table.column(name)) for name in table.column_names})
    assert match(extracts, permuted).matched == 0


def test_other_people_of_the_same_kind_are_not_recognised(extracts, tmp_path):
    """A fresh draw of the same generator has the same distributions and correlations, and other people."""
    other = write_synthetic_cohort(tmp_path, participants=2_000, seed=99, columns=60, variants=12)
    fresh = pl.read_parquet(other.participants)
    for columns in (fresh.drop("eid").columns, extracts.telling):
        assert match(extracts, fresh.select(columns).to_arrow()).matched == 0


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"term": ["age", "sex", "bmi"], "estimate": [0.512, 3.1, 0.94], "p": [0.001, 0.2, 1e-9]}),
        pa.table({"a": pa.array([], pa.float64())}),
        pa.table({"x": [1.0] * 50, "y": [None] * 50}),
        pa.table({"nested": [[1, 2], [3]], "text": ["a", "b"]}),
    ],
    ids=["regression", "empty", "constant", "nested"],
)
def test_small_odd_tables_match_nobody(extracts, table):
    assert match(extracts, table).matched == 0


def test_a_large_summary_file_matches_nobody(extracts):
    rows = 100_000
    draw = extracts.draw
    summary = pa.table(
        {
            "chromosome": np.sort(draw.integers(1, 23, rows)),
            "position": draw.integers(10_000, 240_000_000, rows),
            "frequency": draw.uniform(0.01, 0.5, rows).round(4),
            "beta": draw.normal(0, 0.02, rows).round(5),
            "se": draw.uniform(0.01, 0.1, rows).round(5),
            "p": draw.random(rows).round(4),
        }
    )
    assert match(extracts, summary).matched == 0


def test_the_same_seed_gives_the_same_answer(extracts):
    table, _ = extracts.rows(extracts.telling, 300)
    one, two = match(extracts, table), match(extracts, table)
    assert np.array_equal(one.pairs.rows, two.pairs.rows)
    assert np.array_equal(one.pairs.people, two.pairs.people)
    assert one.chance == two.chance
