"""Attacks by what is handed in as a cohort: T-INGEST-*."""

import pytest

from strongroom.cohort import ingest_cohort
from strongroom.cohort.dictionary import read_dictionary
from strongroom.cohort.keys import new_key
from strongroom.errors import IngestError, StrongroomError, UsageError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.cohorts import CohortSource, add_cohort
from strongroom.portal.data.models import Cohort

DICTIONARY = """\
columns:
  eid: {type: integer, role: id}
  weight: {type: real, role: measurement}
  remark: {type: text, role: measurement}
"""


@pytest.fixture
def source(tmp_path):
    """A small cohort's files; a test writes `people.csv` as its attack needs."""
    (tmp_path / "dictionary.yaml").write_text(DICTIONARY, encoding="utf-8")
    rows = "".join(f"{1_000_000 + row},{60 + row / 7:.2f},fine\n" for row in range(50))
    (tmp_path / "people.csv").write_text("eid,weight,remark\n" + rows, encoding="utf-8")
    return CohortSource(tmp_path / "people.csv", tmp_path / "dictionary.yaml", "eid", {})


def nothing_is_left(home) -> bool:
    # The vault's lock file is empty.
    files = [path for path in home.vault.rglob("*") if path.is_file() and path.stat().st_size]
    return files == [] and Cohort.objects.count() == 0 and ledger(home).size() == 0


def test_names_in_a_column_that_does_not_say_so_are_refused(home, source):
    people = source.participants.read_text(encoding="utf-8")
    for name in ("Margaret Thompson", "Alan Hughes", "Fatima Ahmed"):
        people = people.replace("fine", name, 5)
    source.participants.write_text(people, encoding="utf-8")
    with pytest.raises(IngestError, match="direct identifiers"):
        add_cohort(home, name="named", source=source, by="ada")
    assert nothing_is_left(home)


def test_the_refusal_of_an_identifier_does_not_repeat_it(home, source):
    people = source.participants.read_text(encoding="utf-8").replace("fine", "margaret.t@example.org", 40)
    source.participants.write_text(people, encoding="utf-8")
    with pytest.raises(IngestError) as caught:
        add_cohort(home, name="named", source=source, by="ada")
    assert "margaret" not in str(caught.value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + b"1000050,61.0\n",
        lambda text: text + b"1000050,heavy,fine\n",
        lambda text: text + b"1000050,61.0,\xff\xfe\xfd\n",
        lambda text: text.replace(b"1000003", b""),
        lambda text: text.replace(b"1000003", b"1000004"),
        lambda text: text[: len(text) // 2] + b'"' + text[len(text) // 2 :],
    ],
    ids=["ragged", "mixed types", "encoding", "id missing", "id twice", "open quote"],
)
def test_a_bad_row_near_the_end_leaves_no_half_cohort(home, source, spoil):
    source.participants.write_bytes(spoil(source.participants.read_bytes()))
    with pytest.raises(IngestError) as caught:
        add_cohort(home, name="half", source=source, by="ada")
    assert caught.value.file is not None
    assert nothing_is_left(home)


def test_a_cohort_cannot_be_named_out_of_the_vault(home, source):
    for name in ("../escape", "a/b", "/tmp/escape", "..", "", "a\x00b", "A", "-rf"):
        with pytest.raises(UsageError):
            add_cohort(home, name=name, source=source, by="ada")
    assert nothing_is_left(home)


def test_an_event_table_cannot_be_named_out_of_the_cohort(home, source):
    for table in ("../../keys/master", "participants", "genotypes", "a/b"):
        events = {table: source.participants}
        with pytest.raises(UsageError):
            add_cohort(
                home,
                name="escape",
                source=CohortSource(source.participants, source.dictionary, "eid", events),
                by="ada",
            )
    assert nothing_is_left(home)


def test_a_dictionary_whose_aliases_multiply_is_refused(tmp_path):
    layers = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    layers += [
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(layers), encoding="utf-8")
    with pytest.raises(StrongroomError):
        read_dictionary(path)


def test_a_dictionary_constructs_no_object(tmp_path):
    path = tmp_path / "object.yaml"
    target = tmp_path / "made"
    path.write_text(f'columns: !!python/object/apply:os.mkdir ["{target}"]\n', encoding="utf-8")
    with pytest.raises(StrongroomError):
        read_dictionary(path)
    assert not target.exists()


def test_a_file_cannot_smuggle_in_the_stores_own_column(home, source):
    text = source.participants.read_text(encoding="utf-8").replace("remark", "_participant", 1)
    source.participants.write_text(text, encoding="utf-8")
    described = DICTIONARY.replace("remark", "_participant")
    source.dictionary.write_text(described, encoding="utf-8")
    with pytest.raises(IngestError):
        add_cohort(home, name="smuggled", source=source, by="ada")
    assert nothing_is_left(home)


def test_an_interrupt_in_the_midst_leaves_nothing(home, source, tmp_path):
    def random(size):
        random.calls += 1
        if random.calls > 3:
            raise KeyboardInterrupt
        return bytes([random.calls]) * size

    random.calls = 0
    with pytest.raises(KeyboardInterrupt):
        ingest_cohort(
            "broken",
            participants=source.participants,
            dictionary=read_dictionary(source.dictionary),
            id_column="eid",
            into=tmp_path / "vault" / "broken",
            key=new_key(),
            random=random,
        )
    assert list((tmp_path / "vault").iterdir()) == []
