"""The files: repeatable, the same in both formats, described by their dictionary, refused when impossible."""

from contextlib import contextmanager

import numpy as np
import polars as pl
import pytest

from strongroom.cohort.dictionary import Role, ValueType, read_dictionary
from strongroom.cohort.synthetic import write, write_synthetic_cohort
from strongroom.cohort.synthetic.column_choice import DEFAULT_COLUMNS, every_column
from strongroom.cohort.synthetic.spec import catalogue
from strongroom.errors import UsageError


def make(folder, **wanted):
    return write_synthetic_cohort(
        folder, **({"participants": 300, "seed": 3, "columns": 60, "variants": 10} | wanted)
    )


def contents(files):
    paths = [files.participants, *files.events.values(), files.dictionary]
    paths += [files.genotypes.with_suffix(ending) for ending in (".bed", ".bim", ".fam")]
    return [path.read_bytes() for path in paths]


def test_the_same_arguments_give_the_same_bytes(tmp_path):
    assert contents(make(tmp_path / "a")) == contents(make(tmp_path / "b"))


def test_another_seed_gives_other_people(tmp_path):
    first, second = (pl.read_parquet(make(tmp_path / str(seed), seed=seed).participants) for seed in (3, 4))
    assert not set(first["eid"]) & set(second["eid"]) or first["eid"].to_list() != second["eid"].to_list()
    assert first["p50_i0"].to_list() != second["p50_i0"].to_list()


def test_a_column_does_not_depend_on_which_others_are_made(tmp_path):
    few = pl.read_parquet(make(tmp_path / "few", columns=20).participants)
    many = pl.read_parquet(make(tmp_path / "many", columns=200).participants)
    assert few.equals(many.select(few.columns))


def test_csv_holds_what_parquet_holds(tmp_path):
    parquet = make(tmp_path / "parquet")
    csv = make(tmp_path / "csv", file_format="csv")
    assert csv.participants.suffix == ".csv"
    for one, other in zip(
        (parquet.participants, *parquet.events.values()),
        (csv.participants, *csv.events.values()),
        strict=True,
    ):
        table = pl.read_parquet(one)
        assert pl.read_csv(other, schema=table.schema, try_parse_dates=True).equals(table)


def test_blocks_join_without_a_seam(tmp_path, monkeypatch):
    monkeypatch.setattr(write, "LIMITS", type(write.LIMITS)(block=100))
    files = make(tmp_path, participants=250)
    people = pl.read_parquet(files.participants)
    assert len(people) == people["eid"].n_unique() == 250
    assert set(pl.read_parquet(files.events["hesin_diag"])["eid"]) <= set(people["eid"])
    assert files.genotypes.with_suffix(".bed").stat().st_size == 3 + 10 * 63
    assert len(files.genotypes.with_suffix(".fam").read_text().splitlines()) == 250


def test_ids_are_seven_digits_in_no_order(people):
    ids = people["eid"].to_numpy()
    assert ids.min() >= 1_000_000
    assert ids.max() <= 6_099_999
    assert len(np.unique(ids)) == len(ids)
    assert abs(np.corrcoef(ids, np.arange(len(ids)))[0, 1]) < 0.03


def test_the_dictionary_describes_exactly_the_columns(files, people, diagnoses, deaths):
    dictionary = read_dictionary(files.dictionary)
    assert set(dictionary.fields) == {*people.columns, *diagnoses.columns, *deaths.columns}
    assert dictionary.resolve("eid").role is Role.ID
    assert dictionary.resolve("21001-0.0").name == "p21001_i0"
    assert dictionary.resolve("50-0.0").precision == 0.1


def test_no_code_is_outside_its_coding(files, people):
    dictionary = read_dictionary(files.dictionary)
    for name in people.columns:
        field = dictionary.resolve(name)
        if field.type is ValueType.CATEGORY and field.coding is not None:
            found = {str(code) for code in people[name].drop_nulls().unique().to_list()}
            assert found <= set(field.coding.values), name


def test_every_category_has_a_coding(files):
    fields = read_dictionary(files.dictionary).fields.values()
    assert [field.name for field in fields if field.type is ValueType.CATEGORY and field.coding is None] == []


def test_columns_are_chosen_in_a_stated_order(tmp_path):
    order = [column.rap for column in every_column(catalogue().fields)]
    assert len(order) == len(set(order)) >= 320
    for count in (1, 60, None):
        names = pl.read_parquet(make(tmp_path / str(count), columns=count).participants).columns
        assert names == ["eid", *order[: count or DEFAULT_COLUMNS]]


def test_progress_counts_people(tmp_path):
    counted = []

    @contextmanager
    def watching(title, total=None):
        counted.append(total)
        yield counted.append

    make(tmp_path, progress=watching)
    assert counted == [300, 300]


@pytest.mark.parametrize(
    "wrong",
    [
        {"participants": 0},
        {"participants": 5_100_001},
        {"columns": 0},
        {"columns": 10_000},
        {"variants": 0},
        {"seed": -1},
        {"file_format": "xlsx"},
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(tmp_path, wrong):
    with pytest.raises(UsageError):
        make(tmp_path / "never", **wrong)
    assert not (tmp_path / "never").exists()


def test_one_participant_is_a_cohort(tmp_path):
    assert len(pl.read_parquet(make(tmp_path, participants=1, variants=1).participants)) == 1
