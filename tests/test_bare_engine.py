"""The tools are a plain library: they import, and work, where the site's packages are not installed.

The bare environment is made offline: a folder of links to exactly the distributions the engine declares, and
theirs, is all that a fresh isolated interpreter sees.
"""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import strongroom

SOURCE = Path(strongroom.__file__).parents[1]
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
for name in names:
    importlib.import_module(name)
print(json.dumps({"imported": names, "loaded": sorted(sys.modules)}))
"""


def engine_distributions() -> set[str]:
    wanted, found = ["strongroom"], set()
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found.add(name)
        for line in metadata.requires(name) or []:
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
