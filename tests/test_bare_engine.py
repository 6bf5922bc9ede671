"""The tools are a plain library: they import, and work, where the site's packages are not installed.

The bare environment is made offline: a folder of links to exactly the distributions the engine declares, and
theirs, is all that a fresh isolated interpreter sees.
"""

import gzip
import json
import re
import struct
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import h5py
import numpy as np
import onnx
import pikepdf
import polars as pl
import pyreadstat
import pytest

import strongroom
from strongroom.checker.formats.reader_errors import EXTRAS

SOURCE = Path(strongroom.__file__).parents[1]
# What the checkout says, not what was installed some time ago.
PROJECT = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SITE_ONLY = ("django", "typer", "rich", "dj_database_url", "matplotlib", "psycopg")
IMPORT_EVERYTHING = """
import importlib, json, pkgutil, sys
sys.path[:0] = json.loads(sys.argv[1])
import strongroom
names = [
    module.name
    for module in pkgutil.walk_packages(strongroom.__path__, "strongroom.", onerror=lambda name: None)
    if not module.name.startswith(("strongroom.portal", "strongroom.cli", "strongroom.room"))
]
lacking = {}
for name in names:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        lacking[name] = error.name
print(json.dumps({"imported": names, "loaded": sorted(sys.modules), "lacking": lacking}))
"""
READ_EVERYTHING = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
from pathlib import Path
from strongroom.checker.disguises.search_file import read_bytes
found = {}
for path in sorted(Path(sys.argv[2]).iterdir()):
    found[path.name] = [getattr(each, "detail", "") for each in read_bytes(path.read_bytes(), path.name)]
print(json.dumps(found))
"""


def write_pdf(path):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(path)


def write_hdf5(path):
    with h5py.File(path, "w") as file:
        file["x"] = np.arange(5.0)


def write_onnx(path):
    weights = onnx.numpy_helper.from_array(np.ones(3, np.float32), "w")
    graph = onnx.helper.make_graph([], "g", [], [], [weights])
    path.write_bytes(onnx.helper.make_model(graph).SerializeToString())


def write_sav(path):
    pyreadstat.write_sav(pl.DataFrame({"a": [1.0, 2.0]}), path)


def write_rds(path):
    # An R integer vector, serialised in XDR by hand (R internals, section 1.8).
    path.write_bytes(
        gzip.compress(b"X\n" + struct.pack(">iii", 2, 0x30500, 0x20300) + struct.pack(">iii", 13, 1, 7))
    )


SAMPLES = {
    "a.pdf": ("pdf", write_pdf),
    "a.h5": ("science", write_hdf5),
    "a.onnx": ("models", write_onnx),
    "a.sav": ("statistics", write_sav),
    "a.rds": ("statistics", write_rds),
}


def engine_distributions() -> set[str]:
    wanted, found = ["strongroom"], set()
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found.add(name)
        for line in PROJECT["dependencies"] if name == "strongroom" else metadata.requires(name) or []:
            requirement = re.match(r"[A-Za-z0-9._-]+", line)[0].lower()
            if "extra ==" in line or requirement in found:
                continue
            try:
                metadata.distribution(requirement)
            except metadata.PackageNotFoundError:
                continue  # for another platform or Python
            wanted.append(requirement)
    return found - {"strongroom"}


@pytest.fixture(scope="module")
def bare_packages(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    for name in engine_distributions():
        distribution = metadata.distribution(name)
        for file in distribution.files or []:
            top = file.parts[0]
            target = Path(distribution.locate_file(top))
            if top != ".." and not (folder / top).exists() and target.exists():
                (folder / top).symlink_to(target)
    return folder


def test_every_tool_imports_where_only_the_engines_packages_are(bare_packages):
    paths = json.dumps([str(SOURCE), str(bare_packages)])
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORT_EVERYTHING, paths],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    answer = json.loads(run.stdout)
    assert {"strongroom.ledger", "strongroom.cohort", "strongroom.tracer", "strongroom.checker"} <= set(
        answer["imported"]
    )
    assert not [name for name in answer["loaded"] if name.split(".")[0] in SITE_ONLY]
    # Only readers of formats may need an extra, one that a finding can name, and the proxy of sessions.
    proxy = {name for name in answer["lacking"] if name.startswith("strongroom.sandbox.proxy.")}
    assert {answer["lacking"].pop(name) for name in proxy} <= {"httpx", "starlette", "uvicorn", "websockets"}
    assert all(name.startswith("strongroom.checker.formats.") for name in answer["lacking"])
    assert set(answer["lacking"].values()) <= set(EXTRAS)


def test_a_file_whose_extra_is_missing_is_blocked_with_the_extras_name(bare_packages, tmp_path):
    wanted = {name: extra for name, (extra, make) in SAMPLES.items() if make(tmp_path / name) is None}
    paths = json.dumps([str(SOURCE), str(bare_packages)])
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", READ_EVERYTHING, paths, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    for name, details in json.loads(run.stdout).items():
        assert any(f'"strongroom[{wanted[name]}]"' in detail for detail in details), (name, details)


def test_every_optional_library_is_an_extra_of_the_package_and_of_formats():
    extras = PROJECT["optional-dependencies"]
    for library, extra in EXTRAS.items():
        assert any(line.startswith(f"{library}>") for line in extras[extra])
        assert not any(line.startswith(f"{library}>") for line in PROJECT["dependencies"])
    assert extras["formats"] == [f"strongroom[{','.join(sorted(set(EXTRAS.values())))}]"]


def test_the_bare_environment_really_lacks_the_site(bare_packages):
    run = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(bare_packages)!r}); import django",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "No module named 'django'" in run.stderr
