"""Large tables are let go once a file was judged alone; what is kept still shows what it has to."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker import KnownIds, Verdict, check, retained_content
from strongroom.checker.contents.found import FileContent, FoundPicture, FoundTable, FoundText, Origin
from strongroom.checker.release.same_content import digest_of, same_artefacts
from strongroom.checker.retained_content import retained

KEY = bytes(32)
CELLS = st.lists(st.none() | st.sampled_from(["", "a", "b", "ab"]), min_size=1, max_size=6)


def content_of(*artefacts):
    return FileContent("text/csv", artefacts)


def long_table(values=None):
    return pa.table({"row": np.arange(50_000) if values is None else values})


@pytest.fixture(autouse=True)
def _little_is_large(monkeypatch):
    limits = type(retained_content.LIMITS)(largest_kept_whole=1 << 16)
    monkeypatch.setattr(retained_content, "LIMITS", limits)


def test_rows_of_tables_of_one_length_still_stand_side_by_side():
    one, other = (
        retained(content_of(FoundTable("t", table)), key=KEY).artefacts[0]
        for table in (long_table(), long_table(np.arange(50_000) * 2.0))
    )
    assert one.rows == 50_000
    assert one.table.num_rows == 2_000
    assert one.comparable_sample
    assert (one.table.column(0).to_numpy() * 2 == other.table.column(0).to_numpy()).all()


def test_rows_of_a_sample_stand_beside_nobodys():
    [kept] = retained(content_of(FoundTable("t", long_table(), rows=10**7)), key=KEY).artefacts
    assert (kept.rows, kept.comparable_sample) == (10**7, False)


def test_what_is_small_or_drawn_is_kept():
    small = content_of(FoundTable("t", pa.table({"a": [1]})), FoundText("t", "x" * 10**6))
    drawn = content_of(FoundTable("t", long_table(), Origin.COORDINATES))
    assert retained(small, key=KEY) is small
    assert retained(drawn, key=KEY) is drawn


def test_the_digest_is_of_texts_and_pictures_too():
    """A file must not be replaced between check and rebuild: the digest is all that is left to compare."""
    texts = [FoundText("t", "A note."), FoundText("t", "A fact."), FoundText("u", "A note.")]
    pictures = [FoundPicture("p", 80, 60, colours, 900) for colours in (12, 13)]
    assert len({digest_of([each]) for each in (*texts, *pictures)}) == 5
    assert digest_of(texts[:1]) == digest_of([FoundText("t", "A note.")])


@given(CELLS, CELLS)
def test_two_readings_have_one_digest_if_they_found_the_same(one, other):
    found = [[FoundTable("t", pa.table({"a": pa.array(cells, pa.string())}))] for cells in (one, other)]
    assert (digest_of(found[0]) == digest_of(found[1])) == same_artefacts(*found)


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint64(), pa.float32(), pa.bool_(), pa.large_string()])
def test_the_digest_does_not_depend_on_how_a_column_is_cut(kind):
    cells = pa.array([1, None, 0, 1], pa.int64()).cast(kind)
    cut = pa.chunked_array([cells.slice(0, 1), cells.slice(1, 3)])
    one, other = (digest_of([FoundTable("t", pa.table({"a": each}))]) for each in (cells, cut))
    assert one == other
    changed = pa.array([1, 0, None, 1], pa.int64()).cast(kind)
    assert one != digest_of([FoundTable("t", pa.table({"a": changed}))])


def test_columns_split_over_files_are_seen_though_both_were_let_go(extracts, tmp_path):
    table = extracts.cohort.participants.read()
    numbers = [name for name in table.column_names if pa.types.is_floating(table.schema.field(name).type)]
    for number, names in enumerate((numbers[:4], numbers[4:8])):
        lines = table.select(names).to_pylist()
        text = "\n".join([",".join(names), *(",".join(map(str, row.values())) for row in lines)])
        (tmp_path / f"part-{number}.csv").write_text(text)
    known = [KnownIds("the cohort's own ids", extracts.cohort.ids())]
    report = check(
        [tmp_path],
        cohort=extracts.cohort,
        index=extracts.index,
        known_ids=known,
        release_to=tmp_path / "out",
    )
    assert report.verdict is not Verdict.RELEASE


def test_a_file_that_was_let_go_is_released_as_it_was(extracts, tmp_path):
    draw = np.random.default_rng(3)
    rows = [f"{row},{beta:.6f},0.0{row % 9 + 1}" for row, beta in enumerate(draw.normal(0, 0.01, 9_000))]
    (tmp_path / "draws.csv").write_text("\n".join(["iteration,beta,error", *rows, ""]))
    report = check(
        [tmp_path / "draws.csv"],
        cohort=extracts.cohort,
        index=extracts.index,
        release_to=tmp_path / "out",
        approved=True,
    )
    assert report.verdict is not Verdict.BLOCK
    assert (tmp_path / "out" / "draws.csv").read_text().count("\n") == 9_001
