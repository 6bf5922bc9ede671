"""A table transposed, melted or packed comes back as a row a person."""

import numpy as np
import polars as pl
import pyarrow as pa

from strongroom.matching.rows.reshaped import column_major, reshaped

FRAME = pl.DataFrame(
    {
        "age": [50 + each for each in range(12)],
        "sex": [each % 2 for each in range(12)],
        "bmi": [20.5 + each / 4 for each in range(12)],
    }
)
ROWS = {tuple(map(str, row)) for row in FRAME.rows()}


def found(frame):
    tables = {}
    for each in reshaped(frame.to_arrow()):
        tables.setdefault(each.how, each.table.to_pylist())
    return tables


def has_all(rows, columns=None):
    return {tuple(row[name] for name in columns or row) for row in rows} >= ROWS


def test_a_column_a_person():
    turned = found(FRAME.cast(pl.String).transpose())
    assert has_all(turned["transposed"], ["row 1", "row 2", "row 3"])


def test_who_variable_value():
    long = (
        FRAME.with_row_index("who")
        .cast(pl.String)
        .unpivot(index="who")
        .sample(fraction=1, shuffle=True, seed=1)
    )
    assert has_all(found(long)["melted"], ["age", "sex", "bmi"])
    values = [each.table.column("bmi").to_pylist() for each in reshaped(long.to_arrow())]
    assert all(set(each) == set(FRAME["bmi"].cast(pl.String)) for each in values), "no ids for values"


def test_values_that_are_missing_are_left_out_and_the_rest_still_comes_back():
    """Ten people of eight variables, a third missing, passed: a variable had fewer values than people."""
    draw = np.random.default_rng(4)
    wide = pl.DataFrame({f"v{place}": draw.normal(size=10).round(3).astype(str) for place in range(8)})
    long = wide.with_row_index("who").cast(pl.String).unpivot(index="who")
    long = long.filter(pl.Series(draw.random(80) > 0.35)).sample(fraction=1, shuffle=True, seed=1)
    assert len(found(long)["melted"][0]) == 8


def test_variables_in_blocks_without_anybodys_name():
    long = FRAME.cast(pl.String).unpivot()
    assert has_all(found(long)["melted"], ["age", "sex", "bmi"])


def test_several_people_to_a_row():
    parts = [
        FRAME.cast(pl.String)[start::3].rename(lambda name, n=start: f"{name}_{n}") for start in range(3)
    ]
    wide = pl.concat(parts, how="horizontal")
    assert has_all(found(wide)["several people in a row"], ["age", "sex", "bmi"])


def test_a_record_in_one_cell():
    packed = FRAME.select(pl.concat_str(pl.all(), separator="|").alias("code"))
    assert has_all(found(packed)["packed in one cell"])


def test_named_values_in_one_cell():
    packed = FRAME.select(pl.format("age={}; sex={}; bmi={}", *FRAME.columns).alias("note"))
    assert has_all(found(packed)["packed in one cell"])


def test_columns_of_one_name_are_no_reason_to_fail():
    packed = FRAME.select(pl.concat_str(pl.all(), separator="|").alias("x")).to_arrow()
    twice = packed.append_column("x", packed.column(0))
    assert [each.how for each in reshaped(twice)][:2] == ["packed in one cell"] * 2


def test_a_small_summary_has_no_other_shape_with_people():
    assert "melted" not in found(pl.DataFrame({"term": ["age", "sex"], "beta": [0.1, 0.2]}))


def test_an_array_whose_bytes_are_in_the_other_order():
    stored = np.asfortranarray(FRAME.cast(pl.Float32).to_numpy()).ravel(order="K").reshape(FRAME.shape)
    columns = [pa.array(column) for column in stored.T]
    (found,) = column_major(pa.table(columns, names=list("abc")))
    read = np.column_stack([each.to_numpy() for each in found.table.columns])
    assert np.array_equal(read, FRAME.to_numpy())


def test_words_one_column_and_few_rows_are_not_read_so():
    for frame in (FRAME.cast(pl.String), FRAME.select("age"), FRAME.head(7)):
        assert not list(column_major(frame.to_arrow()))
