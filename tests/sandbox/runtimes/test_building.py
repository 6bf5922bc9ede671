"""Building runtimes, with commands that stand for the installer: nothing is downloaded."""

import re
import sys

import pytest

from strongroom.errors import NotFoundError, RefusedError
from strongroom.sandbox.runtimes import building
from strongroom.sandbox.runtimes.building import ANALYSIS, LOCKS, build, built, identifier, listed

MAKE = """
import pathlib, sys
site = pathlib.Path(sys.argv[1]) / "lib" / "python3" / "site-packages"
for name in ("polars-1.2.3", "scikit_learn-1.9"):
    (site / f"{name}.dist-info").mkdir(parents=True)
"""
OFFLINE = "import sys; sys.stderr.write('trying\\nerror: could not connect to the index\\n'); sys.exit(2)"


@pytest.fixture
def installer(monkeypatch):
    """Replace the commands that make an environment by these scripts."""

    def replace(*scripts):
        def commands(target, _lock):
            return [[sys.executable, "-c", script, str(target)] for script in scripts]

        monkeypatch.setattr(building, "_commands", commands)

    return replace


def test_a_runtime_is_built_once_and_listed_with_its_packages(tmp_path, installer):
    installer(MAKE)
    made = build(tmp_path / "runtimes")
    assert made.name == identifier(ANALYSIS)
    assert made.packages == {"polars": "1.2.3", "scikit-learn": "1.9"}
    assert listed(tmp_path / "runtimes") == [made]
    assert built(tmp_path / "runtimes", ANALYSIS) == built(tmp_path / "runtimes", made.name) == made
    assert made.runtime.python.parent == made.path / "bin"
    assert made.path in made.runtime.directories
    installer(OFFLINE)
    assert build(tmp_path / "runtimes") == made


def test_without_a_network_nothing_is_left_and_the_reason_is_given(tmp_path, installer):
    installer(MAKE, OFFLINE)
    with pytest.raises(RefusedError) as refused:
        build(tmp_path / "runtimes")
    assert "could not connect to the index" in str(refused.value)
    assert "connect this machine to a package index" in refused.value.hint
    assert list((tmp_path / "runtimes").iterdir()) == []


def test_an_installer_that_hangs_is_ended(tmp_path, installer, monkeypatch):
    installer("import time; time.sleep(60)")
    monkeypatch.setattr(building, "LIMITS", type(building.LIMITS)(seconds=0.2))
    with pytest.raises(RefusedError, match="too long"):
        build(tmp_path)


def test_what_was_not_built_to_the_end_is_no_runtime(tmp_path):
    (tmp_path / "analysis-0").mkdir()
    (tmp_path / ".runtime_1").mkdir()
    assert listed(tmp_path) == []
    assert listed(tmp_path / "none") == []
    with pytest.raises(NotFoundError, match="is not built"):
        built(tmp_path, ANALYSIS)
    with pytest.raises(NotFoundError, match="There is no runtime"):
        build(tmp_path, "other")


def test_every_package_of_the_lock_has_a_hash_and_no_address_is_named():
    text = LOCKS[ANALYSIS].read_text(encoding="utf-8")
    named = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(named) > 100
    assert all("--hash=sha256:" in each for each in named)
    assert "http" not in re.sub(r"#.*|httpx|httpcore", "", text)
    assert "index-url" not in text


def test_the_commands_demand_hashes(tmp_path, monkeypatch):
    for found in (None, object()):
        monkeypatch.setattr(building, "find_spec", lambda _, found=found: found)
        make, install, list_fonts = building._commands(tmp_path, LOCKS[ANALYSIS])
        assert "--require-hashes" in install
        assert list_fonts[-1] == str(tmp_path / "fonts")
        assert ("--without-pip" in make) == (found is not None)
