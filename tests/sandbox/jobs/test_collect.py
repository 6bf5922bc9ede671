"""What is collected of a job's outputs: plain files with plain names, within limits."""

import os

import pytest

from strongroom.sandbox.jobs import JobLimits
from strongroom.sandbox.jobs.collect import collect, write_files


@pytest.fixture
def outputs(tmp_path):
    path = tmp_path / "outputs"
    path.mkdir()
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    yield path, descriptor
    os.close(descriptor)


def test_plain_files_in_folders_are_copied_without_their_permissions(outputs, tmp_path):
    path, descriptor = outputs
    (path / "tables").mkdir()
    (path / "tables" / "Table 1.csv").write_text("n\n120\n")
    (path / "tables" / "Table 1.csv").chmod(0o4777)
    found = collect(descriptor, tmp_path / "copy", JobLimits())
    assert [(each.name, each.size) for each in found.outputs] == [("tables/Table 1.csv", 6)]
    copy = tmp_path / "copy" / "tables" / "Table 1.csv"
    assert copy.read_text() == "n\n120\n"
    assert copy.stat().st_mode & 0o7777 == 0o600


@pytest.mark.parametrize("name", ["a\nb.csv", "-rf", "é.csv", "a" * 65, ".hidden", b"\xff.csv", "a ", "b."])
def test_names_that_could_carry_something_are_refused(outputs, tmp_path, name):
    path, descriptor = outputs
    (path / os.fsdecode(name)).write_text("x")
    found = collect(descriptor, tmp_path / "copy", JobLimits())
    assert not found.outputs
    assert found.refused == {"unusual name": 1}


def test_links_and_pipes_are_refused(outputs, tmp_path):
    path, descriptor = outputs
    (path / "link.csv").symlink_to("/etc/passwd")
    (path / "folder").symlink_to("/etc")
    os.mkfifo(path / "pipe.csv")
    found = collect(descriptor, tmp_path / "copy", JobLimits())
    assert not found.outputs
    assert found.refused == {"not a plain file": 3}


def test_a_sparse_file_counts_with_its_apparent_size(outputs, tmp_path):
    path, descriptor = outputs
    with (path / "huge.csv").open("wb") as file:
        file.truncate(1 << 40)
    found = collect(descriptor, tmp_path / "copy", JobLimits())
    assert not found.outputs
    assert found.refused == {"over the limit": 1}


def test_all_files_together_are_limited(outputs, tmp_path):
    path, descriptor = outputs
    for number in range(4):
        (path / f"{number}.csv").write_bytes(b"x" * 40)
    found = collect(descriptor, tmp_path / "copy", JobLimits(output_bytes=100))
    assert len(found.outputs) == 2
    assert found.refused == {"over the limit": 2}
    fewer = collect(descriptor, tmp_path / "other", JobLimits(output_files=1))
    assert len(fewer.outputs) == 1


def test_deep_folders_are_refused(outputs, tmp_path):
    path, descriptor = outputs
    deep = path / "a" / "b" / "c" / "d" / "e"
    deep.mkdir(parents=True)
    (deep / "x.csv").write_text("x")
    assert collect(descriptor, tmp_path / "copy", JobLimits()).refused == {"too deep": 1}


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".."])
def test_a_file_of_a_job_stays_in_its_directory(outputs, name):
    _, descriptor = outputs
    with pytest.raises(ValueError, match="no file name"):
        write_files(descriptor, {name: b""})


def test_of_declared_files_nothing_else_is_looked_at(outputs, tmp_path):
    path, descriptor = outputs
    (path / "tables").mkdir()
    (path / "tables" / "1.csv").write_text("x")
    (path / "odd\nname").write_text("x")
    (path / "link").symlink_to("/etc/passwd")
    found = collect(descriptor, tmp_path / "copy", JobLimits(), declared=("tables/1.csv", "missing.csv"))
    assert [each.name for each in found.outputs] == ["tables/1.csv"]
    assert not found.refused


@pytest.mark.parametrize("name", ["link.csv", "folder/passwd", "tables", "pipe"])
def test_a_declared_file_is_a_plain_one_in_plain_directories(outputs, tmp_path, name):
    path, descriptor = outputs
    (path / "tables").mkdir()
    (path / "link.csv").symlink_to("/etc/passwd")
    (path / "folder").symlink_to("/etc")
    os.mkfifo(path / "pipe")
    found = collect(descriptor, tmp_path / "copy", JobLimits(), declared=(name,))
    assert not found.outputs
    assert found.refused == {"not a plain file": 1}
