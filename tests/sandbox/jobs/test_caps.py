"""Caps by control groups: made, set, entered and removed, or nothing of them is left."""

import os
from pathlib import Path

import pytest

from strongroom.sandbox.jobs import JobLimits, caps

FILES = {
    "v2": (
        "cgroup.procs",
        "memory.max",
        "memory.swap.max",
        "pids.max",
        "cpu.max",
        "memory.peak",
        "memory.events",
    ),
    "memory": ("cgroup.procs", "memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control"),
    "pids": ("cgroup.procs", "pids.max"),
    "cpu": ("cgroup.procs", "cpu.cfs_quota_us"),
}


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Directories that get the kernel's files when a group is made in them, by version."""
    make, remove = os.mkdir, os.rmdir

    def mkdir(name, mode=0o777, *, dir_fd=None):
        make(name, mode, dir_fd=dir_fd)
        parent = Path(f"/proc/self/fd/{dir_fd}").resolve() if dir_fd is not None else Path()
        for file in FILES.get(parent.parent.name if parent.name == "own" else parent.name, ()):
            (parent / name / file).write_text("")

    def rmdir(name, *, dir_fd=None):
        parent = Path(f"/proc/self/fd/{dir_fd}").resolve()
        for file in (parent / name).iterdir():
            file.unlink()
        remove(name, dir_fd=dir_fd)

    monkeypatch.setattr(caps.os, "mkdir", mkdir)
    monkeypatch.setattr(caps.os, "rmdir", rmdir)

    def offered(*versions):
        own, mounted = {}, {}
        if 2 in versions:
            (tmp_path / "v2" / "own").mkdir(parents=True)
            (tmp_path / "v2" / "own" / "cgroup.subtree_control").write_text("")
            own[""], mounted[""] = "/own", str(tmp_path / "v2")
        if 1 in versions:
            for name in ("memory", "pids", "cpu"):
                (tmp_path / name).mkdir()
                own[name], mounted[name] = "/", str(tmp_path / name)
        monkeypatch.setattr(caps, "_own_groups", lambda: own)
        monkeypatch.setattr(caps, "_mounted", lambda: mounted)
        return tmp_path

    return offered


def groups(folder):
    return list(folder.rglob("strongroom-*"))


def test_version_2_is_chosen_before_version_1(kernel):
    folder = kernel(1, 2)
    group = caps.make_group()
    assert group.level == caps.level() == caps.VERSION_2
    (directory,) = groups(folder)
    group.limit(JobLimits(memory=1000, processes=7, cpus=0.5))
    assert (directory / "memory.max").read_text().startswith("1000")
    assert (directory / "pids.max").read_text().startswith("7")
    assert (directory / "cpu.max").read_text().startswith("50000 100000")
    assert (directory.parent / "cgroup.subtree_control").read_text() == "+memory +pids +cpu"
    group.remove()
    assert not groups(folder)


def test_version_1_has_a_directory_for_each_controller(kernel):
    folder = kernel(1)
    group = caps.make_group()
    assert group.level == caps.VERSION_1
    assert {each.parent.name for each in groups(folder)} == {"memory", "pids", "cpu"}
    group.enter()
    assert all((each / "cgroup.procs").read_text() == "0" for each in groups(folder))
    memory = next(each for each in groups(folder) if each.parent.name == "memory")
    (memory / "memory.max_usage_in_bytes").write_text("12345\n")
    assert group.peak() == 12345
    assert not group.out_of_memory()
    (memory / "memory.oom_control").write_text("under_oom 0\noom_kill 2\n")
    assert group.out_of_memory()
    group.remove()
    assert not groups(folder)


def test_where_one_setting_is_refused_there_is_no_group(kernel, monkeypatch):
    folder = kernel(1)
    monkeypatch.setitem(FILES, "pids", ("cgroup.procs",))
    assert caps.make_group() is None
    assert caps.level() == caps.WATCHDOG
    assert not groups(folder)


def test_without_groups_there_is_the_watchdog(kernel):
    kernel()
    assert caps.level() == caps.WATCHDOG


def test_groups_of_killed_supervisors_are_removed_and_those_of_others_stay(kernel):
    folder = kernel(1)
    ours = caps.make_group()
    abandoned = folder / "memory" / "strongroom-999999999-0"
    abandoned.mkdir()
    caps.remove_abandoned()
    assert not abandoned.exists()
    assert len(groups(folder)) == 3
    ours.remove()


def test_the_machines_own_groups_are_read():
    assert all(path.startswith("/") for path in caps._own_groups().values())
    assert all(Path(path).is_dir() for path in caps._mounted().values())
    group = caps.make_group()
    if group is not None:
        assert group.peak() >= 0
        group.remove()
