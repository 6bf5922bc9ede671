"""The example package: its format and detector are used and named; what cannot be used stops a check."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "strongroom-example-format" / "src"
ENTRIES = """[strongroom.formats]
esri-ascii-grid = strongroom_example_format.esri_grid:FORMAT
[strongroom.detectors]
postcodes = strongroom_example_format.postcodes:Postcodes
"""


@pytest.fixture
def run(tmp_path):
    """Return a function that runs Python where a package of the given entry points is installed."""

    def running(code, entries=ENTRIES):
        about = tmp_path / "strongroom_example_format-0.1.0.dist-info"
        about.mkdir(exist_ok=True)
        (about / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: strongroom-example-format\nVersion: 0.1.0\n"
        )
        (about / "entry_points.txt").write_text(entries)
        path = os.pathsep.join(map(str, (tmp_path, EXAMPLE, ROOT / "src")))
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    return running


def test_the_example_states_these_entry_points():
    import tomllib

    project = tomllib.loads((EXAMPLE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = "".join(
        f"[{group}]\n" + "".join(f"{name} = {place}\n" for name, place in entries.items())
        for group, entries in project["entry-points"].items()
    )
    assert stated == ENTRIES


def test_its_files_are_read_and_rebuilt(run):
    shown = run(
        """
from strongroom.checker.contents.found import Limits
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.registry import rebuild_bytes, with_plugins
formats = with_plugins()
head = b"ncols 3\\nnrows 2\\nxllcorner 0\\nyllcorner 0\\ncellsize 1000\\nNODATA_value -9999\\n"
grid = head + b"1 2 3.00000001\\n-9999 5  6\\n"
print(formats.identify(grid, "a.asc").name)
for found in read_bytes(grid, "a.asc", limits=Limits(), formats=formats):
    print(type(found).__name__, found.where)
print(rebuild_bytes(grid, "a.asc", limits=Limits(), formats=formats).files[0].data.decode().splitlines()[-2:])
print([each.detail for each in read_bytes(head + b"1 2\\n", "a.asc", formats=formats)])
"""
    )
    assert shown.splitlines() == [
        "ESRI ASCII grid",
        "FoundText a.asc > header",
        "FoundTable a.asc > grid",
        "['1 2 3', '-9999 5 6']",
        "['not an ESRI ASCII grid']",
    ]


def test_its_detector_sends_postcodes_for_review(run):
    shown = run(
        """
from strongroom.checker.contents.found import FoundText
from strongroom.checker.detectors import protections
from strongroom.checker.plugins import installed, installed_detectors
from strongroom.checker.table_types.examined import examine
plugins = installed()
print(*plugins, sep="\\n")
[detector] = installed_detectors(plugins, set(protections()))
for text in ("He lives at LS2 9JT.", "He lives in LS2."):
    found = detector.run(examine(FoundText("t", text)), None)
    print([(each.severity.value, each.message[:19]) for each in found])
"""
    )
    assert shown.splitlines() == [
        "detector postcodes of strongroom-example-format 0.1.0",
        "format esri-ascii-grid of strongroom-example-format 0.1.0",
        "[('review', '1 full postcodes ar')]",
        "[]",
    ]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("a = strongroom_example_format.nothing:FORMAT", "cannot be loaded (ModuleNotFoundError)"),
        ("a = strongroom_example_format.esri_grid:read", "is not a Format"),
        ("a = strongroom.checker.formats.science.mat:FORMAT", "of the format MATLAB"),
    ],
)
def test_a_format_that_cannot_be_used_stops_the_check(run, entry, why):
    shown = run(
        "from strongroom.checker.formats.registry import with_plugins; with_plugins()",
        f"[strongroom.formats]\n{entry}\n",
    )
    assert "RefusedError: The plug-in format a of strongroom-example-format 0.1.0" in shown
    assert why in shown
    assert "Repair or uninstall that package." in shown


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("a = strongroom_example_format.nothing:Postcodes", "cannot be loaded"),
        ("a = strongroom_example_format.esri_grid:read", "is not a Detector"),
        ("a = strongroom.checker.detectors.limits.opaque:Opaque", "the name of another detector"),
    ],
)
def test_a_detector_that_cannot_be_used_stops_the_check(run, entry, why):
    code = (
        "from strongroom.checker.detectors import protections\n"
        "from strongroom.checker.plugins import installed, installed_detectors\n"
        "installed_detectors(installed(), set(protections()))"
    )
    assert why in run(code, f"[strongroom.detectors]\n{entry}\n")


def test_files_are_blocked_where_a_format_cannot_be_used(tmp_path, monkeypatch):
    from strongroom.checker.confined import child
    from strongroom.checker.confined.child import Request
    from strongroom.checker.contents.found import Limits
    from strongroom.checker.contents.id_query import NO_IDS

    answer = (tmp_path / "answer").open("wb")
    with answer:
        child.refuse_request(
            "The plug-in fails.", Request("judge", "a.csv", Limits(), NO_IDS), 0, answer, None
        )
    assert b"The plug-in fails." in (tmp_path / "answer").read_bytes()
